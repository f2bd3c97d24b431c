package fz

// Async generators: constructors of all forms, generators in generators, and loops in them.

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type tree[T any] struct {
	left, right *tree[T]
	v           T
}

// walk is a tree walk.
//
//coroutine:async
//coroutine:generator
func (t *tree[T]) walk(s *rttest.Script, y co.AsyncYielder[T, rt.Void]) (err error) {
	if t == nil {
		return nil
	}
	for v := range co.Each(t.left.walkAsync(s), &err) {
		if _, err := co.Await(y.Yield(v)); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if _, err := co.Await(rttest.Step(s, fmt.Sprint("at ", t.v), 1)); err != nil {
		return err
	}
	if _, err := co.Await(y.Yield(t.v)); err != nil {
		return err
	}
	for v := range co.Each(t.right.walkAsync(s), &err) {
		if _, err := co.Await(y.Yield(v)); err != nil {
			return err
		}
	}
	return err
}

// walkInto yields by the yielder of its caller.
//
//coroutine:async
func (t *tree[T]) walkInto(y co.AsyncYielder[T, rt.Void]) error {
	if t == nil {
		return nil
	}
	if err := co.Wait(t.left.walkIntoAsync(y)); err != nil {
		return err
	}
	if _, err := co.Await(y.Yield(t.v)); err != nil {
		return err
	}
	return co.Wait(t.right.walkIntoAsync(y))
}

//coroutine:async
//coroutine:generator
func walkDirectly[T any](y co.AsyncYielder[T, rt.Void], t *tree[T]) error {
	return co.Wait(t.walkIntoAsync(y))
}

func sample() *tree[string] {
	return &tree[string]{&tree[string]{nil, &tree[string]{v: "b"}, "a"}, &tree[string]{v: "d"}, "c"}
}

//coroutine:async
func SubjectWalk(s *rttest.Script) (string, error) {
	var err error
	text := ""
	for v := range co.Each(sample().walkAsync(s), &err) {
		text += v
		if v == "c" {
			break
		}
	}
	return text, err
}

//coroutine:async
func SubjectWalkAll(s *rttest.Script) (string, error) {
	var err error
	text := ""
	for v := range co.Each(sample().walkAsync(s), &err) {
		text += v
	}
	for v := range co.Each(walkDirectlyAsync(sample()), &err) {
		text += v
	}
	return text, err
}

type counter struct{ n int }

//coroutine:async
//coroutine:generator
func (c counter) up(y co.AsyncYielder[int, string], _ string, by ...int) (total int, last string, err error) {
	for _, n := range by {
		c.n += n
		last, err = co.Await(y.Yield(c.n))
		if err != nil {
			return c.n, last, err
		}
	}
	return c.n, last, nil
}

//coroutine:async
//coroutine:generator
func (c *counter) down(rt int, machine string, asyncgen []int, y co.AsyncYielder[int, string]) (int, string, error) {
	for _, n := range asyncgen {
		c.n -= n + rt
		if in, err := co.Await(y.Yield(c.n)); err != nil {
			return c.n, machine + in, err
		}
	}
	return c.n, machine, nil
}

//coroutine:async
//coroutine:generator
func shadows(_ int, y1 int, yield co.AsyncYielder[func() int, rt.Void], _ string, t, f, state, body int) (a, b, c int, err error) {
	for i := range 3 {
		y := i + y1
		if _, err := co.Await(yield.Yield(func() int { y++; state++; return y + state })); err != nil {
			return state, y, i, err
		}
	}
	return t, f, body, nil
}

//coroutine:async
//coroutine:generator
func yFirst(s *rttest.Script, yielder int, y co.AsyncYielder[int, rt.Void], _ int) error {
	func() {
		co.Await(y.Yield(yielder))
		co.Await(rttest.Step(s, "literal", 1))
	}()
	{
		y := y
		if _, err := co.Await(y.Yield(2)); err != nil {
			return err
		}
	}
	c := co.Async(func() (int, error) {
		_, err := co.Await(y.Yield(3))
		return 4, err
	})
	n, err := co.Await(c)
	if err != nil {
		return err
	}
	t := co.Spawn(co.Async(func() (int, error) {
		_, err := co.Await(y.Yield(n))
		return 5, err
	}))
	n, err = co.Await(t)
	s.Note("task %d %v", n, err)
	defer func() {
		_, err := co.Await(y.Yield(6))
		s.Note("yield in defer %v", err)
	}()
	return err
}

//coroutine:async
//coroutine:generator
func noErr(y co.AsyncYielder[int, rt.Void], s *rttest.Script) (err error) {
	_ = y.Yield(1) // never awaited
	for {
		if _, err = co.Await(y.Yield(1)); err != nil {
			return
		}
		y = y
	}
}

func drain[In, R any](s *rttest.Script, g *co.AsyncGenerator[int, In, R]) rt.Coroutine[int] {
	return drainsAsync[In, R](s, g)
}

//coroutine:async
func drains[In, R any](s *rttest.Script, g *co.AsyncGenerator[int, In, R]) (n int, err error) {
	for v := range co.Each(g, &err) {
		s.Note("%d", v)
		n += v
	}
	r, err2 := g.Result()
	s.Note("%v %v %v", r, err2, err)
	return n, err
}

//coroutine:async
func SubjectForms(s *rttest.Script) (string, error) {
	c := counter{5}
	up, err := co.Await(drain(s, c.upAsync("", 1, 2, 3)))
	s.Note("%d %v %v", up, err, c)
	list := []int{4, 5}
	up, err = co.Await(drain(s, c.upAsync("", list...)))
	s.Note("%d %v %v", up, err, c)
	down, err := co.Await(drain(s, c.downAsync(1, "m", list)))
	s.Note("%d %v %v", down, err, c)
	g := c.upAsync("", 1, 2)
	c.n = 100
	v, ok, err := co.Await2(g.Next())
	s.Note("%v %v %v", v, ok, err)
	v, ok, err = co.Await2(g.Send("in"))
	s.Note("%v %v %v", v, ok, err)
	v, ok, err = co.Await2(g.Send("last"))
	s.Note("%v %v %v", v, ok, err)
	r, err := g.Result()
	s.Note("%v %v", r, err)
	h := shadowsAsync(1, 2, "", 3, 4, 5, 6)
	for f := range co.Each(h, &err) {
		s.Note("%d %d", f(), f())
	}
	t, err2 := h.Result()
	s.Note("%v %v %v", t, err, err2)
	n, err := co.Await(drain(s, yFirstAsync(s, 9, 10)))
	s.Note("%d %v", n, err)
	bound := c.upAsync
	n, err = co.Await(drain(s, bound("", 3)))
	s.Note("%d %v", n, err)
	expr := (*counter).downAsync
	n, err = co.Await(drain(s, expr(&c, 1, "m", list)))
	s.Note("%d %v", n, err)
	k := noErrAsync(s)
	v, ok, err = co.Await2(k.Next())
	s.Note("%v %v %v %v", v, ok, err, k)
	v, ok, err = co.Await2(k.Throw(errors.New("thrown")))
	s.Note("%v %v %v %v", v, ok, err, k)
	return "", nil
}

// local has types of its own.
//
//coroutine:async
//coroutine:generator
func local(y co.AsyncYielder[any, rt.Void], s *rttest.Script) (err error) {
	type pair struct{ a, b int }
	list := []pair{{1, 2}, {3, 4}}
	for _, p := range list {
		if _, err := co.Await(y.Yield(p)); err != nil {
			return err
		}
	}
	var err2 error
	for v := range co.Each(inner(s, 2), &err2) {
		p := pair{v, v}
		if _, err := co.Await(y.Yield(p)); err != nil {
			return errors.Join(err, err2)
		}
	}
	return err2
}

//coroutine:async
//coroutine:generator
func numbers(s *rttest.Script, n int, y co.AsyncYielder[int, rt.Void]) error {
	defer s.Note("numbers are over")
	for i := range n {
		_, err := co.Await(rttest.Step(s, "number", i))
		_, err2 := co.Await(y.Yield(i))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
	}
	return nil
}

func inner(s *rttest.Script, n int) asyncgen.Iterator[int] { return numbersAsync(s, n) }

//coroutine:async
func SubjectLocal(s *rttest.Script) (string, error) {
	type wrapped struct{ v any }
	var list []wrapped
	var err error
	for v := range co.Each(localAsync(s), &err) {
		list = append(list, wrapped{v})
	}
	return fmt.Sprint(list), err
}

//coroutine:async
//coroutine:generator
func generic[K comparable, V fmt.Stringer](y co.AsyncYielder[rt.Two[K, V], K], m []K, v V) (k K, err error) {
	type entry struct {
		k K
		v V
	}
	for _, key := range m {
		e := entry{key, v}
		k, err = co.Await(y.Yield(rt.Two[K, V]{V1: e.k, V2: e.v}))
		if err != nil {
			return
		}
	}
	return
}

type name string

func (n name) String() string { return string(n) + "!" }

//coroutine:async
func eachOf[V any, I asyncgen.Iterator[V]](s *rttest.Script, it I) (list []V, err error) {
	for v := range co.Each[V](it, &err) {
		list = append(list, v)
	}
	return list, err
}

type stack[T any] struct{ items []T }

//coroutine:async
func (k *stack[T]) fill(it asyncgen.Iterator[T]) (err error) {
	for k.items = append(k.items, *new(T)); ; {
		for k.items[0] = range co.Each(it, &err) {
			k.items = append(k.items, k.items[0])
		}
		break
	}
	return
}

//coroutine:async
func SubjectGeneric(s *rttest.Script) (string, error) {
	var err error
	g := genericAsync([]int{1, 2}, name("n"))
	for v := range co.Each(g, &err) {
		s.Note("%v", v)
	}
	s.Note("%v", g)
	list, err := co.Await(eachOfAsync[int, *co.AsyncGenerator[int, rt.Void, rt.Void]](s, numbersAsync(s, 2)))
	s.Note("%v %v", list, err)
	k := &stack[int]{}
	err = co.Wait(k.fillAsync(numbersAsync(s, 3)))
	s.Note("%v %v", k, err)
	return "", nil
}

// recurses yields what its own generator yields.
//
//coroutine:async
//coroutine:generator
func recurses(s *rttest.Script, depth int, y co.AsyncYielder[string, rt.Void]) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("recovered at %d: %v", depth, v)
		}
	}()
	if depth == 0 {
		panic("bottom")
	}
	if _, err := co.Await(y.Yield(strings.Repeat(">", depth))); err != nil {
		return err
	}
	for v := range co.Each(recursesAsync(s, depth-1), &err) {
		_, err := co.Await(y.Yield(fmt.Sprint(depth, v)))
		if err != nil {
			s.Note("level %d: %v", depth, err)
			return err
		}
	}
	return err
}

