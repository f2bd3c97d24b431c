package fz

// Awaits of several results in parentheses, and switches without a tag whose cases are
// interfaces.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:async
func two(s *rttest.Script, n int) (int, string, error) {
	v, err := co.Await(rttest.Step(s, fmt.Sprint("two", n), n))
	return v, fmt.Sprint("#", v), err
}

func plainTwo(s *rttest.Script, n int) (int, string) {
	s.Note("plain %d", n)
	return n, "plain"
}

//coroutine:async
func SubjectParens(s *rttest.Script) (out string, err error) {
	list := make([]int, 4)
	take := func(n int, t string) int {
		s.Note("take %d %s", n, t)
		return n + len(t)
	}
	defer func() { out = fmt.Sprint(out, list) }()
	list[1], out = (co.Must2(twoAsync(s, 1)))
	list[co.Must(rttest.Step(s, "index", 2))], out = (plainTwo(s, 2))
	list[3] = take((plainTwo(s, 3))) + take((co.Must2(twoAsync(s, 4)))) + take((plainTwo(s, 5)))
	defer take((co.Must2(twoAsync(s, 6))))
	var a, b any = (co.Must2(twoAsync(s, 7)))
	if n, t, e := (co.Await2(twoAsync(s, 8))); e != nil {
		return t, e
	} else if n > 0 {
		out += t
	}
	for i, t := (co.Must2(twoAsync(s, 1))); i < 3; i, t = (co.Must2(twoAsync(s, i+1))) {
		out += t
	}
	list[0] = take((func() (int, string) { return co.Must(rttest.Step(s, "lit", 9)), "lit" }()))
	return fmt.Sprint(out, a, b), (err)
}

//coroutine:async
func SubjectParensReturned(s *rttest.Script) (string, error) {
	n, t, err := co.Await2(returnedAsync(s))
	m, u, err2 := co.Await2(partedAsync(s))
	if err == nil {
		err = err2
	}
	return fmt.Sprint(n, t, m, u), err
}

//coroutine:async
func returned(s *rttest.Script) (int, string, error) { return (co.Await2(twoAsync(s, 1))) }

//coroutine:async
func parted(s *rttest.Script) (n int, t string, err error) {
	defer func() { n++ }()
	return (co.Await2(twoAsync(s, 2)))
}

type onOff bool

//coroutine:async
func SubjectCasesOfAny(s *rttest.Script) (out string, err error) {
	st := func(label string, v bool) any { s.Note("case %s", label); return v }
	for _, v := range []any{true, false, nil, 1, onOff(true), []int{}} {
		switch {
		case v:
			out += "v"
		case st("plain", false), any(co.Must(rttest.Step(s, "any", v == nil))):
			out += "any"
			fallthrough
		case nil == v:
			out += "nil"
		case co.Must(rttest.Step(s, "bool", v == 1)):
			out += "one"
		default:
			out += "-"
		}
		switch x := v; x {
		case onOff(co.Must(rttest.Step(s, "on", true))), nil:
			out += "on"
		}
	}
	return out, nil
}
