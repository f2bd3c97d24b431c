package fz

// Features of the language that meet in one function or one statement.

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
		_, isRuntime := v.(runtime.Error)
		s.Note("recovered %v %v", v, isRuntime)
	}
}

//coroutine:async
func SubjectSelectContinue(s *rttest.Script) (string, error) {
	c := make(chan int, 10)
	for i := range 10 {
		c <- i
	}
	out := ""
	seq := func(yield func(int) bool) {
		defer s.Note("seq done")
		for i := range 5 {
			if !yield(i) {
				return
			}
		}
	}
	defer func() { s.Note("d %d", co.Must(an(s, 99))) }()
outer:
	for j := range 3 {
	inner:
		for i := range seq {
			defer func() { s.Note("dl %d %d", i, co.Must(an(s, 100+i))) }()
			select {
			case v := <-c:
				switch co.Must(an(s, v)) {
				case 1:
					continue inner
				case 3:
					continue outer
				case 5:
					break inner
				case 7:
					break outer
				}
				out += fmt.Sprint(j, i, v, ";")
			}
		}
		out += "|"
	}
	return out, nil
}

//coroutine:async
func SubjectNames(s *rttest.Script) (string, error) {
	f, t, state, ready, err, rt, result, failure, deferred, iter, zero, v := 1, 2, 3, 4, error(nil), 5, 6, 7, 8, 9, 10, 11
	f += co.Must(an(s, t))
	get, put, step, step2, loop, next, endIf, awaitStep, tag := 1, 2, 3, 4, 5, 6, 7, 8, 9
	loop += co.Must(an(s, state))
	next += endIf + awaitStep + tag + get + put + step + step2
	unwind, catch, exit, Poll, Init, Where := 1, 2, 3, 4, 5, 6
	unwind += co.Must(an(s, ready))
	defer func() { s.Note("%d %d", unwind, exit) }()
	co.Must(an(s, 5))
	return fmt.Sprint(f, t, state, ready, err, rt, result, failure, deferred, iter, zero, v, loop, next, unwind, catch, exit, Poll, Init, Where), nil
}

//coroutine:async
func SubjectAssignPanics(s *rttest.Script) (string, error) {
	func() {
		defer caught(s)
		var a []int
		i := 5
		a[i] += co.Must(an(s, 1))
	}()
	func() {
		defer caught(s)
		a := []int{1, 2}
		idx := func() int { return say(s, "i", 7) }
		a[idx()] -= co.Must(an(s, 2))
	}()
	func() {
		defer caught(s)
		a := []int{1, 2}
		var p *int
		x := 0
		x, *p = co.Must(an(s, 3)), say(s, "r", 1)
		a[0] = x
	}()
	func() {
		defer caught(s)
		a := []int{1, 2}
		i := 0
		i, a[i] = 1, co.Must(an(s, 4))
		s.Note("%v %v", i, a)
		i, a[i+2] = 0, co.Must(an(s, 5))
	}()
	func() {
		defer caught(s)
		var m map[string]int
		x := 0
		defer func() { s.Note("x %d", x) }()
		x, m["a"] = 5, co.Must(an(s, 6))
	}()
	func() {
		defer caught(s)
		z := 0
		y := say(s, "l", 5) / z * co.Must(an(s, 7))
		s.Note("%d", y)
	}()
	func() {
		defer caught(s)
		z := 0
		y := co.Must(an(s, 8)) % z
		s.Note("%d", y)
	}()
	func() {
		defer caught(s)
		z := 1
		z /= co.Must(an(s, 0))
		s.Note("%d", z)
	}()
	return "", nil
}

type tree struct {
	kids map[string]*tree
	vals [3]int
	fn   func(int) *int
}

