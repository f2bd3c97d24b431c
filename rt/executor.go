package rt

// This file runs blocking calls on goroutines of their own.

import (
	"container/list"
	"context"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// DefaultThreads is the number of calls of [ToThread] that a loop makes at once, unless it is
// made [WithExecutor]. Further calls wait for their turn. The loops of one [RunLoops] share
// this limit.
//
// A call that blocks in the system needs a thread, and the Go runtime ends a program with more
// than 10,000 threads; a program cannot recover from that. The limit is far above the number of
// processors (asyncio has min(32, processors+4)), because calls that wait for each other never
// end if one of them does not get its turn.
const DefaultThreads = 512

// ToThread runs fn, which may block, on a goroutine of its own and waits for its result. The
// loop runs other tasks in the meantime. If fn panics or calls runtime.Goexit, so does the
// await.
//
// A loop makes up to [DefaultThreads] calls at once, first come, first served. [Task.Stack] and
// [Loop.Dump] show which calls wait for their turn. Calls that wait for what other calls do can
// block each other if there are more of them than that: give them an executor of their own
// ([RunInExecutor]), or none ([Go]).
//
// Nothing can interrupt fn. A cancelled await still waits for fn and returns its result, so no
// result is lost and no call is left behind. The next await fails. If fn can be told to give
// up, use [ToThreadContext]. If nobody can wait for fn, use [ThreadOp.Abandonable].
func ToThread[T any](fn func() (T, error)) ThreadOp[T] {
	return ThreadOp[T]{plain: fn}
}

// ToThreadContext is like [ToThread], for a function that returns early when ctx ends. ctx ends
// when the await is cancelled, and otherwise lasts until fn has returned.
func ToThreadContext[T any](fn func(ctx context.Context) (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: fn}
}

// An Executor limits how many calls run at once. Any goroutine and any loop may use it.
type Executor struct {
	limit   int
	mu      sync.Mutex // guards the following fields
	running int
	waiting list.List // of *seat, first come first
}

// A seat is a place in the line for an [Executor].
type seat struct {
	task  *Task
	free  bool          // the call may run, and counts in running
	place *list.Element // place in waiting; nil: not there
	taken func() bool   // removes the callback at the end of the task
}

// NewExecutor returns an executor for up to limit calls at a time.
func NewExecutor(limit int) *Executor {
	if limit < 1 {
		panic(fmt.Errorf("rt: an executor for %d calls lets none run", limit))
	}
	return &Executor{limit: limit}
}

// RunInExecutor is like [ToThreadContext], with a limit: fn waits until fewer calls than the
// limit of e are running, first come, first served. A call that is cancelled while it waits is
// never made.
func RunInExecutor[T any](e *Executor, fn func(ctx context.Context) (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: fn, executor: e}
}

// WithExecutor limits [ToThread] and [ToThreadContext] by e instead of by [DefaultThreads].
// Several loops may share an executor. If e is nil there is no limit.
func WithExecutor(e *Executor) Option { return func(l *Loop) { l.executor = e } }

// Running returns the number of calls that are running.
func (e *Executor) Running() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// Waiting returns the number of calls that wait for their turn.
func (e *Executor) Waiting() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.waiting.Len()
}

// enter lets a call run now and returns nil, or returns the seat in which the call waits for
// its turn.
func (e *Executor) enter(t *Task) *seat {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running < e.limit && e.waiting.Len() == 0 {
		e.running++
		return nil
	}
	s := &seat{task: t}
	s.place = e.waiting.PushBack(s)
	// The task may end without polling again, by a panic that passes through it or because the
	// loop gave it up.
	s.taken = t.OnDone(func(*Task) { e.leave(s) })
	return s
}

func (e *Executor) isFree(s *seat) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return s.free
}

// leave ends a call that runs, with the seat s or with none, or removes s from the line. When a
// call ends, the next one in line may run, unless its loop was closed.
func (e *Executor) leave(s *seat) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if s != nil && s.place != nil {
		e.waiting.Remove(s.place)
		s.place = nil
		return
	}
	for e.waiting.Len() > 0 {
		next := e.waiting.Remove(e.waiting.Front()).(*seat)
		next.place = nil
		if next.task.loop.send(next.task) == nil {
			next.free = true
			return
		}
	}
	e.running--
}

// A ThreadOp is the operation that [ToThread] returns.
type ThreadOp[T any] struct {
	fn       func(context.Context) (T, error)
	plain    func() (T, error) // used if fn is nil
	executor *Executor         // nil: the executor of the loop, if any
	stage    Stage
	seat     *seat          // in which the call waits for its turn
	call     *threadCall[T] // nil: the call is not made yet
	scope    *Scope

	abandonable bool
}

