package machine

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

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Lockstep returns the coroutine that runs fn, unchanged, on a goroutine of its
// own, one step per poll: at each await in fn (see [rt.Block]) that has to wait,
// fn stands still and the loop goes on. Steps, order of events, panics and
// runtime.Goexit are those of the machine that coroutinegen makes of fn; it is
// slow, and the goroutine stays until fn has returned. A coroutine made by
// Lockstep that another one awaits runs on the goroutine of that one.
//
// What fn awaits in deferred calls is shielded from cancellation (see
// [rt.Task.OpenShield]). For this, places lists as file.go:line where each function
// literal begins that is deferred and awaits, and where each function that
// defers an await itself returns, other than with the result of an await.
func Lockstep[T any](fn func() (T, error), places ...string) rt.Coroutine[T] {
	return lockstepOf(fn, fn, places...)
}

// LockstepVoid is [Lockstep] for an fn that has no result but its error.
func LockstepVoid(fn func() error) rt.Coroutine[rt.Void] {
	return lockstepOf(fn, func() (v rt.Void, err error) {
		err = fn()
		return v, err
	})
}

// Lockstep2 is [Lockstep] for an fn with two results besides its error.
func Lockstep2[A, B any](fn func() (A, B, error)) rt.Coroutine[rt.Two[A, B]] {
	return lockstepOf(fn, func() (v rt.Two[A, B], err error) {
		v.V1, v.V2, err = fn()
		return v, err
	})
}

// Lockstep3 is [Lockstep] for an fn with three results besides its error.
func Lockstep3[A, B, C any](fn func() (A, B, C, error)) rt.Coroutine[rt.Three[A, B, C]] {
	return lockstepOf(fn, func() (v rt.Three[A, B, C], err error) {
		v.V1, v.V2, v.V3, err = fn()
		return v, err
	})
}

// lockstepOf returns the coroutine that runs call, which is called by the name
// of the function fn.
func lockstepOf[T any](fn any, call func() (T, error), places ...string) rt.Coroutine[T] {
	if placed.Load() > 0 {
		if b, ok := inside.Occupation().(*baton); ok {
			places = append(places[:len(places):len(places)], b.places...) // fn may be a literal there
		}
	}
	return rt.NewCoroutine[T](&lockstep[T]{fn: call, of: fn, baton: baton{places: places}})
}

// placed is how many lock-step coroutines with places are running.
var placed atomic.Int64

// A baton is what a lock-step coroutine is known by on its goroutine.
type baton struct {
	task *rt.Task // on whose behalf it runs
	host *host    // where
	on   any      // what it awaits
	at   callers  // of the await

	places   []string       // see Lockstep
	deferred []deferredCall // that it is in, as far as is known, outermost first
}

// A host is a goroutine that lock-step coroutines run on, each awaited by the one
// before.
type host struct {
	loop      *rt.Loop
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
				s.cause = v // iter.Pull would forget about the Goexit
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

// CallBy is how package rt awaits s in the lock-step coroutine by: by a call. If that
// suspends, all who called do, at once, however many there are.
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

// setWatched notes whether the coroutine that is running may await in deferred
// calls.
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

// FuncName returns the name of the function, as its machine would give it. That of
// fn is like path/pkg.nameAsync.func1, with more at either end if functions
// were inlined or closures are nested, and [...] if it is generic.
func (s *lockstep[T]) FuncName() string {
	full := strings.ReplaceAll(runtime.FuncForPC(reflect.ValueOf(s.of).Pointer()).Name(), "[...]", "")
	parts := strings.Split(path.Base(full), ".")
	last := len(parts) - 1
	for last > 0 && strings.Trim(strings.TrimPrefix(parts[last], "func"), "0123456789") == "" {
		last--
	}
	return strings.TrimSuffix(parts[last], "Async")
}

// Task returns the task on whose behalf the coroutine runs.
func (b *baton) Task() *rt.Task { return b.task }

// Await notes that the coroutine awaits on; if that is nil, that it goes on.
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

// Loop returns the loop that h is in lock-step with.
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

// callers are the innermost of the functions on a stack.
type callers [10]uintptr

// note sets c to the callers of the function that calls Await.
func (c *callers) note() {
	clear(c[runtime.Callers(4, c[:]):])
}

// line returns the line of the innermost function that is not in one of the packages
// that run coroutines, or in package iter, as file.go:12.
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
