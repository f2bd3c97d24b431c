package machine

// This file lets deferred calls await in machines. It holds the panic or Goexit that is in
// flight in the meantime.

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// An Exit holds how a machine ends whose function awaits in deferred calls: the panic or Goexit
// that is in flight while they run. It is a field of the frame, and its methods are for
// generated code. The zero Exit is a return.
type Exit struct {
	panic     *rt.Panic // the panic in flight; nil: none
	recovered *rt.Panic // the panic that was in flight until the awaited deferred call recovered it
	raised    *rt.Panic // the panic that was in flight until Raise panicked with it
	raiser    string    // the function that called Raise
	shield    *rt.Scope // around the deferred call that is being awaited
	kept      bool      // the stack of panic was recorded
}

// Park records that the machine panics with v, the result of recover. If v is nil, Park records
// that runtime.Goexit ends its goroutine. The new panic replaces a panic that was in flight
// before.
func (x *Exit) Park(t *rt.Task, v any) {
	old := x.panic
	if old == nil {
		old = x.recovered // the call that recovered it panics
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

// isRaising reports whether a panic of Raise is still in flight. raiser is the function that
// called Raise. A deferred call that recovers the panic and returns ends the panic.
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

// Raise panics with the panic that is in flight. It does nothing if there is none. Unless the
// panic is recovered, Park is called again.
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

// Recover is the recover of a deferred call that is a machine itself. It stops the panic in
// flight and returns its value, or nil if there is none.
func (x *Exit) Recover() any {
	p := x.panic
	if p == nil {
		return nil
	}
	x.panic, x.recovered = nil, p
	return p.Value
}

// Recovers is "defer recover()" in a deferred call that is a machine itself. It must be
// deferred in the same way. Like recover, it does nothing if that call is panicking, because
// that panic then calls it.
func (x *Exit) Recovers() {
	if v := recover(); v != nil {
		panic(v)
	}
	x.Recover()
}

// Suspend is called before the machine suspends in a deferred call. It keeps the stack of a
// panic in flight as text, because the stack itself will be gone.
//
// Suspend panics if runtime.Goexit is in flight, because Goexit cannot be held up. The
// awaitable that was not cancelled is abandoned with its own deferred calls.
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

// Shield begins a deferred call that awaits. Cancellations from outside do not reach the call.
func (x *Exit) Shield(t *rt.Task) { x.shield = t.OpenShield() }

// Unshield ends the deferred call that Shield began.
func (x *Exit) Unshield() {
	x.recovered = nil
	if x.shield != nil {
		x.shield.Close()
		x.shield = nil
	}
}
