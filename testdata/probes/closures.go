package fz

// Closures that are coroutines, and literals called where they stand.

import (
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

//coroutine:async
func SubjectOnTheSpot(s *rttest.Script) (string, error) {
	x := 1
	n, err := co.Await(co.Async(func() (int, error) {
		x++
		v, err := co.Await(an(s, 5))
		x += v
		return v * 2, err
	}))
	return fmt.Sprint(n, x), err
}

//coroutine:async
func SubjectLater(s *rttest.Script) (string, error) {
	x := 1
	c := co.Async(func() (string, error) { return fmt.Sprint(x), nil })
	x = co.Must(an(s, 10))
	return co.Await(c)
}

//coroutine:async
func SubjectSpawned(s *rttest.Script) (string, error) {
	var log []int
	var tasks []*rt.TaskOf[int]
	for i := range 3 {
		tasks = append(tasks, co.Spawn(co.Async(func() (int, error) {
			log = append(log, i)
			v, err := co.Await(an(s, i*10))
			log = append(log, v)
			i++
			return i, err
		})))
	}
	t := ""
	for _, task := range tasks {
		n, err := co.Await(task)
		t += fmt.Sprint(n, err, " ")
	}
	return t + fmt.Sprint(log), nil
}

//coroutine:async
func SubjectParameters(s *rttest.Script) (string, error) {
	total := 0
	add := func(n int) rt.Coroutine[int] {
		s.Note("add %d", n)
		return co.Async(func() (int, error) {
			n += co.Must(an(s, n))
			total += n
			return total, nil
		})
	}
	a := add(1)
	b := add(2)
	return fmt.Sprint(co.Must(b), co.Must(a), co.Must(add(3)), total), nil
}

//coroutine:async
func SubjectNested(s *rttest.Script) (string, error) {
	x := 0
	outer := co.Async(func() (int, error) {
		y := x + 1
		inner := co.Async(func() (int, error) {
			x += co.Must(an(s, 1))
			y *= 10
			return x + y, nil
		})
		n, err := co.Await(inner)
		return n + y, err
	})
	return fmt.Sprint(co.Must(outer), x), nil
}

//coroutine:async
func SubjectRecursiveClosure(s *rttest.Script) (string, error) {
	var fact func(int) rt.Coroutine[int]
	fact = func(n int) rt.Coroutine[int] {
		return co.Async(func() (int, error) {
			if n < 2 {
				return co.Await(an(s, 1))
			}
			return n * co.Must(fact(n-1)), nil
		})
	}
	return fmt.Sprint(co.Must(fact(5))), nil
}

//coroutine:async
func SubjectImmediate(s *rttest.Script) (string, error) {
	x := 1
	y := func(a, b int) int {
		x += a
		if co.Must(an(s, b)) > 1 {
			return x * 100
		}
		return -1
	}(co.Must(an(s, 2)), say(s, "b", 3))
	func() { x += co.Must(an(s, 7)) }()
	return fmt.Sprint(x, y), nil
}

//coroutine:async
func SubjectImmediateInExpression(s *rttest.Script) (string, error) {
	t := fmt.Sprint(say(s, "a", 1), func() string { return co.Must(st(s, "b", "b")) }(), say(s, "c", 3))
	if func() bool { return co.Must(st(s, "d", true)) }() && say(s, "e", true) {
		t += "yes"
	}
	return t, nil
}

//coroutine:async
func SubjectImmediateRecovers(s *rttest.Script) (string, error) {
	n := func() (n int) {
		defer func() {
			if v := recover(); v != nil {
				s.Note("inner %v", v)
				n = -1
			}
		}()
		panic(co.Must(st(s, "p", "p")))
	}()
	defer caught(s)
	func() {
		co.Must(an(s, n))
		panic("out")
	}()
	return "no", nil
}

//coroutine:async
func SubjectImmediateReturns(s *rttest.Script) (string, error) {
	for i := range 3 {
		stop := func() bool {
			for {
				if co.Must(an(s, i)) > 0 {
					return true
				}
				return false
			}
		}()
		if stop {
			return fmt.Sprint("stopped at ", i), nil
		}
	}
	return "no", nil
}

//coroutine:async
func SubjectDeferOfClosureItself(s *rttest.Script) (string, error) {
	n, err := co.Await(co.Async(func() (n int, err error) {
		defer func() { n *= 2 }()
		defer s.Note("closure ends")
		n = co.Must(an(s, 4))
		return n + 1, nil
	}))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func SubjectPanicOfClosure(s *rttest.Script) (string, error) {
	defer caught(s)
	return co.Await(co.Async(func() (string, error) {
		defer s.Note("runs")
		co.Must(an(s, 1))
		panic("closure")
	}))
}

//coroutine:async
func SubjectResultCaptured(s *rttest.Script) (string, error) {
	n, err := co.Await(capturesAsync(s))
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func captures(s *rttest.Script) (n int, err error) {
	c := co.Async(func() (int, error) {
		n = 5
		return co.Await(an(s, 6))
	})
	n = 1
	v, err := co.Await(c)
	n += v
	return
}

type machine struct{ n int }

//coroutine:async
func (m *machine) run(s *rttest.Script) (int, error) {
	step := func(by int) rt.Coroutine[rt.Void] {
		return co.AsyncVoid(func() error {
			v, err := co.Await(an(s, by))
			m.n += v
			return err
		})
	}
	for i := range 2 {
		if err := co.Wait(step(i + 1)); err != nil {
			return m.n, err
		}
	}
	return m.n, nil
}

//coroutine:async
func SubjectMethodClosure(s *rttest.Script) (string, error) {
	m := machine{10}
	n, err := co.Await(m.runAsync(s))
	return fmt.Sprint(n, m.n), err
}

//coroutine:async
func SubjectTwoResults(s *rttest.Script) (string, error) {
	a, b, err := co.Await2(co.Async2(func() (int, string, error) {
		return co.Must(an(s, 1)), co.Must(st(s, "x", "x")), nil
	}))
	return fmt.Sprint(a, b), err
}

//coroutine:async
func SubjectFunctionValue(s *rttest.Script) (string, error) {
	f := func() (int, error) { return 7, nil }
	if co.Must(an(s, 1)) > 5 {
		f = nil
	}
	return fmt.Sprint(co.Must(co.Async(f))), nil
}

//coroutine:async
func SubjectLoopVariables(s *rttest.Script) (string, error) {
	var cs []rt.Coroutine[int]
	for i := 0; i < 3; i++ {
		cs = append(cs, co.Async(func() (int, error) { i += 10; return i + co.Must(an(s, 0)), nil }))
		i += co.Must(an(s, 0))
	}
	t := ""
	for _, c := range cs {
		t += fmt.Sprint(co.Must(c), " ")
	}
	return t, nil
}

//coroutine:async
func SubjectLabelsOfTheirOwn(s *rttest.Script) (string, error) {
	n := 0
loop:
	for i := range 3 {
		func() {
		loop:
			for j := range 3 {
				if j == co.Must(an(s, 1)) {
					continue loop
				}
				if j == 2 {
					break loop
				}
				n += 10*i + j + 1
			}
		}()
		if i == 1 {
			break loop
		}
	}
	return fmt.Sprint(n), nil
}

//coroutine:async
func SubjectGather(s *rttest.Script) (string, error) {
	var xs []rt.Expr[int]
	for i := range 3 {
		xs = append(xs, co.Async(func() (int, error) { return co.Must(an(s, i)) * 2, nil }))
	}
	list, err := co.Await(rt.Gather(xs...))
	return fmt.Sprint(list), err
}
