package asyncgen_test

// This file ports CPython's test cases of asynchronous generators (PEP 525). The subtests have the
// names of the cases. See rt/testdata/asyncio/asyncgen.txt.

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// wantValues checks the values that are left in it, and the error at their end.
func wantValues(t *testing.T, it asyncgen.Iterator[int], end error, values ...int) {
	t.Helper()
	var got []int
	var err error
	for v := range asyncgen.Each(it, &err) {
		got = append(got, v)
	}
	want(t, "error", err, end)
	if !slices.Equal(got, values) {
		t.Fatalf("got %v, want %v", got, values)
	}
}

// steps returns a generator that awaits, yields the next of values, and so on, and returns end.
func steps(end error, values ...int) *generator {
	return numbers(func(y yielder) error {
		for _, v := range values {
			if err := wait(rt.Sleep(ms)); err != nil {
				return err
			}
			if err := y.yield(v); err != nil {
				return err
			}
		}
		if err := wait(rt.Sleep(ms)); err != nil {
			return err
		}
		return end
	})
}

// cleans returns a function that runs body, then sleeps twice and sets *done.
func cleans(done *int, body func(y yielder) error) func(y yielder) error {
	return func(y yielder) error {
		err := body(y)
		scope := rt.Current().OpenShield()
		defer scope.Close()
		if err := errors.Join(wait(rt.Sleep(ms)), wait(rt.Sleep(ms))); err != nil {
			return err
		}
		*done++
		return err
	}
}

// cancelledSleep awaits a task that is cancelled.
func cancelledSleep() error {
	task := rt.Spawn(rt.Current(), rt.Sleep(time.Hour))
	rt.Current().Loop().CallLater(ms, func() { task.Cancel(nil) })
	return wait(task)
}

func isAwaitedTwice(t *testing.T, poll func()) {
	t.Helper()
	wantPanic(t, poll, "awaited twice, or polled after it ended")
}

// twice checks that x panics if it is awaited again. wanted is the error of the first await.
func twice[T any](t *testing.T, x rt.Awaitable[T], wanted error) {
	t.Helper()
	again := awaitable[T]{x}
	if err := wait(again); !errors.Is(err, wanted) {
		t.Errorf("error %v, want %v", err, wanted)
	}
	isAwaitedTwice(t, func() { wait(again) })
}

// awaitable is an awaitable as an expression.
type awaitable[T any] struct{ x rt.Awaitable[T] }

func (a awaitable[T]) Awaitable() rt.Awaitable[T] { return a.x }

// failing is a source that fails.
type failing struct{}

func (failing) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(failing{}) }
func (failing) Close() asyncgen.CloseOp    { return asyncgen.CloseOf(failing{}) }

func (failing) PollNext(*rt.Task, bool) (v rt.Two[int, bool], err error, ready bool) {
	return v, errBoom, true
}

func (failing) PollClose(*rt.Task, bool) (err error, ready bool) { return nil, true }

// oneTwo is a source of 1 and 2.
type oneTwo struct{ n int }

func (s *oneTwo) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(s) }
func (s *oneTwo) Close() asyncgen.CloseOp    { return asyncgen.CloseOf(s) }

func (s *oneTwo) PollNext(*rt.Task, bool) (v rt.Two[int, bool], err error, ready bool) {
	if s.n < 2 {
		s.n++
		v = rt.Two[int, bool]{V1: s.n, V2: true}
	}
	return v, nil, true
}

func (s *oneTwo) PollClose(*rt.Task, bool) (err error, ready bool) {
	s.n = 2
	return nil, true
}

// wantOneTwo checks that it hands out 1 and 2, and then is at its end again and again.
func wantOneTwo(t *testing.T, it asyncgen.Iterator[int]) {
	t.Helper()
	for _, wanted := range []pull{value(1), value(2), over, over} {
		wantNext(t, it, wanted)
	}
}

// busy returns a generator whose function waits, and the task whose Next waits for it.
func busy(t *testing.T) (*generator, *rt.TaskOf[rt.Void]) {
	g := numbers(func(y yielder) error { return wait(rt.Sleep(time.Hour)) })
	return g, start(func() error { wantNext(t, g, failed(rt.ErrGeneratorExit)); return nil })
}

