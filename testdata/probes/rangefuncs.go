package fz

// Loops over functions.

import (
	"fmt"
	"iter"
	"slices"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
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

func upTo(s *rttest.Script, name string, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() {
			v := recover()
			s.Note("%s ends: %v", name, v)
			if v != nil {
				panic(v)
			}
		}()
		for i := range n {
			if !yield(i) {
				s.Note("%s stops at %d", name, i)
				return
			}
		}
	}
}

//coroutine:async
func SubjectAll(s *rttest.Script) (string, error) {
	n := 0
	for i := range upTo(s, "a", 3) {
		n += co.Must(an(s, i+1))
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectLeave(s *rttest.Script) (string, error) {
	t := ""
	for i := range upTo(s, "a", 9) {
		if i == 1 {
			continue
		}
		if co.Must(an(s, i)) == 2 {
			break
		}
		t += fmt.Sprint(i)
	}
outer:
	for i := range upTo(s, "b", 3) {
		for j := range upTo(s, "c", 3) {
			switch co.Must(an(s, i*3+j)) {
			case 1:
				continue outer
			case 4:
				break outer
			}
			t += fmt.Sprint(i, j)
		}
	}
	return t, nil
}

//coroutine:async
func SubjectReturn(s *rttest.Script) (string, error) {
	defer s.Note("deferred before")
	for i := range upTo(s, "a", 3) {
		defer s.Note("deferred in %d", i)
		for j := range upTo(s, "b", 3) {
			if co.Must(an(s, i+j)) == 2 {
				return fmt.Sprint(say(s, "result", i*10+j)), nil
			}
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectGoto(s *rttest.Script) (string, error) {
	n := 0
again:
	for i := range upTo(s, "a", 3) {
		n++
		if co.Must(an(s, i)) == 1 && n < 5 {
			goto again
		}
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectPanicInBody(s *rttest.Script) (string, error) {
	defer caught(s)
	for i := range upTo(s, "a", 3) {
		for range upTo(s, "b", 2) {
			if co.Must(an(s, i)) == 1 {
				panic("body")
			}
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectPanicInIterator(s *rttest.Script) (string, error) {
	defer caught(s)
	seq := func(yield func(int) bool) {
		defer s.Note("iterator ends")
		yield(1)
		panic("iterator")
	}
	for i := range seq {
		co.Must(an(s, i))
	}
	return "no", nil
}

//coroutine:async
func SubjectPanicAfterBreak(s *rttest.Script) (string, error) {
	defer caught(s)
	for i := range func(yield func(int) bool) { yield(1); panic("after") } {
		if co.Must(an(s, i)) == 1 {
			break
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectGoesOn(s *rttest.Script) (string, error) {
	defer caught(s)
	for i := range func(yield func(int) bool) {
		yield(1)
		yield(2)
	} {
		if co.Must(an(s, i)) == 1 {
			break
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectSwallowsPanic(s *rttest.Script) (string, error) {
	defer caught(s)
	for i := range func(yield func(int) bool) {
		defer func() { s.Note("swallowed %v", recover()) }()
		yield(1)
	} {
		co.Must(an(s, i))
		panic("body")
	}
	return "no", nil
}

//coroutine:async
func SubjectReplacesPanic(s *rttest.Script) (string, error) {
	defer caught(s)
	for i := range func(yield func(int) bool) {
		defer func() { panic(fmt.Sprint("replaced ", recover())) }()
		yield(1)
	} {
		co.Must(an(s, i))
		panic("body")
	}
	return "no", nil
}

//coroutine:async
func SubjectKeptYield(s *rttest.Script) (string, error) {
	defer caught(s)
	var kept func(int) bool
	for i := range func(yield func(int) bool) { kept = yield; yield(1) } {
		co.Must(an(s, i))
	}
	kept(2)
	return "no", nil
}

//coroutine:async
func SubjectAssigns(s *rttest.Script) (string, error) {
	var i int
	var v string
	m := map[string]int{}
	for i, v = range slices.All([]string{"a", "b"}) {
		m[v] = co.Must(an(s, i))
	}
	for m["k"] = range upTo(s, "a", 2) {
		co.Must(an(s, 1))
	}
	return fmt.Sprint(i, v, m), nil
}

//coroutine:async
func SubjectNoVariables(s *rttest.Script) (string, error) {
	n := 0
	for range func(yield func() bool) {
		for yield() {
		}
	} {
		if n += co.Must(an(s, 1)); n == 3 {
			break
		}
	}
	for range slices.Values([]int{1, 2}) {
		n += co.Must(an(s, 10))
	}
	return fmt.Sprint(n), nil
}

type tree struct {
	left, right *tree
	v           int
}

func (t *tree) all(yield func(int) bool) bool {
	return t == nil || t.left.all(yield) && yield(t.v) && t.right.all(yield)
}

func (t *tree) walk(yield func(int) bool) { t.all(yield) }

//coroutine:async
func SubjectMethodIterator(s *rttest.Script) (string, error) {
	root := &tree{&tree{nil, nil, 1}, &tree{&tree{nil, nil, 3}, nil, 4}, 2}
	out := ""
	for v := range root.walk {
		out += fmt.Sprint(co.Must(an(s, v)))
		if v == 3 {
			break
		}
	}
	return out, nil
}

//coroutine:async
func SubjectCapture(s *rttest.Script) (string, error) {
	var fs []func() int
	for i := range upTo(s, "a", 3) {
		fs = append(fs, func() int { i += 10; return i })
		co.Must(an(s, i))
		fs[len(fs)-1]()
	}
	return fmt.Sprint(fs[0](), fs[1](), fs[2]()), nil
}

//coroutine:async
func SubjectNilIterator(s *rttest.Script) (string, error) {
	defer caught(s)
	var seq iter.Seq[int]
	for i := range seq {
		co.Must(an(s, i))
	}
	return "no", nil
}

//coroutine:async
func SubjectNamedResult(s *rttest.Script) (string, error) {
	n, err := co.Await(namedAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func named(s *rttest.Script) (n int, err error) {
	defer func() { n *= 2 }()
	for n = range upTo(s, "a", 5) {
		if n, err = co.Await(an(s, n)); n == 2 || err != nil {
			return
		}
	}
	return -1, nil
}

// guarded recovers what c panics with, outside of the function that leaves a loop.
//
//coroutine:async
func guarded[T any](s *rttest.Script, c rt.Coroutine[T]) (T, error) {
	defer caught(s)
	return co.Await(c)
}

// What a return out of a loop evaluates that may panic does so before the iterator is stopped.
//
//coroutine:async
func shiftOut(s *rttest.Script, n, x, y int) (int, error) {
	for i := range upTo(s, "a", 3) {
		if co.Must(an(s, i)) == 1 {
			return x<<n + y, nil
		}
	}
	return 0, nil
}

//coroutine:async
func SubjectShiftOut(s *rttest.Script) (string, error) {
	a := co.Must(guardedAsync(s, shiftOutAsync(s, 3, 1, 2)))
	b := co.Must(guardedAsync(s, shiftOutAsync(s, -1, 1, 2)))
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func compareOut(s *rttest.Script, x, y any, at [2]int, u uint) (bool, uint, int, error) {
	for i := range upTo(s, "a", 3) {
		if co.Must(an(s, i)) == 1 {
			return x == y || u == 0, 1 << u, at[1] + len(at), nil
		}
	}
	return false, 0, 0, nil
}

//coroutine:async
func SubjectCompareOut(s *rttest.Script) (string, error) {
	a := co.Must(guardedAsync(s, compareOutAsync(s, 1, 1, [2]int{1, 2}, 3)))
	b := co.Must(guardedAsync(s, compareOutAsync(s, []int{}, []int{}, [2]int{1, 2}, 3)))
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func elementOut[T [2]int | []int](s *rttest.Script, x T, p *int) (int, error) {
	seq := func(yield func(int) bool) {
		for i := range 3 {
			if !yield(i) {
				*p = 9
				return
			}
		}
	}
	for i := range seq {
		if co.Must(an(s, i)) == 1 {
			return x[1], nil
		}
	}
	return 0, nil
}

//coroutine:async
func SubjectElementOut(s *rttest.Script) (string, error) {
	list, n := []int{1, 2}, 0
	a := co.Must(guardedAsync(s, elementOutAsync(s, list, &list[1])))
	b := co.Must(guardedAsync(s, elementOutAsync(s, [2]int{1, 2}, &n)))
	c := co.Must(guardedAsync(s, elementOutAsync(s, []int{}, &n)))
	return fmt.Sprint(a, b, c), nil
}

// A goto jumps over a return that saves its results, to one that saves them, too.
//
//coroutine:async
func SubjectReturnsBehindALabel(s *rttest.Script) (string, error) {
	n := 0
	for i := range upTo(s, "a", 3) {
		n += co.Must(an(s, i))
		if n > 0 {
			if n > 1 {
				goto high
			}
			return fmt.Sprint("low ", say(s, "n", n)), nil
		high:
			return fmt.Sprint("high ", say(s, "n", n)), nil
		}
	}
	return "", nil
}
