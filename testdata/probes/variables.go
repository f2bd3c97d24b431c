package fz

// Captured, shared, reassigned and shadowed variables.

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func an(s *rttest.Script, v int) rttest.StepOp[int] { return rttest.Step(s, fmt.Sprint("an", v), v) }

func st[T any](s *rttest.Script, label string, v T) rttest.StepOp[T] { return rttest.Step(s, label, v) }

//coroutine:async
func SubjectCaptureFinal(s *rttest.Script) (string, error) {
	x := co.Must(an(s, 3))
	f := func() int { return x * 2 }
	co.Must(an(s, 1))
	return fmt.Sprint(f(), x), nil
}

//coroutine:async
func SubjectCaptureAssigned(s *rttest.Script) (string, error) {
	x := 1
	get := func() int { return x }
	set := func(n int) { x = n }
	x = co.Must(an(s, 2))
	a := get()
	set(co.Must(an(s, 3)))
	return fmt.Sprint(a, x, get()), nil
}

//coroutine:async
func SubjectCaptureParameter(s *rttest.Script) (string, error) {
	return co.Await(parameterAsync(s, 5))
}

//coroutine:async
func parameter(s *rttest.Script, n int) (r string, err error) {
	inc := func() { n++; r += "i" }
	inc()
	n += co.Must(an(s, 10))
	inc()
	return fmt.Sprint(n, r), nil
}

//coroutine:async
func SubjectAddressBothSides(s *rttest.Script) (string, error) {
	x := 1
	p := &x
	*p += co.Must(an(s, 1))
	x *= 10
	q := &x
	co.Must(an(s, 2))
	*q++
	return fmt.Sprint(x, *p, p == q), nil
}

//coroutine:async
func SubjectAddressOfParts(s *rttest.Script) (string, error) {
	arr := [3]int{1, 2, 3}
	v := struct{ a, b int }{4, 5}
	p, q, l := &arr[1], &v.b, arr[:]
	*p, *q = co.Must(an(s, 20)), co.Must(an(s, 50))
	l[2] = 30
	return fmt.Sprint(arr, v), nil
}

//coroutine:async
func SubjectFreshEachTime(s *rttest.Script) (string, error) {
	var ps []*int
	for i := range 3 {
		x := i
		ps = append(ps, &x)
		x += co.Must(an(s, 10))
	}
	t := ""
	for _, p := range ps {
		t += fmt.Sprint(*p, " ")
	}
	return t, nil
}

//coroutine:async
func SubjectGotoFresh(s *rttest.Script) (string, error) {
	var ps []*int
	n := 0
again:
	{
		x := n
		ps = append(ps, &x)
		co.Must(an(s, n))
	}
	if n++; n < 3 {
		goto again
	}
	return fmt.Sprint(*ps[0], *ps[1], *ps[2]), nil
}

//coroutine:async
func SubjectClosureOutlives(s *rttest.Script) (string, error) {
	makers := []func() int{}
	for range 2 {
		f, err := co.Await(counterAsync(s))
		if err != nil {
			return "", err
		}
		makers = append(makers, f)
	}
	return fmt.Sprint(makers[0](), makers[0](), makers[1]()), nil
}

//coroutine:async
func counter(s *rttest.Script) (func() int, error) {
	n := co.Must(an(s, 0))
	return func() int { n++; return n }, nil
}

//coroutine:async
func SubjectRedeclared(s *rttest.Script) (string, error) {
	a, err := co.Await(an(s, 1))
	f := func() error { return err }
	b, err := co.Await(an(s, 2))
	if err != nil {
		return fmt.Sprint("b ", f() == err), nil
	}
	c, err := co.Await(an(s, 3))
	return fmt.Sprint(a, b, c, f() == err), nil
}

//coroutine:async
func SubjectShadowInScopes(s *rttest.Script) (string, error) {
	x := "a"
	{
		x := co.Must(an(s, 1))
		{
			x := fmt.Sprint(x, co.Must(an(s, 2)))
			s.Note("%s", x)
		}
		x++
		s.Note("%d", x)
	}
	if x := x + "b"; co.Must(st(s, "x", x)) == "ab" {
		x := x + x
		s.Note("%s", x)
	}
	return x, nil
}

//coroutine:async
func SubjectShadowSelf(s *rttest.Script) (string, error) {
	x := 1
	for i := range 2 {
		x := x + co.Must(an(s, i))
		x *= 10
		s.Note("%d", x)
	}
	return fmt.Sprint(x), nil
}

//coroutine:async
func SubjectShadowNames(s *rttest.Script) (string, error) {
	f, t, ready, state, err := 1, 2, 3, 4, 5
	fmt := fmt.Sprint
	f += co.Must(an(s, t))
	len := func(int) string { return "len" }
	true := ready + state
	result := len(co.Must(an(s, 6)))
	return fmt(f, t, ready, state, err, true, result), nil
}

