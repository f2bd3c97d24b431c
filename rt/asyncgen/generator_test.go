package asyncgen_test

// This file tests Next, Send, Throw and Result.

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func TestNext(t *testing.T) {
	run(t, func() {
		g := upTo(3)
		want(t, "state", g.String(), "numbers: created")
		wantNext(t, g, value(1))
		want(t, "state", g.String(), "numbers: suspended")
		wantNext(t, g, value(2))
		wantNext(t, g, value(3))
		_, err := g.Result()
		want(t, "result", err, rt.ErrNoResult)
		wantNext(t, g, over)
		want(t, "state", g.String(), "numbers: closed")
		wantNext(t, g, over)
		_, err = g.Result()
		want(t, "result", err, nil)
		wantClose(t, g, nil)
	})
}

func TestFunctionAwaits(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			for i := range 3 {
				noError(t, wait(rt.Sleep(ms)))
				noError(t, y.yield(i))
			}
			return wait(rt.Sleep(ms))
		})
		begin := rt.Current().Loop().Time()
		for i := range 3 {
			wantNext(t, g, value(i))
		}
		wantNext(t, g, over)
		want(t, "time", rt.Current().Loop().Time()-begin, 4*ms)
	})
}

func TestErrorIsReturnedOnce(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, y.yield(1))
			return errBoom
		})
		wantNext(t, g, value(1))
		wantNext(t, g, failed(errBoom))
		wantNext(t, g, over)
		wantClose(t, g, nil)
		_, err := g.Result()
		want(t, "result", err, errBoom)
	})
}

func TestResult(t *testing.T) {
	run(t, func() {
		g := asyncgen.New("sums", func(y asyncgen.Yielder[int, int]) rt.Expr[int] {
			return sum(t, y)
		})
		v, err := rt.Block(g.Next())
		noError(t, err)
		want(t, "first", v, rt.Two[int, bool]{V1: 0, V2: true})
		for i, sum := range []int{1, 3, 6} {
			v, err := rt.Block(g.Send(i + 1))
			noError(t, err)
			want(t, "sum", v, rt.Two[int, bool]{V1: sum, V2: true})
		}
		v, err = rt.Block(g.Next()) // sends 0
		noError(t, err)
		want(t, "the end", v, rt.Two[int, bool]{})
		r, err := g.Result()
		noError(t, err)
		want(t, "result", r, 6)
	})
}

// sum yields the sum of what was sent so far, until that is 0.
func sum(t *testing.T, y asyncgen.Yielder[int, int]) rt.Coroutine[int] {
	return machine.Lockstep(func() (int, error) {
		sum := 0
		for {
			in, err := rt.Block(y.Yield(sum))
			noError(t, err)
			if in == 0 {
				return sum, nil
			}
			sum += in
		}
	})
}

func TestSend(t *testing.T) {
	run(t, func() {
		var got []string
		g := numbers(func(y yielder) error {
			for i := range 3 {
				in, err := rt.Block(y.Yield(i))
				noError(t, err)
				got = append(got, in)
			}
			return nil
		})
		wantPanic(t, func() { pulled(g.Send("early")) }, "coroutinegen: numbers has not begun, and no Yield waits for the value of Send: call Next first")
		want(t, "state", g.String(), "numbers: created")
		wantNext(t, g, value(0))
		want(t, "send", pulled(g.Send("a")), value(1))
		wantNext(t, g, value(2))
		want(t, "send", pulled(g.Send("c")), over)
		want(t, "after the end", pulled(g.Send("d")), over)
		want(t, "sent", strings.Join(got, ","), "a,,c")
	})
}

func TestThrow(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			if err := y.yield(1); err != errBoom {
				t.Errorf("Yield returned %v", err)
			}
			return y.yield(2)
		})
		wantPanic(t, func() { _ = g.Throw(nil) }, "throw of no error", "numbers")
		wantNext(t, g, value(1))
		want(t, "throw", pulled(g.Throw(errBoom)), value(2))
		other := errors.New("other")
		want(t, "throw", pulled(g.Throw(other)), failed(other))
		want(t, "after the end", pulled(g.Throw(errBoom)), over)
		wantNext(t, g, over)
	})
}

func TestThrowBeforeTheStart(t *testing.T) {
	run(t, func() {
		g := numbers(func(yielder) error { t.Error("the function runs"); return nil })
		want(t, "throw", pulled(g.Throw(errBoom)), failed(errBoom))
		want(t, "state", g.String(), "numbers: closed")
		wantNext(t, g, over)
		wantClose(t, g, nil)
		_, err := g.Result()
		want(t, "result", err, errBoom)
	})
}

