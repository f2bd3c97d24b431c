//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package testbed_test

// This file lists the operations of packages asyncgen and cleanup for the tests of all operations.

import (
	"maps"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/cleanup"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

type (
	ones   = asyncgen.Generator[int, int, rt.Void]
	yieldr = asyncgen.Yielder[int, int]
)

// generate returns a generator of the function fn.
func generate(fn func(y yieldr) error) *ones {
	return asyncgen.New("ones", func(y yieldr) rt.Expr[rt.Void] {
		return testbed.Do(func() error { return fn(y) })
	})
}

// yieldsOnes yields until it is closed. It ignores what is thrown.
func yieldsOnes(y yieldr) error {
	for {
		if err := testbed.Wait(y.Yield(1)); err == rt.ErrGeneratorExit {
			return err
		}
		if err := rt.Current().Err(); err != nil {
			return err
		}
	}
}

// onOnes is an operation on a generator that is suspended.
func onOnes(await func(g *ones) error) repeated {
	return func(*testing.T) func() error {
		g := generate(yieldsOnes)
		must(testbed.Wait(g.Next()))
		return func() error { return await(g) }
	}
}

// forwards is a source that does what the generator does.
type forwards struct {
	g     *ones
	next  asyncgen.NextOp[int]
	close asyncgen.CloseOp
}

func (s *forwards) PollNext(t *rt.Task, first bool) (rt.Two[int, bool], error, bool) {
	if first {
		s.next = s.g.Next()
	}
	return s.next.Poll(t)
}

func (s *forwards) PollClose(t *rt.Task, first bool) (error, bool) {
	if first {
		s.close = s.g.Close()
	}
	_, err, ready := s.close.Poll(t)
	return err, ready
}

func init() {
	maps.Copy(checkpoints, map[string]repeated{
		"asyncgen.Generator.Next": onOnes(func(g *ones) error { return wait(g.Next()) }),
		"asyncgen.Generator.Next: ended": func(*testing.T) func() error {
			g := generate(func(yieldr) error { return nil })
			return func() error { return wait(g.Next()) }
		},
		"asyncgen.NextOf":          onOnes(func(g *ones) error { return wait(asyncgen.NextOf(&forwards{g: g})) }),
		"asyncgen.Generator.Send":  onOnes(func(g *ones) error { return wait(g.Send(1)) }),
		"asyncgen.Generator.Throw": onOnes(func(g *ones) error { return wait(g.Throw(errDue)) }),
		"asyncgen.Generator.Throw: ended": op(func() error {
			g := generate(yieldsOnes)
			must(testbed.Wait(g.Close()))
			return wait(g.Throw(errDue))
		}),
		"asyncgen.Generator.Close": op(func() error { return wait(generate(yieldsOnes).Close()) }),
		"asyncgen.Generator.Close: ended": func(*testing.T) func() error {
			g := generate(yieldsOnes)
			must(testbed.Wait(g.Next()))
			must(testbed.Wait(g.Close()))
			return func() error { return wait(g.Close()) }
		},
		"asyncgen.CloseOf": op(func() error { return wait(asyncgen.CloseOf(&forwards{g: generate(yieldsOnes)})) }),

		// Another task than that of the function may yield.
		"asyncgen.Yielder.Yield": func(*testing.T) func() error {
			var y yieldr
			g := generate(func(of yieldr) error { y = of; return testbed.Wait(rt.Sleep(time.Hour)) })
			g.Own(rt.Current())
			testbed.Spawn(func() error {
				for {
					if err := testbed.Wait(g.Next()); err != nil {
						return err
					}
				}
			})
			testbed.Yields(4)
			return func() error { return wait(y.Yield(1)) }
		},
	})
	checkpoints["cleanup.ExitStack.Close"] = op(func() error { return wait(new(cleanup.ExitStack).Close()) })
	waitings["cleanup.ExitStack.Close"] = alone(func() error {
		var s cleanup.ExitStack
		s.Push(func() rt.Expr[rt.Void] { return pausing() })
		return wait(s.Close())
	})
	closes := func(close func(g *ones) error) waiting {
		return alone(func() error {
			g := generate(yieldsOnes)
			must(testbed.Wait(g.Next()))
			return close(g)
		})
	}
	asks := func(ask func(g *ones) error) waiting {
		return func(*testing.T) (func() error, func()) {
			f := rt.NewFuture[int]()
			g := generate(func(y yieldr) error { // it has to wait before each value but the first
				for {
					if err := testbed.Wait(y.Yield(1)); err == rt.ErrGeneratorExit {
						return err
					}
					if err := testbed.Wait(f); err != nil {
						return err
					}
				}
			})
			must(testbed.Wait(g.Next()))
			return func() error { return ask(g) }, func() { f.Set(1) }
		}
	}
	maps.Copy(waitings, map[string]waiting{
		"asyncgen.Generator.Next":  asks(func(g *ones) error { return wait(g.Next()) }),
		"asyncgen.NextOf":          asks(func(g *ones) error { return wait(asyncgen.NextOf(&forwards{g: g})) }),
		"asyncgen.Generator.Send":  asks(func(g *ones) error { return wait(g.Send(1)) }),
		"asyncgen.Generator.Throw": asks(func(g *ones) error { return wait(g.Throw(errDue)) }),
		"asyncgen.Generator.Close": closes(func(g *ones) error { return wait(g.Close()) }),
		"asyncgen.CloseOf":         closes(func(g *ones) error { return wait(asyncgen.CloseOf(&forwards{g: g})) }),
	})
}

// hidesCancellation lists the operations that never fail because their task is cancelled.
var hidesCancellation = map[string]bool{
	"asyncgen.Generator.Close":        true,
	"asyncgen.Generator.Close: ended": true,
	"asyncgen.CloseOf":                true,
	"cleanup.ExitStack.Close":         true,
}
