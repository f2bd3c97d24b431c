package rt

// This file is await and the current task for code that is not a machine.

import (
	"fmt"
	"strings"
)

// Block waits for x and returns its result, in the way that suits its caller:
//
//   - in a [Lockstep] coroutine it lets the loop go on until x is ready;
//   - on an ordinary goroutine it blocks that. An x that belongs to a loop (a
//     task, an operation of a connection in use) is awaited there; anything
//     else runs on a loop of its own, see [Run];
//   - on a goroutine that is running a loop it panics: it would hold up the
//     very tasks that it waits for.
//
// It is what Await of package annotations does where coroutinegen did not
// rewrite it.
func Block[T any](x Expr[T]) (T, error) {
	switch as := occupation().(type) {
	case *baton:
		return await(as, x.Awaitable())
	case *Loop:
		panic(stopsLoop(caller()))
	}
	if l := loopOf(x); l != nil && !l.Closed() {
		return wait(StartThreadsafe(l, x))
	}
	return Run(x)
}

// stopsLoop is the panic of an await in name on the goroutine of a loop.
func stopsLoop(name string) error {
	var remedy string
	switch {
	case inMachine(name):
		remedy = "in a coroutine, write Await of package annotations and not rt.Block"
	case strings.HasPrefix(name, module+"rt/streams."): // NetConn and its like
		remedy = "call it on a goroutine of its own with rt.ToThread, or from a coroutine made by rt.Lockstep"
	default:
		remedy = fmt.Sprintf("if %s is to be a coroutine, mark it with //coroutine:async, run go generate and await what its Async function returns; "+
			"if not, call it on a goroutine of its own with rt.ToThread", name)
	}
	return fmt.Errorf("%s awaits on the goroutine that runs the event loop, and would stop every task: %s", name, remedy)
}

// inMachine reports whether a function so called is Poll of a machine, or a part of it.
func inMachine(name string) bool {
	_, method, ok := strings.Cut(name, "Frame).")
	return ok && strings.HasPrefix(method, "part") || strings.HasSuffix(name, ").Poll")
}

// Current returns the task that is running. It is slow: a coroutine that was
// generated or written by hand knows its task from Poll. Outside of a task it
// panics.
func Current() *Task {
	if t := TryCurrent(); t != nil {
		return t
	}
	if _, ok := occupation().(*Loop); ok {
		panic(fmt.Errorf("%s asks for the current task in a callback of the event loop, where there is none: use the Loop, or Start a task", caller()))
	}
	panic(fmt.Errorf("%s asks for the current task outside of one: call it from a coroutine, run by rt.Run or spawned", caller()))
}

// TryCurrent is [Current], except that outside of a task it returns nil.
func TryCurrent() *Task {
	switch as := occupation().(type) {
	case *baton:
		as.task.watched()
		return as.task.loop.current
	case *Loop:
		return as.current
	}
	return nil
}

// StartThreadsafe starts x as a task of l, which runs on another goroutine, and
// returns its result as a [Future], which any goroutine and any loop can wait
// for. It is asyncio.run_coroutine_threadsafe. Cancelling the future cancels
// the task.
func StartThreadsafe[T any](l *Loop, x Expr[T]) *Future[T] {
	f := new(Future[T])
	err := l.CallSoonThreadsafe(func() {
		if f.Done() {
			return // cancelled on the way
		}
		t := Start(l, x)
		t.flags |= taskJoined
		remove := f.OnDone(func(f *Future[T]) {
			_, err, _ := f.result()
			l.CallSoonThreadsafe(func() { t.Cancel(err) })
		})
		t.OnDone(func(*Task) {
			remove()
			if f.complete(t.value, t.err, t.Panic()) != nil {
				t.noteFailure() // it failed when nobody waited any more
			}
		})
	})
	if err != nil {
		f.Fail(err)
	}
	return f
}

// wait blocks the calling goroutine until f is done.
func wait[T any](f *Future[T]) (T, error) {
	done := make(chan struct{})
	f.OnDone(func(*Future[T]) { close(done) })
	<-done
	v, err, _ := f.Result()
	return v, err
}

// loopOf returns the loop that x belongs to, or nil if x can be awaited on any.
func loopOf(x any) *Loop {
	if x, ok := x.(interface{ Loop() *Loop }); ok {
		return x.Loop()
	}
	return nil
}
