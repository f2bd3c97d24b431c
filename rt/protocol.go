package rt

// This file defines the protocol between a coroutine and whatever runs it.

// An Awaitable is anything a coroutine can wait for: a leaf operation, a
// future, a task, another coroutine.
//
// It is Python's desugaring of await, word for word:
//
//	data = read(sock, n)
//	if data is SUSPEND:
//	    return SUSPEND
type Awaitable[T any] interface {
	// Poll makes progress on behalf of t, on the goroutine of t's loop.
	//
	// If ready is false, nothing else of the result counts: t will be woken
	// when polling again is worthwhile, and the caller suspends by returning
	// not ready itself. A wake-up may be spurious, so Poll must bear being
	// called early. After Poll has returned ready it must not be called again.
	//
	// Failure and cancellation both arrive as err.
	Poll(t *Task) (v T, err error, ready bool)
}

// An Expr is a value that may stand inside an await: every operation, future,
// task and coroutine of this package, and any type of yours with this method.
//
// Operations such as [SleepOp] are plain struct values, so that a frame can hold
// them without an allocation; it is their pointer that has Poll. This method
// is what the value itself has. Machines made by coroutinegen never call it for
// a type whose pointer has Poll: they poll the value in place.
type Expr[T any] interface {
	Awaitable() Awaitable[T]
}

// Void is the result of an awaitable that has none besides its error.
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

// A Coroutine is a call that has not begun: what calling an async def gives
// in Python. Await it, spawn it, gather it; or drop it, and nothing has run.
//
// Like its Python twin it runs once. A second await of the same Coroutine
// panics.
type Coroutine[T any] struct {
	frame Awaitable[T]
}

// NewCoroutine returns the coroutine that frame carries out. Generated code
// calls it with a fresh frame; so may you with one written by hand.
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
