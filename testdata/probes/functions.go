package fz

// Methods, receivers, recursion, function values, results, calls of calls.

import (
	"errors"
	"fmt"

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

type account struct {
	balance int
	log     []string
}

//coroutine:async
func (a account) Peek(s *rttest.Script) int {
	a.balance++
	return a.balance + co.Must(an(s, 0))
}

//coroutine:async
func (a *account) Deposit(s *rttest.Script, n int) (int, error) {
	before := a.balance
	m, err := co.Await(an(s, n))
	a.balance += m
	return before, err
}

type wrapper struct {
	account
	name string
}

type deep struct{ *wrapper }

type peeker interface {
	PeekAsync(s *rttest.Script) rt.Coroutine[int]
}

//coroutine:async
func SubjectMethods(s *rttest.Script) (string, error) {
	a := account{balance: 1}
	p := &a
	x := co.Must(a.PeekAsync(s)) + co.Must(p.PeekAsync(s))
	y := co.Must(a.DepositAsync(s, 5)) + co.Must(p.DepositAsync(s, 6))
	return fmt.Sprint(x, y, a.balance), nil
}

//coroutine:async
func SubjectEmbeddedReceivers(s *rttest.Script) (string, error) {
	w := wrapper{account{balance: 1}, "w"}
	d := deep{&w}
	x := co.Must(w.PeekAsync(s)) + co.Must(d.PeekAsync(s))
	y := co.Must(w.DepositAsync(s, 5)) + co.Must(d.DepositAsync(s, 6)) + co.Must(d.wrapper.account.DepositAsync(s, 7))
	return fmt.Sprint(x, y, w.balance), nil
}

//coroutine:async
func SubjectNilReceiver(s *rttest.Script) (string, error) {
	defer caught(s)
	var p *account
	c := p.DepositAsync(s, 1)
	s.Note("made")
	return fmt.Sprint(co.Must(c)), nil
}

//coroutine:async
func SubjectNilValueReceiver(s *rttest.Script) (string, error) {
	defer caught(s)
	var p *account
	return fmt.Sprint(say(s, "a", 1), co.Must(p.PeekAsync(s))), nil
}

//coroutine:async
func SubjectReceiverCopied(s *rttest.Script) (string, error) {
	a := account{balance: 1}
	c := a.PeekAsync(s)
	a.balance = 100
	return fmt.Sprint(co.Must(c), co.Must(a.PeekAsync(s))), nil
}

//coroutine:async
func SubjectInterfaceMember(s *rttest.Script) (string, error) {
	var p peeker = account{balance: 3}
	q := peeker(&account{balance: 4})
	return fmt.Sprint(co.Must(p.PeekAsync(s)), co.Must(q.PeekAsync(s))), nil
}

type server struct {
	handle func(s *rttest.Script, n int) rt.Coroutine[int]
	awaits rt.Expr[int]
}

//coroutine:async
func SubjectFunctionMember(s *rttest.Script) (string, error) {
	a := account{balance: 1}
	v := server{handle: a.DepositAsync, awaits: an(s, 4)}
	x := co.Must(v.handle(s, 2))
	v.handle = func(s *rttest.Script, n int) rt.Coroutine[int] { return a.PeekAsync(s) }
	y := co.Must(v.handle(s, 2)) + co.Must(v.awaits)
	f := (*account).DepositAsync
	z := co.Must(f(&a, s, 3))
	return fmt.Sprint(x, y, z, a.balance), nil
}

//coroutine:async
func SubjectMutual(s *rttest.Script) (string, error) {
	return fmt.Sprint(co.Must(evenAsync(s, 5)), co.Must(oddAsync(s, 3))), nil
}

//coroutine:async
func even(s *rttest.Script, n int) bool {
	if n == 0 {
		return true
	}
	return co.Must(oddAsync(s, n-co.Must(an(s, 1))))
}

//coroutine:async
func odd(s *rttest.Script, n int) bool {
	if n == 0 {
		return false
	}
	return co.Must(evenAsync(s, n-1))
}

//coroutine:async
func SubjectRecursion(s *rttest.Script) (string, error) {
	n := co.Must(fibAsync(s, 5))
	return fmt.Sprint(n), nil
}

//coroutine:async
func fib(s *rttest.Script, n int) int {
	if n < 2 {
		return n
	}
	return co.Must(fibAsync(s, n-1)) + co.Must(fibAsync(s, n-2))
}

//coroutine:async
func SubjectAckermann(s *rttest.Script) (string, error) {
	return fmt.Sprint(co.Must(ackAsync(s, 2, 2))), nil
}

//coroutine:async
func ack(s *rttest.Script, m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return co.Must(ackAsync(s, m-1, 1))
	}
	return co.Must(ackAsync(s, m-1, co.Must(ackAsync(s, m, n-1))))
}