//coroutine:async
func SubjectLvalues(s *rttest.Script) (string, error) {
	p := func(n int) *tree {
		return &tree{kids: map[string]*tree{"a": {}}, fn: func(int) *int { return new(int) }}
	}
	t := p(1)
	get := func(n string) *tree { s.Note("get %s", n); return t }
	*get("x").fn(say(s, "arg", 1)) = co.Must(an(s, 1))
	get("y").kids[say(s, "k", "a")].vals[say(s, "i", 2)] = co.Must(an(s, 2))
	get("z").kids["a"].vals[co.Must(an(s, 0))] += co.Must(an(s, 3))
	get("w").vals[co.Must(an(s, 1))], get("v").vals[say(s, "i", 0)] = co.Must(an(s, 4)), say(s, "rhs", 5)
	get("u").vals[0], get("q").kids[co.Must(st(s, "k", "b"))] = say(s, "rhs", 6), &tree{vals: [3]int{co.Must(an(s, 7))}}
	get("inc").vals[co.Must(an(s, 2))]++
	func() {
		defer caught(s)
		get("nil").kids["none"].vals[1] = co.Must(an(s, 8))
	}()
	func() {
		defer caught(s)
		var pp **int
		**pp = co.Must(an(s, 9))
	}()
	func() {
		defer caught(s)
		*get("fn").kids["a"].fn(say(s, "arg", 1)), t.vals[0] = 3, co.Must(an(s, 10))
	}()
	return fmt.Sprint(t.vals, t.kids["a"].vals, t.kids["b"].vals), nil
}

type big struct {
	a, b, c, d int
	e          string
}

func (b big) String() string { return fmt.Sprint("big", b.a, b.e) }

//coroutine:async
func SubjectIfaceCopy(s *rttest.Script) (string, error) {
	x := big{a: 1}
	i := 1
	str := "s"
	arr := [3]int{1, 2, 3}
	sl := []int{1}
	ch := func(n int) int {
		x.a = n
		i = n
		str = fmt.Sprint(n)
		arr[0] = n
		sl = append(sl, n)
		return n
	}
	out := fmt.Sprint(x, i, str, arr, sl, ch(2), co.Must(an(s, 5)))
	out += fmt.Sprint(x, i, str, arr, sl, co.Must(an(s, ch(3))), x)
	out += fmt.Sprint(any(x), any(i), any(str), any(arr), ch(4), co.Must(an(s, 5)))
	list := []any{x, i, str, arr, ch(5), co.Must(an(s, 6)), x}
	out += fmt.Sprint(list...)
	m := map[any]any{x: ch(6), i: co.Must(an(s, 7)), arr: x}
	out += fmt.Sprint(len(m), m[x], m[arr])
	var e1, e2 any = x, ch(7) + co.Must(an(s, 8))
	out += fmt.Sprint(e1, e2)
	e1, e2 = x, ch(8)+co.Must(an(s, 9))
	out += fmt.Sprint(e1, e2)
	eq := any(x) == any(big{a: ch(9) + co.Must(an(s, 0))})
	eq2 := fmt.Stringer(x) == fmt.Stringer(big{a: co.Must(an(s, ch(10)))})
	st2 := struct{ x, y any }{x, ch(11) + co.Must(an(s, 0))}
	c := make(chan any, 3)
	c <- st2
	func() {
		c <- []any{x, ch(12) + co.Must(an(s, 1))}
	}()
	out += fmt.Sprint(<-c, <-c)
	px := &x
	out += fmt.Sprint(*px, px.a, px.String(), ch(13), co.Must(an(s, 1)))
	out += fmt.Sprint(*px, co.Must(an(s, ch(14))), *px)
	out += fmt.Sprint(list[0], ch(15), co.Must(an(s, 1)), list[0] == nil)
	return out + fmt.Sprint(eq, eq2), nil
}

type fl float64

type num interface{ ~int | ~float64 }

//coroutine:async
func genLess[T num](s *rttest.Script, a, b T) (string, error) {
	out := ""
	if a < b {
		out += "lt" + fmt.Sprint(co.Must(an(s, 1)))
	} else {
		out += "nlt"
	}
	if !(a >= b) {
		out += "nge" + fmt.Sprint(co.Must(an(s, 1)))
	}
	for a > b || !(a <= b) {
		out += "loop" + fmt.Sprint(co.Must(an(s, 2)))
		if len(out) > 20 {
			break
		}
	}
	if a == b && co.Must(an(s, 3)) == 3 {
		out += "eq"
	}
	if a != b || co.Must(an(s, 3)) == 3 {
		out += "ne"
	}
	return out, nil
}

