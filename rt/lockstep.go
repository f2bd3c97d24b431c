package rt

// This file is the reference backend: a coroutine that is an ordinary function
// on a goroutine of its own, in lock-step with the loop. Only one of the two
// runs at any time; they hand each other a baton. A coroutine that such a function
// awaits is what it is in the source, a call: it runs on the same goroutine.

import (
	"fmt"
	"iter"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
)

// Lockstep returns the coroutine that runs fn, unchanged, on a goroutine of its
// own, one step per poll: at each await in fn (see [Block]) that has to wait,
// fn stands still and the loop goes on. Steps, order of events, panics and
// runtime.Goexit are those of the machine that coroutinegen makes of fn; it is
// slow, and the goroutine stays until fn has returned. A coroutine made by
// Lockstep that another one awaits runs on the goroutine of that one.
//
// What fn awaits in deferred calls is shielded from cancellation (see
// [Task.OpenShield]). For this, places lists as file.go:line where each function
// literal begins that is deferred and awaits, and where each function that
// defers an await itself returns, other than with the result of an await.
func Lockstep[T any](fn func() (T, error), places ...string) Coroutine[T] {
	return lockstepOf(fn, fn, places...)
}

// LockstepVoid is [Lockstep] for an fn that has no result but its error.
func LockstepVoid(fn func() error) Coroutine[Void] {
	return lockstepOf(fn, func() (v Void, err error) {
		err = fn()
		return v, err
	})
}

// Lockstep2 is [Lockstep] for an fn with two results besides its error.
func Lockstep2[A, B any](fn func() (A, B, error)) Coroutine[Two[A, B]] {
	return lockstepOf(fn, func() (v Two[A, B], err error) {
		v.V1, v.V2, err = fn()
		return v, err
	})
}

// Lockstep3 is [Lockstep] for an fn with three results besides its error.
func Lockstep3[A, B, C any](fn func() (A, B, C, error)) Coroutine[Three[A, B, C]] {
	return lockstepOf(fn, func() (v Three[A, B, C], err error) {
		v.V1, v.V2, v.V3, err = fn()
		return v, err
	})
}

// lockstepOf returns the coroutine that runs call, which is called by the name
// of the function fn.
func lockstepOf[T any](fn any, call func() (T, error), places ...string) Coroutine[T] {
	if placed.Load() > 0 {
		if b, ok := occupation().(*baton); ok {
			places = append(places[:len(places):len(places)], b.places...) // fn may be a literal there
		}
	}
	return NewCoroutine[T](&lockstep[T]{fn: call, of: fn, baton: baton{places: places}})
}

// placed is how many lock-step coroutines with places are running.
var placed atomic.Int64

// A baton is what a lock-step coroutine is known by on its goroutine.
type baton struct {
	task *Task   // on whose behalf it runs
	host *host   // where
	on   any     // what it awaits
	at   callers // of the await

	places   []string       // see Lockstep
	deferred []deferredCall // that it is in, as far as is known, outermost first
}

// A host is a goroutine that lock-step coroutines run on, each awaited by the one
// before.
type host struct {
	loop      *Loop
	top       *baton              // the innermost
	yield     func(struct{}) bool // passes the baton to whoever polls
	suspended bool                // it has been passed
}

type lockstep[T any] struct {
	baton
	fn    func() (T, error)
	of    any                     // the function that has the name
	next  func() (struct{}, bool) // nil: not begun, or called by the one that awaits it
	over  bool                    // ended or, during a poll, running
	cause any                     // the panic, if it came after a Goexit
	value T
	err   error
}

// Poll implements [Awaitable].
func (s *lockstep[T]) Poll(t *Task) (v T, err error, ready bool) {
	if s.over {
		if s.host != nil && s.host.suspended {
			s.task.mustBe(t)
		}
		panic(Resumed(s.name()))
	}
	if s.next == nil {
		s.task, s.host = t, &host{loop: t.loop, top: &s.baton}
		s.next, _ = iter.Pull(s.run)
	}
	s.task.mustBe(t)
	s.over = true // unless it suspends
	outer := t.flags & taskWatched
	s.host.top.setWatched()
	defer func() {
		t.flags = t.flags&^taskWatched | outer
		if s.cause != nil {
			panic(s.cause) // and should that be recovered, Goexit goes on
		}
	}()
	if _, suspended := s.next(); suspended {
		s.over = false
		return v, nil, false
	}
	return s.value, s.err, true
}