func TestPanicReachesTheConsumer(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, y.yield(1))
			panic(errBoom)
		})
		wantNext(t, g, value(1))
		wantPanic(t, func() { pulled(g.Next()) }, "boom")
		wantNext(t, g, over)
		wantClose(t, g, nil)
		_, err := g.Result()
		want(t, "result", err, rt.ErrNoResult)
	})
}

func TestOnlyOneNextAtATime(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(10*ms)))
			return y.yield(1)
		})
		first := start(func() error {
			wantNext(t, g, value(1))
			wantNext(t, g, over)
			return nil
		})
		want(t, "state", g.String(), "numbers: running")
		wantNext(t, g, failed(asyncgen.ErrRunning))
		want(t, "send", pulled(g.Send("x")), failed(asyncgen.ErrRunning))
		want(t, "throw", pulled(g.Throw(errBoom)), failed(asyncgen.ErrRunning))
		noError(t, wait(first))
	})
}

func TestGeneratorAwaitsItself(t *testing.T) {
	run(t, func() {
		var g *generator
		g = numbers(func(y yielder) error {
			for _, err := range []error{pulled(g.Next()).err, wait(g.Close())} {
				if !errors.Is(err, asyncgen.ErrRunning) || !strings.Contains(err.Error(), "numbers") {
					t.Errorf("error %v", err)
				}
			}
			return y.yield(1)
		})
		wantNext(t, g, value(1))
		wantClose(t, g, nil)
	})
}

func TestCancelledNextLosesNothing(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			for i := range 4 {
				noError(t, wait(rt.Sleep(10*ms)))
				noError(t, y.yield(i))
			}
			return nil
		})
		late := func() pull { return pulled(rt.Timeout[rt.Two[int, bool]](4*ms, g.Next())) }
		want(t, "timeout", isTimeout(late().err), true)
		want(t, "timeout", isTimeout(late().err), true)
		want(t, "in time", late(), value(0))
		want(t, "timeout", isTimeout(late().err), true)
		want(t, "state", g.String(), "numbers: running")
		want(t, "send", pulled(g.Send("x")), failed(asyncgen.ErrRunning))
		noError(t, wait(rt.Sleep(20*ms)))
		want(t, "state", g.String(), "numbers: suspended")
		for _, x := range []rt.Expr[rt.Two[int, bool]]{g.Send("x"), g.Throw(errBoom)} {
			if err := pulled(x).err; !errors.Is(err, asyncgen.ErrRunning) || !strings.Contains(err.Error(), "call Next") {
				t.Errorf("error %v", err)
			}
		}
		wantNext(t, g, value(1))
		wantNext(t, g, value(2))
		wantNext(t, g, value(3))
		wantNext(t, g, over)
	})
}

// The value is handed over in the turn in which the consumer is cancelled.
func TestValueBeatsCancellation(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(ms)))
			return y.yield(1)
		})
		scope := rt.Current().OpenTimeout(ms)
		first := pulled(g.Next())
		scope.Close()
		if isTimeout(first.err) {
			first = pulled(g.Next())
		}
		want(t, "value", first, value(1))
		wantNext(t, g, over)
	})
}

// A timeout that is open across a yield belongs to the function (PEP 789).
func TestTimeoutAcrossAYield(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			scope := rt.Current().OpenTimeout(5 * ms)
			defer scope.Close()
			return y.yield(1)
		})
		wantNext(t, g, value(1))
		noError(t, wait(rt.Sleep(time.Second))) // the consumer is not cancelled
		if got := pulled(g.Next()); !isTimeout(got.err) {
			t.Errorf("next is %v", got)
		}
		wantNext(t, g, over)
	})
}

// The function has ended, and the value that it handed over is still there.
func TestValueOutlivesTheFunction(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(2*ms)))
			scope := rt.Current().OpenTimeout(5 * ms)
			defer scope.Close()
			y.yield(1)
			return errBoom
		})
		want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
		noError(t, wait(rt.Sleep(time.Second)))
		want(t, "state", g.String(), "numbers: closed")
		for _, x := range []rt.Expr[rt.Two[int, bool]]{g.Send("x"), g.Throw(errBoom)} {
			want(t, "running", errors.Is(pulled(x).err, asyncgen.ErrRunning), true)
		}
		wantNext(t, g, value(1))
		wantNext(t, g, failed(errBoom))
		wantNext(t, g, over)
	})
}

