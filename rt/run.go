package rt

// This file runs a coroutine from outside of a loop.

import (
	"errors"
	"fmt"
)

// Run runs x as the main task of a new loop and returns its result, as asyncio.run does. When
// the main task has ended, Run cancels the other tasks, waits until they have ended, and closes
// the loop. A panic or a runtime.Goexit of the main task leaves Run as if Run had called a
// function that panics or ends its goroutine.
//
// If tasks do not end although they are cancelled, Run joins a [*StuckError] with the error of
// x. If data was written but not sent, it joins an [*UnsentError]. See [Loop.Close].
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

// RunUntilComplete runs x as a task of l, and runs l until that task has ended. It does not
// close l: the other tasks go on in the next run.
func RunUntilComplete[T any](l *Loop, x Expr[T]) (v T, err error) {
	if l.Closed() {
		return v, ErrLoopClosed
	}
	return runUntilComplete(l, Start(l, x))
}

func runUntilComplete[T any](l *Loop, t *TaskOf[T]) (v T, err error) {
	t.flags |= taskMain
	func() {
		defer func() { t.flags &^= taskMain }() // if a panic ends this run, the end of t must not stop a later run
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
