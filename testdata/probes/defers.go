package fz

// Deferred calls that do not await: when they run, what they see, what they change.

import (
	"context"
	"errors"
	"fmt"
	"runtime"

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

type thing struct{ n int }

func (t thing) value(s *rttest.Script, n int)    { s.Note("value %d %d", t.n, n) }
func (t *thing) pointer(s *rttest.Script, n int) { s.Note("pointer %d %d", t.n, n) }
func (t *thing) rescue(s *rttest.Script) {
	if v := recover(); v != nil {
		s.Note("rescued %v", v)
		t.n = -1
	}
}

//coroutine:async
func SubjectSpawnDeferred(s *rttest.Script) (string, error) {
	say := func(text string) rt.Coroutine[rt.Void] {
		return co.AsyncVoid(func() error {
			s.Note("%s in %v", text, co.Self() != nil)
			return nil
		})
	}
	co.Self()
	defer co.Self()
	defer co.Spawn(say("spawned by defer"))
	for i := range 2 {
		defer co.Spawn(say(fmt.Sprint("spawned in a loop ", i)))
	}
	return fmt.Sprint("ends", co.Must(an(s, 1))), nil
}

//coroutine:async
func SubjectOrder(s *rttest.Script) (string, error) {
	defer s.Note("1")
	co.Must(an(s, 1))
	defer s.Note("2 %d", say(s, "arg", 2))
	co.Must(an(s, 2))
	defer func() { s.Note("3") }()
	return "x", nil
}

//coroutine:async
func SubjectOperandsNow(s *rttest.Script) (string, error) {
	t := thing{1}
	x := 10
	defer t.value(s, x)
	defer t.pointer(s, x)
	f := func(n int) { s.Note("f %d %d", n, x) }
	defer f(co.Must(an(s, x)))
	t.n, x = 2, 20
	f = nil
	return fmt.Sprint(co.Must(an(s, 3))), nil
}

//coroutine:async
func SubjectResults(s *rttest.Script) (string, error) {
	n, err := co.Await(resultsAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func results(s *rttest.Script) (n int, err error) {
	defer func() {
		n *= 2
		if err != nil {
			err = fmt.Errorf("wrapped: %w", err)
		}
	}()
	return co.Await(an(s, 21))
}

//coroutine:async
func SubjectNakedShadowed(s *rttest.Script) (string, error) {
	n, err := co.Await(nakedAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func naked(s *rttest.Script) (n int, err error) {
	defer func() { s.Note("%d %v", n, err); n++ }()
	n = 3
	{
		n := co.Must(an(s, 1))
		if n > 0 {
			err := errors.New("inner")
			return n, err
		}
	}
	return
}

//coroutine:async
func SubjectRecover(s *rttest.Script) (string, error) {
	t, err := co.Await(recoversAsync(s))
	return fmt.Sprint(t, err), nil
}

//coroutine:async
func recovers(s *rttest.Script) (t string, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("caught %v", v)
		}
	}()
	t = "before"
	var m map[string]int
	m[co.Must(st(s, "k", "k"))] = 1
	return "after", nil
}

//coroutine:async
func SubjectRecoverNamed(s *rttest.Script) (string, error) {
	defer caught(s)
	co.Must(an(s, 1))
	panic("named")
}

//coroutine:async
func SubjectRecoverMethod(s *rttest.Script) (string, error) {
	t := &thing{1}
	func() { defer caught(s); panic("inner") }()
	defer func() { s.Note("n %d", t.n) }()
	defer t.rescue(s)
	panic(co.Must(st(s, "p", "p")))
}

//coroutine:async
func SubjectRecoverIndirect(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() { caught(s); func() { s.Note("%v", recover()) }() }()
	co.Must(an(s, 1))
	panic("indirect")
}

//coroutine:async
func SubjectRecoverBuiltin(s *rttest.Script) (string, error) {
	defer caught(s)
	func() {
		defer recover()
	}()
	defer recover()
	co.Must(an(s, 1))
	panic("builtin")
}

//coroutine:async
func SubjectRepanic(s *rttest.Script) (string, error) {
	defer caught(s)
	defer func() {
		v := recover()
		s.Note("first %v", v)
		panic(fmt.Sprint("again ", v))
	}()
	co.Must(an(s, 1))
	panic("one")
}

//coroutine:async
func SubjectPanicInDefer(s *rttest.Script) (string, error) {
	defer func() { s.Note("outer %v", recover()) }()
	defer s.Note("still runs")
	defer func() { panic("from defer") }()
	return fmt.Sprint(co.Must(an(s, 1))), nil
}

//coroutine:async
func SubjectPanicReplaced(s *rttest.Script) (string, error) {
	defer func() { s.Note("%v", recover()) }()
	defer func() {
		defer func() { s.Note("inner %v", recover()) }()
		panic("second")
	}()
	co.Must(an(s, 1))
	panic("first")
}

//coroutine:async
func SubjectPanicNilError(s *rttest.Script) (string, error) {
	defer func() {
		v := recover()
		_, isNil := v.(*runtime.PanicNilError)
		s.Note("%T %v", v, isNil)
	}()
	co.Must(an(s, 1))
	panic(nil)
}

//coroutine:async
func SubjectRuntimeError(s *rttest.Script) (string, error) {
	defer func() {
		err, ok := recover().(runtime.Error)
		s.Note("%v %v", err, ok)
	}()
	list := []int{1}
	return fmt.Sprint(list[co.Must(an(s, 5))]), nil
}

//coroutine:async
func SubjectConditional(s *rttest.Script) (string, error) {
	for i := range 3 {
		if co.Must(an(s, i)) == 1 {
			defer s.Note("deferred %d", i)
		}
	}
	return "x", nil
}

//coroutine:async
func SubjectLoop(s *rttest.Script) (string, error) {
	for i := range 3 {
		defer func(n int) { s.Note("loop %d %d", i, n); i++ }(co.Must(an(s, i*10)))
		defer s.Note("plain %d", i)
	}
	t := thing{5}
	for ; t.n < 7; t.n++ {
		defer t.value(s, t.n)
		defer t.pointer(s, t.n)
	}
	return "x", nil
}

//coroutine:async
func SubjectGotoLoop(s *rttest.Script) (string, error) {
	i := 0
again:
	defer s.Note("goto %d", i)
	if i += co.Must(an(s, 1)); i < 3 {
		goto again
	}
	return "x", nil
}

//coroutine:async
func SubjectNilFunc(s *rttest.Script) (string, error) {
	defer caught(s)
	n := co.Must(an(s, 1))
	var f func()
	defer f()
	s.Note("registered")
	return fmt.Sprint(n), nil
}

func grow(n int) int {
	var a [1024]byte
	a[n] = byte(n)
	if n > 0 {
		n = grow(n - 1)
	}
	return n + int(a[n])
}

//coroutine:async
func SubjectNilFuncPanicking(s *rttest.Script) (string, error) {
	defer caught(s)
	defer grow(100)
	var f func()
	defer f()
	if co.Must(an(s, 1)) == 1 {
		panic("body")
	}
	return "no", nil
}

//coroutine:async
func SubjectNilFuncAmongAwaits(s *rttest.Script) (string, error) {
	defer caught(s)
	defer grow(100)
	defer co.Await(an(s, 2))
	var f struct{ f func() }
	for range 2 {
		defer f.f()
	}
	panic(co.Must(an(s, 1)))
}

//coroutine:async
func SubjectNonNilFuncs(s *rttest.Script) (string, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer func() { s.Note("%v", ctx.Err()) }()
	defer cancel()
	note := func() { s.Note("note %v", recover()) }
	defer note()
	var late func()
	late = func() { s.Note("late %v", recover()); panic("late") }
	defer late()
	if co.Must(an(s, 1)) == 1 {
		panic("body")
	}
	return "no", nil
}

//coroutine:async
func SubjectNilInterface(s *rttest.Script) (string, error) {
	defer caught(s)
	var e error
	defer e.Error()
	return "no", nil
}

//coroutine:async
func SubjectBuiltins(s *rttest.Script) (string, error) {
	m := map[int]int{1: 1, 2: 2}
	c := make(chan int, 1)
	l := []int{1, 2}
	defer func() {
		_, ok := <-c
		s.Note("%d %v %v", len(m), ok, l)
	}()
	defer delete(m, 1)
	defer close(c)
	defer copy(l, []int{9})
	defer print()
	defer clear(map[int]int{})
	m = map[int]int{5: 5}
	return fmt.Sprint(co.Must(an(s, 1))), nil
}

//coroutine:async
func SubjectLoopVariableOfDefer(s *rttest.Script) (string, error) {
	n := 0
	for i := 0; i < 2; i++ {
		x := i * 10
		defer func() { n += x + i; s.Note("n %d", n) }()
		co.Must(an(s, i))
		x++
	}
	return "x", nil
}

//coroutine:async
func SubjectReturnThenDeferReads(s *rttest.Script) (string, error) {
	x := 1
	defer func() { s.Note("x %d", x) }()
	return fmt.Sprint(co.Must(an(s, func() int { x = 7; return 1 }()))), nil
}

//coroutine:async
func SubjectClosureOverResult(s *rttest.Script) (string, error) {
	f, err := co.Await(leaksAsync(s))
	if err != nil {
		return "", err
	}
	return fmt.Sprint(f(), f()), nil
}

//coroutine:async
func leaks(s *rttest.Script) (f func() int, err error) {
	n := 1
	defer func() { n += 100 }()
	f = func() int { n++; return n }
	co.Must(an(s, 1))
	return f, nil
}

//coroutine:async
func SubjectChildRecovers(s *rttest.Script) (string, error) {
	defer s.Note("parent")
	n := co.Must(childAsync(s)) + co.Must(childAsync(s))
	return fmt.Sprint(n), nil
}

//coroutine:async
func child(s *rttest.Script) (n int) {
	defer func() {
		if recover() != nil {
			n = 50
		}
	}()
	panic(co.Must(an(s, 1)))
}

//coroutine:async
func SubjectMustInDeferOperand(s *rttest.Script) (string, error) {
	defer caught(s)
	defer s.Note("a %d", co.Must(an(s, 1)))
	defer s.Note("b %d", say(s, "b", 2)+co.Must(an(s, 3)))
	return "x", nil
}

//coroutine:async
func SubjectMany(s *rttest.Script) (string, error) {
	n := co.Must(an(s, 4))
	if n > 0 {
		defer s.Note("d1")
	}
	if n > 1 {
		defer s.Note("d2")
	}
	if n > 5 {
		defer s.Note("d3")
	}
	switch co.Must(an(s, 2)) {
	case 2:
		defer s.Note("d4")
	default:
		defer s.Note("d5")
	}
	{
		x := n
		defer func() { s.Note("d6 %d", x) }()
		x++
	}
	return "x", nil
}
