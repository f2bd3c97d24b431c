package fz

// runtime.Goexit, and panics on its way, where deferred calls await.

import (
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

func noted(s *rttest.Script, what string) { s.Note("%s: %v", what, recover()) }

//coroutine:async
func SubjectInChild(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	n, err := co.Await(exitingAsync(s))
	s.Note("not reached %v %v", n, err)
	return "", nil
}

//coroutine:async
func exiting(s *rttest.Script) (n int, err error) {
	defer func() {
		n, err = co.Await(an(s, 1))
		s.Note("err %v %v", err, recover())
	}()
	defer noted(s, "sync")
	co.Must(an(s, 2))
	runtime.Goexit()
	return 0, nil
}

//coroutine:async
func SubjectInDeferOfDefer(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	defer func() {
		defer func() {
			_, err := co.Await(an(s, 1))
			s.Note("err %v %v", err, recover())
		}()
		defer runtime.Goexit()
		co.Await(an(s, 2))
	}()
	defer noted(s, "sync")
	panic(co.Must(st(s, "p", "p")))
}

//coroutine:async
func SubjectAfterRecover(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	defer func() {
		_, err := co.Await(an(s, 1))
		s.Note("err %v %v", err, recover())
	}()
	defer func() {
		s.Note("rec %v", recover())
		runtime.Goexit()
	}()
	panic(co.Must(st(s, "p", "p")))
}

//coroutine:async
func SubjectPanicMeanwhile(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	defer func() {
		_, err := co.Await(an(s, 1))
		s.Note("err %v %v", err, recover())
	}()
	defer noted(s, "between")
	defer func() {
		co.Await(an(s, 3))
		panic("in goexit")
	}()
	co.Must(an(s, 2))
	runtime.Goexit()
	return "", nil
}

//coroutine:async
func SubjectInLoopOfDefers(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	for i := range 3 {
		defer func() {
			_, err := co.Await(an(s, i))
			s.Note("err %v %v", err, recover())
			if i == 1 {
				runtime.Goexit()
			}
		}()
	}
	if co.Must(an(s, 7)) == 7 {
		panic("p")
	}
	return "", nil
}

//coroutine:async
func SubjectInDeferredChild(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	func() {
		defer noted(s, "lit")
		defer func() {
			_, err := co.Await(exitingAsync(s))
			s.Note("not reached %v", err)
		}()
		co.Await(an(s, 1))
	}()
	return "", nil
}

//coroutine:async
func SubjectInFuncLoop(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	for range func(yield func() bool) {
		defer noted(s, "seq")
		yield()
	} {
		defer func() {
			_, err := co.Await(an(s, 5))
			s.Note("err %v %v", err, recover())
			panic("replaced")
		}()
		func() {
			defer func() { co.Await(an(s, 6)) }()
			co.Await(an(s, 1))
			runtime.Goexit()
		}()
	}
	return "", nil
}

//coroutine:async
func SubjectOfIteratorInDefer(s *rttest.Script) (string, error) {
	defer noted(s, "outer")
	defer co.Await(st(s, "deferred", 1))
	defer func() {
		for range func(yield func() bool) {
			defer noted(s, "seq")
			defer runtime.Goexit()
			yield()
		} {
			co.Await(an(s, 3))
		}
	}()
	defer co.Await(st(s, "deferred2", 1))
	panic(co.Must(st(s, "p", "p")))
}

//coroutine:async
func SubjectReplacedTwice(s *rttest.Script) (r string, err error) {
	defer noted(s, "outer")
	defer func() { r += "d" }()
	defer func() {
		co.Await(an(s, 3))
		v := recover()
		s.Note("%v", v)
		r += fmt.Sprint("rec", v)
		defer func() {
			co.Await(an(s, 4))
			r += fmt.Sprint(recover())
		}()
		panic(fmt.Sprint("from ", v))
	}()
	defer func() {
		for i := range func(yield func(int) bool) {
			defer func() {
				v := recover()
				s.Note("seq %v", v)
				panic(fmt.Sprint("seq ", v))
			}()
			yield(1)
		} {
			defer func() { s.Note("%d %v", i, recover()) }()
			co.Await(an(s, 5))
			panic("body of deferred")
		}
	}()
	panic(co.Must(st(s, "p", "p")))
}
