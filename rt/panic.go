package rt

// This file handles tasks whose code panics, or ends its goroutine, instead of returning.

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A Panic is a panic that ended a task or left a callback.
type Panic struct {
	Task  *Task  // nil: the panic left a callback
	Value any    // the argument of panic
	Stack []byte // stack of the panic, as text

	called   bool        // the panic left a coroutine that was called where it was awaited
	taken    atomic.Bool // an await has panicked with the value
	replaced []any       // values of the panics that this one replaced, first one first, as far as known
}

// Error returns the value and the stack.
func (p *Panic) Error() string { return fmt.Sprintf("%s\n\n%s", p.summary(), p.Stack) }

func (p *Panic) summary() string {
	who := "a callback"
	if p.Task != nil {
		who = p.Task.String()
	}
	return fmt.Sprintf("panic in %s: %v", who, p.Value)
}

// Unwrap returns the value if it is an error, and nil otherwise.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// errUnwound is the error of a task that did not return and whose panic, if any, the loop did
// not recover.
var errUnwound = errors.New("task ended by runtime.Goexit, or by a panic that left its event loop")

// mustBe panics if by is not t. by polls what t has begun to wait for, and would never be
// woken.
func (t *Task) mustBe(by *Task) {
	if t != by {
		panic(errShared(t, by))
	}
}

func errShared(t, by *Task) error {
	return fmt.Errorf("%s awaits what %s has begun to await: one coroutine was handed to two tasks; call its function once for each: a coroutine runs once, in one task", by, t)
}

// caught is the deferred call that handles panics in a batch of steps. It decides where the
// panic of a step goes:
//
//   - If other tasks wait for the task, their awaits panic with the same value. If none of the
//     awaits is polled again, Close reports the panic.
//   - Otherwise, if the loop has a handler, the handler gets the panic, and the loop goes on.
//   - Otherwise, and always for the main task, the panic goes through the function that runs
//     the loop to its caller. caught does not recover it then, so the caller sees an ordinary
//     panic of a function that it called, with its trace.
//
// A runtime.Goexit (testing.T.FailNow) cannot be held up. The function that runs the loop then
// ends the other tasks by a deferred Close, as [Run] does.
func (l *Loop) caught() {
	t := l.current
	if t == nil && !l.calling {
		return // the batch is over
	}
	l.current, l.calling = nil, false
	awaited := t != nil && t.awaited()
	if !awaited && l.handler == nil || t != nil && t.flags&taskMain != 0 {
		if origin := l.takeOrigin(); origin != nil && origin.Stack != nil {
			// The trace of the program begins where the panic was raised again, and not in the
			// goroutine or task that it came from.
			standardError.print(fmt.Sprintf("rt: what leaves the event loop began here:\n\n%s\n", origin.Stack))
		}
		standardError.flush() // the panic may end the program
		t.unwound(nil)
		return
	}
	v := recover()
	if v == nil { // Goexit
		t.unwound(nil)
		return
	}
	p := l.newPanic(t, v)
	t.unwound(p)
	if awaited {
		l.panics = append(slices.DeleteFunc(l.panics, isTaken), p)
	} else {
		l.Report(p)
	}
}

func isTaken(p *Panic) bool { return p.taken.Load() }

// longestOrigin limits, in bytes, the text about where a panic began and what it passed
// through. Nothing is added to a longer text: the beginning matters most.
const longestOrigin = 64 << 10

// newPanic returns a Panic for the value v that is being recovered.
func (l *Loop) newPanic(t *Task, v any) *Panic {
	origin := l.takeOrigin()
	switch {
	case origin == nil || origin.Stack == nil:
		return &Panic{Task: t, Value: v, Stack: inside.PanicStack()}
	case len(origin.Stack) >= longestOrigin:
		return &Panic{Task: t, Value: v, Stack: origin.Stack}
	}
	stack := fmt.Appendf(inside.PanicStack(), "\nwhich began here:\n\n%s", origin.Stack)
	return &Panic{Task: t, Value: v, Stack: stack}
}

// newCalledPanic is newPanic for a coroutine that was called where it is awaited. If the panic
// comes from a coroutine that this one called on the same goroutine, the stack of that panic is
// complete.
func (l *Loop) newCalledPanic(t *Task, v any) *Panic {
	var p *Panic
	if o := l.origin; o != nil && o.called && l.originStep == l.steps && isSame(v, o.Value) {
		l.origin = nil
		p = &Panic{Task: t, Value: v, Stack: o.Stack}
	} else {
		p = l.newPanic(t, v)
	}
	p.called = true
	return p
}

// isSame reports whether a and b, values of panics or errors, are known to be the same.
func isSame(a, b any) (same bool) {
	defer func() { recover() }() // the values may not be comparable
	return a == b
}

// setOrigin records that the panic p, from another goroutine or task, goes on in this step.
func (l *Loop) setOrigin(p *Panic) { l.origin, l.originStep = p, l.steps }

func (l *Loop) takeOrigin() *Panic {
	p := l.origin
	l.origin = nil
	if l.originStep != l.steps {
		return nil // that panic was recovered in an earlier step
	}
	return p
}

// unwound ends a task whose poll did not return.
func (t *Task) unwound(p *Panic) {
	if t == nil {
		return
	}
	t.err = errUnwound
	if p != nil {
		t.err = p
		t.ensureRare().panic = p
	}
	t.self.(interface{ drop() }).drop()
	t.end()
}

// rethrow panics with the value of the panic of t, if t panicked.
func (t *Task) rethrow() {
	if p := t.Panic(); p != nil {
		p.rethrow(t.loop)
	}
}

// rethrow panics with the value of p on the goroutine of l.
func (p *Panic) rethrow(l *Loop) {
	l.setOrigin(p)
	panic(p.take())
}

// take marks the panic as taken and returns its value.
func (p *Panic) take() any {
	p.taken.Store(true)
	return p.Value
}
