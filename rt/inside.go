package rt

// This file gives package machine access to tasks. machine is a package of its own so that
// readers of the documentation of rt need not read about machines. The access is not part of
// the public interface: see package inside.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

func init() {
	inside.Of = func(t *Task) inside.Task[*Task, *Panic] { return (*taskInside)(t) }
	inside.Register = registerNew
	inside.Occupation = occupation
	inside.Goroutine = goid
}

// taskInside is a task as package machine sees it.
type taskInside Task

func (t *taskInside) MustBe(by *Task) { (*Task)(t).mustBe(by) }
func (t *taskInside) Goexit()         { (*Task)(t).goexit() }
func (t *taskInside) Fly(p *Panic)    { (*Task)(t).fly(p) }
func (t *taskInside) Watched() bool   { return t.flags&taskWatched != 0 }

func (t *taskInside) MaySuspend() {
	if t.flags&taskGoexit != 0 {
		panic(errSuspendedGoexit)
	}
}

func (t *taskInside) InFlight(v any, old *Panic) *Panic {
	p := &Panic{Task: (*Task)(t), Value: v}
	if old != nil {
		p.replaced = append(slices.Clip(old.replaced), old.Value)
	}
	if origin := t.loop.takeOrigin(); origin != nil {
		p.Stack = origin.Stack
		if isSame(v, origin.Value) {
			p.replaced = append(p.replaced, origin.replaced...)
		}
	}
	return p
}

func (t *taskInside) Passes(p *Panic) {
	if p.Stack != nil || p.replaced != nil {
		t.loop.setOrigin(p)
	}
}

func (t *taskInside) Left(v any) { t.loop.setOrigin(t.loop.newPanic((*Task)(t), v)) }

func (t *taskInside) LeftCall(v any) *Panic { return t.loop.newCalledPanic((*Task)(t), v) }

func (t *taskInside) SetWatched(on bool) {
	t.flags &^= taskWatched
	if on {
		t.flags |= taskWatched
	}
}

// A host is a goroutine that runs coroutines in lock-step with a loop. Package machine
// registers it.
type host interface {
	Loop() *Loop
	Innermost() any // returns a baton
}

// A baton is a coroutine of package machine that runs in lock-step with the loop, as seen on
// the goroutine of the coroutine.
type baton interface {
	// Task returns the task for which the coroutine runs.
	Task() *Task

	// Watch finds out which deferred calls the coroutine is in, if the task is watched.
	Watch()

	// Await records that the coroutine awaits on, or, if on is nil, that the coroutine goes on.
	Await(on any)

	// Suspend passes the baton to the loop until the next step.
	Suspend()
}

// A callable is a coroutine that a lock-step coroutine can call where it awaits it.
type callable[T any] interface {
	// CallBy runs the coroutine on the goroutine of b, a baton. It reports false if the
	// coroutine cannot run there and has to be polled. It returns a panic of the coroutine as
	// p.
	CallBy(b any) (v T, p *Panic, err error, ok bool)
}

// await waits for x on the goroutine of b.
func await[T any](b baton, x Awaitable[T]) (T, error) {
	b.Watch()
	defer b.Await(nil)
	b.Await(x)
	if c, ok := x.(callable[T]); ok {
		if v, p, err, ok := c.CallBy(b); p != nil {
			p.rethrow(b.Task().loop)
		} else if ok {
			return v, err
		}
	}
	for {
		v, err, ready := x.Poll(b.Task())
		if ready {
			return v, err
		}
		b.Suspend()
	}
}
