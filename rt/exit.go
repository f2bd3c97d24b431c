package rt

// This file is how deferred calls await: what is in flight meanwhile, in
// machines, and how it is told in lock-step coroutines, which are plain Go.

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
)

// An Exit is how the machine of a function ends that awaits in deferred calls:
// what is in flight while they run. It is a field of the frame, and its methods
// are for generated code; the zero Exit is a return.
type Exit struct {
	panic     *Panic // in flight; nil: none
	recovered *Panic // what was, until the deferred call that is being awaited recovered it
	raised    *Panic // what was, until Raise panicked with it
	raiser    string // the function that called Raise
	shield    *Scope // around the deferred call that is being awaited
	kept      bool   // the stack of panic is noted
}

// Park takes note that the machine panics with v, what recover returned, or, if
// that is nil, that runtime.Goexit ends its goroutine. A panic that was in flight
// before is replaced.
func (x *Exit) Park(t *Task, v any) {
	old := x.panic
	if old == nil {
		old = x.recovered // whoever recovered it panics
	}
	if old == nil && x.raised != nil && isRaising(x.raiser) {
		old = x.raised
	}
	x.Unshield()
	x.panic, x.raised, x.kept = nil, nil, false
	if v == nil {
		t.goexit()
		return
	}
	p := &Panic{Task: t, Value: v}
	if old != nil {
		p.replaced = append(slices.Clip(old.replaced), old.Value)
	}
	if origin := t.loop.takeOrigin(); origin != nil {
		p.Stack = origin.Stack
		if isSame(v, origin.Value) {
			p.replaced = append(p.replaced, origin.replaced...)
		}
	}
	x.panic = p
}

// isRaising reports whether a panic of Raise, called by the function called raiser, is
// still in flight: who recovers one in a deferred call and returns ends it.
func isRaising(raiser string) bool {
	pcs := make([]uintptr, 256)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		switch {
		case strings.HasSuffix(frame.Function, ".(*Exit).Raise"):
			return true
		case frame.Function == raiser:
			return false
		}
	}
	return false
}

// isSame reports whether a and b, values of panics or errors, are known to be the same.
func isSame(a, b any) (same bool) {
	defer func() { recover() }() // they cannot be compared
	return a == b
}

// Raise panics with what is in flight, if anything is. Unless that panic was
// recovered, Park is called again.
func (x *Exit) Raise(t *Task) {
	p := x.panic
	if p == nil {
		return
	}
	x.panic, x.raised = nil, p
	if pc, _, _, ok := runtime.Caller(1); ok {
		x.raiser = runtime.FuncForPC(pc).Name()
	}
	if p.Stack != nil || p.replaced != nil {
		t.loop.setOrigin(p)
	}
	panic(p.Value)
}

// Recover is recover for a deferred call that is a machine itself: it stops the
// panic in flight and returns its value, nil if there is none.
func (x *Exit) Recover() any {
	p := x.panic
	if p == nil {
		return nil
	}
	x.panic, x.recovered = nil, p
	return p.Value
}

// Recovers is "defer recover()" in a deferred call that is a machine itself, and must be
// deferred as it is: like recover it does nothing if that call is panicking, too, for
// then it is called by that panic.
func (x *Exit) Recovers() {
	if v := recover(); v != nil {
		panic(v)
	}
	x.Recover()
}

// Suspend is called before the machine suspends in a deferred call. The stack
// of a panic in flight is kept as text, as it will be gone.
//
// It panics if runtime.Goexit is in flight: that cannot be held up. What was
// awaited, and would not be cancelled, is abandoned, its own deferred calls included.
func (x *Exit) Suspend(t *Task) {
	if t.flags&taskGoexit != 0 {
		panic(errSuspendedGoexit)
	}
	t.fly(x.recovered)
	t.fly(x.panic)
	p := x.panic
	if p == nil || x.kept {
		return
	}
	x.kept = true
	stack := panicStack()
	if p.Stack != nil {
		stack = fmt.Appendf(stack, "\nwhich began here:\n\n%s", p.Stack)
	}
	p.Stack = stack
}

// Shield begins a deferred call that awaits: cancellations from outside do not
// reach it.
func (x *Exit) Shield(t *Task) { x.shield = t.OpenShield() }

// Unshield ends the deferred call that Shield began.
func (x *Exit) Unshield() {
	x.recovered = nil
	if x.shield != nil {
		x.shield.Close()
		x.shield = nil
	}
}

// fly notes that p, if it is one, is in flight while t is suspended, and what it has
// replaced, further out than what was noted before: the innermost coroutine suspends first.
func (t *Task) fly(p *Panic) {
	if p == nil {
		return
	}
	t.flags |= taskPanicking
	rare := t.ensureRare()
	rare.flying = append(rare.flying, p.Value)
	for _, v := range slices.Backward(p.replaced) {
		rare.flying = append(rare.flying, v)
	}
}

