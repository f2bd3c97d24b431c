package fz

// Loops, switches, select, labels and goto with awaits at every place.

import (
	"fmt"
	"sort"

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

//coroutine:async
func SubjectForEverywhere(s *rttest.Script) (string, error) {
	n := 0
	for i := co.Must(an(s, 0)); i < co.Must(an(s, 3)); i += co.Must(an(s, 1)) {
		if i == 1 {
			continue
		}
		n += i * 10
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectForContinuePost(s *rttest.Script) (string, error) {
	n := 0
outer:
	for i := 0; i < 2; i, n = i+co.Must(an(s, 1)), n+say(s, "post", 1) {
		for j := 0; ; j++ {
			switch {
			case j == 1 && co.Must(st(s, "c", true)):
				continue outer
			case j > 3:
				break outer
			}
		}
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectForPerIteration(s *rttest.Script) (string, error) {
	var fs []func() int
	for i := 0; i < co.Must(an(s, 3)); i++ {
		fs = append(fs, func() int { i += 10; return i })
		if i == 1 {
			fs[1]()
		}
	}
	t := ""
	for _, f := range fs {
		t += fmt.Sprint(f(), co.Must(st(s, " ", " ")))
	}
	return t, nil
}

//coroutine:async
func SubjectForPointerPerIteration(s *rttest.Script) (string, error) {
	var ps []*int
	for i, j := 0, 10; i < 2; i, j = i+1, j-1 {
		ps = append(ps, &i, &j)
		*ps[0] += co.Must(an(s, 0))
	}
	t := ""
	for _, p := range ps {
		t += fmt.Sprint(*p, ",")
	}
	return t, nil
}

//coroutine:async
func SubjectRangeSliceGrows(s *rttest.Script) (string, error) {
	list := []int{1, 2, 3}
	for i, v := range list {
		list = append(list, co.Must(an(s, v*10)))
		if i == 0 {
			list[1] = 99
		}
	}
	return fmt.Sprint(list), nil
}

//coroutine:async
func SubjectRangeSliceReplaced(s *rttest.Script) (string, error) {
	list, t := []int{1, 2, 3}, ""
	for i, v := range list {
		t += fmt.Sprint(i, co.Must(an(s, v)), " ")
		list = nil
	}
	return t, nil
}

//coroutine:async
func SubjectRangeArrayCopied(s *rttest.Script) (string, error) {
	arr, t := [3]int{1, 2, 3}, ""
	for i, v := range arr {
		arr[2] = co.Must(an(s, 50))
		t += fmt.Sprint(i, v, " ")
	}
	for i, v := range &arr {
		arr[2] = co.Must(an(s, 60))
		t += fmt.Sprint(i, v, " ")
	}
	for i := range arr {
		arr[0] += co.Must(an(s, i))
	}
	return t + fmt.Sprint(arr), nil
}

//coroutine:async
func SubjectRangeNilArrayPointer(s *rttest.Script) (string, error) {
	defer caught(s)
	var p *[2]int
	n := 0
	for i := range p {
		n += co.Must(an(s, i+1))
	}
	s.Note("n %d", n)
	for _, v := range p {
		n += co.Must(an(s, v))
	}
	return "no", nil
}

//coroutine:async
func SubjectRangeString(s *rttest.Script) (string, error) {
	t := ""
	text := "aé世\xffz"
	for i, r := range text {
		text = "other"
		t += fmt.Sprint(i, ":", co.Must(st(s, "r", r)), " ")
	}
	for i := range "éa" {
		t += fmt.Sprint(co.Must(an(s, i)))
	}
	return t, nil
}

type small uint8

//coroutine:async
func SubjectRangeInt(s *rttest.Script) (string, error) {
	t := ""
	n := 3
	for i := range n {
		n = 10
		t += fmt.Sprint(co.Must(an(s, i)))
	}
	for i := range small(3) {
		t += fmt.Sprintf("%T", i)
		i += 100
		co.Must(an(s, 1))
	}
	for range co.Must(an(s, 2)) {
		t += "."
		co.Must(an(s, 1))
	}
	for i := range -1 {
		t += fmt.Sprint("never", i, co.Must(an(s, 1)))
	}
	return t, nil
}

//coroutine:async
func SubjectRangeMapDelete(s *rttest.Script) (string, error) {
	m := map[int]string{1: "a", 2: "b", 3: "c", 4: "d"}
	n := 0
	for k := range m {
		for j := range 5 {
			if j != k {
				delete(m, j)
			}
		}
		n++
		co.Must(an(s, 0))
	}
	return fmt.Sprint(n, len(m)), nil
}

//coroutine:async
func SubjectRangeMapValues(s *rttest.Script) (string, error) {
	m := map[string]int{"a": 1, "b": 2}
	var seen []string
	for k, v := range m {
		co.Wait(rt.Yield())
		m[k] = v * 10
		seen = append(seen, fmt.Sprint(k, v))
	}
	sort.Strings(seen)
	for range map[int]int(nil) {
		co.Must(an(s, 1))
	}
	return fmt.Sprint(seen, m), nil
}

//coroutine:async
func SubjectRangeMapInsert(s *rttest.Script) (string, error) {
	m := map[int]bool{0: true}
	n := 0
	for k := range m {
		if n++; n > 50 {
			break
		}
		if k < 5 {
			clear(m)
			m[k+1] = co.Must(st(s, "t", true))
		}
	}
	return fmt.Sprint(n >= 1 && n <= 7), nil
}

//coroutine:async
func SubjectRangeChannel(s *rttest.Script) (string, error) {
	c := make(chan int, 5)
	for i := range 4 {
		c <- co.Must(an(s, i))
	}
	close(c)
	t := ""
	for v := range c {
		if v == 2 {
			continue
		}
		t += fmt.Sprint(co.Must(an(s, v)))
	}
	return t, nil
}

//coroutine:async
func SubjectRangeAssigns(s *rttest.Script) (string, error) {
	var i int
	list := []int{9, 8}
	at := func() *int { s.Note("at"); return &list[1] }
	for i, *at() = range []int{5, 6, 7} {
		co.Must(an(s, i))
	}
	var p struct{ k, v int }
	for p.k, p.v = range []int{3, 4} {
		co.Must(an(s, p.v))
	}
	return fmt.Sprint(i, list, p), nil
}

//coroutine:async
func SubjectSwitchTag(s *rttest.Script) (string, error) {
	t := ""
	for i := range 4 {
		switch x := co.Must(an(s, i)); x {
		case 0, say(s, "one", 1):
			t += "a"
		default:
			t += "d"
			fallthrough
		case 7:
			t += fmt.Sprint(co.Must(an(s, x*10)))
		case 3:
			t += "3"
		}
	}
	return t, nil
}

//coroutine:async
func SubjectSwitchCases(s *rttest.Script) (string, error) {
	t := ""
	for i := range 3 {
		switch i {
		case co.Must(an(s, 2)), say(s, "never", 9):
			t += "two"
		case co.Must(an(s, 0)):
			t += "zero"
			if co.Must(st(s, "b", true)) {
				break
			}
			t += "no"
		default:
			t += "def"
		}
	}
	return t, nil
}

//coroutine:async
func SubjectSwitchTrue(s *rttest.Script) (string, error) {
	switch n := co.Must(an(s, 5)); {
	case n > 7 && co.Must(st(s, "a", true)):
		return "a", nil
	case n > 3 || co.Must(st(s, "b", false)):
		s.Note("b")
		fallthrough
	case false:
		return fmt.Sprint("b", co.Must(an(s, n))), nil
	}
	return "none", nil
}

//coroutine:async
func SubjectSwitchInterface(s *rttest.Script) (string, error) {
	defer caught(s)
	var v any = []int{1}
	switch co.Must(st(s, "v", any(3))) {
	case "3":
		return "text", nil
	case 3:
		s.Note("int")
	}
	switch v {
	case co.Must(st(s, "w", any([]int{2}))):
		return "no", nil
	}
	return "no", nil
}

//coroutine:async
func SubjectTypeSwitch(s *rttest.Script) (string, error) {
	t := ""
	for i := range 5 {
		switch v := co.Must(st(s, "v", []any{1, "x", nil, 2.5, fmt.Errorf("e")}[i])).(type) {
		case int:
			v += co.Must(an(s, v))
			t += fmt.Sprint(v)
		case string, float64:
			t += fmt.Sprintf("%T", v)
			co.Must(an(s, 1))
		case nil:
			t += fmt.Sprint(v == nil)
		case error:
			f := func() string { return v.Error() }
			v = fmt.Errorf("f%d", co.Must(an(s, 1)))
			t += f()
		}
	}
	switch any(t).(type) {
	default:
		t += "."
		co.Must(an(s, 0))
	}
	return t, nil
}

//coroutine:async
func SubjectSelectReady(s *rttest.Script) (string, error) {
	c, d := make(chan int, 1), make(chan string) // which is never ready
	c <- 4
	var list [2]int
	ok := false
	select {
	case list[co.Must(an(s, 1))], ok = <-c:
		s.Note("%v %v", list, ok)
		co.Must(an(s, 2))
	case d <- say(s, "send", co.Must(st(s, "d", "x"))):
		s.Note("sent")
	}
	select {
	case v := <-make(chan int):
		return fmt.Sprint(v), nil
	default:
		co.Must(an(s, 3))
	}
	return fmt.Sprint(ok, list[1]), nil
}

//coroutine:async
func SubjectSelectLoop(s *rttest.Script) (string, error) {
	c := make(chan int, 3)
	t := ""
	for i := 0; ; i++ {
		select {
		case c <- co.Must(an(s, i)):
			if i == 1 {
				break
			}
			t += "s"
		case v, ok := <-func() chan int { s.Note("chan"); return nil }():
			t += fmt.Sprint(v, ok)
		default:
			t += fmt.Sprint("full", co.Must(an(s, 9)))
			return t, nil
		}
	}
}

//coroutine:async
func SubjectGotoBack(s *rttest.Script) (string, error) {
	n := 0
again:
	n += co.Must(an(s, 1))
	if n < 3 {
		goto again
	}
	{
		m := n
	inner:
		if m > 0 {
			m -= co.Must(an(s, 2))
			goto inner
		}
		if n == 3 && m < 0 {
			n = 10
			goto end
		}
	}
	n = 0
end:
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectGotoOutOfLoop(s *rttest.Script) (string, error) {
	t := ""
	for i := range 3 {
		for j := range 3 {
			t += fmt.Sprint(i, j, " ")
			if co.Must(an(s, i*j)) == 2 {
				goto found
			}
		}
	}
	return "none", nil
found:
	return t, nil
}

//coroutine:async
func SubjectLabels(s *rttest.Script) (string, error) {
	n := 0
block:
	for {
		n++
		if co.Must(st(s, "x", true)) {
			break block
		}
		n += 100
		break
	}
sw:
	switch n {
	case 1:
		for {
			if co.Must(st(s, "y", true)) {
				break sw
			}
		}
	}
sel:
	select {
	default:
		for range 2 {
			n += co.Must(an(s, 1))
			if n > 1 {
				break sel
			}
		}
		n = 0
	}
blockOf:
	switch {
	default:
		if co.Must(st(s, "z", true)) {
			break blockOf
		}
		n = -1
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectIfInit(s *rttest.Script) (string, error) {
	x := 1
	if x := co.Must(an(s, 5)); x > 7 {
		return "a", nil
	} else if y, err := co.Await(an(s, x+1)); err != nil {
		return fmt.Sprint("err ", x), nil
	} else if x, y = y, x; y > 5 && co.Must(st(s, "z", true)) {
		return "c", nil
	} else {
		x++
		s.Note("%d %d", x, y)
	}
	return fmt.Sprint(x), nil
}

//coroutine:async
func SubjectGoStatement(s *rttest.Script) (string, error) {
	c := make(chan int, 1)
	go func(n int) { c <- n * 2 }(co.Must(an(s, 21)))
	n := <-c
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectEmptyStatements(s *rttest.Script) (string, error) {

	for range 2 {
	}
	if co.Must(st(s, "x", true)) {
	}
	switch co.Must(an(s, 1)) {
	}
	switch {
	default:
	}
	_, _ = co.Must(an(s, 2)), 3
	var _ = co.Must(an(s, 4))
	var _, x = 1, co.Must(an(s, 5))
	return fmt.Sprint(x), nil
}

//coroutine:async
func SubjectUnreachable(s *rttest.Script) (string, error) {
	for {
		if co.Must(an(s, 1)) == 1 {
			return "out", nil
		}
	}
	co.Must(an(s, 2))
	return "never", nil
}

//coroutine:async
func SubjectPanicEnds(s *rttest.Script) (string, error) {
	defer caught(s)
	switch co.Must(an(s, 1)) {
	case 1:
		panic(fmt.Sprint("p", co.Must(an(s, 2))))
	default:
		panic("other")
	}
}
//coroutine:async
func SubjectBlocksAndConsts(s *rttest.Script) (string, error) {
	const a = iota + 5
	type pairOf struct{ l, r int }
	var t string
	{
		const a, b = a * 2, "c"
		type inner []pairOf
		v := inner{{a, co.Must(an(s, 1))}}
		t += fmt.Sprint(v, b)
		var zero pairOf
		zero.l += co.Must(an(s, 2))
		t += fmt.Sprint(zero)
	}
	for range 2 {
		var fresh int
		var p = &fresh
		*p += co.Must(an(s, 1))
		t += fmt.Sprint(fresh)
	}
	return fmt.Sprint(t, a), nil
}

