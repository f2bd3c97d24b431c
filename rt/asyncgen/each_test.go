package asyncgen_test

// This file tests Each.

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// slow returns a generator of 1, 2, ... that takes time to clean up, and then adds "cleaned".
func slow(tr *trace, last int, end error) *generator {
	return numbers(func(y yielder) (err error) {
		defer func() {
			if shielded := wait(rt.Shield[rt.Void](rt.Sleep(10 * ms))); shielded != nil {
				err = shielded
			}
			tr.add("cleaned")
		}()
		for i := range last {
			if err := y.yield(i + 1); err != nil {
				if end != nil {
					return end
				}
				return err
			}
		}
		return end
	})
}

func TestEach(t *testing.T) {
	for name, c := range map[string]struct {
		end  error
		body func(tr *trace, v int) (stop bool)
		want []string
		err  error
	}{
		"the end":          {nil, func(*trace, int) bool { return false }, []string{"1", "2", "3", "cleaned", "after"}, nil},
		"an error":         {errBoom, func(*trace, int) bool { return false }, []string{"1", "2", "3", "cleaned", "after"}, errBoom},
		"break":            {nil, func(_ *trace, v int) bool { return v == 2 }, []string{"1", "2", "cleaned", "after"}, nil},
		"an error in exit": {errBoom, func(_ *trace, v int) bool { return v == 2 }, []string{"1", "2", "cleaned", "after"}, errBoom},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func() {
				var tr trace
				err := errBoom
				for v := range asyncgen.Each(slow(&tr, 3, c.end), &err) {
					want(t, "error in the loop", err, nil)
					tr.add("%d", v)
					if c.body(&tr, v) {
						break
					}
				}
				tr.add("after")
				tr.check(t, c.want...)
				want(t, "error", err, c.err)
			})
		})
	}
}

func TestEachWithReturn(t *testing.T) {
	run(t, func() {
		var tr trace
		first := func() (v int, err error) {
			for v := range asyncgen.Each(slow(&tr, 3, nil), &err) {
				return v, err
			}
			return 0, nil
		}
		v, err := first()
		noError(t, err)
		want(t, "first", v, 1)
		tr.check(t, "cleaned")
	})
}

func TestEachWithPanic(t *testing.T) {
	run(t, func() {
		var tr trace
		var err error
		wantPanic(t, func() {
			for range asyncgen.Each(slow(&tr, 3, nil), &err) {
				panic(errBoom)
			}
		}, "boom")
		tr.check(t, "cleaned")
		noError(t, err)
	})
}

func TestEachWithPanicOfTheFunction(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, y.yield(1))
			panic(errBoom)
		})
		var err error
		wantPanic(t, func() {
			for range asyncgen.Each(g, &err) {
			}
		}, "boom")
		want(t, "state", g.String(), "numbers: closed")
	})
}

// Goexit ends the goroutine of the loop, too.
func TestEachWithGoexit(t *testing.T) {
	var tr trace
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		testbed.RunFake(t, do(func() error {
			var err error
			for range asyncgen.Each(slow(&tr, 3, nil), &err) {
				runtime.Goexit()
			}
			return nil
		}), rt.WithHandler(func(err error) { t.Errorf("report: %v", err) }))
	}()
	<-ended
	tr.check(t, "cleaned")
}

// A task that is cancelled in the loop waits for the clean-up.
func TestEachIsCancelled(t *testing.T) {
	run(t, func() {
		var tr trace
		task := start(func() (err error) {
			for range asyncgen.Each(slow(&tr, 3, nil), &err) {
				if err := wait(rt.Sleep(time.Hour)); err != nil {
					return err
				}
			}
			t.Error("the loop has ended")
			return nil
		})
		task.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(task)), true)
		tr.check(t, "cleaned")
	})
}

func TestEachIsCancelledInNext(t *testing.T) {
	run(t, func() {
		cleaned := false
		g := numbers(func(y yielder) error {
			defer func() { cleaned = true }()
			return wait(rt.Sleep(time.Hour))
		})
		task := start(func() (err error) {
			for range asyncgen.Each(g, &err) {
			}
			want(t, "cleaned", cleaned, true)
			return err
		})
		task.Cancel(nil)
		want(t, "cancelled", isCanceled(wait(task)), true)
	})
}

// An ordinary goroutine ranges over a generator that has begun on a loop. Each Next is a task of the
// loop.
func TestEachOnAnotherGoroutine(t *testing.T) {
	_, err := testbed.RunReal(t, do(func() error {
		g := upTo(4)
		g.Own(rt.Current())
		wantNext(t, g, value(1))
		values, err := rt.Block(rt.ToThread(func() (values []int, err error) {
			for v := range asyncgen.Each(g, &err) {
				if values = append(values, v); v == 3 {
					break
				}
			}
			return values, err
		}))
		want(t, "values", fmt.Sprint(values), "[2 3]")
		want(t, "state", g.String(), "numbers: closed")
		return err
	}))
	noError(t, err)
}

func TestGeneratorNeedsALoop(t *testing.T) {
	testbed.Clean(t)
	g := upTo(3)
	wantPanic(t, func() { pulled(g.Next()) }, "belongs to none", "rt.Run")
	wantPanic(t, func() {
		var err error
		for range asyncgen.Each(g, &err) {
			t.Error("a value")
		}
	}, "asyncgen_test.TestGeneratorNeedsALoop.func2 ranges over Each", "belongs to none", "move the loop into an async function", "rt.Run")
	want(t, "state", g.String(), "numbers: closed")
}
