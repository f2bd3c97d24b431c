package machine

// This file implements the reference backend. A coroutine of it is an ordinary function on a
// goroutine of its own, in lock-step with the loop. Only one of the two runs at any time, and
// they pass each other a baton. A coroutine that such a function awaits is a call, as in the
// source: it runs on the same goroutine.

import (
	"fmt"
	"iter"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Lockstep returns the coroutine that runs fn, unchanged, on a goroutine of its own. Each poll
// runs one step: when an await in fn (see [rt.Block]) has to wait, fn pauses and the loop goes
// on. Steps, the order of events, panics and runtime.Goexit are those of the machine that
// coroutinegen makes of fn. A lock-step coroutine is slow, and its goroutine stays until fn has
// returned. If one lock-step coroutine awaits another, both run on the goroutine of the first.
//
// Awaits in deferred calls of fn are shielded from cancellation (see [rt.Task.OpenShield]). For
// that, places lists source positions as file.go:line: where each deferred function literal
// that awaits begins, and where each function that defers an await itself returns other than
// with the result of an await.
func Lockstep[T any](fn func() (T, error), places ...string) rt.Coroutine[T] {
	return lockstepOf(fn, fn, places...)
}

// LockstepVoid is [Lockstep] for a function that has no result besides its error.
func LockstepVoid(fn func() error, places ...string) rt.Coroutine[rt.Void] {
	return lockstepOf(fn, func() (v rt.Void, err error) {
		err = fn()
		return v, err
	}, places...)
}

// Lockstep2 is [Lockstep] for a function with two results besides its error.
func Lockstep2[A, B any](fn func() (A, B, error), places ...string) rt.Coroutine[rt.Two[A, B]] {
	return lockstepOf(fn, func() (v rt.Two[A, B], err error) {
		v.V1, v.V2, err = fn()
		return v, err
	}, places...)
}

// Lockstep3 is [Lockstep] for a function with three results besides its error.
func Lockstep3[A, B, C any](fn func() (A, B, C, error), places ...string) rt.Coroutine[rt.Three[A, B, C]] {
	return lockstepOf(fn, func() (v rt.Three[A, B, C], err error) {
		v.V1, v.V2, v.V3, err = fn()
		return v, err
	}, places...)
}

// lockstepOf returns the coroutine that runs call and has the name of the function fn.
func lockstepOf[T any](fn any, call func() (T, error), places ...string) rt.Coroutine[T] {
	if placed.Load() > 0 {
		if b, ok := inside.Occupation().(*baton); ok {
			places = append(places[:len(places):len(places)], b.places...) // fn may be a literal at a place of b
		}
	}
	return rt.NewCoroutine[T](&lockstep[T]{fn: call, of: fn, baton: baton{places: places}})
}

// placed is the number of lock-step coroutines with places that are running.
var placed atomic.Int64

// A baton represents a lock-step coroutine on its goroutine.
type baton struct {
	task *rt.Task // the task for which it runs
	host *host    // the goroutine on which it runs
	on   any      // what it awaits
	at   callers  // callers of the await

	places   []string       // see Lockstep
	deferred []deferredCall // the deferred calls that it is in, as far as known, outermost first
}

// A host is a goroutine on which lock-step coroutines run. Each coroutine but the first is
// awaited by the one before it.
type host struct {
	loop      *rt.Loop
	top       *baton              // the innermost coroutine
	yield     func(struct{}) bool // passes the baton to the caller of Poll
	suspended bool                // the baton has been passed
}

type lockstep[T any] struct {
	baton
	fn    func() (T, error)
	of    any                     // the function that gives the coroutine its name
	next  func() (struct{}, bool) // nil: not begun, or called by the coroutine that awaits it
	over  bool                    // has ended or, during a poll, is running
	cause any                     // the panic, if it came after a Goexit
	value T
	err   error
}

// Poll implements [rt.Awaitable].
func (s *lockstep[T]) Poll(t *rt.Task) (v T, err error, ready bool) {
	if s.over {
		if s.host != nil && s.host.suspended {
			insideOf(s.task).MustBe(t)
		}
		panic(Resumed(s.FuncName()))
	}
	if s.next == nil {
		s.task, s.host = t, &host{loop: t.Loop(), top: &s.baton}
		s.next, _ = iter.Pull(s.run)
	}
	insideOf(s.task).MustBe(t)
	s.over = true // unless it suspends
	in := insideOf(t)
	outer := in.Watched()
	s.host.top.setWatched()
	defer func() {
		in.SetWatched(outer)
		if s.cause != nil {
			panic(s.cause) // if the panic is recovered, the Goexit goes on
		}
	}()
	if _, suspended := s.next(); suspended {
		s.over = false
		return v, nil, false
	}
	return s.value, s.err, true
}

// run is the function of the goroutine. A panic or Goexit of fn goes through next to the caller
// of Poll. run only adds where the panic began.
func (s *lockstep[T]) run(yield func(struct{}) bool) {
	unregister, _ := inside.Register(s.host)
	defer unregister()
	s.host.yield = yield
	returned := false
	s.begin()
	defer func() {
		s.end()
		if v := recover(); v != nil {
			insideOf(s.task).Left(v)
			if exiting() {
				s.cause = v // iter.Pull would drop the Goexit
				return
			}
			panic(v)
		}
		if !returned && len(s.places) > 0 {
			insideOf(s.task).Goexit()
		}
	}()
	s.value, s.err = s.fn()
	returned = true
}

// CallBy lets the lock-step coroutine by await s by a call. Package rt uses it. If s suspends,
// all callers suspend at once, however many there are.
func (s *lockstep[T]) CallBy(by any) (v T, p *rt.Panic, err error, ok bool) {
	b := by.(*baton)
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
				insideOf(s.task).Goexit()
			}
			return
		}
		p = insideOf(s.task).LeftCall(recover())
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