//coroutine:async
func SubjectNaN(s *rttest.Script) (string, error) {
	z := 0.0
	nan := z / z
	a, _ := co.Await(genLessAsync(s, nan, 1.0))
	b, _ := co.Await(genLessAsync(s, fl(nan), fl(nan)))
	c, _ := co.Await(genLessAsync(s, 1, 2))
	out := ""
	fn := fl(nan)
	if fn < 1 {
		out += fmt.Sprint(co.Must(an(s, 1)))
	}
	for !(fn >= 2) {
		out += fmt.Sprint(co.Must(an(s, 2)))
		fn = 3
	}
	if fn = fl(nan); fn > 1 && co.Must(an(s, 1)) == 1 {
		out += "x"
	}
	return a + b + c + out, nil
}

type mybool bool

//coroutine:async
func SubjectBools(s *rttest.Script) (string, error) {
	var b mybool = mybool(co.Must(st(s, "b", true))) && co.Must(st(s, "c", mybool(true)))
	x := 1
	var c mybool = x == co.Must(an(s, 1)) && co.Must(an(s, 2)) == 2
	d := x == 1 && co.Must(st(s, "d", mybool(true)))
	e := (x == 1 || bool(b)) && (co.Must(an(s, 3)) > x)
	if co.Must(st(s, "e", mybool(true))) && b {
		x++
	}
	for co.Must(st(s, "f", mybool(x < 4))) {
		x++
	}
	switch b {
	case x == 4 && co.Must(st(s, "g", mybool(true))):
		x += 100
	}
	var f any = x > 1 && co.Must(an(s, 2)) > 1
	g := !c || !(co.Must(st(s, "h", mybool(false))) || !b)
	return fmt.Sprintf("%v %v %T %v %v %v %T %v %T", b, c, d, d, e, f, f, g, g), nil
}

//coroutine:async
func SubjectPostClosure(s *rttest.Script) (string, error) {
	var ps []*int
	var fs []func() int
	for i := 0; i < co.Must(an(s, 4)); func() { i++; fs = append(fs, func() int { i += 10; return i }) }() {
		ps = append(ps, &i)
		if i == 1 {
			continue
		}
		fs = append(fs, func() int { return i })
	}
	for i := 0; func() bool { fs = append(fs, func() int { i += 1000; return i }); return i < 3 }(); i++ {
		co.Must(an(s, i))
	}
	out := ""
	for _, p := range ps {
		out += fmt.Sprint(*p, " ")
	}
	for _, f := range fs {
		out += fmt.Sprint(f(), ",")
	}
	for _, p := range ps {
		out += fmt.Sprint(*p, " ")
	}
outer:
	for i := 0; i < 4; i++ {
		fs = append(fs, func() int { i += 5; return i })
		for j := 0; ; j++ {
			p := &j
			if co.Must(an(s, j)) == 1 {
				*p += 7
				continue outer
			}
			if i == 2 {
				goto next
			}
		}
	next:
		fs = append(fs, func() int { return i })
		if i == 3 {
			fs[len(fs)-2]()
		}
	}
	for _, f := range fs {
		out += fmt.Sprint(f(), ",")
	}
	return out, nil
}

//coroutine:async
func leaky(s *rttest.Script, mode int) (out string, err error) {
	var x int
	var l []int
	var arr [3]int
	var b big
	if mode&1 != 0 {
		x = co.Must(an(s, 10))
		l = append(l, x)
		arr[1] = x
		b.e = "b"
	}
	co.Must(an(s, 0))
	if mode&2 != 0 {
		defer func() {
			if v := recover(); v != nil {
				out += fmt.Sprint("rec", v, x, l)
			}
		}()
		if mode&1 != 0 {
			out = "partial"
			panic("p")
		}
	}
	for i := range mode {
		defer func() { out += fmt.Sprint("d", i) }()
	}
	var late string
	if mode&4 != 0 {
		late = co.Must(st(s, "l", "late"))
	}
	y := co.Must(an(s, 1))
	return fmt.Sprint(out, x, l, arr, b, late, y), nil
}

