package rt

// This file is the ways to run a coroutine from outside of a loop.

import (
	"errors"
	"fmt"
)

// Run runs x as the main task of a new loop and returns its result, as
// asyncio.run does: when the main task has ended, the others are cancelled and
// run to their ends, and the loop is closed. A panic or a runtime.Goexit of
// the main task leaves Run like a panic or Goexit of a function that it calls.
//
// Tasks that did not end although cancelled are reported as a [*StuckError], and data
// that was written but not sent as an [*UnsentError], joined with the error of x: see
// [Loop.Close].
func Run[T any](x Expr[T], opts ...Option) (v T, err error) {
	if occupation() != nil {
		panic(errNested())
	}
	l, err := NewLoop(opts...)
	if err != nil {
		return v, err
	}
	defer func() {
		if cerr := l.Close(); cerr != nil {
			err = errors.Join(err, cerr)
		}
	}()
	return RunUntilComplete(l, x)
}

// RunUntilComplete runs x as a task of l, and l until that task has ended. It
// does not close l: other tasks stay as they are, for the next run.
func RunUntilComplete[T any](l *Loop, x Expr[T]) (v T, err error) {
	if l.Closed() {
		return v, ErrLoopClosed
	}
	return runUntilComplete(l, Start(l, x))
}

func runUntilComplete[T any](l *Loop, t *TaskOf[T]) (v T, err error) {
	t.flags |= taskMain
	func() {
		defer func() { t.flags &^= taskMain }() // its end must not stop a later run, if a panic ends this one
		err = l.RunForever()
	}()
	if v, result, done := t.Result(); done {
		return v, result
	}
	if err == nil {
		err = fmt.Errorf("event loop was stopped before %s had ended", t)
	}
	return v, err
}
