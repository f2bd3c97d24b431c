package rt

// This file is what happens when the code of a task panics, or ends its
// goroutine, instead of returning.

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A Panic is a panic that ended a task or left a callback.
type Panic struct {
	Task  *Task  // nil: a callback
	Value any    // what was passed to panic
	Stack []byte // where, as text

	called   bool        // it left a coroutine that was called where it was awaited
	taken    atomic.Bool // somebody has panicked with it
	replaced []any       // the values of panics in whose place it came, the first one first, as far as is known
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

// Unwrap returns the value, if it is an error.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// errUnwound is the error of a task that neither returned nor left a panic
// that the loop could keep.
var errUnwound = errors.New("task ended by runtime.Goexit, or by a panic that left its event loop")

// mustBe panics if by, which polls what t has begun to wait for, is another
// task: it would never be woken.
func (t *Task) mustBe(by *Task) {
	if t != by {
		panic(errShared(t, by))
	}
}

func errShared(t, by *Task) error {
	return fmt.Errorf("%s awaits what %s has begun to await: one coroutine was handed to two tasks; call its function once for each: a coroutine runs once, in one task", by, t)
}

// caught is the deferred call that watches over a batch. It decides where the
// panic of a step goes:
//
//   - to those who wait for the task, whose await panics with the same value
//     (should they never come to it, Close reports the panic);
//   - else to the loop's handler, and the loop goes on;
//   - else, and always for the main task, through the function that runs the
//     loop to its caller. It is not recovered then: to the caller it is the
//     panic of a function that it called, trace and all.
//
// A runtime.Goexit (testing.T.FailNow) cannot be held up. Whoever runs the
// loop then ends the other tasks by a deferred Close, as [Run] does.
func (l *Loop) caught() {
	t := l.current
	if t == nil && !l.calling {
		return // the batch is over
	}
	l.current, l.calling = nil, false
	awaited := t != nil && t.awaited()
	if !awaited && l.handler == nil || t != nil && t.flags&taskMain != 0 {
		if origin := l.takeOrigin(); origin != nil && origin.Stack != nil {
			// The trace will begin where the panic came out of another
			// goroutine or task.
			standardError.print(fmt.Sprintf("rt: what leaves the event loop began here:\n\n%s\n", origin.Stack))
		}
		standardError.flush() // it may end the program
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

// longestOrigin is how long the text is, in bytes, about where a panic began and
// what it passed through, to which no more is added: where it began matters most.
const longestOrigin = 64 << 10

// newPanic returns the panic with v that is being recovered.
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

// newCalledPanic is newPanic for a coroutine that was called where it is awaited. The
// stack of one that was called by it, on the same goroutine, says it all.
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
	defer func() { recover() }() // they cannot be compared
	return a == b
}

// setOrigin notes that the panic p, from another goroutine or task, goes on in
// this step.
func (l *Loop) setOrigin(p *Panic) { l.origin, l.originStep = p, l.steps }

func (l *Loop) takeOrigin() *Panic {
	p := l.origin
	l.origin = nil
	if l.originStep != l.steps {
		return nil // somebody recovered that one
	}
	return p
}

// unwound ends a task that was polled but did not return.
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

// rethrow panics as t did.
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

// take returns the value to panic with.
func (p *Panic) take() any {
	p.taken.Store(true)
	return p.Value
}