//coroutine:async
func SubjectChildReuse(s *rttest.Script) (string, error) {
	out := ""
	for _, mode := range []int{7, 0, 1, 2, 3, 4, 0, 5, 6, 3, 0} {
		out += fmt.Sprint(co.Must(leakyAsync(s, mode)), ";")
	}
	return out, nil
}

//coroutine:async
func SubjectSwitchTags(s *rttest.Script) (string, error) {
	out := ""
	switch 5 {
	case co.Must(an(s, 4)), co.Must(an(s, 5)):
		out += "five"
	}
	switch x := any(co.Must(an(s, 1))); x {
	case "a", 1.0, nil:
		out += "no"
	case 1, co.Must(st[any](s, "a", "z")):
		out += "one" + fmt.Sprint(co.Must(an(s, 2)))
	}
	var f func()
	switch f {
	case nil:
		out += "nil" + fmt.Sprint(co.Must(an(s, 3)))
	}
	switch false {
	case co.Must(st(s, "t", true)), co.Must(st(s, "f", false)), co.Must(st(s, "f2", false)):
		out += "false"
	}
	switch x := co.Must(st(s, "f", 2.5)); x {
	case 2, 2.5:
		out += "2.5"
		x++
		out += fmt.Sprint(co.Must(an(s, 1)), x)
	}
	func() {
		defer caught(s)
		switch x := any([]int{1}); x {
		case co.Must(an(s, 1)):
		case any([]int{co.Must(an(s, 2))}):
		}
	}()
	switch b := (big{a: co.Must(an(s, 1))}); b {
	case big{}:
	case big{a: 1}:
		out += "big" + fmt.Sprint(co.Must(an(s, 4)))
	}
	var e error
	switch e {
	case errors.ErrUnsupported:
	case nil:
		out += fmt.Sprint(co.Must(an(s, 4)))
	}
	switch c := byte(co.Must(an(s, 65))); c {
	case 'A', 'B':
		out += string(rune(c)) + fmt.Sprint(co.Must(an(s, 4)))
	}
	bs := []byte("abc")
	switch string(bs) {
	case co.Must(st(s, "x", "abd")):
	case say(s, "y", "abc"):
		bs[0] = 'z'
		out += string(bs) + fmt.Sprint(co.Must(an(s, 4)))
	}
	return out, nil
}

type T struct{ a, b int }

//coroutine:async
func SubjectCompositeConds(s *rttest.Script) (string, error) {
	x := T{1, 2}
	out := ""
	switch {
	case x == T{co.Must(an(s, 1)), 3}:
		out += "no"
	case x == T{1, 2} && co.Must(an(s, 1)) == 1:
		out += "yes"
	}
	switch x {
	case T{co.Must(an(s, 0)), 0}, T{2, 2}:
		out += "no"
	case T{1, 2}:
		out += "yes2" + fmt.Sprint(co.Must(an(s, 1)))
	}
	ok := x == T{1, 2} && co.Must(an(s, 1)) == 1
	ok2 := T{} == x || T{1, co.Must(an(s, 2))} == x
	ok3 := ([]int{1}[0] == 1 || map[string]T{"a": {}}["a"] == x) && co.Must(an(s, 3)) == 3
	if (T{1, 2}) == x && (T{co.Must(an(s, 1)), 2}) == x {
		out += "if"
	}
	for i := 0; (x == T{1, 2}); i++ {
		x.a += co.Must(an(s, i))
	}
	for _, v := range []T{{1, 2}, {3, co.Must(an(s, 4))}} {
		out += fmt.Sprint(v.a + co.Must(an(s, 0)))
	}
	switch y := (T{1, 1}); y.a {
	case func() int { return T{1, 2}.a }():
		out += fmt.Sprint(co.Must(an(s, 9)))
	}
	switch true {
	case T{1, 2} == x, co.Must(an(s, 1)) == 2 || x != T{5, 5}:
		out += "t"
	}
	b := true
	switch b {
	case co.Must(an(s, 1)) == 2 || co.Must(an(s, 1)) == 3, x.a > 1 || x.b > 2, !b || co.Must(an(s, 1)) == 1:
		out += "b"
	}
	switch c := make(chan bool, 1); b {
	case func() bool { c <- true; return false }(), co.Must(an(s, 1)) == 2, <-c:
		out += "chan"
	}
	switch b == (x.a == 1) {
	case x.b == 2 != (co.Must(an(s, 1)) == 2), !b == (x.b == 3):
		out += "prec"
	}
	return fmt.Sprint(out, ok, ok2, ok3), nil
}

