package asyncgen

// This file defines what an Iterator is.

import "github.com/coroutinegen/coroutinegen/rt"

// An Iterator hands out values one by one, as a [Generator] does. Functions that change or combine
// sequences of values take and return Iterators. See [Poller] for Iterators of your own.
type Iterator[V any] interface {
	// Next returns the operation that waits for the next value. Its second result is false at
	// the end. The error is returned once. A cancelled Next loses nothing.
	Next() NextOp[V]

	// Close returns the operation that ends the iterator, and waits until it has cleaned up,
	// even in a cancelled task. After the end, it does nothing.
	Close() CloseOp
}

// A Poller is what the operations of an [Iterator] poll. An Iterator of your own is a pointer to a
// struct with these methods, and its Next and Close return the results of [NextOf] and [CloseOf].
// The operation that is going on, such as the Next of another Iterator, is a field of the struct,
// so that nothing is allocated.
type Poller[V any] interface {
	// PollNext is the Poll of Next (see [rt.Awaitable]). first reports whether a new Next begins.
	// Its checkpoint has passed.
	PollNext(t *rt.Task, first bool) (v rt.Two[V, bool], err error, ready bool)

	ClosePoller
}

// A ClosePoller is what the Close of an [Iterator] polls.
type ClosePoller interface {
	// PollClose is the Poll of Close, in a shield. first reports whether a new Close begins.
	// Several tasks may close an Iterator at once.
	PollClose(t *rt.Task, first bool) (err error, ready bool)
}

// loop returns the loop that p belongs to, if it can tell.
func loop(p any) *rt.Loop {
	if s, ok := p.(interface{ Loop() *rt.Loop }); ok {
		return s.Loop()
	}
	return nil
}

// runsCoroutine is the result of Parts of an operation that runs the function of a generator. An
// ordinary goroutine then cannot await it on a loop that ends with the await.
func runsCoroutine() []any { return []any{rt.Coroutine[rt.Void]{}} }

// where returns where p waits, if it can tell.
func where(p any) (line string, on any) {
	if l, ok := p.(rt.Locator); ok {
		return l.Where()
	}
	return "", nil
}
