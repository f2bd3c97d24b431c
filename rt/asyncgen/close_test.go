package asyncgen_test

// This file tests Close, and what happens to generators that nobody closes.

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestCloseBeforeTheStart(t *testing.T) {
	run(t, func() {
		g := numbers(func(yielder) error { t.Error("the function runs"); return nil })
		wantClose(t, g, nil)
		want(t, "state", g.String(), "numbers: closed")
		wantNext(t, g, over)
		want(t, "send", pulled(g.Send("x")), over)
		want(t, "throw", pulled(g.Throw(errBoom)), over)
		_, err := g.Result()
		want(t, "result", err, rt.ErrGeneratorExit)
		want(t, "tasks", len(rt.Current().Loop().Tasks()), 1)
	})
}

func TestCloseWaitsForTheCleanUp(t *testing.T) {
	run(t, func() {
		cleaned := false
		g := numbers(func(y yielder) error {
			err := y.yield(1)
			want(t, "error", err, rt.ErrGeneratorExit)
			noError(t, wait(rt.Sleep(time.Minute)))
			cleaned = true
			return err
		})
		wantNext(t, g, value(1))
		wantClose(t, g, nil)
		want(t, "cleaned", cleaned, true)
		want(t, "state", g.String(), "numbers: closed")
		wantClose(t, g, nil)
		wantNext(t, g, over)
		_, err := g.Result()
		want(t, "result", err, rt.ErrGeneratorExit)
	})
}

func TestCloseReturnsTheErrorOfTheCleanUp(t *testing.T) {
	for _, c := range []struct{ err, want error }{
		{nil, nil},
		{errBoom, errBoom},
		{fmt.Errorf("done: %w", rt.ErrGeneratorExit), nil},
		{errors.Join(rt.ErrGeneratorExit, rt.ErrGeneratorExit), nil},
	} {
		run(t, func() {
			g := numbers(func(y yielder) error {
				y.yield(1)
				return c.err
			})
			wantNext(t, g, value(1))
			wantClose(t, g, c.want)
			wantClose(t, g, nil)
			wantNext(t, g, over)
		})
	}
	run(t, func() { // an error that is joined with the exit is not lost
		g := numbers(func(y yielder) error { return errors.Join(y.yield(1), errBoom) })
		wantNext(t, g, value(1))
		if err := wait(g.Close()); !errors.Is(err, errBoom) {
			t.Errorf("close is %v", err)
		}
	})
}

func TestPanicInTheCleanUp(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			y.yield(1)
			panic(errBoom)
		})
		wantNext(t, g, value(1))
		wantPanic(t, func() { wait(g.Close()) }, "boom")
		wantClose(t, g, nil)
		wantNext(t, g, over)
	})
}

func TestCloseCancelsAFunctionThatRuns(t *testing.T) {
	run(t, func() {
		var got error
		g := numbers(func(y yielder) error {
			got = wait(rt.Sleep(time.Hour))
			noError(t, wait(rt.Shield[rt.Void](rt.Sleep(ms))))
			return got
		})
		consumer := start(func() error {
			wantNext(t, g, failed(rt.ErrGeneratorExit))
			wantNext(t, g, over)
			return nil
		})
		wantClose(t, g, nil)
		want(t, "cancelled", isCanceled(got), true)
		want(t, "because of Close", errors.Is(got, rt.ErrGeneratorExit), true)
		noError(t, wait(consumer))
	})
}

func TestCloseAfterACancelledNext(t *testing.T) {
	run(t, func() {
		cleaned := 0
		g := numbers(func(y yielder) error {
			defer func() { cleaned++ }()
			return wait(rt.Sleep(time.Hour))
		})
		want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
		wantClose(t, g, nil)
		want(t, "cleaned", cleaned, 1)
	})
}

func TestCloseReturnsOtherErrorsOfACancelledFunction(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			wait(rt.Sleep(time.Hour))
			return errBoom
		})
		consumer := start(func() error { wantNext(t, g, failed(rt.ErrGeneratorExit)); return nil })
		wantClose(t, g, errBoom)
		noError(t, wait(consumer))
	})
}

func TestCloseDropsTheValueThatNobodyHasTaken(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			noError(t, wait(rt.Sleep(2*ms)))
			return y.yield(1)
		})
		want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
		noError(t, wait(rt.Sleep(5*ms)))
		wantClose(t, g, nil)
		wantNext(t, g, over)
	})
}

