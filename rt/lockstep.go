package rt

// This file is the reference backend: a coroutine that is an ordinary function
// on a goroutine of its own, in lock-step with the loop. Only one of the two
// runs at any time; they hand each other a baton.

import (
	"iter"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// Lockstep returns the coroutine that runs fn, unchanged, on a goroutine of its
// own, one step per poll: at each await in fn (see [Block]) that has to wait,
// fn stands still and the loop goes on. Steps, order of events, panics and
// runtime.Goexit are those of the machine that coroutinegen makes of fn; it is
// slow, and the goroutine stays until fn has returned.
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
	if b, ok := occupation().(*baton); ok {
		places = append(places[:len(places):len(places)], b.places...) // fn may be a literal there
	}
	return NewCoroutine[T](&lockstep[T]{fn: call, of: fn, baton: baton{places: places}})
}

// A baton is what a lock-step coroutine is known by on its goroutine.
type baton struct {
	id    uint64              // of the goroutine
	task  *Task               // on whose behalf it runs
	on    any                 // what it awaits
	yield func(struct{}) bool // passes the baton to whoever polls

	places   []string       // see Lockstep
	deferred []deferredCall // that it is in, as far as is known, outermost first
}

type lockstep[T any] struct {
	baton
	fn    func() (T, error)
	of    any                     // the function that has the name
	next  func() (struct{}, bool) // nil: not begun
	over  bool                    // ended or, during a poll, running
	cause any                     // the panic, if it came after a Goexit
	value T
	err   error
}

// Poll implements [Awaitable].
func (s *lockstep[T]) Poll(t *Task) (v T, err error, ready bool) {
	if s.over {
		panic(Resumed(s.name()))
	}
	if s.next == nil {
		s.next, _ = iter.Pull(s.run)
	}
	if s.task == nil {
		s.task = t
	}
	s.task.mustBe(t)
	s.over = true // unless it suspends
	if len(s.places) > 0 {
		outer := t.flags & taskWatched
		t.flags |= taskWatched
		defer func() { t.flags = t.flags&^taskWatched | outer }()
	} else if t.flags&taskWatched != 0 {
		t.flags &^= taskWatched
		defer func() { t.flags |= taskWatched }()
	}
	defer func() {
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
	s.id = goid()
	unregister, _ := register(&s.baton) // the goroutine is new
	defer unregister()
	s.yield = yield
	returned := false
	defer func() {
		s.enter(nil)
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
	b.task.watched()
	for {
		v, err, ready := x.Poll(b.task)
		if ready {
			return v, err
		}
		if b.task.flags&taskGoexit != 0 {
			panic(errSuspendedGoexit)
		}
		b.on = x
		b.yield(struct{}{})
		b.on = nil
	}
}

// Where implements [Locator]: it looks for the await on the goroutine's stack.
func (s *lockstep[T]) Where() (line string, on any) {
	if s.on == nil {
		return "", nil
	}
	for id, trace := range goroutineTraces() {
		if id == s.id {
			return firstLine(trace), s.on
		}
	}
	return "", s.on
}

// firstLine returns the line of the innermost function in a traceback that is
// not in this package, package annotations or package iter, as file.go:12.
func firstLine(trace string) string {
	lines := strings.Split(trace, "\n")
	for i := 1; i+1 < len(lines); i += 2 {
		if isOurs(lines[i]) || strings.HasPrefix(lines[i], "iter.") || strings.HasPrefix(lines[i], "runtime.") {
			continue
		}
		file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		return path.Base(file)
	}
	return ""
}
