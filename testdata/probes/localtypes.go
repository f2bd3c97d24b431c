package fz

// Types and constants of bodies whose names mean something else in the package.

import (
	"fmt"
	"iter"
	"reflect"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type result struct{ Top int }

func (r result) String() string { return fmt.Sprint("top", r.Top) }

const limit = 7

var counter = 1

func count(n int) int { counter += n; return counter }

func pair[A, B any](a A, b B) string { return fmt.Sprintf("%T %T", a, b) }

func describe(v any) string {
	t := reflect.TypeOf(v)
	return fmt.Sprintf("%T %v %s %v %s %v", v, v, t.Name(), t.PkgPath() != "", t, t.Size())
}

//coroutine:async
func at(s *rttest.Script, v int) (int, error) {
	return co.Await(rttest.Step(s, fmt.Sprint("at", v), v))
}

// The type of the package, and one that hides it.
//
//coroutine:async
func SubjectHidden(s *rttest.Script) (string, error) {
	r := result{co.Must(atAsync(s, 1))}
	was := func() fmt.Stringer { return result{2} }
	type result struct{ a, b int }
	x := result{1, co.Must(atAsync(s, 2))}
	list := []result{x, {b: co.Must(atAsync(s, 3))}}
	y := any(x)
	_, isTop := y.(fmt.Stringer)
	return fmt.Sprint(describe(r), describe(x), describe(list), was(), isTop, y == any(result{1, 2})), nil
}

// Another of the same name.
//
//coroutine:async
func SubjectSame(s *rttest.Script) (out string, err error) {
	type result struct{ c string }
	defer func() {
		if v := recover(); v != nil {
			r, ok := v.(result)
			out = fmt.Sprintf("%T %v %v", v, r, ok)
		}
	}()
	x := result{"c"}
	sub, err := co.Await(SubjectHiddenAsync(s))
	if err != nil {
		return describe(x), err
	}
	if co.Must(atAsync(s, 5)) == 5 {
		panic(x)
	}
	return sub, nil
}

// Two of one name in one function, and each must be what it is.
//
//coroutine:async
func SubjectTwice(s *rttest.Script) (string, error) {
	type p struct{ a int }
	x := p{co.Must(atAsync(s, 1))}
	var vs []any
	{
		type p struct{ b string }
		y := p{fmt.Sprint(co.Must(atAsync(s, 2)))}
		vs = append(vs, y)
		{
			type p []p
			z := p{nil, {}}
			co.Must(atAsync(s, 3))
			vs = append(vs, z)
		}
		_, err := co.Await(atAsync(s, 4))
		if err != nil {
			return describe(y), err
		}
	}
	type q = p
	vs = append(vs, x, q{5})
	out := ""
	for _, v := range vs {
		switch v := v.(type) {
		case p:
			out += fmt.Sprint("p", v.a+co.Must(atAsync(s, 6)))
		default:
			out += "other"
		}
		out += describe(v) + ";"
	}
	return out, nil
}

// What each can hide: constants, variables, functions, imports.
//
//coroutine:async
func SubjectKinds(s *rttest.Script) (string, error) {
	counter = limit
	before := fmt.Sprint(limit, counter, count(2))
	p := &counter
	counter++
	up := strings.ToUpper("x")
	type counter struct{ n int }
	type count []counter
	type limit map[string]counter
	type strings struct{ count }
	c := counter{co.Must(atAsync(s, 1))}
	m := limit{"a": c}
	n := strings{count{c}}
	*p += co.Must(atAsync(s, 2))
	return fmt.Sprint(before, up, c, m, n, *p > 0, describe(n), describe(m)), nil
}

// Constants.
//
//coroutine:async
func SubjectConstants(s *rttest.Script) (string, error) {
	const limit = "local"
	type result [len(limit)]int
	r := result{co.Must(atAsync(s, 1))}
	defer func() { s.Note("%v %v", limit, r) }()
	{
		const limit = len(limit) + 1
		type result [limit]string
		q := result{fmt.Sprint(co.Must(atAsync(s, 2)))}
		co.Must(atAsync(s, 3))
		return fmt.Sprint(limit, describe(q), describe(r)), nil
	}
}

// Literals that are machines.
//
//coroutine:async
func SubjectLiterals(s *rttest.Script) (string, error) {
	type result struct{ n int }
	var all []result
	worker := func(n int) rt.Coroutine[result] {
		return co.Async(func() (result, error) {
			v, err := co.Await(atAsync(s, n))
			all = append(all, result{v})
			return result{v}, err
		})
	}
	task := co.Spawn(worker(1))
	r, err := co.Await(worker(2))
	if err != nil {
		return "worker " + describe(r), err
	}
	t, err := co.Await(task)
	called := func(n int) (r result) {
		defer func() {
			if v := recover(); v != nil {
				r = result{-1}
			}
		}()
		type result struct{ m, n int }
		inner := result{n, co.Must(atAsync(s, 3))}
		co.Must(atAsync(s, 4))
		return func() (r struct{ n int }) { r.n = inner.m + inner.n; return }()
	}(5)
	return fmt.Sprint(all, r, t, describe(called)), err
}

// Deferred calls that await, and a list of them.
//
//coroutine:async
func SubjectDeferred(s *rttest.Script) (out string, err error) {
	type result struct{ n int }
	var rs []result
	defer func() { out = fmt.Sprint(rs, out) }()
	for i := range 3 {
		r := result{i}
		defer func(x result) {
			if v := recover(); v != nil {
				s.Note("%T %v", v, v)
			}
			rs = append(rs, x, r)
			x.n, err = co.Await(atAsync(s, 10+x.n))
		}(r)
		defer s.Note("%v %v", i, r)
		r.n += co.Must(atAsync(s, i))
	}
	panic(result{9})
}

// Loops over functions.
//
//coroutine:async
func SubjectFuncs(s *rttest.Script) (string, error) {
	type result struct{ k, v int }
	seq := func(yield func(result) bool) {
		for i := range 3 {
			if !yield(result{i, 2 * i}) {
				return
			}
		}
	}
	var sum result
	for r := range iter.Seq[result](seq) {
		if co.Must(atAsync(s, r.k)) > 1 {
			return describe(sum), nil
		}
		sum.v += r.v
		sum.k += co.Must(atAsync(s, r.v))
	}
	return describe(sum), nil
}

type stack[T any] struct{ list []T }

// Methods of generic types.
//
//coroutine:async
func (st *stack[T]) pushAll(s *rttest.Script, vs ...T) (string, error) {
	type result struct {
		v T
		n int
	}
	type box[A any] struct {
		a A
		t T
	}
	var rs []result
	for i, v := range vs {
		r := result{v, i}
		b := box[string]{"a", v}
		r.n += co.Must(atAsync(s, i))
		st.list = append(st.list, v)
		rs = append(rs, r)
		if _, isBox := any(b).(box[int]); isBox || i == 2 {
			return describe(b) + describe(box[int]{1, v}), nil
		}
	}
	return describe(rs), nil
}

//coroutine:async
func SubjectMethods(s *rttest.Script) (string, error) {
	a, err := co.Await((&stack[string]{}).pushAllAsync(s, "a", "b"))
	if err != nil {
		return a, err
	}
	b, err := co.Await((&stack[int]{}).pushAllAsync(s, 1, 2, 3))
	return a + b, err
}

// Generic functions: %T says result[string] and box[string;int].
//
//coroutine:async
func generic[T any](s *rttest.Script, v T) (string, error) {
	type result struct{ v T }
	type box[A any] struct {
		a A
		v T
	}
	r, b := result{v}, box[int]{1, v}
	if _, err := co.Await(atAsync(s, 1)); err != nil {
		return "", err
	}
	{
		type box[A any] struct{ b A }
		c := box[T]{v}
		co.Must(atAsync(s, 2))
		return describe(r) + describe(b) + describe(c) + pair(v, 1), nil
	}
}

//coroutine:async
func SubjectGeneric(s *rttest.Script) (string, error) {
	a := co.Must(genericAsync(s, "a"))
	b, err := co.Await(genericAsync(s, 2.5))
	return a + b, err
}

// One that calls itself, and the type of its parameter.
//
//coroutine:async
func depth(s *rttest.Script, r result, n int) (result, error) {
	if n == 0 {
		return r, nil
	}
	{
		type result struct{ n int }
		x := result{n}
		r.Top += co.Must(atAsync(s, n))
		r, err := co.Await(depthAsync(s, r, x.n-1))
		s.Note("%v %v", x, r)
		return r, err
	}
}

//coroutine:async
func SubjectRecursion(s *rttest.Script) (string, error) {
	r, err := co.Await(depthAsync(s, result{1}, 2))
	return describe(r), err
}

// Constants of types of a generic function, which stay in its methods.
//
//coroutine:async
func constants[T any](s *rttest.Script, v T) (out string, err error) {
	type kind int
	const (
		zero kind = iota
		one
	)
	say := func(x ...any) { out += fmt.Sprintln(x...) }
	say(limit, zero, one)
	defer func() { s.Note("%v %v", limit, one) }()
	co.Must(atAsync(s, 1))
	{
		const limit kind = 3
		co.Must(atAsync(s, 2))
		say(limit)
		if limit > 2 {
			defer func(k kind) { s.Note("%v %v", limit, k) }(limit + one)
		}
	}
	say(limit)
	{
		type kind string
		const zero, one kind = "zero", "one"
		co.Must(atAsync(s, 3))
		say(zero, one)
	}
	{
		const (
			limit kind = iota + 4
			one
		)
		co.Must(atAsync(s, 4))
		say(limit, one)
		run := co.Async(func() (string, error) {
			return fmt.Sprint(co.Must(atAsync(s, 5)), limit, one, v), nil
		})
		say(co.Must(run))
	}
	say(limit, zero, one)
	return out, nil
}

//coroutine:async
func SubjectGenericConstants(s *rttest.Script) (string, error) {
	return co.Await(constantsAsync(s, 1.5))
}