func TestIgnoredExit(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			want(t, "error", y.yield(1), rt.ErrGeneratorExit)
			want(t, "error", y.yield(2), error(nil))
			return y.yield(3)
		})
		wantNext(t, g, value(1))
		wantClose(t, g, rt.ErrIgnoredExit)
		want(t, "state", g.String(), "numbers: suspended")
		wantNext(t, g, value(3)) // 2 is lost: Close takes no value
		wantClose(t, g, nil)
		wantNext(t, g, over)
	})
}

// The function runs, is cancelled, and yields in a shield.
func TestIgnoredExitOfAFunctionThatRuns(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			err := wait(rt.Sleep(time.Hour))
			scope := rt.Current().OpenShield()
			defer scope.Close()
			noError(t, y.yield(1))
			noError(t, y.yield(2))
			return err
		})
		consumer := start(func() error {
			wantNext(t, g, value(1)) // it has waited for that
			noError(t, wait(rt.Sleep(ms)))
			wantNext(t, g, value(2))
			if err := pulled(g.Next()).err; !isCanceled(err) || !errors.Is(err, rt.ErrGeneratorExit) {
				t.Errorf("next is %v", err)
			}
			wantNext(t, g, over)
			return nil
		})
		wantClose(t, g, rt.ErrIgnoredExit)
		noError(t, wait(consumer))
	})
}

func TestManyTasksClose(t *testing.T) {
	run(t, func() {
		cleaned := false
		g := numbers(func(y yielder) error {
			y.yield(1)
			noError(t, wait(rt.Sleep(10*ms)))
			cleaned = true
			return errBoom
		})
		wantNext(t, g, value(1))
		var closers []rt.Expr[rt.Void]
		for i := range 5 {
			closers = append(closers, do(func() error {
				noError(t, wait(rt.Sleep(ms*time.Duration(i))))
				wantClose(t, g, errBoom)
				want(t, "cleaned", cleaned, true)
				return nil
			}))
		}
		noError(t, wait(rt.Gather(closers...)))
		wantClose(t, g, nil)
	})
}

func TestNextWhileClosing(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			y.yield(1)
			return wait(rt.Sleep(10 * ms))
		})
		wantNext(t, g, value(1))
		closing := start(func() error { wantClose(t, g, nil); return nil })
		for _, x := range []rt.Expr[rt.Two[int, bool]]{g.Next(), g.Send("x"), g.Throw(errBoom)} {
			if err := pulled(x).err; !errors.Is(err, asyncgen.ErrRunning) {
				t.Errorf("error %v", err)
			}
		}
		noError(t, wait(closing))
	})
}

func TestCancelledTaskWaitsInClose(t *testing.T) {
	for _, before := range []bool{false, true} {
		run(t, func() {
			cleaned := false
			g := numbers(func(y yielder) error {
				err := y.yield(1)
				noError(t, wait(rt.Sleep(10*ms)))
				cleaned = true
				return err
			})
			task := start(func() error {
				wantNext(t, g, value(1))
				if before {
					want(t, "cancelled", isCanceled(wait(rt.Sleep(time.Hour))), true)
				}
				wantClose(t, g, nil)
				want(t, "cleaned", cleaned, true)
				return wait(rt.Yield())
			})
			task.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(task)), true)
		})
	}
}

func TestCancelledTaskBeginsNothing(t *testing.T) {
	run(t, func() {
		scope := rt.Current().OpenScope()
		defer scope.Close()
		scope.Cancel(nil)
		g := upTo(3)
		want(t, "cancelled", isCanceled(pulled(g.Next()).err), true)
		want(t, "state", g.String(), "numbers: created")
		wantClose(t, g, nil)
	})
}

func TestUnseenErrorIsReturnedByClose(t *testing.T) {
	run(t, func() {
		g := numbers(func(y yielder) error {
			scope := rt.Current().OpenTimeout(ms)
			defer scope.Close()
			y.yield(1)
			return errBoom
		})
		wantNext(t, g, value(1))
		noError(t, wait(rt.Sleep(5*ms)))
		want(t, "state", g.String(), "numbers: closed")
		wantClose(t, g, errBoom)
		wantClose(t, g, nil)
		wantNext(t, g, over)
	})
}