// The function goes on after its Yield has failed, although nobody has taken the value. Its next
// Yield waits for the place.
func TestYieldWaitsForThePlace(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(2*ms)))
			for i := range 3 {
				scope := rt.Current().OpenTimeout(5 * ms)
				if err := y.yield(i); i < 2 && !isTimeout(err) {
					t.Errorf("Yield returned %v", err)
				}
				scope.Close()
			}
			return y.yield(10)
		})
		want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
		noError(t, wait(rt.Sleep(time.Second)))
		wantNext(t, g, value(0))
		wantNext(t, g, value(10)) // the others were never handed over
		wantNext(t, g, over)
	})
}

func TestCancellationOfTheConsumerIsNotThatOfTheFunction(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(5*ms)))
			return y.yield(1)
		})
		owner := start(func() error {
			err := pulled(g.Next()).err
			want(t, "cancelled", isCanceled(err), true)
			scope := rt.Current().OpenShield()
			defer scope.Close()
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			return err
		})
		owner.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(owner)), true)
	})
}

func TestTwoTasksYieldAtOnce(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			group := rt.Current().OpenGroup()
			defer group.Scope().Close()
			other := rt.SpawnIn(group, do(func() error { return y.yield(1) }))
			noError(t, wait(rt.Sleep(ms)))
			wantPanic(t, func() { y.yield(2) }, "yields for generator numbers while", "only one Yield")
			noError(t, wait(other))
			return y.yield(3)
		})
		wantNext(t, g, value(1))
		noError(t, wait(rt.Sleep(5*ms)))
		wantNext(t, g, value(3))
		wantNext(t, g, over)
	})
}

func TestYieldAfterTheEnd(t *testing.T) {
	run(t, func() {
		var kept yielder
		var late *rt.TaskOf[rt.Void]
		g := numbers(func(y yielder) error {
			kept = y
			late = rt.Spawn(rt.Current(), do(func() error { return y.yield(1) }))
			return wait(rt.Yield())
		})
		for got := pulled(g.Next()); got != over; got = pulled(g.Next()) {
			want(t, "next", got, value(1))
		}
		if err := wait(late); err != rt.ErrGeneratorExit {
			t.Errorf("Yield returned %v", err)
		}
		want(t, "Yield", kept.yield(2), rt.ErrGeneratorExit)
	})
}

func TestDumpShowsWhatIsAwaited(t *testing.T) {
	for name, await := range map[string]func(g *generator) error{
		"next":  func(g *generator) error { return pulled(g.Next()).err },
		"send":  func(g *generator) error { return pulled(g.Send("x")).err },
		"throw": func(g *generator) error { return pulled(g.Throw(errBoom)).err },
		"close": func(g *generator) error { return wait(g.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() {
				g := numbers(func(y yielder) error { y.yield(1); return wait(rt.Sleep(10 * ms)) })
				line, on := g.Where()
				want(t, "line", line, "")
				want(t, "on", on, nil)
				consumer := start(func() error { wantNext(t, g, value(1)); return await(g) })
				if _, on := g.Where(); on.(*rt.Task).Name() != "numbers" {
					t.Errorf("the generator waits for %v", on)
				}
				if stack := consumer.Stack(); !strings.Contains(stack, "numbers") {
					t.Errorf("stack:\n%s", stack)
				}
				noError(t, wait(consumer))
				_, on = g.Where()
				want(t, "on", on, nil)
			})
		})
	}
}

func TestFunctionWithoutACoroutine(t *testing.T) {
	run(t, func() {
		g := asyncgen.New("nothing", func(asyncgen.Yielder[int, string]) rt.Expr[rt.Void] { return nil })
		wantPanic(t, func() { pulled(g.Next()) }, "generator nothing", "no coroutine")
		wantNext(t, g, over)
		wantClose(t, g, nil)
	})
}

// What the body asks before it has returned the coroutine fails, and the generator then begins.
func TestBodyUsesItsGenerator(t *testing.T) {
	run(t, func() {
		var g *generator
		g = asyncgen.New("early", func(y asyncgen.Yielder[int, string]) rt.Expr[rt.Void] {
			want(t, "state", g.String(), "early: running")
			for _, err := range []error{
				pulled(g.Next()).err, pulled(g.Send("x")).err, pulled(g.Throw(errBoom)).err, wait(g.Close()),
			} {
				if !errors.Is(err, asyncgen.ErrRunning) || !strings.Contains(err.Error(), "early") {
					t.Errorf("error %v", err)
				}
			}
			_, err := g.Result()
			want(t, "result", err, rt.ErrNoResult)
			wantPanic(t, func() { wait(y.Yield(1)) }, "early", "only beginning")
			return do(func() error { return yielder{y}.yield(2) })
		})
		wantNext(t, g, value(2))
		wantClose(t, g, nil)
	})
}