func TestPEP525(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"iteration_01": func(t *testing.T) { wantValues(t, steps(nil, 123, 456, 789), nil, 123, 456, 789) },
		"iteration_02": func(t *testing.T) {
			g := steps(nil, 123)
			wantNext(t, g, value(123))
			wantNext(t, g, over)
		},
		"exception_03": func(t *testing.T) { wantValues(t, steps(errBoom, 123), errBoom, 123) },
		"exception_04": func(t *testing.T) {
			g := numbers(func(y yielder) error {
				noError(t, wait(rt.Yield()))
				noError(t, y.yield(123))
				panic(errBoom)
			})
			wantNext(t, g, value(123))
			wantPanic(t, func() { pulled(g.Next()) }, "boom")
		},
		"io.EOF is an error like others": func(t *testing.T) { wantValues(t, steps(io.EOF, 123), io.EOF, 123) },
		"exception_07": func(t *testing.T) {
			g := numbers(func(y yielder) (err error) {
				defer func() { noError(t, y.yield(2), y.yield(3)) }()
				noError(t, y.yield(1))
				return errBoom
			})
			wantValues(t, g, errBoom, 1, 2, 3)
		},
		"exception_08": func(t *testing.T) {
			g := numbers(func(y yielder) (err error) {
				defer func() {
					noError(t, wait(rt.Yield()), y.yield(2))
					err = errBoom
				}()
				return errors.Join(y.yield(1), wait(rt.Yield()))
			})
			wantValues(t, g, errBoom, 1, 2)
		},
		"exception_09": func(t *testing.T) {
			g := numbers(func(y yielder) (err error) {
				defer func() { noError(t, y.yield(2), wait(rt.Yield()), y.yield(3)) }()
				noError(t, wait(rt.Yield()), y.yield(1))
				return errBoom
			})
			wantValues(t, g, errBoom, 1, 2, 3)
		},
		"exception_10": func(t *testing.T) {
			g := upTo(1)
			wantPanic(t, func() { pulled(g.Send("early")) }, "has not begun")
		},
		"exception_11": func(t *testing.T) {
			g := numbers(func(y yielder) error {
				noError(t, y.yield(1))
				inner := upTo(2)
				wantNext(t, inner, value(1))
				want(t, "throw", pulled(inner.Throw(rt.ErrGeneratorExit)), failed(rt.ErrGeneratorExit))
				return errors.Join(y.yield(2), y.yield(3))
			})
			wantValues(t, g, nil, 1, 2, 3)
		},
		"exception_12": func(t *testing.T) {
			var g *generator
			g = numbers(func(y yielder) error {
				twice(t, g.Next().Awaitable(), asyncgen.ErrRunning)
				return y.yield(123)
			})
			wantNext(t, g, value(123))
			wantNext(t, g, over)
		},
		"asend_throw_concurrent_with_send": func(t *testing.T) {
			g, first := busy(t)
			twice(t, g.Next().Awaitable(), asyncgen.ErrRunning)
			twice(t, g.Send("x").Awaitable(), asyncgen.ErrRunning)
			wantClose(t, g, nil)
			noError(t, wait(first))
		},
		"athrow_throw_concurrent_with_send": func(t *testing.T) {
			g, first := busy(t)
			twice(t, g.Throw(errBoom).Awaitable(), asyncgen.ErrRunning)
			wantClose(t, g, nil)
			noError(t, wait(first))
		},
		"throw_concurrent_with_throw": func(t *testing.T) {
			g := numbers(func(y yielder) error {
				want(t, "error", y.yield(1), errBoom)
				return wait(rt.Sleep(time.Hour))
			})
			g.Own(rt.Current())
			wantNext(t, g, value(1))
			first := start(func() error {
				want(t, "throw", pulled(g.Throw(errBoom)), failed(rt.ErrGeneratorExit))
				return nil
			})
			twice(t, g.Next().Awaitable(), asyncgen.ErrRunning)
			twice(t, g.Throw(errBoom).Awaitable(), asyncgen.ErrRunning)
			wantClose(t, g, nil)
			noError(t, wait(first))
		},

		"async_generator_anext":       func(t *testing.T) { wantOneTwo(t, upTo(2)) },
		"python_async_iterator_anext": func(t *testing.T) { wantOneTwo(t, new(oneTwo)) },
		"async_gen_aiter":             func(t *testing.T) { wantValues(t, upTo(2), nil, 1, 2) },
		"anext_await_raises": func(t *testing.T) {
			wantNext(t, failing{}, failed(errBoom))
			wantValues(t, failing{}, errBoom)
		},
		"asyncio_01": func(t *testing.T) { wantValues(t, steps(nil, 1, 2), nil, 1, 2) },
		"asyncio_02": func(t *testing.T) { wantValues(t, steps(errBoom, 1, 2), errBoom, 1, 2) },
		"asyncio_03": func(t *testing.T) { wantValues(t, new(oneTwo), nil, 1, 2) },
		"anext_04": func(t *testing.T) {
			make := func() *generator {
				return numbers(func(y yielder) error {
					noError(t, y.yield(1), wait(rt.Sleep(ms)))
					err := y.yield(2)
					if err == nil {
						err = y.yield(3)
					}
					if err == errBoom {
						noError(t, y.yield(1000))
					}
					noError(t, wait(rt.Sleep(ms)))
					return y.yield(4)
				})
			}
			wantValues(t, make(), nil, 1, 2, 3, 4)
			g := make()
			wantNext(t, g, value(1))
			wantNext(t, g, value(2))
			want(t, "throw", pulled(g.Throw(errBoom)), value(1000))
			wantNext(t, g, value(4))
			wantNext(t, g, over)
		},
		"anext_05": func(t *testing.T) {
			g := asyncgen.New("echo", func(y asyncgen.Yielder[int, int]) rt.Expr[rt.Void] {
				return do(func() error {
					v, err := rt.Block(y.Yield(1))
					noError(t, err)
					v, err = rt.Block(y.Yield(v))
					noError(t, err)
					return wait(y.Yield(v * 100))
				})
			})
			wantNext(t, g, value(1))
			want(t, "send", pulled(g.Send(10)), value(10))
			want(t, "send", pulled(g.Send(12)), value(1200))
			wantNext(t, g, over)
		},
		"anext_06": func(t *testing.T) {
			done := 0
			g := numbers(func(y yielder) error { y.yield(1); done++; return nil })
			wantNext(t, g, value(1))
			wantNext(t, g, over)
			want(t, "done", done, 1)
		},

		"aclose_06": func(t *testing.T) {
			g := numbers(func(y yielder) error {
				err := y.yield(1)
				noError(t, wait(rt.Sleep(ms)))
				y.yield(12)
				return err
			})
			wantNext(t, g, value(1))
			wantClose(t, g, rt.ErrIgnoredExit)
			wantClose(t, g, nil)
		},
		"aclose_07": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error { return y.yield(1) }))
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			want(t, "done", done, 1)
		},
		"aclose_08": func(t *testing.T) {
			done := 0
			never := rt.NewFuture[int]()
			g := numbers(cleans(&done, func(y yielder) error {
				if err := y.yield(1); err != nil {
					return err
				}
				return wait(never)
			}))
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			want(t, "done", done, 1)
		},
		"aclose_10": func(t *testing.T) {
			done := 0
			g := numbers(func(y yielder) error { y.yield(1); done++; return nil })
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			want(t, "done", done, 1)
		},
		"aclose_11": func(t *testing.T) {
			done := 0
			g := numbers(func(y yielder) error {
				y.yield(1)
				if err := y.yield(2); err != nil {
					return err
				}
				done++
				return nil
			})
			wantNext(t, g, value(1))
			wantClose(t, g, rt.ErrIgnoredExit)
			want(t, "done", done, 0)
			wantClose(t, g, nil)
			want(t, "done", done, 0)
		},
		"aclose_12": func(t *testing.T) {
			done := 0
			g := numbers(func(y yielder) error {
				target := rt.Spawn(rt.Current(), do(func() error { noError(t, wait(rt.Sleep(ms))); return errBoom }))
				err := y.yield(1)
				want(t, "error of the task", wait(target), errBoom)
				done++
				return err
			})
			wantNext(t, g, value(1))
			wantClose(t, g, nil)
			want(t, "done", done, 1)
		},

		"asend_01": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error {
				noError(t, wait(rt.Sleep(ms)))
				in, err := rt.Block(y.Yield(1))
				noError(t, err, wait(rt.Sleep(ms)), y.yield(2*len(in)))
				return wait(rt.Sleep(ms))
			}))
			wantNext(t, g, value(1))
			want(t, "send", pulled(g.Send("four")), value(8))
			wantNext(t, g, over)
			want(t, "done", done, 1)
		},
		"asend_02": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error {
				noError(t, wait(rt.Sleep(ms)), y.yield(1), wait(rt.Sleep(ms)))
				return errBoom
			}))
			wantNext(t, g, value(1))
			want(t, "send", pulled(g.Send("x")), failed(errBoom))
			want(t, "done", done, 1)
		},
		"asend_03": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error {
				noError(t, wait(rt.Sleep(ms)), y.yield(1))
				return cancelledSleep()
			}))
			wantNext(t, g, value(1))
			if err := pulled(g.Send("x")).err; !errors.Is(err, context.Canceled) {
				t.Errorf("send is %v", err)
			}
			want(t, "done", done, 1)
		},
		"athrow_01": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error {
				noError(t, wait(rt.Sleep(ms)))
				v := 1
				if err := y.yield(1); err == errBoom {
					v = 1000
					noError(t, wait(rt.Sleep(ms)))
				}
				noError(t, y.yield(v*2))
				return wait(rt.Sleep(ms))
			}))
			wantNext(t, g, value(1))
			want(t, "throw", pulled(g.Throw(errBoom)), value(2000))
			wantNext(t, g, over)
			want(t, "done", done, 1)
		},
		"athrow_02": func(t *testing.T) {
			done := 0
			g := numbers(cleans(&done, func(y yielder) error {
				noError(t, wait(rt.Sleep(ms)))
				if err := y.yield(1); err == errBoom {
					return cancelledSleep()
				}
				return y.yield(2)
			}))
			wantNext(t, g, value(1))
			if err := pulled(g.Throw(errBoom)).err; !errors.Is(err, context.Canceled) {
				t.Errorf("throw is %v", err)
			}
			want(t, "done", done, 1)
		},
		"athrow_03": func(t *testing.T) {
			done := 0
			g := numbers(func(y yielder) error { y.yield(1); done++; return nil })
			wantNext(t, g, value(1))
			want(t, "throw", pulled(g.Throw(errBoom)), over)
			want(t, "done", done, 1)
		},

		"await_same_anext_coro_twice": func(t *testing.T) {
			g := upTo(2)
			twice(t, g.Next().Awaitable(), nil)
			wantClose(t, g, nil)
		},
		"await_same_aclose_coro_twice": func(t *testing.T) { twice(t, upTo(2).Close().Awaitable(), nil) },
		"throw_custom_same_athrow_coro_twice": func(t *testing.T) {
			g := upTo(2)
			scope := rt.Current().OpenScope()
			defer scope.Close()
			scope.Cancel(errBoom)
			twice(t, g.Throw(errors.New("other")).Awaitable(), errBoom)
			want(t, "state", g.String(), "numbers: created")
			twice(t, g.Close().Awaitable(), nil)
		},
		"aclose_twice_with_different_coros": func(t *testing.T) {
			g := upTo(2)
			wantClose(t, g, nil)
			wantClose(t, g, nil)
		},
		"aclose_after_exhaustion": func(t *testing.T) {
			g := upTo(2)
			for pulled(g.Next()).ok {
			}
			wantClose(t, g, nil)
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t) }) })
	}
}

