package asyncio

// This file has the task of the slides: a future whose result is that of a coroutine.

import "errors"

// A Coroutine is a generator that yields what it waits for. It returns a value and an error:
//
//	func f(y co.Yielder[asyncio.Waitable, any]) (any, error)
type Coroutine interface {
	Next() (Waitable, bool)
	Send(v any) (Waitable, bool)
	Throw(err error) (Waitable, bool)
	Result() (any, error)
}

// ErrForeign is thrown into a coroutine that yields the future of another loop. On the slides,
// what is no future at all is a RuntimeError; here the compiler refuses that.
var ErrForeign = errors.New("the future belongs to another loop")

// A Task runs a coroutine.
type Task struct {
	Future
	name       string
	coroutine  Coroutine
	waiter     Waitable // what the coroutine waits for
	mustCancel bool
}

// NewTask starts a task: asyncio.async on the slides, create_task today.
func NewTask(l *Loop, name string, c Coroutine) *Task {
	t := &Task{Future: Future{loop: l}, name: name, coroutine: c}
	l.CallSoon(func() { t.step(nil, nil) })
	return t
}

// Cancel throws ErrCancelled into the coroutine, by way of what it waits for.
func (t *Task) Cancel() bool {
	if t.done {
		return false
	}
	if t.waiter == nil || !t.waiter.Cancel() {
		t.mustCancel = true
	}
	return true
}

// step runs the coroutine to its next yield, with a value or an error for the last one.
func (t *Task) step(value any, exc error) {
	if t.mustCancel {
		t.mustCancel, exc = false, ErrCancelled
	}
	t.waiter = nil

	var result Waitable
	var yielded bool
	switch {
	case exc != nil:
		t.loop.log("%s: throw(%v)", t.name, exc)
		result, yielded = t.coroutine.Throw(exc)
	case value != nil:
		t.loop.log("%s: send(%v)", t.name, value)
		result, yielded = t.coroutine.Send(value)
	default:
		t.loop.log("%s: next()", t.name)
		result, yielded = t.coroutine.Next()
	}

	if !yielded { // StopIteration, CancelledError, Exception
		t.end(t.coroutine.Result())
		return
	}
	switch {
	case result == nil:
		t.loop.log("%s: yields nothing, call_soon(_step)", t.name)
		t.loop.CallSoon(func() { t.step(nil, nil) })
	case result.base().loop != t.loop:
		t.loop.log("%s: yields what it cannot wait for", t.name)
		t.loop.CallSoon(func() { t.step(nil, ErrForeign) })
	default:
		t.loop.log("%s: waits for a future", t.name)
		result.base().AddDoneCallback(t.wakeup)
		t.waiter = result
		if t.mustCancel && t.waiter.Cancel() {
			t.mustCancel = false
		}
	}
}

func (t *Task) end(v any, err error) {
	switch {
	case err == nil:
		t.loop.log("%s: set_result(%v)", t.name, v)
		t.SetResult(v)
	case errors.Is(err, ErrCancelled):
		t.loop.log("%s: cancelled", t.name)
		t.Future.Cancel()
	default:
		t.loop.log("%s: set_exception(%v)", t.name, err)
		t.SetException(err)
	}
}

// wakeup is called by the loop when what the coroutine waits for has its result.
func (t *Task) wakeup(f *Future) { t.step(f.Result()) }
