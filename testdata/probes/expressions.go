package fz

// Where an await may stand in an expression, what is evaluated before it and what
// after, and when things panic.

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// an is a step with a number.
func an(s *rttest.Script, v int) rttest.StepOp[int] { return rttest.Step(s, fmt.Sprint("an", v), v) }

func st[T any](s *rttest.Script, label string, v T) rttest.StepOp[T] { return rttest.Step(s, label, v) }

// say notes that it is called.
func say[T any](s *rttest.Script, label string, v T) T {
	s.Note("%s: %v", label, v)
	return v
}

func caught(s *rttest.Script) {
	if v := recover(); v != nil {
		s.Note("recovered %v", v)
	}
}

type point struct{ x, y int }

func (p point) sum() int       { return p.x + p.y }
func (p *point) move(n int)    { p.x += n }
func (p point) add(n int) int  { return p.x + p.y + n }
func pair(n int) (int, string) { return n, fmt.Sprint("p", n) }
func join(n int, t string) string {
	return fmt.Sprint(n, t)
}
func total(first int, rest ...int) int {
	for _, n := range rest {
		first += n
	}
	return first
}

type number int

func (n number) String() string { return fmt.Sprintf("n%d", int(n)) }

func (n number) plus(m int) int { return int(n)*10 + m }

type adder interface{ plus(m int) int }

//coroutine:async
func both(s *rttest.Script, n int) (int, string, error) {
	n, err := co.Await(an(s, n))
	return n, fmt.Sprint("b", n), err
}

//coroutine:async
func SubjectNestedCalls(s *rttest.Script) (string, error) {
	return join(total(co.Must(an(s, 1)), co.Must(an(s, total(2, co.Must(an(s, 3)))))), say(s, "after", "x")), nil
}

//coroutine:async
func SubjectSpread(s *rttest.Script) (string, error) {
	return say(s, "outer", join(co.Must2(bothAsync(s, 4)))), nil
}

//coroutine:async
func SubjectSpreadVariadic(s *rttest.Script) (string, error) {
	list := []any{1}
	list = append(list, say(s, "a", 1), co.Must(an(s, 2)), say(s, "b", 3))
	return fmt.Sprint(append(list, list[:co.Must(an(s, 1))]...)...), nil
}

//coroutine:async
func SubjectReturnSpread(s *rttest.Script) (string, error) {
	text := func() (string, error) { return say(s, "text", "t"), errors.New("e") }
	if co.Must(an(s, 1)) > 0 {
		return text()
	}
	return "", nil
}

//coroutine:async
func SubjectReadLate(s *rttest.Script) (string, error) {
	x := 1
	change := func() { x = 10 }
	task := co.Spawn(st(s, "other", 0))
	change2 := func(n int) int { x += n; return n }
	y := x + co.Must(an(s, change2(5)))
	change()
	_ = co.Must(task)
	return fmt.Sprint(x, y), nil
}