// setWatched records whether the coroutine that is running may await in deferred calls.
func (b *baton) setWatched() {
	insideOf(b.task).SetWatched(len(b.places) > 0)
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

// FuncName returns the name of the function, as its machine would return it. The name of fn has
// the form path/pkg.nameAsync.func1. There is more at either end if functions were inlined or
// closures are nested, and [...] if the function is generic.
func (s *lockstep[T]) FuncName() string {
	full := strings.ReplaceAll(runtime.FuncForPC(reflect.ValueOf(s.of).Pointer()).Name(), "[...]", "")
	parts := strings.Split(path.Base(full), ".")
	last := len(parts) - 1
	for last > 0 && strings.Trim(strings.TrimPrefix(parts[last], "func"), "0123456789") == "" {
		last--
	}
	return strings.TrimSuffix(parts[last], "Async")
}

// Task returns the task for which the coroutine runs.
func (b *baton) Task() *rt.Task { return b.task }

// Await records that the coroutine awaits on, or, if on is nil, that the coroutine goes on.
func (b *baton) Await(on any) {
	b.on = on
	if on != nil {
		b.at.note()
	}
}

// Suspend passes the baton to the loop until the next step.
func (b *baton) Suspend() {
	insideOf(b.task).MaySuspend()
	b.host.suspended = true
	b.host.yield(struct{}{})
	b.host.suspended = false
}

// Loop returns the loop with which h is in lock-step.
func (h *host) Loop() *rt.Loop { return h.loop }

// Innermost returns the coroutine that is running.
func (h *host) Innermost() any { return h.top }

// Where implements [rt.Locator].
func (s *lockstep[T]) Where() (line string, on any) {
	if s.host == nil || !s.host.suspended {
		return "", nil
	}
	return s.at.line(), s.on
}

// callers holds the innermost functions on a stack.
type callers [10]uintptr

// note sets c to the callers of the function that calls Await.
func (c *callers) note() {
	clear(c[runtime.Callers(4, c[:]):])
}

// line returns the line, as file.go:12, of the innermost function that is neither in a package
// that runs coroutines nor in package iter.
func (c *callers) line() string {
	frames := runtime.CallersFrames(c[:])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !inside.Runs(frame.Function) && !strings.HasPrefix(frame.Function, "iter.") && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", path.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
