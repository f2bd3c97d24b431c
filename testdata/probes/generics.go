package fz

// Type parameters.

import (
	"fmt"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
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

type integer interface{ ~int | ~int8 | ~uint16 }

type celsius int

func (c celsius) String() string { return fmt.Sprint(int(c), "C") }

//coroutine:async
func same[T any](s *rttest.Script, v T) (T, error) { return co.Await(st(s, "same", v)) }

//coroutine:async
func sumOf[S ~[]E, E integer](s *rttest.Script, list S) (sum E) {
	for _, v := range list {
		sum += co.Must(st(s, "v", v))
	}
	return sum
}

//coroutine:async
func mapped[T, U any](s *rttest.Script, list []T, f func(T) U) ([]U, error) {
	var out []U
	for i, v := range list {
		if _, err := co.Await(an(s, i)); err != nil {
			return nil, err
		}
		out = append(out, f(v))
	}
	return out, nil
}

//coroutine:async
func SubjectInference(s *rttest.Script) (string, error) {
	a := co.Must(sameAsync(s, 1)) + co.Must(sameAsync[int](s, 2))
	b := co.Must(sumOfAsync(s, []celsius{1, 2}))
	c, err := co.Await(mappedAsync(s, []int{1, 2}, func(n int) string { return strings.Repeat("x", n) }))
	return fmt.Sprint(a, b, c), err
}

//coroutine:async
func zero[T any](s *rttest.Script, fail bool) (v T, err error) {
	var other T
	if fail {
		return other, fmt.Errorf("zero %T %v", v, co.Must(an(s, 1)))
	}
	co.Must(an(s, 2))
	return *new(T), nil
}

//coroutine:async
func SubjectZeroValues(s *rttest.Script) (string, error) {
	a, err := co.Await(zeroAsync[int](s, true))
	b, err2 := co.Await(zeroAsync[[]string](s, false))
	c, _ := co.Await(zeroAsync[struct{ x int }](s, false))
	d, err3 := co.Await(zeroAsync[fmt.Stringer](s, true))
	return fmt.Sprint(a, err, b == nil, err2, c, d, err3), nil
}

type stack[T any] struct{ items []T }

//coroutine:async
func (st *stack[T]) Push(s *rttest.Script, v T) (int, error) {
	v, err := co.Await(rttest.Step(s, "push", v))
	st.items = append(st.items, v)
	return len(st.items), err
}

//coroutine:async
func (st stack[E]) Peek(s *rttest.Script) (top E, ok bool, err error) {
	if len(st.items) == 0 {
		return
	}
	top, err = co.Await(rttest.Step(s, "peek", st.items[len(st.items)-1]))
	return top, err == nil, err
}

//coroutine:async
func (*stack[_]) Nothing(s *rttest.Script) int { return co.Must(an(s, 9)) }

//coroutine:async
func SubjectMethods(s *rttest.Script) (string, error) {
	var a stack[string]
	b := &stack[map[string]int]{}
	_, _, _ = co.Await2(a.PeekAsync(s))
	co.Must(a.PushAsync(s, "x"))
	n := co.Must(b.PushAsync(s, map[string]int{"k": 1}))
	top, ok, err := co.Await2(a.PeekAsync(s))
	m, _ := co.Must2(b.PeekAsync(s))
	return fmt.Sprint(n, top, ok, m, co.Must(b.NothingAsync(s))), err
}

//coroutine:async
func kind[T any](s *rttest.Script, v T) string {
	co.Must(an(s, 1))
	switch x := any(v).(type) {
	case int:
		return fmt.Sprint("int ", x+co.Must(an(s, 2)))
	case fmt.Stringer:
		return "stringer " + x.String()
	case []T:
		return "slice"
	}
	return fmt.Sprintf("%T", v)
}

//coroutine:async
func SubjectTypeSwitch(s *rttest.Script) (string, error) {
	return fmt.Sprint(co.Must(kindAsync(s, 3)), co.Must(kindAsync(s, celsius(4))), co.Must(kindAsync(s, []int{})), co.Must(kindAsync[any](s, []any{}))), nil
}

//coroutine:async
func local[K comparable, V any](s *rttest.Script, k K, v V) string {
	type pair struct {
		key K
		val V
	}
	type list []pair
	l := list{{k, v}}
	l = append(l, pair{key: co.Must(st(s, "k", k))})
	return fmt.Sprintf("%v %d", l, len(l))
}

//coroutine:async
func SubjectLocalTypes(s *rttest.Script) (string, error) {
	return co.Must(localAsync(s, "a", 1)) + co.Must(localAsync(s, 2, []bool{true})), nil
}

//coroutine:async
func repeat[T fmt.Stringer](s *rttest.Script, v T, n int) string {
	if n == 0 {
		return v.String()
	}
	return co.Must(repeatAsync(s, v, n-co.Must(an(s, 1)))) + "."
}

//coroutine:async
func SubjectRecursion(s *rttest.Script) (string, error) {
	return co.Must(repeatAsync(s, celsius(1), 3)), nil
}

//coroutine:async
func ping[T any](s *rttest.Script, v T, n int) []T {
	if n == 0 {
		return nil
	}
	return append(co.Must(pongAsync(s, v, n-1)), co.Must(st(s, "ping", v)))
}

//coroutine:async
func pong[U any](s *rttest.Script, v U, n int) []U {
	return append(co.Must(pingAsync(s, v, n)), v)
}

//coroutine:async
func SubjectMutual(s *rttest.Script) (string, error) {
	return fmt.Sprint(co.Must(pingAsync(s, "p", 2)), co.Must(pongAsync(s, 1, 1))), nil
}

//coroutine:async
func first[X rt.Expr[T], T any](s *rttest.Script, xs ...X) (T, error) {
	var last T
	for _, x := range xs {
		v, err := co.Await(rt.Expr[T](x))
		if err != nil {
			return last, err
		}
		last = v
	}
	return last, nil
}

//coroutine:async
func SubjectGenericAwaitable(s *rttest.Script) (string, error) {
	n, err := co.Await(firstAsync[rttest.StepOp[int], int](s, an(s, 1), an(s, 2)))
	return fmt.Sprint(n), err
}

//coroutine:async
func drain[T any](s *rttest.Script, q *queues.Queue[T], n int) (out []T, err error) {
	for range n {
		v, err := co.Await(q.Get())
		if err != nil {
			return out, err
		}
		out = append(out, co.Must(st(s, "got", v)))
	}
	return
}

//coroutine:async
func SubjectQueue(s *rttest.Script) (string, error) {
	q := queues.New[string](2)
	t := co.Spawn(drainAsync(s, q, 3))
	for _, v := range []string{"a", "b", "c"} {
		if err := co.Wait(q.Put(v)); err != nil {
			return "", err
		}
	}
	out, err := co.Await(t)
	return fmt.Sprint(out), err
}

//coroutine:async
func closures[T any](s *rttest.Script, v T) (string, error) {
	var seen []T
	c := co.Async(func() (T, error) {
		seen = append(seen, v)
		return co.Await(st(s, "c", v))
	})
	w, err := co.Await(c)
	f := func() int { seen = append(seen, w); return len(seen) }
	co.Must(an(s, f()))
	return fmt.Sprint(seen, f()), err
}

//coroutine:async
func SubjectClosures(s *rttest.Script) (string, error) {
	a, err := co.Await(closuresAsync(s, 1))
	b := co.Must(closuresAsync(s, "x"))
	return a + b, err
}

//coroutine:async
func deferred[T any](s *rttest.Script, v T) (out T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	for range 2 {
		defer func(w T) { s.Note("deferred %v", w); out = w }(v)
	}
	out = co.Must(st(s, "d", v))
	panic("end")
}

//coroutine:async
func SubjectDeferred(s *rttest.Script) (string, error) {
	a, err := co.Await(deferredAsync(s, 'x'))
	b, err2 := co.Await(deferredAsync(s, []string{"y"}))
	return fmt.Sprint(a, err, b, err2), nil
}

//coroutine:async
func arith[N integer](s *rttest.Script, a, b N) (N, error) {
	defer caught(s)
	a <<= 1
	a += co.Must(st(s, "b", b))
	return a / (b - b), nil
}

//coroutine:async
func SubjectArithmetic(s *rttest.Script) (string, error) {
	n, err := co.Await(arithAsync(s, celsius(3), 4))
	m, _ := co.Await(arithAsync[int8](s, 127, 1))
	return fmt.Sprint(n, m, err), nil
}

//coroutine:async
func ranges[S ~[]E, E any, M ~map[string]V, V any, C ~chan int](s *rttest.Script, l S, m M, c C) string {
	n := 0
	for i := range l {
		n += co.Must(an(s, i))
	}
	for k := range m {
		n += len(co.Must(st(s, "k", k)))
	}
	for v := range c {
		n += co.Must(an(s, v))
	}
	return fmt.Sprint(n, len(l), cap(c))
}

//coroutine:async
func SubjectRanges(s *rttest.Script) (string, error) {
	c := make(chan int, 2)
	c <- 5
	close(c)
	return co.Must(rangesAsync(s, []string{"a", "b"}, map[string]int{"kk": 1}, c)), nil
}