//coroutine:async
func SubjectRecurses(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(recursesAsync(s, 3), &err) {
		s.Note("%s", v)
	}
	s.Note("%v", err)
	for v := range co.Each(recursesAsync(s, 3), &err) {
		s.Note("%s %d", v, co.Must(rttest.Step(s, "body", 1)))
		if strings.HasPrefix(v, "32>") {
			return "left", err
		}
	}
	return "", err
}

// The frame of child is used again.
//
//coroutine:async
func child(s *rttest.Script, i int) (n int, err error) {
	defer func() {
		if i == 1 {
			s.Note("child %d: %v", i, recover())
		}
	}()
	for v := range co.Each(numbersAsync(s, 3), &err) {
		n += v
		if i < 2 && v == i {
			panic(fmt.Sprint("child ", i))
		}
		if i == 2 {
			return n, nil
		}
	}
	return n, err
}

//coroutine:async
func guarded(s *rttest.Script, i int) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Note("guarded %d: %v", i, v)
		}
	}()
	for range 2 {
		n, err = co.Await(childAsync(s, i))
		i++
	}
	return
}

//coroutine:async
func SubjectReuse(s *rttest.Script) (string, error) {
	for i := range 4 {
		n, err := co.Await(guardedAsync(s, i))
		s.Note("%d: %d %v", i, n, err)
	}
	return "", nil
}