//coroutine:async
func three(s *rttest.Script, n int) (a int, b string, c bool, err error) {
	a, err = co.Await(an(s, n))
	return a, fmt.Sprint(a), a > 0, err
}

//coroutine:async
func SubjectThreeResults(s *rttest.Script) (string, error) {
	a, b, c := co.Must3(threeAsync(s, 1))
	d, _, e, err := co.Await3(threeAsync(s, 2))
	return fmt.Sprint(a, b, c, d, e), err
}

//coroutine:async
func nothing(s *rttest.Script) { co.Must(an(s, 0)) }

//coroutine:async
func onlyError(s *rttest.Script, n int) error {
	if n, err := co.Await(an(s, n)); err != nil || n > 2 {
		return fmt.Errorf("n %d: %w", n, err)
	}
	return nil
}

//coroutine:async
func SubjectVoids(s *rttest.Script) (string, error) {
	co.Must(nothingAsync(s))
	err := co.Wait(nothingAsync(s))
	err2 := co.Wait(onlyErrorAsync(s, 3))
	co.Wait(onlyErrorAsync(s, 1))
	return fmt.Sprint(err, err2), co.Wait(onlyErrorAsync(s, 2))
}

//coroutine:async
func SubjectSpawn(s *rttest.Script) (string, error) {
	a := account{}
	t := co.Spawn(a.DepositAsync(s, 1))
	u := co.Spawn(a.DepositAsync(s, 2))
	s.Note("spawned")
	x, err := co.Await(t)
	y, err2 := co.Await(u)
	return fmt.Sprint(x, y, a.balance), errors.Join(err, err2)
}

//coroutine:async
func SubjectGather(s *rttest.Script) (string, error) {
	list, err := co.Await(rt.Gather[int](fibAsync(s, 3), an(s, 4), co.Spawn(an(s, 5))))
	return fmt.Sprint(list), err
}

//coroutine:async
func SubjectAwaitedLater(s *rttest.Script) (string, error) {
	list := []rt.Coroutine[int]{fibAsync(s, 2), fibAsync(s, 3)}
	n := 0
	for _, c := range list {
		n = n*10 + co.Must(c)
	}
	m := map[string]rt.Expr[int]{"a": an(s, 7)}
	op := an(s, 8)
	return fmt.Sprint(n, co.Must(m["a"]), co.Must(op), co.Must(choose(s, n > 5))), nil
}

func choose(s *rttest.Script, first bool) rt.Expr[int] {
	if first {
		return an(s, 1)
	}
	return fibAsync(s, 4)
}

//coroutine:async
func SubjectAwaitTwice(s *rttest.Script) (string, error) {
	defer caught(s)
	c := fibAsync(s, 1)
	s.Note("%d", co.Must(c))
	s.Note("%d", co.Must(c))
	return "no", nil
}

//coroutine:async
func SubjectDropped(s *rttest.Script) (string, error) {
	_ = fibAsync(s, say(s, "arg", 3))
	return "dropped", nil
}

//coroutine:async
func SubjectNilExpr(s *rttest.Script) (string, error) {
	defer caught(s)
	var x rt.Expr[int]
	return fmt.Sprint(say(s, "a", 1), co.Must(x)), nil
}

//coroutine:async
func SubjectChildPanics(s *rttest.Script) (string, error) {
	defer caught(s)
	co.Must(panickyAsync(s, say(s, "arg", 1)))
	return "no", nil
}

//coroutine:async
func panicky(s *rttest.Script, n int) int {
	defer s.Note("panicky ends")
	co.Must(an(s, n))
	panic(fmt.Sprint("panic", n))
}

//coroutine:async
func SubjectOneStatementEach(s *rttest.Script) (string, error) {
	return co.Await(tailAsync(s, 3))
}

//coroutine:async
func tail(s *rttest.Script, n int) (string, error) {
	if n == 0 {
		return co.Await(st(s, "end", "end"))
	}
	return co.Await(tailAsync(s, n-1))
}

var table = map[string]func(*rttest.Script, int) rt.Coroutine[int]{"fib": fibAsync}

//coroutine:async
func SubjectPackageVariable(s *rttest.Script) (string, error) {
	return fmt.Sprint(co.Must(table["fib"](s, 4))), nil
}

//coroutine:async
func SubjectSelf(s *rttest.Script) (string, error) {
	t := co.Self()
	co.Must(an(s, 1))
	return fmt.Sprint(t == co.Self(), co.Self().Err()), nil
}

//coroutine:async
func SubjectOldNames(s *rttest.Script) (string, error) {
	v := co.Must(valueAsync(s, wrapper{name: "x"}))
	return v.name, nil
}

//coroutine:async
func value(s *rttest.Script, w wrapper) wrapper {
	p := &w
	p.name += co.Must(st(s, "y", "y"))
	return w
}