// Abandonable returns an operation like o whose await does not wait for the call when it is
// cancelled: the await fails at once, the call goes on, and its result is dropped. Use it for a
// function that may block for ever and cannot be told to give up. A panic of an abandoned call
// is reported. If the call is still running when the loop is closed, [Loop.Close] and [Run]
// return an [*AbandonedError].
func (o ThreadOp[T]) Abandonable() ThreadOp[T] {
	o.abandonable = true
	return o
}

// An AbandonedError reports calls that were still running on goroutines of their own when the
// loop was closed: see [ThreadOp.Abandonable].
type AbandonedError struct{ Calls []string }

func (e *AbandonedError) Error() string {
	return fmt.Sprintf("left behind, on goroutines of their own: calls of %s", strings.Join(e.Calls, ", "))
}

// name returns the name of the called function.
func (o *ThreadOp[T]) name() string {
	fn := reflect.ValueOf(o.fn)
	if o.fn == nil {
		fn = reflect.ValueOf(o.plain)
	}
	return path.Base(runtime.FuncForPC(fn.Pointer()).Name())
}

// A threadCall is a call of fn in progress. Its goroutine fills it in and then sends it to the
// loop. Until it is sent, only the goroutine reads the result.
type threadCall[T any] struct {
	task      *Task
	executor  *Executor
	value     T
	err       error
	panic     *Panic
	exited    bool
	done      bool // this field and the next are set and read on the loop
	abandoned bool
}

// Poll implements [Awaitable].
func (o *ThreadOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "ToThread")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		if o.executor == nil {
			o.executor = t.loop.executor
		}
		if o.executor != nil {
			o.seat = o.executor.enter(t)
		}
	}
	if o.call == nil {
		if o.seat != nil {
			if err := t.Err(); err != nil {
				o.seat.taken()
				o.executor.leave(o.seat)
				return v, err, true
			}
			if !o.executor.isFree(o.seat) {
				o.stage.Suspend(t)
				return v, nil, false
			}
			o.seat.taken()
		}
		o.call = &threadCall[T]{task: t, executor: o.executor}
		o.scope = t.OpenScope()
		t.loop.threads.Add(1)
		go o.call.run(o.fn, o.plain, o.scope)
	}
	c := o.call
	if !c.done {
		if o.abandonable {
			if err := t.Err(); err != nil {
				c.abandoned = true
				if t.loop.abandoned == nil {
					t.loop.abandoned = make(map[any]string)
				}
				t.loop.abandoned[c] = o.name()
				o.scope.Close()
				return v, err, true
			}
		}
		o.stage.Suspend(t)
		return v, nil, false
	}
	o.scope.Close()
	if c.exited {
		runtime.Goexit()
	}
	if c.panic != nil {
		c.panic.rethrow(t.loop)
	}
	return c.value, c.err, true
}

// Awaitable implements [Expr].
func (o ThreadOp[T]) Awaitable() Awaitable[T] { return &o }

// Where implements [Locator].
func (o *ThreadOp[T]) Where() (line string, on any) {
	if o.call == nil && o.seat != nil {
		return fmt.Sprintf("waits for its turn: %d calls are running, which is the limit (see rt.WithExecutor)", o.executor.limit), nil
	}
	return "", nil
}

func (c *threadCall[T]) run(fn func(context.Context) (T, error), plain func() (T, error), ctx context.Context) {
	c.exited = true // until fn returns or panics
	defer func() {
		if v := recover(); v != nil {
			c.exited = false
			c.panic = &Panic{Task: c.task, Value: v, Stack: inside.PanicStack()}
		}
		if c.executor != nil {
			c.executor.leave(nil)
		}
		// The loop stays open while its tasks live. It can be closed only if the task of an
		// abandoned call has ended.
		if c.task.loop.send(c) != nil && c.panic != nil {
			unhandled(c.panic)
		}
	}()
	if fn == nil {
		c.value, c.err = plain()
	} else {
		c.value, c.err = fn(ctx)
	}
	c.exited = false
}

// arrive implements [arrival].
func (c *threadCall[T]) arrive(l *Loop) {
	c.done = true
	l.threads.Add(-1)
	if c.abandoned {
		delete(l.abandoned, c)
		if c.panic != nil {
			l.Report(c.panic)
		}
		return
	}
	c.task.Wake()
}