// What is left when the loop ends.
func TestPEP525Shutdown(t *testing.T) {
	t.Run("shutdown_01", func(t *testing.T) {
		finalized := 0
		_, err := testbed.RunFake(t, do(func() error {
			for range 2 {
				start(func() (err error) {
					g := numbers(cleans(&finalized, func(y yielder) error { return wait(rt.Sleep(time.Second)) }))
					for range asyncgen.Each(g, &err) {
					}
					return err
				})
			}
			return nil
		}))
		noError(t, err)
		want(t, "finalized", finalized, 2)
	})
	t.Run("shutdown_02", func(t *testing.T) {
		wantReports(t, forgets(t, func(*trace) {
			var err error
			for range asyncgen.Each(upTo(2), &err) {
				break
			}
			noError(t, err)
		}))
	})
	fails := func() *generator {
		return numbers(func(y yielder) error { y.yield(1); return errBoom })
	}
	t.Run("shutdown_exception_01", func(t *testing.T) {
		g := fails()
		reports := forgets(t, func(*trace) {
			rt.Current().SetName("main")
			wantNext(t, g, value(1))
		})
		wantReports(t, reports, &asyncgen.ForgottenError{Generator: "numbers", Owner: "main"}, errBoom)
	})
	t.Run("shutdown_exception_02", func(t *testing.T) {
		wantReports(t, forgets(t, func(*trace) {
			var err error
			for range asyncgen.Each(fails(), &err) {
				break
			}
			want(t, "error", err, errBoom) // not only reported
		}))
	})
}

// Test cases of contextlib.aclosing.
func TestAclosing(t *testing.T) {
	t.Run("aclosing", func(t *testing.T) {
		run(t, func() {
			var tr trace
			func() {
				g := slow(&tr, 2, nil)
				defer wait(g.Close())
				wantNext(t, g, value(1))
				tr.check(t)
			}()
			tr.check(t, "cleaned")
		})
	})
	t.Run("aclosing_error", func(t *testing.T) {
		run(t, func() {
			var tr trace
			wantPanic(t, func() {
				g := slow(&tr, 2, nil)
				defer func() { wait(g.Close()) }()
				wantNext(t, g, value(1))
				panic(errBoom)
			}, "boom")
			tr.check(t, "cleaned")
		})
	})
	t.Run("async_gen_propagates_generator_exit", func(t *testing.T) {
		run(t, func() {
			inner := upTo(2)
			g := numbers(func(y yielder) error {
				defer func() { wantClose(t, inner, nil) }()
				wantNext(t, inner, value(1))
				return y.yield(11)
			})
			wantNext(t, g, value(11))
			wantClose(t, g, nil)
			want(t, "state", inner.String(), "numbers: closed")
		})
	})
}
