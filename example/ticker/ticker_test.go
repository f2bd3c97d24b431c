package main

// This file compares the coroutines of this package with their twins written
// by hand.

import (
	"context"
	"errors"
	"io"
	"log"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/example/ticker/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// An everyFunc is every as a coroutine.
type everyFunc = func(period, limit time.Duration, job func(int) rt.Coroutine[rt.Void]) rt.Coroutine[rt.Void]

// A workFunc is work as a coroutine.
type workFunc = func(n int) rt.Coroutine[rt.Void]

// Jobs begin on time, however long they take, until the time is up.
func TestOnTime(t *testing.T) {
	log.SetOutput(io.Discard)
	defer log.SetOutput(os.Stderr)
	loop := rttest.NewLoop(t)
	var begun []time.Duration
	job := func(n int) rt.Coroutine[rt.Void] {
		begun = append(begun, loop.Time())
		return workAsync(n) // the third takes 300 ms
	}
	_, err := rt.RunUntilComplete(loop, rt.Timeout(4500*time.Millisecond, everyAsync(time.Second, 250*time.Millisecond, job)))
	want := []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second}
	if !slices.Equal(begun, want) || !errors.Is(err, context.DeadlineExceeded) || loop.Time() != 4500*time.Millisecond {
		t.Errorf("jobs at %v, stopped at %v: %v", begun, loop.Time(), err)
	}
}

func TestEvery(t *testing.T) {
	form := func(name string, every everyFunc) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(1500*time.Millisecond, 2*time.Second, 2100*time.Millisecond, 2200*time.Millisecond)
			job := func(n int) rt.Coroutine[rt.Void] {
				switch n {
				case 2: // takes too long
					return rt.NewCoroutine(rt.Sleep(time.Minute).Awaitable())
				case 4: // the last
					return rt.NewCoroutine(rt.Timeout(-1, threeway.Op(s, "job 4", rt.Void{})).Awaitable())
				}
				return threeway.Op(s, "job", rt.Void{})
			}
			// Cancelled after five seconds if by nothing else.
			return rt.Timeout(5*time.Second, every(time.Second, 200*time.Millisecond, job))
		}}
	}
	threeway.Explore(t, 0, form("this package", everyAsync), form("by hand", byhand.Every))
}

func TestWork(t *testing.T) {
	form := func(name string, every everyFunc, work workFunc) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(time.Second, 2100*time.Millisecond, 2200*time.Millisecond, 3*time.Second)
			return rt.Timeout(5*time.Second, every(time.Second, 250*time.Millisecond, work))
		}}
	}
	threeway.Explore(t, 0, form("this package", everyAsync, workAsync), form("by hand", byhand.Every, byhand.Work))
}
