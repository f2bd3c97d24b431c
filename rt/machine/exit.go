package machine

// This file is how deferred calls await in machines: what is in flight meanwhile.

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// An Exit is how the machine of a function ends that awaits in deferred calls:
// what is in flight while they run. It is a field of the frame, and its methods
// are for generated code; the zero Exit is a return.
type Exit struct {
	panic     *rt.Panic // in flight; nil: none
	recovered *rt.Panic // what was, until the deferred call that is being awaited recovered it
	raised    *rt.Panic // what was, until Raise panicked with it
	raiser    string    // the function that called Raise
	shield    *rt.Scope // around the deferred call that is being awaited
	kept      bool      // the stack of panic is noted
}

// Park takes note that the machine panics with v, what recover returned, or, if
// that is nil, that runtime.Goexit ends its goroutine. A panic that was in flight
// before is replaced.
func (x *Exit) Park(t *rt.Task, v any) {
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
		insideOf(t).Goexit()
		return
	}
	x.panic = insideOf(t).InFlight(v, old)
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

// Raise panics with what is in flight, if anything is. Unless that panic was
// recovered, Park is called again.
func (x *Exit) Raise(t *rt.Task) {
	p := x.panic
	if p == nil {
		return
	}
	x.panic, x.raised = nil, p
	if pc, _, _, ok := runtime.Caller(1); ok {
		x.raiser = runtime.FuncForPC(pc).Name()
	}
	insideOf(t).Passes(p)
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
func (x *Exit) Suspend(t *rt.Task) {
	in := insideOf(t)
	in.MaySuspend()
	if x.recovered != nil {
		in.Fly(x.recovered)
	}
	p := x.panic
	if p != nil {
		in.Fly(p)
	}
	if p == nil || x.kept {
		return
	}
	x.kept = true
	stack := inside.PanicStack()
	if p.Stack != nil {
		stack = fmt.Appendf(stack, "\nwhich began here:\n\n%s", p.Stack)
	}
	p.Stack = stack
}

// Shield begins a deferred call that awaits: cancellations from outside do not
// reach it.
func (x *Exit) Shield(t *rt.Task) { x.shield = t.OpenShield() }

// Unshield ends the deferred call that Shield began.
func (x *Exit) Unshield() {
	x.recovered = nil
	if x.shield != nil {
		x.shield.Close()
		x.shield = nil
	}
}
