package fz

// Deferred calls that await.

import (
	"errors"
	"fmt"
	"runtime"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func an(s *rttest.Script, v int) rttest.StepOp[int] { return rttest.Step(s, fmt.Sprint("an", v), v) }

func st[T any](s *rttest.Script, label string, v T) rttest.StepOp[T] { return rttest.Step(s, label, v) }

func say[T any](s *rttest.Script, label string, v T) T {
	s.Note("%s: %v", label, v)
	return v
}

func caught(s *rttest.Script) {
	if v := recover(); v != nil {
		s.Note("recovered %v", v)
	}
}

//coroutine:async
func SubjectPlain(s *rttest.Script) (string, error) {
	defer co.Await(an(s, 1))
	defer func() { s.Note("got %d", co.Must(an(s, 2))) }()
	defer s.Note("sync")
	return fmt.Sprint(co.Must(an(s, 3))), nil
}

//coroutine:async
func SubjectOperandsNow(s *rttest.Script) (string, error) {
	x := 1
	defer co.Await(an(s, say(s, "operand", x)))
	defer func(n int) { s.Note("n %d x %d %d", n, x, co.Must(an(s, 7))) }(x)
	x = 2
	co.Must(an(s, x))
	return "x", nil
}

//coroutine:async
func SubjectResults(s *rttest.Script) (string, error) {
	n, err := co.Await(resultsAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func results(s *rttest.Script) (n int, err error) {
	defer func() {
		v, err2 := co.Await(an(s, 100))
		n += v
		err = errors.Join(err, err2)
	}()
	return co.Await(an(s, 5))
}

//coroutine:async
func SubjectRecover(s *rttest.Script) (string, error) {
	n, err := co.Await(recoversAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func recovers(s *rttest.Script) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			n, err = co.Await(an(s, 8))
			s.Note("recovered %v", v)
		}
	}()
	co.Must(an(s, 1))
	panic("p")
}

//coroutine:async
func SubjectRecoverAfterAwait(s *rttest.Script) (string, error) {
	defer func() {
		co.Await(an(s, 2))
		s.Note("recovered %v", recover())
		s.Note("again %v", recover())
	}()
	panic(co.Must(st(s, "p", "late")))
}

//coroutine:async
func SubjectPassesOn(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() { co.Await(an(s, 3)) }()
	defer func() { co.Await(an(s, 2)) }()
	co.Must(an(s, 1))
	panic("through")
}

//coroutine:async
func SubjectReplaces(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() {
		co.Await(an(s, 2))
		panic("second")
	}()
	defer s.Note("sync between")
	panic(co.Must(st(s, "p", "first")))
}

//coroutine:async
func SubjectMixed(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() { co.Await(an(s, 1)); s.Note("A %v", recover()); panic("from A") }()
	defer func() { s.Note("B %v", recover()); panic("from B") }()
	defer func() { co.Await(an(s, 2)) }()
	defer func() {
		defer func() { s.Note("inner %v", recover()) }()
		panic("inner")
	}()
	co.Must(an(s, 3))
	panic("body")
}

//coroutine:async
func SubjectRuntimeError(s *rttest.Script) (string, error) {
	defer func() {
		co.Await(an(s, 1))
		err, ok := recover().(runtime.Error)
		s.Note("%v %v", err, ok)
	}()
	var list []int
	return fmt.Sprint(list[co.Must(an(s, 3))]), nil
}

//coroutine:async
func SubjectConditional(s *rttest.Script) (string, error) {
	if co.Must(an(s, 1)) == 1 {
		defer func() { s.Note("yes %d", co.Must(an(s, 2))) }()
	} else {
		defer func() { s.Note("no %d", co.Must(an(s, 3))) }()
	}
	if co.Must(an(s, 4)) == 1 {
		defer co.Await(an(s, 5))
	}
	return "x", nil
}

//coroutine:async
func SubjectLoop(s *rttest.Script) (string, error) {
	total := 0
	for i := range 3 {
		defer func() {
			total += i
			s.Note("%d %d %d", i, co.Must(an(s, i*10)), total)
		}()
		defer s.Note("sync %d", i)
	}
	return fmt.Sprint(co.Must(an(s, 5))), nil
}

//coroutine:async
func SubjectShadowed(s *rttest.Script) (string, error) {
	n, err := co.Await(shadowedAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func shadowed(s *rttest.Script) (n int, err error) {
	defer func() {
		n := n + co.Must(an(s, 1))
		s.Note("%d", n)
	}()
	n = 1
	{
		n, err := co.Await(an(s, 9))
		if err == nil {
			return n, errors.New("inner")
		}
	}
	return
}

//coroutine:async
func SubjectFailsInDefer(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() { co.Must(an(s, 1)) }()
	return fmt.Sprint(co.Must(an(s, 2))), nil
}

//coroutine:async
func SubjectChild(s *rttest.Script) (string, error) {
	defer s.Note("parent")
	n, err := co.Await(resultsAsync(s))
	m, err2 := co.Await(recoversAsync(s))
	return fmt.Sprint(n, err, m, err2), nil
}

//coroutine:async
func SubjectReturnInDefer(s *rttest.Script) (string, error) {
	x := 0
	defer func() {
		for {
			x++
			if co.Must(an(s, x)) > 1 {
				return
			}
		}
	}()
	defer func() { s.Note("x %d", x) }()
	return fmt.Sprint(x), nil
}

//coroutine:async
func SubjectDeferInDefer(s *rttest.Script) (string, error) {
	defer func() {
		defer func() { s.Note("innermost %v %d", recover(), co.Must(an(s, 3))) }()
		defer s.Note("inner")
		co.Must(an(s, 2))
		panic("deferred")
	}()
	return fmt.Sprint(co.Must(an(s, 1))), nil
}

func noted(s *rttest.Script, what string) { s.Note("%s: %v", what, recover()) }

func exits(s *rttest.Script, n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		defer func() {
			s.Note("iterator exits")
			runtime.Goexit()
		}()
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func notes(s *rttest.Script, what string, n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		defer func() {
			v := recover()
			s.Note("%s: %v", what, v)
			if v != nil {
				panic(v)
			}
		}()
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

//coroutine:async
func SubjectExitsInIterator(s *rttest.Script) (string, error) {
	defer noted(s, "first")
	defer co.Await(an(s, 2))
	defer noted(s, "second")
	for i := range exits(s, 3) {
		if co.Must(an(s, i)) == 1 {
			panic("body")
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectExitsInInnerIterator(s *rttest.Script) (string, error) {
	defer func() {
		_, err := co.Await(an(s, 2))
		s.Note("in defer: %v %v", err, recover())
	}()
	for range notes(s, "outer", 3) {
		for i := range exits(s, 3) {
			if co.Must(an(s, i)) == 1 {
				panic("body")
			}
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectExitsInOuterIterator(s *rttest.Script) (string, error) {
	defer func() {
		_, err := co.Await(an(s, 2))
		s.Note("in defer: %v %v", err, recover())
	}()
	for range exits(s, 3) {
		for i := range notes(s, "inner", 3) {
			if co.Must(an(s, i)) == 1 {
				panic("body")
			}
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectPanicsAfterExits(s *rttest.Script) (string, error) {
	defer func() {
		_, err := co.Await(an(s, 2))
		s.Note("in defer: %v %v", err, recover())
		panic("more")
	}()
	defer noted(s, "second")
	for range exits(s, 3) {
		for i := range notes(s, "inner", 3) {
			if co.Must(an(s, i)) == 1 {
				runtime.Goexit()
			}
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectExitsAfterBreak(s *rttest.Script) (string, error) {
	return co.Await(afterBreakAsync(s))
}

//coroutine:async
func afterBreak(s *rttest.Script) (r string, err error) {
	defer noted(s, "outer")
	defer func() {
		_, err = co.Await(an(s, 2))
		s.Note("in defer: %v %v", err, recover())
	}()
	for i := range exits(s, 3) {
		if co.Must(an(s, i)) == 1 {
			break
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectExitsWhilePanicking(s *rttest.Script) (string, error) {
	defer noted(s, "first")
	defer func() {
		defer noted(s, "inner")
		co.Await(an(s, 7))
		for i := range exits(s, 3) {
			if co.Must(an(s, i)) == 1 {
				panic("deferred")
			}
		}
	}()
	defer noted(s, "second")
	for range notes(s, "body", 1) {
		co.Must(an(s, 4))
		panic("body")
	}
	return "no", nil
}

//coroutine:async
func SubjectNestedRecover(s *rttest.Script) (string, error) {
	defer func() {
		co.Await(an(s, 1))
		func() { s.Note("nested %v", recover()) }()
		caught(s)
		func() {
			co.Await(an(s, 2))
			s.Note("emb %v", recover())
		}()
		defer func() { s.Note("defer in defer %v", recover()) }()
		defer func() {
			co.Await(an(s, 3))
			s.Note("await defer in defer %v", recover())
		}()
		for i := range func(yield func(int) bool) { yield(1) } {
			s.Note("range %d %v", i, recover())
			co.Await(an(s, 4))
		}
		s.Note("again %v", recover())
	}()
	co.Must(an(s, 5))
	panic("p")
}

//coroutine:async
func SubjectRecoverInDeferOfFuncLoop(s *rttest.Script) (string, error) {
	for i := range func(yield func(int) bool) { yield(1) } {
		defer func() {
			co.Await(an(s, 2))
			s.Note("%d %v", i, recover())
			for range func(yield func() bool) { yield() } {
				s.Note("in loop %v", recover())
			}
		}()
		if co.Must(an(s, 1)) == 1 {
			panic("p")
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectRecoverInFuncLoop(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() {
		for range func(yield func() bool) { yield() } {
			defer recover()
			s.Note("in loop %v", recover())
			co.Await(an(s, 2))
		}
	}()
	panic(co.Must(st(s, "p", "p")))
}