// run is what the goroutine does. A panic or Goexit of fn goes through next to
// whoever polls; all that is added here is where it began.
func (s *lockstep[T]) run(yield func(struct{}) bool) {
	unregister, _ := registerNew(s.host)
	defer unregister()
	s.host.yield = yield
	returned := false
	s.begin()
	defer func() {
		s.end()
		if v := recover(); v != nil {
			l := s.task.loop
			l.setOrigin(l.newPanic(s.task, v))
			if exiting() {
				s.cause = v // iter.Pull would forget about the Goexit
				return
			}
			panic(v)
		}
		if !returned && len(s.places) > 0 {
			s.task.goexit()
		}
	}()
	s.value, s.err = s.fn()
	returned = true
}

// A callable is a coroutine that a lock-step coroutine can call where it awaits it.
type callable[T any] interface {
	// callBy runs the coroutine on the goroutine of b. It reports false if it
	// cannot: then it has to be polled. A panic is returned.
	callBy(b *baton) (v T, p *Panic, err error, ok bool)
}

// callBy implements [callable]: it awaits by a call, and if that suspends, all who
// called do, at once, however many there are.
func (s *lockstep[T]) callBy(b *baton) (v T, p *Panic, err error, ok bool) {
	if s.over || s.next != nil {
		return v, nil, nil, false
	}
	s.over = true
	s.task, s.host = b.task, b.host
	s.host.top = &s.baton
	s.begin()
	s.setWatched()
	returned := false
	defer func() {
		s.end()
		s.host.top = b
		s.host = nil
		b.setWatched()
		if returned {
			return
		}
		if exiting() {
			if len(s.places) > 0 {
				s.task.goexit()
			}
			return
		}
		p = s.task.loop.newCalledPanic(s.task, recover())
		ok = true
	}()
	v, err = s.fn()
	returned = true
	return v, nil, err, true
}

func (b *baton) begin() {
	if len(b.places) > 0 {
		placed.Add(1)
	}
}

func (b *baton) end() {
	b.enter(nil)
	if len(b.places) > 0 {
		placed.Add(-1)
	}
}

// setWatched notes whether the coroutine that is running may await in deferred
// calls.
func (b *baton) setWatched() {
	if len(b.places) > 0 {
		b.task.flags |= taskWatched
	} else {
		b.task.flags &^= taskWatched
	}
}

// exiting reports whether runtime.Goexit is ending the calling goroutine.
func exiting() bool {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.Goexit" || !more {
			return more
		}
	}
}

// name returns the name of the function, as its machine would give it. That of
// fn is like path/pkg.nameAsync.func1, with more at either end if functions
// were inlined or closures are nested, and [...] if it is generic.
func (s *lockstep[T]) name() string {
	full := strings.ReplaceAll(runtime.FuncForPC(reflect.ValueOf(s.of).Pointer()).Name(), "[...]", "")
	parts := strings.Split(path.Base(full), ".")
	last := len(parts) - 1
	for last > 0 && strings.Trim(strings.TrimPrefix(parts[last], "func"), "0123456789") == "" {
		last--
	}
	return strings.TrimSuffix(parts[last], "Async")
}

// await waits for x on the goroutine of the coroutine.
func await[T any](b *baton, x Awaitable[T]) (T, error) {
	b.watched()
	defer func() { b.on = nil }()
	b.on = x
	b.at.note()
	if c, ok := x.(callable[T]); ok {
		if v, p, err, ok := c.callBy(b); p != nil {
			p.rethrow(b.task.loop)
		} else if ok {
			return v, err
		}
	}
	for {
		v, err, ready := x.Poll(b.task)
		if ready {
			return v, err
		}
		if b.task.flags&taskGoexit != 0 {
			panic(errSuspendedGoexit)
		}
		b.host.suspended = true
		b.host.yield(struct{}{})
		b.host.suspended = false
	}
}

// Where implements [Locator].
func (s *lockstep[T]) Where() (line string, on any) {
	if s.host == nil || !s.host.suspended {
		return "", nil
	}
	return s.at.line(), s.on
}

// callers are the innermost of the functions on a stack.
type callers [10]uintptr

// note sets c to the callers of the function that calls it.
func (c *callers) note() {
	clear(c[runtime.Callers(3, c[:]):])
}

// line returns the line of the innermost function that is not in this package,
// package annotations or package iter, as file.go:12.
func (c *callers) line() string {
	frames := runtime.CallersFrames(c[:])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !isOurs(frame.Function) && !strings.HasPrefix(frame.Function, "iter.") && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