//coroutine:async
func SubjectComments(s *rttest.Script) (string, error) { // head
	// a
	x := /* before */ co.Must( /* in */ an(s, 1) /* after */) /* behind */ // trailing
	y := fmt.Sprint(
		co.Must(an(s, 2)), // first
		x,                 // second
		/* third */ co.Must(an(s, 3))+ // plus
			4, // end
	) // done
	z := x + // comment
		co.Must(an(s, 4)) - // another
		/* inner */ 1
	if x == 1 && // first
		co.Must(an(s, 5)) == 5 || // second
		z == 0 /* third */ { // open
		// only comment
		y += "if" // t
	} else /* else */ if x == 2 /* c */ { // elseif
		y += "elif"
	} else { // else
		y += "else"
	} // close
	for i := 0; /* init */ i < 2; /* cond */ i++ /* post */ { // body
		switch /* sw */ co.Must(an(s, i)) /* tag */ { // sw
		// before case
		case 0, // zero
			5: // five
			y += "0" // x
			/* one */
		case 1 /* c */ : /* d */
			y += "1"
		}
	}
	t := T{ // lit
		a: co.Must(an(s, 6)), // a
		// between
		b: x, // b
	}
	f := func( /* no */ ) int { return /* r */ x /* s */ } // lit
	defer /* d */ s.Note( /* n */ "deferred %d",           // fmt
		co.Must(an(s, 7)), // arg
	) // dd
	go func() { /* nothing */ }() // go
	select {                      // sel
	// c
	default: // def
		y += "d" // e
	}
	return /* r */ y + fmt.Sprint(x, z, t, f()), // c1
		nil /* c2 */ // c3
	// last
}

type sq struct{ n int }

//coroutine:async
func SubjectNew(s *rttest.Script) (string, error) {
	x := 3
	p := new(co.Must(an(s, 1)))
	q := new(x + co.Must(an(s, 2)))
	r := new(x)
	x = 7
	*r += co.Must(an(s, 3))
	t := fmt.Sprint(*new(say(s, "a", 1)), *new(co.Must(an(s, 4))), *new("lit"), *new(x), func() int { x++; return x }())
	u := []*int{new(x), new(co.Must(an(s, func() int { x++; return x }()))), new(x)}
	v := new([]int{co.Must(an(s, 6))})
	w := new(any(co.Must(an(s, 7))))
	return fmt.Sprint(*p, *q, *r, t, *u[0], *u[1], *u[2], *v, *w), nil
}

//coroutine:async
func SubjectChildArgsLate(s *rttest.Script) (string, error) {
	q := sq{1}
	arr := []int{1, 2}
	chg := func(n int) int { q.n = n; arr = []int{n, n}; return n }
	a := co.Must(q.addAsync(s, q.n, chg(5), arr[0], q))
	b := co.Must(q.addAsync(s, q.n, co.Must(an(s, chg(7))), arr[0], q))
	pq := &q
	c := co.Must(pq.addAsync(s, pq.n, chg(8), arr[1], *pq))
	d := co.Must(sq{chg(9)}.addAsync(s, pq.n, co.Must(an(s, 1)), chg(10), *pq))
	e := co.Must(func() sq { return q }().addAsync(s, q.n, chg(11), arr[0], q))
	return fmt.Sprint(a, b, c, d, e), nil
}

//coroutine:async
func (q sq) add(s *rttest.Script, a, b, c int, r sq) (string, error) {
	x := co.Must(an(s, q.n))
	q.n++
	r.n += x
	return fmt.Sprint(q, a, b, c, r, ";"), nil
}
