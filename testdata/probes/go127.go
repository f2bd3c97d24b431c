//go:build go1.27

package fz

// What Go 1.27 added: methods with type parameters of their own, promoted fields
// as keys of struct literals, and generic functions without type arguments wherever
// they are assigned or converted to a function type.

import (
	"fmt"
	"reflect"
	"slices"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func caught(s *rttest.Script) {
	if v := recover(); v != nil {
		s.Note("recovered %v", v)
	}
}

func say[T any](s *rttest.Script, label string, v T) T {
	s.Note("%s: %v", label, v)
	return v
}

func st[T any](s *rttest.Script, label string, v T) rttest.StepOp[T] { return rttest.Step(s, label, v) }

// Methods.

type script struct{ *rttest.Script }

//coroutine:async
func (s script) step[T any](label string, v T) (T, error) { return co.Await(st(s.Script, label, v)) }

func (s script) say[T any](label string, v T) T { return say(s.Script, label, v) }

//coroutine:async
func (s *script) pair[A, B any](a A, b B) (A, B, error) {
	defer caught(s.Script)
	x, err := co.Await(s.stepAsync("a", a))
	if err != nil {
		return x, b, err
	}
	y, err := co.Await(s.stepAsync[B]("b", b))
	s.Note("%T %T", x, y)
	return x, y, err
}

type List[E any] []E

//coroutine:async
func (l List[E]) Map[F any](s *rttest.Script, f func(E) F) (out List[F], err error) {
	for i, e := range l {
		v := f(e)
		if _, err := co.Await(st(s, fmt.Sprint(i), v)); err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Fold calls itself with the same type arguments.
//
//coroutine:async
func (l List[E]) Fold[A any](s *rttest.Script, a A, f func(A, E) A) (A, error) {
	if len(l) == 0 {
		return co.Await(st(s, "end", a))
	}
	rest, err := co.Await(l[1:].FoldAsync(s, a, f))
	return f(rest, l[0]), err
}

// Group calls itself and another one with other type arguments.
//
//coroutine:async
func (l *List[E]) Group[K comparable](s *rttest.Script, key func(E) K) (map[K]List[E], error) {
	keys, err := co.Await(l.MapAsync(s, key))
	groups := map[K]List[E]{}
	for i, k := range keys {
		groups[k] = append(groups[k], (*l)[i])
	}
	return groups, err
}

// T is called as its receiver's type parameter is elsewhere.
type T struct{ n int }

type Both[U any] struct{ t U }

//coroutine:async
func (b *Both[_]) Blank[T, _ any](s *rttest.Script, v T) (string, error) {
	type local struct{ v T }
	x := local{v}
	y, err := co.Await(st(s, "local", x))
	return fmt.Sprintf("%v %v", x, y), err
}

//coroutine:async
func (b *Both[U]) Local[V fmt.Stringer, P interface{ *V }](s *rttest.Script, p P) (string, error) {
	type pair struct {
		u U
		v V
	}
	const k = 3
	f := co.Async(func() (pair, error) {
		v, err := co.Await(st(s, "v", *p))
		return pair{b.t, v}, err
	})
	x, err := co.Await(f)
	return fmt.Sprint(x.u, x.v.String(), k), err
}

type num int

func (n num) String() string { return fmt.Sprint("n", int(n)) }

type outer struct {
	*script
	List[string]
}

//coroutine:async
func SubjectMethods(s *rttest.Script) (string, error) {
	x := &script{s}
	a, b, err := co.Await2(x.pairAsync(1, "two"))
	if err != nil {
		return fmt.Sprint(a, b), err
	}
	n := co.Must(x.stepAsync("inferred", 3)) + co.Must(x.stepAsync[int]("explicit", 4))
	return fmt.Sprint(a, b, n, co.Must(script.stepAsync[string](*x, "expression", "e"))), nil
}

//coroutine:async
func SubjectGenericReceiver(s *rttest.Script) (string, error) {
	l := List[int]{3, 1, 2}
	m, err := co.Await(l.MapAsync(s, func(n int) string { return fmt.Sprint("#", n) }))
	if err != nil {
		return fmt.Sprint(m), err
	}
	sum, err := co.Await(l.FoldAsync(s, "", func(s string, n int) string { return s + fmt.Sprint(n) }))
	if err != nil {
		return sum, err
	}
	g, err := co.Await(l.GroupAsync[bool](s, func(n int) bool { return n%2 == 0 }))
	return fmt.Sprint(m, sum, g), err
}

//coroutine:async
func SubjectMethodNames(s *rttest.Script) (string, error) {
	a, err := co.Await((&Both[int]{7}).BlankAsync[string, T](s, "b"))
	if err != nil {
		return a, err
	}
	v := num(5)
	b, err := co.Await((&Both[T]{T{1}}).LocalAsync(s, &v))
	return a + b, err
}

//coroutine:async
func SubjectPromotedMethods(s *rttest.Script) (string, error) {
	o := outer{&script{s}, List[string]{"x", "yy"}}
	n := co.Must(o.stepAsync("promoted", 1.5))
	m := co.Must(o.MapAsync(s, func(s string) int { return len(s) }))
	k := co.Must(outer.MapAsync[rune](o, s, func(s string) rune { return rune(s[0]) }))
	return fmt.Sprint(n, m, k), nil
}

// A method of a generic function's type argument, and of a local instance.
//
//coroutine:async
func through[E, F any](s *rttest.Script, l List[E], f func(E) F) (List[F], error) {
	one, err := co.Await(l.MapAsync(s, f))
	if err != nil {
		return nil, err
	}
	return co.Await(one.MapAsync(s, func(f F) F { return f }))
}

//coroutine:async
func SubjectMethodInFunction(s *rttest.Script) (string, error) {
	l, err := co.Await(throughAsync(s, List[int]{1}, func(n int) []int { return []int{n, n} }))
	return fmt.Sprintf("%v %T", l, l), err
}

// As values: the type arguments are inferred, the receiver is evaluated at once.
//
//coroutine:async
func SubjectMethodValues(s *rttest.Script) (string, error) {
	x := script{s}
	var step func(string, int) rt.Coroutine[int] = x.stepAsync
	words := script.stepAsync[string]
	a := co.Must(step("value", 1))
	b := co.Must(words(x, "expression", "w"))
	plain := x.say[bool]
	var said func(script, string, []int) []int = script.say
	return fmt.Sprint(a, b, plain("plain", co.Must(st(s, "t", true))), said(x, "said", co.Must(st(s, "list", []int{2})))), nil
}

func (l *List[E]) push[F any](f func(E) F, e E) F {
	*l = append(*l, e)
	return f(e)
}

func two[T any](v T) []T { return []T{v, v} }

func use[T any](f func(T) []T, v T) []T { return f(v) }

// Operands beside an await: calls of generic methods, and method values whose
// receivers may change.
//
//coroutine:async
func SubjectMethodOperands(s *rttest.Script) (string, error) {
	x := script{s}
	l := List[int]{1}
	a := fmt.Sprint(x.say("first", 1), co.Must(st(s, "a", 2)), x.say[string]("last", "z"))
	b := fmt.Sprint(l.push(two, 2), len(l), co.Must(st(s, "b", 3)), l)
	p := &l
	c := take(p.push, co.Must(st(s, "c", 4)), replace(&p))
	return fmt.Sprint(a, b, c, l), nil
}

// hand returns f, after a step that does not print where f is.
//
//coroutine:async
func hand[F any](s *rttest.Script, f F) F {
	co.Must(st(s, "hand", 1))
	return f
}

func take(f func(func(int) []int, int) []int, n int, _ bool) []int { return f(two, n) }

func replace(p **List[int]) bool {
	*p = nil
	return true
}

// spawned as tasks, gathered, deferred.
//
//coroutine:async
func SubjectMethodTasks(s *rttest.Script) (res string, err error) {
	x := script{s}
	defer func() {
		n, e := co.Await(x.stepAsync("deferred", 9))
		res += fmt.Sprint(" ", n, e)
	}()
	defer co.Await(x.stepAsync[string]("directly", "d"))
	t := co.Spawn(x.stepAsync("task", 1))
	n, err := co.Await(t)
	return fmt.Sprint(n), err
}

// A machine is of the type that its source is.
//
//coroutine:async
func (b Both[U]) Type[F any](s *rttest.Script, f F) (string, error) {
	type inner struct {
		T U
		F F
	}
	v := inner{b.t, f}
	_, err := co.Await(st(s, "x", 0))
	return fmt.Sprintf("%v %v", reflect.TypeOf(v).NumField(), v), err
}

//coroutine:async
func SubjectMethodTypes(s *rttest.Script) (string, error) {
	a, err := co.Await(Both[int]{1}.TypeAsync(s, "f"))
	if err != nil {
		return a, err
	}
	b, err := co.Await(Both[string]{"t"}.TypeAsync(s, 2))
	return a + b, err
}

// Keys.

type A struct {
	a int
	B
	C
	*D
}

type B struct {
	b int
	C
}

type C struct {
	c int
	f func(int) []int
	E
}

type D struct{ d int }

type E struct{ x, y any }

func (s script) n(v int) int { return s.say("n", v) }

//coroutine:async
func SubjectPromotedKeys(s *rttest.Script) (string, error) {
	x := script{s}
	v := A{a: x.n(1), b: co.Must(st(s, "b", 2)), c: x.n(3), D: &D{d: co.Must(st(s, "d", 4))}}
	w := &B{y: x.n(1), x: x.n(2), b: co.Must(st(s, "w", 3)), c: x.n(4)}
	list := []B{{x: co.Must(st(s, "x", "X")), b: 5}, {C: C{x: 6, y: co.Must(st(s, "y", 7))}}}
	m := map[string]*C{"k": {y: co.Must(st(s, "m", 8)), c: x.n(9)}}
	return fmt.Sprint(v.a, v.B.b, v.C.c, v.D.d, w.x, w.y, w.b, w.c, list[0].x, list[1].y, list[0].b, m["k"].y, m["k"].c), nil
}

// A key reads nothing, an element does.
//
//coroutine:async
func SubjectPromotedKeyOperands(s *rttest.Script) (string, error) {
	i, list := 0, []int{1, 2, 3}
	next := func() int { i++; return i }
	b := B{b: list[i], x: i, c: next(), y: co.Must(st(s, "y", next()))}
	b2 := B{b: list[0], c: co.Must(st(s, "c", list[1])), y: list[1:]}
	set := func() int { list[0] = 7; return 5 }
	b3 := B{x: list[0], c: co.Must(st(s, "c3", set())), b: next()}
	return fmt.Sprint(b.b, b.x, b.c, b.y, b2.b, b2.c, b2.y, b3.x, b3.c, b3.b), nil
}

type x struct{ E }

// The key x is the field, whatever else is called so.
//
//coroutine:async
func SubjectKeyNames(s *rttest.Script) (string, error) {
	x := x{x: co.Must(st(s, "x", 1))}
	y := x.x
	v := struct{ *B }{&B{y: y, x: co.Must(st(s, "again", y))}}
	return fmt.Sprint(x.x, v.x, v.y), nil
}

// Inference.

type F func(int) []int

type FS struct {
	n int
	f F
	g func(string) []string
}

//coroutine:async
func function(s *rttest.Script, f F) (F, error) {
	_, err := co.Await(st(s, "f", 0))
	return f, err
}

//coroutine:async
func SubjectInferredLiterals(s *rttest.Script) (string, error) {
	v := FS{co.Must(st(s, "v", 1)), two, two}
	w := FS{f: two, n: co.Must(st(s, "w", 2))}
	a := [...]F{two, nil, co.Must(functionAsync(s, two)), two}
	l := []F{1: two, 0: co.Must(functionAsync(s, a[0]))}
	m := map[int]F{co.Must(st(s, "k", 1)): two, 2: two}
	b := B{f: two, b: co.Must(st(s, "b", 3))}
	return fmt.Sprint(v.f(v.n), v.g("g"), w.f(w.n), a[0](1), a[2](2), a[3](3), l[0](4), l[1](5), m[1](6), m[2](7), b.f(b.b)), nil
}

//coroutine:async
func SubjectInferredAssignments(s *rttest.Script) (string, error) {
	c := make(chan F, 4)
	c <- two
	f := F(two)
	chans := []chan F{c}
	chans[co.Must(st(s, "i", 0))] <- two
	n := len(F(two)(co.Must(st(s, "n", 5))))
	g := <-c
	h := take2(co.Must(st(s, "h", 6)), two)
	f2, k := F(two), co.Must(st(s, "k", 7))
	return fmt.Sprint(f(1), n, g(2), h, f2(k), len(c)), nil
}

func take2(n int, f F) []int { return f(n) }

func typed[T fmt.Stringer](v T) []T { return []T{v} }

// The method of a variable that changes, with type arguments from where it goes. (In
// a literal and in a send gc 1.27.1 wants them to be written.)
//
//coroutine:async
func SubjectInferredMethods(s *rttest.Script) (string, error) {
	l := List[int]{1}
	p := &l
	type methods struct {
		push  func(func(int) string, int) string
		ok    bool
		n     int
		typed func(num) []num
	}
	v := methods{push: p.push[string], ok: replace(&p), n: co.Must(st(s, "n", 1)), typed: typed}
	r := v.push(func(n int) string { return fmt.Sprint(n) }, 5)
	var f func(func(int) bool, int) bool
	f, v.n = l.push, co.Must(st(s, "f", 2))
	list := []func(func(int) bool, int) bool{f, co.Must(handAsync(s, l.push[bool]))}
	slices.Reverse(list)
	return fmt.Sprint(r, v.ok, v.n, v.typed(3), list[0](func(n int) bool { return n > 1 }, 2), l), nil
}

// Whoever infers from a literal does so from the literal's machine, too.
//
//coroutine:async
func SubjectInferredInLiteral(s *rttest.Script) (string, error) {
	n := func(f F) int { return len(f(co.Must(st(s, "in", 1)))) }(two)
	task := co.Async(func() (FS, error) {
		k, err := co.Await(st(s, "k", 3))
		return FS{f: two, n: k, g: two}, err
	})
	v, err := co.Await(task)
	if err != nil {
		return "", err
	}
	return fmt.Sprint(n, v.f(v.n), v.g("s")), nil
}