//coroutine:async
func SubjectCallsBefore(s *rttest.Script) (string, error) {
	n := say(s, "f", 1) + say(s, "g", 2)*co.Must(an(s, 3)) - say(s, "h", 4)
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectIndex(s *rttest.Script) (string, error) {
	list := []int{1, 2, 3}
	list[co.Must(an(s, 1))] = co.Must(an(s, 7))
	list[say(s, "i", 0)] += co.Must(an(s, 5))
	return fmt.Sprint(list, list[co.Must(an(s, 2))], [...]int{4, 5}[co.Must(an(s, 1))], "abc"[co.Must(an(s, 2))]), nil
}

//coroutine:async
func SubjectIndexOut(s *rttest.Script) (string, error) {
	defer caught(s)
	list := []int{1}
	list[say(s, "i", 5)] = co.Must(an(s, 1))
	return "no", nil
}

//coroutine:async
func SubjectIndexShrinks(s *rttest.Script) (string, error) {
	defer caught(s)
	list := []int{1, 2, 3}
	shrink := func() int { list = list[:1]; return 2 }
	n := list[2] + co.Must(an(s, shrink()))
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectNilMap(s *rttest.Script) (string, error) {
	defer caught(s)
	var m map[string]int
	m[say(s, "key", "k")] = co.Must(an(s, 1))
	return "no", nil
}

//coroutine:async
func SubjectMap(s *rttest.Script) (string, error) {
	m := map[string]int{co.Must(st(s, "k", "a")): co.Must(an(s, 1)), say(s, "k2", "b"): co.Must(an(s, 2))}
	m[co.Must(st(s, "k", "c"))]++
	m["a"] *= co.Must(an(s, 9))
	v, ok := m[co.Must(st(s, "k", "zz"))]
	delete(m, co.Must(st(s, "k", "b")))
	return fmt.Sprint(m, v, ok, len(m)), nil
}

//coroutine:async
func SubjectNilPointer(s *rttest.Script) (string, error) {
	defer caught(s)
	var p *point
	p.x = co.Must(an(s, 1))
	return "no", nil
}

//coroutine:async
func SubjectNilPointerRead(s *rttest.Script) (string, error) {
	defer caught(s)
	var p *point
	n := p.x + co.Must(an(s, 1))
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectPointerTarget(s *rttest.Script) (string, error) {
	a, b := point{1, 2}, point{3, 4}
	p := &a
	swap := func() int { p = &b; return 1 }
	p.x = co.Must(an(s, swap()))
	*p = point{co.Must(an(s, 8)), p.y}
	return fmt.Sprint(a, b, *p), nil
}

//coroutine:async
func SubjectDivision(s *rttest.Script) (string, error) {
	defer caught(s)
	zero := 0
	n := 1/zero + co.Must(an(s, 1))
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectOpAssign(s *rttest.Script) (string, error) {
	x := 1
	add := func(n int) int { x += n; return n }
	x += co.Must(an(s, add(10)))
	x <<= co.Must(an(s, 2))
	x &^= co.Must(an(s, 4))
	var f float64 = 1
	f /= float64(co.Must(an(s, 4)))
	t := "a"
	t += co.Must(st(s, "t", "b"))
	return fmt.Sprint(x, f, t), nil
}

//coroutine:async
func SubjectIncDec(s *rttest.Script) (string, error) {
	list := []int{0, 0}
	list[co.Must(an(s, 1))]++
	(*func() *int { return &list[say(s, "j", 0)] }())--
	*[]*int{&list[0], &list[1]}[co.Must(an(s, 1))] += 2
	return fmt.Sprint(list), nil
}

//coroutine:async
func SubjectSwap(s *rttest.Script) (string, error) {
	a, b, list := 1, 2, []int{5, 6}
	a, b = b, co.Must(an(s, a))
	list[0], list[1] = list[1], co.Must(an(s, list[0]))
	i := 0
	i, list[i] = co.Must(an(s, 1)), 9
	return fmt.Sprint(a, b, list, i), nil
}

//coroutine:async
func SubjectTupleTargets(s *rttest.Script) (string, error) {
	list := []int{1, 2}
	m := map[int]string{}
	list[say(s, "i", 1)], m[say(s, "k", 3)] = co.Must2(bothAsync(s, 7))
	var err error
	list[0], err = co.Await(an(s, 8))
	return fmt.Sprint(list, m, err), nil
}

//coroutine:async
func SubjectStructLiteral(s *rttest.Script) (string, error) {
	p := point{y: co.Must(an(s, 1)), x: co.Must(an(s, 2))}
	q := &point{co.Must(an(s, 3)), say(s, "y", 4)}
	r := []point{{co.Must(an(s, 5)), 6}, {x: co.Must(an(s, 7))}}
	t := [...]*point{2: {y: co.Must(an(s, 8))}}
	u := map[point][]int{{1, co.Must(an(s, 9))}: {co.Must(an(s, 10))}}
	v := struct {
		a int
		b struct{ c string }
	}{co.Must(an(s, 11)), struct{ c string }{co.Must(st(s, "c", "c"))}}
	return fmt.Sprint(p, *q, r, len(t), t[2].y, u, v), nil
}

//coroutine:async
func SubjectConversions(s *rttest.Script) (string, error) {
	a := uint8(co.Must(an(s, 300)))
	b := number(co.Must(an(s, 3)))
	c := any(co.Must(an(s, 4)))
	d := fmt.Stringer(number(co.Must(an(s, 5))))
	e := []byte(co.Must(st(s, "s", "hé")))
	f := string(rune(co.Must(an(s, 0x4e16))))
	var g any = co.Must(an(s, 6))
	var h float64 = float64(co.Must(an(s, 7))) / 2
	i := (func() int)(func() int { return 1 })() + co.Must(an(s, 8))
	return fmt.Sprint(a, b, c, d, e, f, g, h, i), nil
}

//coroutine:async
func SubjectShift(s *rttest.Script) (string, error) {
	var a int64 = 1 << co.Must(an(s, 40))
	b := uint8(1) << co.Must(an(s, 9))
	var c float64 = float64(uint(1) << co.Must(an(s, 3)))
	d := 1<<co.Must(an(s, 3)) == 2<<2
	var e = "abcdefghij"[1<<co.Must(an(s, 3))]
	f := uint64(1<<co.Must(an(s, 63))) >> 63
	return fmt.Sprint(a, b, c, d, e, f), nil
}

//coroutine:async
func SubjectUntyped(s *rttest.Script) (string, error) {
	const big = 1 << 100
	a := big>>98 + co.Must(an(s, 1))
	b := 'a' + rune(co.Must(an(s, 1)))
	c := 1.5 * float64(co.Must(an(s, 2)))
	var d any = 'x'
	e := co.Must(st(s, "e", 2.0)) + 1
	f := co.Must(st(s, "nil", error(nil))) == nil
	return fmt.Sprintf("%v %v %v %T %v %v", a, b, c, d, e, f), nil
}

//coroutine:async
func SubjectLenNotConstant(s *rttest.Script) (string, error) {
	a := len([3]int{co.Must(an(s, 1))})
	b := cap([2]string{1: co.Must(st(s, "x", "y"))})
	p := &[4]int{}
	c := len([2]*[4]int{p, p}[co.Must(an(s, 1))])
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func SubjectLenEarly(s *rttest.Script) (string, error) {
	list := []int{1, 2, 3}
	cut := func() int { list = list[:1]; return 5 }
	n := len(list) + co.Must(an(s, cut()))
	m := cap(list[:1:1])*10 + len(list)
	return fmt.Sprint(n, m), nil
}

//coroutine:async
func SubjectShortCircuit(s *rttest.Script) (string, error) {
	yes := func(l string) bool { return say(s, l, true) }
	no := func(l string) bool { return say(s, l, false) }
	a := yes("a") && co.Must(st(s, "b", true)) && no("c") && co.Must(st(s, "d", true))
	b := no("e") || co.Must(st(s, "f", false)) || yes("g") || co.Must(st(s, "h", true))
	c := (no("i") || co.Must(st(s, "j", true))) && (yes("k") && !co.Must(st(s, "l", true)))
	d := co.Must(st(s, "m", true)) != (no("n") && co.Must(st(s, "o", true)))
	return fmt.Sprint(a, b, c, d), nil
}

//coroutine:async
func SubjectShortCircuitArgument(s *rttest.Script) (string, error) {
	t := fmt.Sprint(say(s, "a", 1), say(s, "b", false) && co.Must(st(s, "c", true)), say(s, "d", 2), say(s, "e", true) || co.Must(st(s, "f", true)))
	type flag bool
	var x flag = flag(co.Must(st(s, "g", true))) && flag(say(s, "h", true))
	return fmt.Sprintf("%s %v %T", t, x, x)[:12], nil
}

//coroutine:async
func SubjectMethodValue(s *rttest.Script) (string, error) {
	p := point{1, 2}
	f := p.add
	p.x = 100
	a := f(co.Must(an(s, 3)))
	g := p.move
	g(co.Must(an(s, 5)))
	b := point.add(p, co.Must(an(s, 6)))
	(*point).move(&p, co.Must(an(s, 7)))
	return fmt.Sprint(a, b, p), nil
}

//coroutine:async
func SubjectMethodReceiverLate(s *rttest.Script) (string, error) {
	p := point{1, 2}
	grow := func() int { p.x = 50; return 1 }
	a := p.add(co.Must(an(s, grow())))
	// With one concrete type gc would devirtualise, and read i before the call.
	var i interface{ String() string } = number(1)
	swap := func() int { i = time.Duration(2); return 2 }
	b := i.String() + fmt.Sprint(co.Must(an(s, swap())))
	return fmt.Sprint(a, b), nil
}

// gc knows the types, reads the first three receivers before the arguments, and calls the
// methods of number.
//
//coroutine:async
func SubjectMethodOfAKnownType(s *rttest.Script) (string, error) {
	n := number(1)
	p := &n
	set := func(v number) int { *p = v; return int(v) }
	a := adder(n).plus(co.Must(an(s, set(2))))
	b := adder((adder)(*p)).plus(co.Must(an(s, set(3)))) + adder(any(n).(adder)).plus(co.Must(an(s, set(4))))
	c := n.plus(co.Must(an(s, set(5)))) + adder(&n).plus(co.Must(an(s, set(6))))
	done := make(chan int, 1)
	go adder(tell{n, done}).plus(co.Must(an(s, set(7))))
	return fmt.Sprint(a, b, c, <-done), nil
}

type tell struct {
	n    number
	done chan int
}

func (t tell) plus(m int) int { t.done <- int(t.n)*10 + m; return 0 }

//coroutine:async
func SubjectNilInterfaceMethod(s *rttest.Script) (string, error) {
	defer caught(s)
	var i fmt.Stringer
	t := i.String() + co.Must(st(s, "x", "y"))
	return t, nil
}

//coroutine:async
func SubjectAssertion(s *rttest.Script) (string, error) {
	defer caught(s)
	var v any = 3
	set := func() int { v = "text"; return 1 }
	n := v.(int) + co.Must(an(s, set()))
	t, ok := v.(string)
	s.Note("%v %v %v", n, t, ok)
	m := v.(int) + co.Must(an(s, 2))
	return fmt.Sprint(m), nil
}

//coroutine:async
func SubjectAssertionOfAwait(s *rttest.Script) (string, error) {
	a := co.Must(st(s, "v", any(4))).(int)
	b, ok := co.Must(st(s, "v", any("t"))).(int)
	c := co.Must(st(s, "v", any(number(5)))).(fmt.Stringer).String()
	return fmt.Sprint(a, b, ok, c), nil
}

// What gc reads before a call to the right, and what after.
//
//coroutine:async
func SubjectReadEarly(s *rttest.Script) (string, error) {
	x, c, b, list := 1, 1i, []byte("a"), []int{1, 2, 3}
	p, q := new(int), new(int)
	*q = 50
	var v, w any = 5, p
	set := func() int {
		x, c, b[0], list, v, w = 100, 9i, 'z', nil, 6, q
		return 1
	}
	reset := func() {
		x, c, b[0], list, v, w = 1, 1i, 'a', []int{1, 2, 3}, 5, p
	}
	t := fmt.Sprint(max(x, 2), imag(c), list[1:], v.(int), *w.(*int), string(b), []byte(string(b)), co.Must(an(s, set())))
	reset()
	t += fmt.Sprint(map[int]int{x: x, 55: co.Must(an(s, set())), 66: x}, map[string]int{"a": 1, "z": 2}["a"])
	reset()
	t += fmt.Sprint(map[string]int{"a": 1, "z": 2}[string(b)] + co.Must(an(s, set())))
	reset()
	t += fmt.Sprint(complex(float64(x), 1), cap(list), append(list, x), co.Must(an(s, set())))
	return t, nil
}

//coroutine:async
func SubjectSlices(s *rttest.Script) (string, error) {
	list := []int{0, 1, 2, 3, 4, 5}
	a := list[co.Must(an(s, 1)):co.Must(an(s, 4))]
	b := list[co.Must(an(s, 1)):3:co.Must(an(s, 5))]
	c := "abcdef"[:co.Must(an(s, 2))]
	arr := [4]int{1, 2, 3, 4}
	d := arr[co.Must(an(s, 2)):]
	d[0] = 99
	return fmt.Sprint(a, b, cap(b), c, d, arr), nil
}

//coroutine:async
func SubjectSliceOut(s *rttest.Script) (string, error) {
	defer caught(s)
	list := []int{0, 1}
	return fmt.Sprint(list[co.Must(an(s, 2)):co.Must(an(s, 1))]), nil
}

//coroutine:async
func SubjectChannelOperands(s *rttest.Script) (string, error) {
	list := []chan int{make(chan int, 3), make(chan int, 3)}
	c, d := list[0], list[1]
	c <- co.Must(an(s, 1))
	list[co.Must(an(s, 0))] <- 2
	list[co.Must(an(s, 1))] <- co.Must(an(s, 3))
	n := <-c + <-list[co.Must(an(s, 1))]*co.Must(an(s, 10))
	v, ok := <-list[co.Must(an(s, 0))]
	close(list[co.Must(an(s, 0))])
	w, ok2 := <-c
	return fmt.Sprint(n, v, ok, w, ok2, len(d)), nil
}

//coroutine:async
func SubjectReceiveBefore(s *rttest.Script) (string, error) {
	c := make(chan int, 2)
	c <- 1
	fill := func() int { c <- 2; return 100 }
	n := <-c + co.Must(an(s, fill())) + <-c
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectFunctionLiteral(s *rttest.Script) (string, error) {
	n := func(a, b int) int { return a*10 + b }(co.Must(an(s, 1)), say(s, "b", 2)) + co.Must(an(s, 3))
	f := []func(int) int{func(x int) int { return x + n }}
	return fmt.Sprint(n, f[co.Must(an(s, 0))](co.Must(an(s, 5)))), nil
}

//coroutine:async
func SubjectFunctionValueLate(s *rttest.Script) (string, error) {
	f := func(n int) int { return n }
	change := func() int { f = func(n int) int { return -n }; return 4 }
	return fmt.Sprint(f(co.Must(an(s, change())))), nil
}

//coroutine:async
func SubjectNilFunction(s *rttest.Script) (string, error) {
	defer caught(s)
	var f func(int) int
	return fmt.Sprint(f(co.Must(an(s, 1)))), nil
}

//coroutine:async
func SubjectMinMaxComplex(s *rttest.Script) (string, error) {
	a := min(co.Must(an(s, 3)), say(s, "b", 2), co.Must(an(s, 5)))
	b := max(1.5, float64(co.Must(an(s, 1))))
	c := complex(float64(co.Must(an(s, 1))), 2)
	return fmt.Sprint(a, b, real(c), imag(c)*float64(co.Must(an(s, 2)))), nil
}

//coroutine:async
func SubjectMakeNewCopy(s *rttest.Script) (string, error) {
	a := make([]int, co.Must(an(s, 2)), co.Must(an(s, 4)))
	n := copy(a, []int{co.Must(an(s, 7)), 8, 9})
	clear(a[co.Must(an(s, 1)):])
	p := new(int)
	*p = co.Must(an(s, 3))
	c := make(chan int, co.Must(an(s, 2)))
	return fmt.Sprint(a, cap(a), n, *p, cap(c)), nil
}

//coroutine:async
func SubjectPrecedence(s *rttest.Script) (string, error) {
	a := -co.Must(an(s, 1)) - -co.Must(an(s, 2))
	b := ^co.Must(an(s, 3)) & 0xff
	c := !(co.Must(an(s, 4)) > 3) || 2*co.Must(an(s, 5)) == 10
	p := &point{1, 2}
	d := 12 / *&p.y * co.Must(an(s, 2))
	return fmt.Sprint(a, b, c, d), nil
}

//coroutine:async
func SubjectParentheses(s *rttest.Script) (string, error) {
	x := 1
	(x) = (co.Must((an(s, 2))))
	(x) += ((co.Must[int])(an(s, 3)))
	y := (*(&(x)))
	return fmt.Sprint(x, y), nil
}

//coroutine:async
func SubjectStringConcat(s *rttest.Script) (string, error) {
	b := []byte("abc")
	set := func() string { b[0] = 'z'; return "!" }
	t := string(b) + co.Must(st(s, "x", set())) + string(b)
	return strings.Repeat(t, co.Must(an(s, 2))), nil
}

//coroutine:async
func SubjectSizeof(s *rttest.Script) (string, error) {
	p := point{co.Must(an(s, 1)), 2}
	n := int(unsafe.Sizeof(p))*co.Must(an(s, 1)) - int(unsafe.Offsetof(p.y))
	return fmt.Sprint(n > 0, p), nil
}

//coroutine:async
func SubjectComparison(s *rttest.Script) (string, error) {
	a := point{co.Must(an(s, 1)), 2} == point{1, co.Must(an(s, 2))}
	var e error
	b := e == co.Must(st(s, "e", error(nil)))
	c := any(co.Must(an(s, 1))) == any(1)
	d := [2]int{co.Must(an(s, 1)), 2} != [2]int{1, 2}
	return fmt.Sprint(a, b, c, d), nil
}

//coroutine:async
func SubjectUncomparable(s *rttest.Script) (string, error) {
	defer caught(s)
	var v any = []int{1}
	return fmt.Sprint(v == co.Must(st(s, "v", any([]int{1})))), nil
}

//coroutine:async
func SubjectMustPanics(s *rttest.Script) (string, error) {
	defer caught(s)
	x := say(s, "a", 1) + co.Must(an(s, 2))
	s.Note("x %d", x)
	return fmt.Sprint(co.Must(an(s, 3)) + say(s, "b", 4)), nil
}

//coroutine:async
func SubjectErrorForms(s *rttest.Script) (string, error) {
	_, err := co.Await(an(s, 1))
	s.Note("%v", err)
	n, t, err := co.Await2(bothAsync(s, 2))
	s.Note("%v %v %v", n, t, err)
	if n, err = co.Await(an(s, 3)); err != nil {
		return "failed", err
	}
	co.Await(an(s, 4))
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectEmbedded(s *rttest.Script) (string, error) {
	type outer struct {
		point
		*strings.Builder
	}
	o := outer{point{1, co.Must(an(s, 2))}, &strings.Builder{}}
	o.WriteString(co.Must(st(s, "w", "w")))
	o.move(co.Must(an(s, 3)))
	o.x += co.Must(an(s, 4))
	return fmt.Sprint(o.sum(), o.String(), o.point.x), nil
}

// To await nil panics, and no earlier than where it is awaited.
//
//coroutine:async
func SubjectAwaitsNil(s *rttest.Script) (out string, err error) {
	defer func() { out += fmt.Sprint(recover()) }()
	defer func() { out += fmt.Sprint(co.Must(awaitsNilAsync(s, 0)), " ") }()
	out = fmt.Sprint(co.Must(awaitsNilAsync(s, 1)), " ")
	return out, co.Wait(nil)
}

//coroutine:async
func awaitsNil(s *rttest.Script, n int) (out string, err error) {
	defer func() {
		if v := recover(); v != nil {
			out = fmt.Sprint(out, " ", v)
		}
	}()
	out = fmt.Sprint(co.Must(rttest.Step(s, "before", n)))
	if n == 0 {
		defer co.Wait(nil)
		return out, nil
	}
	m, err := co.Await[int](nil)
	return fmt.Sprint(out, m), err
}
