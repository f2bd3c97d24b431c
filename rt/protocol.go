package rt

// This file defines the protocol between a coroutine and the loop that runs it.

// An Awaitable is anything a coroutine can wait for: a leaf operation, a future, a task or
// another coroutine.
//
// The protocol is Python's desugaring of await:
//
//	data = read(sock, n)
//	if data is SUSPEND:
//	    return SUSPEND
type Awaitable[T any] interface {
	// Poll makes progress for the task t, on the goroutine of the loop of t.
	//
	// If ready is false, the other results have no meaning. t will be woken when polling again
	// is worthwhile, and the caller suspends by returning not ready itself. A wake-up may be
	// spurious, so Poll must accept early calls. After Poll has returned ready, it must not be
	// called again.
	//
	// err is a failure or a cancellation.
	Poll(t *Task) (v T, err error, ready bool)
}

// An Expr is a value that can be awaited: every operation, future, task and coroutine of this
// package, and any type of yours that has this method.
//
// Operations such as [SleepOp] are plain struct values, so a frame can hold them without an
// allocation. Their pointers have Poll, and the values have the method Awaitable. If the
// pointer of a type has Poll, machines made by coroutinegen poll the value in place and never
// call Awaitable.
type Expr[T any] interface {
	Awaitable() Awaitable[T]
}

// Void is the result of an awaitable that has no result besides its error.
type Void struct{}

// Two holds the results of a coroutine that has two besides its error.
type Two[A, B any] struct {
	V1 A
	V2 B
}

// Three holds the results of a coroutine that has three besides its error.
type Three[A, B, C any] struct {
	V1 A
	V2 B
	V3 C
}

// A Coroutine is a call that has not begun, like the result of calling an async def in Python.
// Await it, spawn it or gather it. If it is dropped, none of its code runs.
//
// A Coroutine runs once, as in Python. A second await of the same Coroutine panics.
type Coroutine[T any] struct {
	frame Awaitable[T]
}

// NewCoroutine returns the coroutine that runs frame. Generated code calls NewCoroutine with a
// new frame, and so can code written by hand.
func NewCoroutine[T any](frame Awaitable[T]) Coroutine[T] {
	if debugLoops.Load() != 0 {
		frame = track(frame)
	}
	return Coroutine[T]{frame}
}

// Poll runs the coroutine to its next suspension or its return.
func (c Coroutine[T]) Poll(t *Task) (v T, err error, ready bool) { return c.frame.Poll(t) }

// Awaitable returns the frame of c.
func (c Coroutine[T]) Awaitable() Awaitable[T] { return c.frame }

func (c Coroutine[T]) isCoroutine() {}
