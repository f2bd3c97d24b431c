package awaits

// This file compares the coroutines of this package with their twins written
// by hand.

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/awaits/byhand"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

func TestRounds(t *testing.T) {
	// A pass is one function of a gate and a number of rounds, as a coroutine.
	type pass = func(g *gate.Gate, rounds int) rt.Coroutine[int]
	for _, test := range []struct {
		name     string
		rounds   int
		this, by pass
	}{
		{"Three", 2, ThreeAsync, byhand.Three},
		{"Nested1", 4, Nested1Async, byhand.Nested1},
		{"Nested5", 4, Nested5Async, byhand.Nested5},
		{"Nested10", 4, Nested10Async, byhand.Nested10},
		{"Spawn", 4, SpawnAsync, byhand.Spawn},
	} {
		t.Run(test.name, func(t *testing.T) {
			form := func(name string, of pass) threeway.Form[int] {
				return threeway.Form[int]{Name: name, New: func(s *threeway.Stage) rt.Expr[int] {
					return of(&gate.Gate{Script: s.Leaf("pass")}, test.rounds)
				}}
			}
			threeway.Explore(t, 1, form("this package", test.this), form("by hand", test.by))
		})
	}
}

// A task that never has to wait lets the others run all the same.
func TestBudget(t *testing.T) {
	form := func(name string, three func(*gate.Gate, int) rt.Coroutine[int]) threeway.Form[int] {
		return threeway.Form[int]{Name: name, New: func(s *threeway.Stage) rt.Expr[int] {
			s.Loop().CallSoon(func() { s.Note("others run") })
			return three(new(gate.Gate), 200)
		}}
	}
	threeway.Explore(t, 0, form("this package", ThreeAsync), form("by hand", byhand.Three))
}

func TestSleep(t *testing.T) {
	type sleep = func(time.Duration, int) rt.Coroutine[rt.Void]
	form := func(name string, sleep sleep) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(0, time.Second, 1500*time.Millisecond, 3*time.Second)
			return sleep(time.Duration(s.Choose(2))*time.Second, 3)
		}}
	}
	threeway.Explore(t, 0, form("this package", SleepAsync), form("by hand", byhand.Sleep))
	idle := func(name string, idle func(time.Duration) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return form(name, func(d time.Duration, _ int) rt.Coroutine[rt.Void] { return idle(d) })
	}
	threeway.Explore(t, 0, idle("this package", IdleAsync), idle("by hand", byhand.Idle))
}