// The function ends in the turn in which another task calls Next or Close. The order is random.
func TestTheEndIsForTheTaskThatWaits(t *testing.T) {
	for i := range 60 {
		for _, closes := range []bool{false, true} {
			run(t, func() {
				g := numbers(func(y yielder) error {
					noError(t, wait(rt.Sleep(5*ms)))
					return errBoom
				})
				g.Own(rt.Current())
				var first pull
				other := rt.Spawn(rt.Current(), do(func() error {
					first = pulled(g.Next())
					return nil
				}))
				noError(t, wait(rt.Sleep(5*ms)))
				testbed.Yields(i % 3)
				var closing error
				if closes {
					closing = wait(g.Close())
				} else if got := pulled(g.Next()); got != over && !errors.Is(got.err, asyncgen.ErrRunning) {
					t.Errorf("next is %v", got)
				}
				noError(t, wait(other))
				switch first.err {
				case errBoom:
					want(t, "close", closing, nil)
				case rt.ErrGeneratorExit: // Close was faster
					want(t, "close", closing, errBoom)
				default:
					t.Errorf("the first Next is %v", first)
				}
			})
		}
	}
}

// forgets runs fn, and returns the errors that the loop reports.
func forgets(t *testing.T, fn func(tr *trace)) (reports []error) {
	t.Helper()
	var tr trace
	_, err := testbed.RunFake(t, do(func() error { fn(&tr); return nil }),
		rt.WithHandler(func(err error) { reports = append(reports, err) }))
	noError(t, err)
	return reports
}

func wantReports(t *testing.T, reports []error, wanted ...error) {
	t.Helper()
	if len(reports) != len(wanted) {
		t.Fatalf("reports are %v", reports)
	}
	for i, err := range reports {
		var forgotten *asyncgen.ForgottenError
		if errors.As(wanted[i], &forgotten) {
			want(t, "report", err.Error(), wanted[i].Error())
		} else if !errors.Is(err, wanted[i]) {
			t.Errorf("report %v, want %v", err, wanted[i])
		}
	}
}

func TestForgotten(t *testing.T) {
	for name, fn := range map[string]func(y yielder) error{
		"suspended": func(y yielder) error {
			err := y.yield(1)
			want(t, "error", err, rt.ErrGeneratorExit)
			return err
		},
		"running": func(y yielder) error {
			noError(t, y.yield(1))
			return wait(rt.Sleep(time.Hour))
		},
		"ignores": func(y yielder) error {
			for range 1000 {
				want(t, "error", y.yield(1), rt.ErrGeneratorExit)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			cleaned := 0
			g := numbers(func(y yielder) error {
				defer func() { cleaned++ }()
				return fn(y)
			})
			reports := forgets(t, func(*trace) {
				owner := start(func() error {
					rt.Current().SetName("owner")
					wantNext(t, g, value(1))
					if name == "running" {
						want(t, "timeout", isTimeout(pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next())).err), true)
					}
					return nil
				})
				noError(t, wait(owner))
				settle()
				want(t, "state", g.String(), "numbers: closed")
				want(t, "cleaned", cleaned, 1)
				var forgotten *asyncgen.ForgottenError
				if err := pulled(g.Next()).err; !errors.As(err, &forgotten) || !errors.Is(err, rt.ErrGeneratorExit) {
					t.Errorf("next is %v", err)
				}
				wantClose(t, g, nil)
			})
			wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "owner"})
		})
	}
}

func TestForgottenByTheMainTask(t *testing.T) {
	for _, running := range []bool{false, true} {
		cleaned := 0
		g := numbers(func(y yielder) error {
			defer func() { cleaned++ }()
			if running {
				return wait(rt.Sleep(time.Hour))
			}
			return y.yield(1)
		})
		reports := forgets(t, func(*trace) {
			rt.Current().SetName("main")
			pulled(rt.Timeout[rt.Two[int, bool]](ms, g.Next()))
		})
		wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "main"})
		want(t, "cleaned", cleaned, 1)
		want(t, "state", g.String(), "numbers: closed")
	}
}