//coroutine:async
func SubjectGoexitInNext(s *rttest.Script) (string, error) {
	t := co.Spawn(co.Async(func() (n int, err error) {
		defer s.Note("outer deferred")
		for v := range co.Each(numbersAsync(s, 2), &err) {
			for w := range co.Each(numbersAsync(s, 2), &err) {
				defer s.Note("deferred %d %d", v, w)
				if v == w && v == 1 {
					runtime.Goexit()
				}
			}
		}
		return n, err
	}))
	n, err := co.Await(t)
	s.Note("%d %v", n, err)
	co.Wait(rt.Yield())
	co.Wait(rt.Yield())
	return "", nil
}

// canceled cancels tasks in each state of a loop.
//
//coroutine:async
func SubjectCanceled(s *rttest.Script) (string, error) {
	for _, yields := range []int{0, 1, 2, 3, 4, 5, 6, 7} {
		t := co.Spawn(consumesAsync(s))
		for range yields {
			co.Wait(rt.Yield())
		}
		s.Note("cancel after %d", yields)
		t.Cancel(errors.New("cancelled from outside"))
		n, err := co.Await(t)
		s.Note("%d %v", n, err)
	}
	return "", nil
}

//coroutine:async
//coroutine:generator
func patient(y co.AsyncYielder[int, rt.Void], s *rttest.Script) error {
	defer func() {
		for i := range 2 {
			s.Note("cleaning %d %v", i, co.Wait(rt.Yield()))
		}
	}()
	for i := range 2 {
		co.Wait(rt.Yield())
		if _, err := co.Await(y.Yield(i)); err != nil {
			s.Note("yield %v", err)
			return err
		}
	}
	return nil
}

