package rt

// This file is the way out of the loop: calls that block, on goroutines of
// their own.

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

// DefaultThreads is how many calls of [ToThread] a loop makes at once, unless it is
// made [WithExecutor]; more wait for their turn. The loops of one [RunLoops] have
// that many together.
//
// A call that blocks in the system needs a thread, and a program with more than
// 10,000 threads is ended by the Go runtime, which nobody can recover from. There
// are far more than processors (asyncio has min(32, processors+4)), as calls that
// wait for each other never end if one of them does not get its turn.
const DefaultThreads = 512

// ToThread runs fn, which may block, on a goroutine of its own and waits for
// its result; the loop goes on meanwhile. A panic or runtime.Goexit of fn
// becomes that of the await.
//
// A loop makes up to [DefaultThreads] calls at once, first come, first served;
// [Task.Stack] and [Loop.Dump] say which wait for their turn. Calls that wait for
// something that only other calls do, and may be so many, need an executor of their
// own ([RunInExecutor]), or none ([Go]).
//
// Nothing can interrupt fn: a cancelled await waits for it all the same and
// returns what it returns, so that no result is lost and no call is left
// behind. The await after it sees the cancellation. If fn can be told to give
// up, use [ToThreadContext]; if nobody can wait for it, [ThreadOp.Abandonable].
func ToThread[T any](fn func() (T, error)) ThreadOp[T] {
	return ThreadOp[T]{plain: fn}
}

// ToThreadContext is [ToThread] for an fn that ends early when ctx does: that
// is when the await is cancelled. ctx lasts until fn has returned.
func ToThreadContext[T any](fn func(ctx context.Context) (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: fn}
}

// An Executor is a limit on how many calls run at once. Any goroutine and any
// loop may use it.
type Executor struct {
	limit   int
	mu      sync.Mutex // guards what follows
	running int
	waiting list.List // of *seat, in the order in which they came
}

// A seat is a place in the line for an [Executor].
type seat struct {
	task  *Task
	free  bool          // it is this one's turn: counted in running
	place *list.Element // in waiting; nil: not there
	taken func() bool   // the end of the task does not matter any more
}

// NewExecutor returns an executor for up to limit calls at a time.
func NewExecutor(limit int) *Executor {
	if limit < 1 {
		panic(fmt.Errorf("rt: an executor for %d calls lets none run", limit))
	}
	return &Executor{limit: limit}
}

// RunInExecutor is [ToThreadContext] under a limit: fn waits until fewer calls
// than the limit are running, first come, first served. A call that is
// cancelled while it waits is never made.
func RunInExecutor[T any](e *Executor, fn func(ctx context.Context) (T, error)) ThreadOp[T] {
	return ThreadOp[T]{fn: fn, executor: e}
}

// WithExecutor puts [ToThread] and [ToThreadContext] under the limit of e, in place
// of one for [DefaultThreads] calls. Several loops may share an executor. A nil e
// is no limit.
func WithExecutor(e *Executor) Option { return func(l *Loop) { l.executor = e } }

// Running returns how many calls are running.
func (e *Executor) Running() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.running
}

// Waiting returns how many calls wait for their turn.
func (e *Executor) Waiting() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.waiting.Len()
}

// enter lets a call run now, if it returns nil; else the seat will be free one day.
func (e *Executor) enter(t *Task) *seat {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running < e.limit && e.waiting.Len() == 0 {
		e.running++
		return nil
	}
	s := &seat{task: t}
	s.place = e.waiting.PushBack(s)
	// The task may end without asking for its seat again: by a panic that passes
	// through, say, or because it was given up.
	s.taken = t.OnDone(func(*Task) { e.leave(s) })
	return s
}

func (e *Executor) isFree(s *seat) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return s.free
}

// leave ends a call that enter, or s, let run, or gives up waiting in s. The next in
// line may run then, but none whose loop was closed.
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
	plain    func() (T, error) // if there is no fn
	executor *Executor         // nil: that of the loop, if any
	entered  bool              // the executor was asked
	seat     *seat             // in which it waits for its turn
	call     *threadCall[T]    // nil: before it is made
	scope    *Scope

	abandonable bool
}

// Abandonable returns o, but such that a cancelled await does not wait for the
// call: it fails at once, and the call goes on with nobody to take its result.
// That is for a function which may block for ever and cannot be told to give up.
// It is not forgotten: a panic of it is reported, and [Loop.Close] (and so [Run])
// returns an [*AbandonedError] if it is still being made then.
func (o ThreadOp[T]) Abandonable() ThreadOp[T] {
	o.abandonable = true
	return o
}

// An AbandonedError reports calls that were being made, on goroutines of their
// own, when the loop was closed: see [ThreadOp.Abandonable].
type AbandonedError struct{ Calls []string }

func (e *AbandonedError) Error() string {
	return fmt.Sprintf("left behind, on goroutines of their own: calls of %s", strings.Join(e.Calls, ", "))
}

// name returns the name of the function that is called.
func (o *ThreadOp[T]) name() string {
	fn := reflect.ValueOf(o.fn)
	if o.fn == nil {
		fn = reflect.ValueOf(o.plain)
	}
	return path.Base(runtime.FuncForPC(fn.Pointer()).Name())
}

// A threadCall is a call of fn in progress. The goroutine fills it in and
// sends it to the loop, and with it the right to read it.
type threadCall[T any] struct {
	task      *Task
	executor  *Executor
	value     T
	err       error
	panic     *Panic
	exited    bool
	done      bool // set and read on the loop, like the next
	abandoned bool
}

// Poll implements [Awaitable].
func (o *ThreadOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	if o.call == nil {
		if !o.entered {
			if err, ready := t.Checkpoint(); err != nil || !ready {
				return v, err, ready
			}
			o.entered = true
			if o.executor == nil {
				o.executor = t.loop.executor
			}
			if o.executor != nil {
				o.seat = o.executor.enter(t)
			}
		}
		if o.seat != nil {
			o.seat.task.mustBe(t)
			if err := t.Err(); err != nil {
				o.seat.taken()
				o.executor.leave(o.seat)
				return v, err, true
			}
			if !o.executor.isFree(o.seat) {
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
	c.task.mustBe(t)
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
	c.exited = true // unless it turns out otherwise
	defer func() {
		if v := recover(); v != nil {
			c.exited = false
			c.panic = &Panic{Task: c.task, Value: v, Stack: inside.PanicStack()}
		}
		if c.executor != nil {
			c.executor.leave(nil)
		}
		// The loop stays open while its tasks live; only of those who have
		// abandoned the call may none be left.
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