func TestErrorOfAForgottenGeneratorIsReported(t *testing.T) {
	g := numbers(func(y yielder) error {
		y.yield(1)
		return errBoom
	})
	reports := forgets(t, func(*trace) {
		noError(t, wait(start(func() error {
			rt.Current().SetName("owner")
			wantNext(t, g, value(1))
			return nil
		})))
		settle()
	})
	wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "owner"}, errBoom)
}

// The owner has closed the generator, as Each does.
func TestForgottenAfterAnIgnoredExit(t *testing.T) {
	reports := forgets(t, func(*trace) {
		noError(t, wait(start(func() error {
			rt.Current().SetName("owner")
			g := numbers(func(y yielder) error {
				y.yield(1)
				y.yield(2)
				return y.yield(3)
			})
			var err error
			for range asyncgen.Each(g, &err) {
				break
			}
			want(t, "error", err, rt.ErrIgnoredExit)
			return nil
		})))
	})
	wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "owner", Ignored: true})
	want(t, "report", strings.Contains(reports[0].Error(), "never closed"), false)
}

// Another task waits for the next value when the owner ends.
func TestForgottenWhileAnotherTaskWaits(t *testing.T) {
	reports := forgets(t, func(*trace) {
		g := numbers(func(y yielder) error {
			noError(t, y.yield(1))
			return wait(rt.Sleep(time.Hour))
		})
		var other *rt.TaskOf[rt.Void]
		noError(t, wait(start(func() error {
			rt.Current().SetName("owner")
			wantNext(t, g, value(1))
			other = start(func() error {
				var forgotten *asyncgen.ForgottenError
				if err := pulled(g.Next()).err; !errors.As(err, &forgotten) {
					t.Errorf("next is %v", err)
				}
				return nil
			})
			return nil
		})))
		noError(t, wait(other))
	})
	wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "owner"})
}

func TestOwn(t *testing.T) {
	reports := forgets(t, func(*trace) {
		main := rt.Current()
		main.SetName("main")
		a, b, ended := upTo(3), upTo(3), upTo(0)
		a.Own(main)
		b.Own(main)
		first, err := rt.Block(rt.Gather[rt.Two[int, bool]](a.Next(), b.Next()))
		noError(t, err)
		want(t, "values", first[0].V1+first[1].V1, 2)
		settle()
		wantNext(t, a, value(2))
		wantClose(t, b, nil)
		wantNext(t, ended, over)
		ended.Own(main)
		other := start(func() error { return wait(rt.Sleep(10 * ms)) })
		other.SetName("other")
		a.Own(&other.Task)
		noError(t, wait(other))
		settle()
		want(t, "state", a.String(), "numbers: closed")
	})
	wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "other"})
}

func TestNextOfAForgottenGeneratorThatCleansUp(t *testing.T) {
	reports := forgets(t, func(*trace) {
		var tr trace
		g := slow(&tr, 3, nil)
		noError(t, wait(start(func() error {
			rt.Current().SetName("owner")
			wantNext(t, g, value(1))
			return nil
		})))
		settle()
		var forgotten *asyncgen.ForgottenError
		if err := pulled(g.Next()).err; !errors.As(err, &forgotten) {
			t.Errorf("next is %v", err)
		}
		tr.check(t)
		wantClose(t, g, nil) // waits
		tr.check(t, "cleaned")
	})
	wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "owner"})
}

func TestNotForgotten(t *testing.T) {
	reports := forgets(t, func(*trace) {
		noError(t, wait(start(func() error {
			g := upTo(1)
			wantNext(t, g, value(1))
			wantNext(t, g, over)
			upTo(1) // never begins
			return nil
		})))
		noError(t, wait(start(func() error {
			g := upTo(1)
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			return nil
		})))
	})
	wantReports(t, reports)
}

// The loop cancels the owner and the function at once.
func TestLoopEndsWhileAGeneratorIsOpen(t *testing.T) {
	cleaned := 0
	reports := forgets(t, func(*trace) {
		start(func() error {
			g := numbers(func(y yielder) error {
				defer func() { cleaned++ }()
				return y.yield(1)
			})
			wantNext(t, g, value(1))
			err := wait(rt.Sleep(time.Hour))
			if err := wait(g.Close()); err != nil && !isCanceled(err) {
				t.Errorf("close is %v", err)
			}
			return err
		})
	})
	wantReports(t, reports)
	want(t, "cleaned", cleaned, 1)
}