//coroutine:async
func consumes(s *rttest.Script) (n int, err error) {
	defer func() { s.Note("consumed %d %v", n, err); err = errors.Join(err, co.Wait(rt.Yield())) }()
	for v := range co.Each(patientAsync(s), &err) {
		n += v + 1
		if e := co.Wait(rt.Yield()); e != nil {
			s.Note("body %v", e)
			return n, e
		}
	}
	s.Note("after the loop %v", co.Wait(rt.Yield()))
	return n, err
}

//coroutine:async
func SubjectSliceFuncs(s *rttest.Script) (string, error) {
	var err error
	text := ""
	for v := range co.Each(numbersAsync(s, 3), &err) {
		for i, w := range slices.Backward([]int{v, 2}) {
			for u := range slices.Values([]int{1, 2}) {
				if w == 1 {
					return text, err
				}
				text += fmt.Sprint(i, w, u, co.Must(rttest.Step(s, "seq", u)), " ")
			}
		}
	}
	return text, err
}

//coroutine:async
func many(s *rttest.Script) (a int, b string, err error) {
	for v := range co.Each(numbersAsync(s, 3), &err) {
		if v == 1 {
			return three(s)
		}
	}
	return
}

func three(s *rttest.Script) (int, string, error) { s.Note("three"); return 3, "three", nil }

//coroutine:async
func unnamed(s *rttest.Script) (int, string, error) {
	var err error
	for v := range co.Each(numbersAsync(s, 3), &err) {
		for w := range co.Each(numbersAsync(s, 3), &err) {
			if v == 1 {
				return three(s)
			}
			if w == 1 && err == nil {
				err = errors.New("mine")
				break
			}
		}
		s.Note("%v", err)
	}
	return co.Await2(manyAsync(s))
}

//coroutine:async
func SubjectResults(s *rttest.Script) (string, error) {
	a, b, err := co.Await2(manyAsync(s))
	c, d, err2 := co.Await2(unnamedAsync(s))
	return fmt.Sprint(a, b, err, c, d, err2), nil
}

//coroutine:async
func SubjectErrPlaces(s *rttest.Script) (string, error) {
	var h struct {
		err error
		at  [2]error
	}
	errs := []error{nil, nil}
	i := 0
	for range co.Each(numbersAsync(s, 2), &h.err) {
		i = 1
		if v := errs[i]; v == nil {
			continue
		}
	}
	for range co.Each(numbersAsync(s, 1), &errs[i]) {
		i = 0
		errs = nil
	}
	for range co.Each(numbersAsync(s, 1), &h.at[i]) {
		i = 1
	}
	var p *struct{ err error }
	defer func() { s.Note("recovered %v", recover()) }()
	for range co.Each(numbersAsync(s, 1), &p.err) {
		s.Note("never")
	}
	return fmt.Sprint(h, errs), nil
}

//coroutine:async
func SubjectShadow(s *rttest.Script) (string, error) {
	err := errors.New("outer")
	{
		var err error
		for err := range co.Each(numbersAsync(s, 2), &err) {
			s.Note("%d", err)
			err := fmt.Errorf("inner %d", err)
			s.Note("%v", err)
		}
		s.Note("%v", err)
	}
	it, failed, next, ok, closing := 1, 2, 3, 4, 5
	for v := range co.Each(numbersAsync(s, 2), &err) {
		it, failed, next, ok, closing = failed, next, ok, closing, it+v
	}
	return fmt.Sprint(it, failed, next, ok, closing), err
}