// takeFlying returns what was in flight when t suspended, outermost first.
func (t *Task) takeFlying() []any {
	t.flags &^= taskPanicking
	values := t.rare.flying
	t.rare.flying = nil
	slices.Reverse(values)
	return values
}

// within calls step in the deferred call of a panic with the last of values, that in
// the deferred call of one with the value before it, and so on. All have been recovered
// by then, and are over when step returns.
func (t *Task) within(values []any, step func()) {
	if len(values) == 0 {
		step()
		return
	}
	defer func() {
		recover()
		t.within(values[1:], step)
	}()
	panic(values[0])
}

var (
	errGoexit          = errors.New("runtime.Goexit ends the goroutine, nothing can be awaited any more")
	errSuspendedGoexit = errors.New("a deferred call suspends although runtime.Goexit ends its goroutine: what it awaits ignores Task.Err")
)

// goexit notes that runtime.Goexit is ending t. It cannot be held up, so each
// await in deferred calls fails, as if t was cancelled, and no shield protects.
func (t *Task) goexit() {
	if t.flags&taskGoexit == 0 {
		t.flags |= taskGoexit
		t.updateCancelled()
	}
}

// A deferredCall is one that a lock-step coroutine is in and that may await.
type deferredCall struct {
	entry uintptr // of the function
	scope *Scope  // the shield
}

// watch finds out which deferred calls the coroutine is in, and shields those
// that begin. It is called whenever that may be of interest; so the end of a
// deferred call is noticed late, but before anybody can tell.
func (b *baton) watch() {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(2, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*n)
		n = runtime.Callers(2, pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	var calls []uintptr // innermost first
	var callee runtime.Frame
	unwinding := "" // what the panic, or Goexit, calls that was passed last
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if name, ok := strings.CutPrefix(frame.Function, lockstepPrefix); ok && (strings.HasSuffix(name, "]).run") || strings.HasSuffix(name, "]).callBy")) {
			break
		}
		if b.isDeferred(callee, frame) && !siblings(callee.Function, unwinding) {
			calls = append(calls, callee.Entry)
		}
		switch frame.Function {
		case "runtime.Goexit":
			b.task.goexit()
			unwinding = callee.Function
		case "runtime.gopanic":
			unwinding = callee.Function
		}
		callee = frame
	}
	b.enter(calls)
}

// siblings reports whether f and g are literals of the same function. If f has been
// deferred, and a panic that it has not recovered calls g, it is over, although it
// is on the stack.
func siblings(f, g string) bool {
	i, j := strings.LastIndexByte(f, '.'), strings.LastIndexByte(g, '.')
	return i >= 0 && j >= 0 && f[:i] == g[:j]
}

const (
	lockstepPrefix    = "github.com/coroutinegen/coroutinegen/rt.(*lockstep["
	annotationsPrefix = "github.com/coroutinegen/coroutinegen/annotations."
)

// isDeferred reports whether callee is a deferred call that may await: one of
// the literals of b.places, or a function of package annotations. For that the
// compiler wraps the call, but the wrapper is missing in callers. As a rule the
// function is inlined there, and not in caller; else a deferred call is one that
// the runtime makes on the way of a panic or of runtime.Goexit, or that caller
// makes where it returns.
func (b *baton) isDeferred(callee, caller runtime.Frame) bool {
	switch {
	case callee.Func == nil:
		return strings.HasPrefix(callee.Function, annotationsPrefix) && callee.Entry != caller.Entry
	case strings.HasPrefix(callee.Function, annotationsPrefix):
		return caller.Function == "runtime.gopanic" || caller.Function == "runtime.Goexit" || b.isPlace(caller.File, caller.Line)
	}
	file, line := callee.Func.FileLine(callee.Entry)
	return b.isPlace(file, line)
}

func (b *baton) isPlace(file string, line int) bool {
	return slices.Contains(b.places, fmt.Sprintf("%s:%d", path.Base(file), line))
}

// enter makes b.deferred what calls says.
func (b *baton) enter(calls []uintptr) {
	same := 0
	for same < len(b.deferred) && same < len(calls) && b.deferred[same].entry == calls[len(calls)-1-same] {
		same++
	}
	if same < len(b.deferred) {
		b.deferred[same].scope.Close()
		b.deferred = b.deferred[:same]
	}
	for i := len(calls) - 1 - same; i >= 0; i-- {
		b.deferred = append(b.deferred, deferredCall{calls[i], b.task.open(true)})
	}
}

// watched looks for deferred calls if t is a lock-step coroutine that has some.
func (t *Task) watched() {
	if t.flags&taskWatched == 0 {
		return
	}
	if b, ok := occupation().(*baton); ok && b.task == t {
		b.watched()
	}
}

// watched is the same for whoever knows the coroutine.
func (b *baton) watched() {
	t := b.task
	if t.flags&taskWatched == 0 {
		return
	}
	t.flags &^= taskWatched // not within itself
	b.watch()
	t.flags |= taskWatched
}
