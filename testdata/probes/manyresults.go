package fz

// Literals that are called where they stand and have more than three results.

import (
	"errors"
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:async
func SubjectFour(s *rttest.Script) (string, error) {
	a, b, c, d := func() (int, string, []int, error) {
		n := co.Must(rttest.Step(s, "n", 1))
		return n, fmt.Sprint(n), []int{n}, errors.ErrUnsupported
	}()
	e, f, g, h, err := func(n int) (_, _, _, _ int, err error) {
		n, err = co.Await(rttest.Step(s, "m", n))
		return n, n + 1, n + 2, n + 3, err
	}(a + 1)
	return fmt.Sprint(a, b, c, d, e, f, g, h), err
}

func five() (int, string, bool, float64, any) { return 1, "a", true, 2.5, nil }

//coroutine:async
func SubjectFive(s *rttest.Script) (out string, err error) {
	list := func(vs ...any) string { return fmt.Sprint(vs...) }
	out = fmt.Sprint((func() (int, string, bool, float64, any) {
		co.Must(rttest.Step(s, "five", 1))
		return five()
	}()))
	out += func(a, b, c, d any) string { return list(a, b, c, d) }(func() (a, b, c, d any) {
		defer func() {
			if v := recover(); v != nil {
				d = v
			}
		}()
		a, b = co.Must(rttest.Step(s, "a", "a")), 2
		c = 10 / co.Must(rttest.Step(s, "zero", 0))
		return
	}())
	defer func() (a, b, c, d int) {
		out += fmt.Sprint(co.Must(rttest.Step(s, "deferred", 3)))
		return
	}()
	return out, nil
}

//coroutine:async
func manyOf[A, B any](s *rttest.Script, a A, b B) (string, error) {
	type both struct {
		a A
		b B
	}
	w, x, y, z := func() (A, B, both, *both) {
		co.Must(rttest.Step(s, "w", 1))
		return a, b, both{a, b}, &both{b: b}
	}()
	_, err := co.Await(rttest.Step(s, "x", 1))
	return fmt.Sprint(w, x, y, *z), err
}

//coroutine:async
func SubjectManyGeneric(s *rttest.Script) (string, error) {
	a, err := co.Await(manyOfAsync(s, 1, "b"))
	return a + fmt.Sprint(co.Must(rttest.Step(s, "b", "b"))), err
}

type both struct{ taken int }

//coroutine:async
func SubjectManyEnclosed(s *rttest.Script) (string, error) {
	type both struct{ a, b int }
	w, x, y, z := func() (both, int, []both, error) {
		v, err := co.Await(rttest.Step(s, "v", 4))
		return both{v, v}, v, []both{{v, 1}}, err
	}()
	_, err := co.Await(rttest.Step(s, "x", 1))
	return fmt.Sprintf("%T %v %v %v %v", w, w, x, y, z), err
}
