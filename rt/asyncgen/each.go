package asyncgen

import (
	"iter"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Each returns the values of it for a range statement, and closes it:
//
//	var err error
//	for v := range asyncgen.Each(g, &err) {
//		...
//	}
//	if err != nil {
//		return err
//	}
//
// However the loop is left, be it by the end of the values, break, return or a panic, Each closes
// it and waits until it has cleaned up, even if the task is cancelled. Only then the statement
// after the loop runs, or the panic goes on. runtime.Goexit cannot be held up if the coroutine has
// deferred calls that await. The iterator then cleans up in its own task.
//
// *err is set to nil at the beginning. At the end, it is the error of the Next that failed or, if
// there is none, that of Close. err must not be nil.
//
// The functions that range over the result must be coroutines, or run as [rt.Block] allows: Each
// waits by Block.
func Each[V any](it Iterator[V], err *error) iter.Seq[V] {
	return func(yield func(V) bool) {
		*err = nil
		defer func() {
			if _, closing := rt.Block(it.Close()); *err == nil {
				*err = closing
			}
		}()
		for {
			v, failed := rt.Block(it.Next())
			if failed != nil {
				*err = failed
				return
			}
			if !v.V2 || !yield(v.V1) {
				return
			}
		}
	}
}