//coroutine:async
func SubjectShadowTypes(s *rttest.Script) (string, error) {
	int := co.Must(an(s, 1))
	string := "text"
	int += co.Must(an(s, 2))
	return fmt.Sprint(int, string), nil
}

//coroutine:async
func SubjectShadowPackage(s *rttest.Script) (string, error) {
	strings := strings.ToUpper
	rt := co.Must(st(s, "x", "y"))
	co.Must(an(s, 1))
	return strings(rt), nil
}

//coroutine:async
func SubjectMutex(s *rttest.Script) (string, error) {
	var mu sync.Mutex
	mu.Lock()
	n := co.Must(an(s, 1))
	mu.Unlock()
	var w struct {
		sync.RWMutex
		n atomic.Int64
	}
	w.RLock()
	w.n.Add(int64(n))
	co.Must(an(s, 2))
	w.RUnlock()
	return fmt.Sprint(mu.TryLock(), w.n.Load()), nil
}

//coroutine:async
func SubjectBuilder(s *rttest.Script) (string, error) {
	var b strings.Builder
	for i := range 3 {
		fmt.Fprint(&b, i, co.Must(st(s, "-", "-")))
	}
	return b.String(), nil
}

//coroutine:async
func SubjectZeroEachTime(s *rttest.Script) (string, error) {
	t := ""
	for i := range 3 {
		var n int
		var m map[string]int
		var arr [2]int
		t += fmt.Sprint(n, m == nil, arr, " ")
		n, arr[1] = i+5, co.Must(an(s, i))
		m = map[string]int{"": n}
		co.Must(an(s, len(m)))
	}
	return t, nil
}

//coroutine:async
func SubjectNamedResults(s *rttest.Script) (string, error) {
	n, err := co.Await(namedAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func named(s *rttest.Script) (n int, err error) {
	get := func() int { return n }
	n = co.Must(an(s, 1))
	if get() == 1 {
		n, err := co.Await(an(s, 7))
		return n * 2, err
	}
	return
}

//coroutine:async
func SubjectLocalFunctionTypes(s *rttest.Script) (string, error) {
	type op func(int) int
	ops := map[string]op{"double": func(n int) int { return n * 2 }}
	var inc op = func(n int) int { return n + 1 }
	return fmt.Sprintf("%d %d %T", ops["double"](co.Must(an(s, 4))), inc(co.Must(an(s, 5))), inc), nil
}

//coroutine:async
func SubjectAnonymousTypes(s *rttest.Script) (string, error) {
	v := struct {
		name string
		list []struct{ n int }
		f    func(struct{ x, y int }) interface{ Error() string }
	}{name: "v"}
	v.list = append(v.list, struct{ n int }{co.Must(an(s, 3))})
	v.f = func(p struct{ x, y int }) interface{ Error() string } { return fmt.Errorf("%d", p.x+p.y) }
	co.Must(an(s, 1))
	return fmt.Sprint(v.name, v.list, v.f(struct{ x, y int }{1, 2})), nil
}

//coroutine:async
func SubjectRecursiveClosure(s *rttest.Script) (string, error) {
	var fib func(int) int
	fib = func(n int) int {
		if n < 2 {
			return n
		}
		return fib(n-1) + fib(n-2)
	}
	n := co.Must(an(s, 7))
	return fmt.Sprint(fib(n)), nil
}

//coroutine:async
func SubjectClosuresShare(s *rttest.Script) (string, error) {
	var inc, get func() int
	{
		n := co.Must(an(s, 1))
		inc = func() int { n++; return n }
		get = func() int { return n }
	}
	inc()
	co.Must(an(s, 2))
	inc()
	return fmt.Sprint(get()), nil
}

//coroutine:async
func SubjectVariadicAliased(s *rttest.Script) (string, error) {
	list := []int{1, 2, 3}
	n := co.Must(variadicAsync(s, list...))
	m := co.Must(variadicAsync(s))
	return fmt.Sprint(list, n, m, co.Must(variadicAsync(s, 4, co.Must(an(s, 5))))), nil
}

//coroutine:async
func variadic(s *rttest.Script, list ...int) int {
	co.Must(an(s, len(list)))
	if list == nil {
		return -1
	}
	list[0] = 100
	return len(list)
}

//coroutine:async
func SubjectBlankParameters(s *rttest.Script) (string, error) {
	return co.Must(blankAsync(s, 1, "x", 2)), nil
}

//coroutine:async
func blank(s *rttest.Script, _ int, _ string, n int) string {
	_ = co.Must(an(s, n))
	return fmt.Sprint(n)
}

//coroutine:async
func SubjectDiscarded(s *rttest.Script) (string, error) {
	x := 1
	x, _ = co.Must(an(s, 2)), co.Must(an(s, 3))
	var y int
	_, y = x, co.Must(an(s, 4))
	x = x
	return fmt.Sprint(x, y), nil
}
