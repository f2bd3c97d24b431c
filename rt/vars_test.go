package rt_test

// This file tests context variables.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestVarIsInherited(t *testing.T) {
	user := rt.NewVar("user", "nobody")
	run(t, func() error {
		self := rt.Current()
		if v, ok := user.Lookup(self); v != "nobody" || ok {
			return fmt.Errorf("at first %q, %v", v, ok)
		}
		before := spawn(func() error {
			wait(rt.Sleep(ms))
			if v := user.Get(rt.Current()); v != "nobody" {
				return fmt.Errorf("a task sees what was set after its start: %q", v)
			}
			user.Set(rt.Current(), "somebody else")
			return nil
		})
		restore := user.Set(self, "ann")
		child := spawn(func() error {
			grandchild := spawn(func() error {
				if v := user.Get(rt.Current()); v != "ann" {
					return fmt.Errorf("a grandchild sees %q", v)
				}
				return nil
			})
			user.Set(rt.Current(), "bob")
			return wait(grandchild)
		})
		if err := errors.Join(wait(before), wait(child)); err != nil {
			return err
		}
		if v, ok := user.Lookup(self); v != "ann" || !ok {
			return fmt.Errorf("after others have set it %q, %v", v, ok)
		}
		inner := user.Set(self, "carol")
		inner()
		if v := user.Get(self); v != "ann" {
			return fmt.Errorf("restored to %q", v)
		}
		restore()
		if v, ok := user.Lookup(self); v != "nobody" || ok {
			return fmt.Errorf("restored to %q, %v", v, ok)
		}
		return nil
	})
}

// A callback does not run in a task, so it cannot change a variable of the task that registered
// it.
func TestVarsAndCallbacks(t *testing.T) {
	user := rt.NewVar("user", "nobody")
	run(t, func() error {
		self := rt.Current()
		for i := range 2 {
			value := fmt.Sprintf("yes%d", i)
			user.Set(self, value)
			f := new(rt.Future[int])
			f.OnDone(func(*rt.Future[int]) {
				rt.Start(self.Loop(), do(func() error { user.Set(rt.Current(), "something else"); return nil }))
			})
			self.Loop().CallSoon(func() { f.Set(1) })
			if err := errors.Join(wait(f), wait(rt.Sleep(ms))); err != nil {
				return err
			}
			if got := user.Get(self); got != value {
				return fmt.Errorf("got %q, want %q", got, value)
			}
		}
		return nil
	})
}

func TestVarsOfManyTasks(t *testing.T) {
	number := rt.NewVar("number", -1)
	random := rand.New(rand.NewPCG(rttest.Seed(t), 0))
	run(t, func() error {
		g := rt.Current().OpenGroup()
		for range 100 {
			rt.SpawnIn(g, do(func() error {
				n := random.IntN(10)
				for i := range 10 {
					number.Set(rt.Current(), n+i)
					if err := wait(rt.Sleep(time.Duration(random.IntN(50)) * ms)); err != nil {
						return err
					}
					if got := number.Get(rt.Current()); got != n+i {
						return fmt.Errorf("got %d, want %d", got, n+i)
					}
				}
				return nil
			}))
		}
		return errors.Join(wait(g.Join()), want(number.Get(rt.Current()) == -1, "changed outside"))
	})
}

type contextKey struct{}

func TestVarsReachThreads(t *testing.T) {
	user, other := rt.NewVar("user", "nobody"), rt.NewVar("other", 0)
	run(t, func() error {
		user.Set(rt.Current(), "ann")
		got, err := rt.Block(rt.ToThreadContext(func(ctx context.Context) (string, error) {
			if v, ok := other.From(ctx); v != 0 || ok {
				return "", fmt.Errorf("the other is %d, %v", v, ok)
			}
			v, ok := user.From(context.WithValue(ctx, contextKey{}, "value"))
			return v, want(ok, "not set")
		}))
		if got != "ann" || err != nil {
			return fmt.Errorf("a thread sees %q, %v", got, err)
		}
		if all := rt.Current().Vars(); len(all) != 1 || all["user"] != "ann" {
			return fmt.Errorf("variables are %v", all)
		}
		return nil
	})
}
