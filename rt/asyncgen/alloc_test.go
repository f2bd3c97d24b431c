package asyncgen_test

// This file checks that a value costs no allocation, and that the time grows with the number of
// values only. The function and its consumer are machines.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A countFrame yields 1, 2, ... n, and returns the sum of what it is sent.
type countFrame struct {
	y      asyncgen.Yielder[int, int]
	i, n   int
	sum    int
	yields asyncgen.YieldOp[int, int]
	begun  bool
}

func (f *countFrame) Poll(t *rt.Task) (sum int, err error, ready bool) {
	for ; f.begun || f.i < f.n; f.begun = false {
		if !f.begun {
			f.begun = true
			f.i++
			f.yields = f.y.Yield(f.i)
		}
		in, err, ready := f.yields.Poll(t)
		if err != nil || !ready {
			return 0, err, ready
		}
		f.sum += in
	}
	return f.sum, nil, true
}

func count(n int) *asyncgen.Generator[int, int, int] {
	return asyncgen.New("count", func(y asyncgen.Yielder[int, int]) rt.Expr[int] {
		return rt.NewCoroutine[int](&countFrame{y: y, n: n})
	})
}

// A sumFrame adds up the values of it.
type sumFrame struct {
	it    asyncgen.Iterator[int]
	next  asyncgen.NextOp[int]
	begun bool
	sum   int
}

func (f *sumFrame) Poll(t *rt.Task) (sum int, err error, ready bool) {
	for ; ; f.begun = false {
		if !f.begun {
			f.begun = true
			f.next = f.it.Next()
		}
		v, err, ready := f.next.Poll(t)
		if err != nil || !ready || !v.V2 {
			return f.sum, err, ready
		}
		f.sum += v.V1
	}
}

func sumOf(it asyncgen.Iterator[int]) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&sumFrame{it: it})
}

// A sendFrame sends 1 to g until it ends.
type sendFrame struct {
	g     *asyncgen.Generator[int, int, int]
	next  asyncgen.NextOp[int]
	send  asyncgen.SendOp[int, int]
	state int // 0: new, 1: in Next, 2: before Send, 3: in Send
}

func (f *sendFrame) Poll(t *rt.Task) (_ int, err error, ready bool) {
	for {
		var v rt.Two[int, bool]
		switch f.state {
		case 0:
			f.next = f.g.Next()
			f.state = 1
		case 2:
			f.send = f.g.Send(1)
			f.state = 3
		}
		if f.state == 1 {
			v, err, ready = f.next.Poll(t)
		} else {
			v, err, ready = f.send.Poll(t)
		}
		if err != nil || !ready || !v.V2 {
			return 0, err, ready
		}
		f.state = 2
	}
}

// A mapped is an [asyncgen.Poller] that doubles the values of another Iterator.
type mapped struct {
	of    asyncgen.Iterator[int]
	next  asyncgen.NextOp[int]
	close asyncgen.CloseOp
}

func (m *mapped) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(m) }
func (m *mapped) Close() asyncgen.CloseOp    { return asyncgen.CloseOf(m) }

func (m *mapped) PollNext(t *rt.Task, first bool) (v rt.Two[int, bool], err error, ready bool) {
	if first {
		m.next = m.of.Next()
	}
	v, err, ready = m.next.Poll(t)
	v.V1 *= 2
	return v, err, ready
}

func (m *mapped) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	if first {
		m.close = m.of.Close()
	}
	_, err, ready = m.close.Poll(t)
	return err, ready
}

// patterns are the common uses, with n values.
var patterns = map[string]func(n int) rt.Coroutine[int]{
	"next": func(n int) rt.Coroutine[int] { return sumOf(count(n)) },
	"send": func(n int) rt.Coroutine[int] { return rt.NewCoroutine[int](&sendFrame{g: count(n)}) },
	"map":  func(n int) rt.Coroutine[int] { return sumOf(&mapped{of: count(n)}) },
}

func TestAllocations(t *testing.T) {
	for name, pattern := range patterns {
		t.Run(name, func(t *testing.T) {
			l := testbed.FIFO(t)
			allocs := func(n int) float64 {
				least := 1e9
				for range 4 {
					least = min(least, testing.AllocsPerRun(1, func() {
						if _, err := rt.RunUntilComplete(l, pattern(n)); err != nil {
							t.Error(err)
						}
					}))
				}
				rttest.CheckIdle(t, l)
				return least
			}
			const n = 500
			allocs(n)
			if got := (allocs(2*n) - allocs(n)) / n; got != 0 {
				t.Errorf("%v allocations for one value", got)
			}
		})
	}
}

// A stepCounter is an observer that counts steps.
type stepCounter int

func (n *stepCounter) Started(*rt.Task)   {}
func (n *stepCounter) StepBegan(*rt.Task) { *n++ }
func (n *stepCounter) StepEnded(*rt.Task) {}
func (n *stepCounter) Ended(*rt.Task)     {}

// A step does not depend on the number of values before it, and n values take 2n steps.
func TestStepsAreLinear(t *testing.T) {
	steps := func(n int) (steps stepCounter) {
		l := testbed.FIFO(t)
		defer l.Observe(&steps)()
		sum, err := rt.RunUntilComplete(l, sumOf(count(n)))
		noError(t, err)
		want(t, "sum", sum, n*(n+1)/2)
		return steps
	}
	for _, n := range []int{100, 1000, 10000} {
		if got := steps(n); got > stepCounter(2*n+10) {
			t.Errorf("%d values take %d steps", n, got)
		}
	}
}

func TestSource(t *testing.T) {
	run(t, func() {
		m := &mapped{of: count(3)}
		wantNext(t, m, value(2))
		wantNext(t, m, value(4))
		wantClose(t, m, nil)
		wantNext(t, m, over)
	})
}
