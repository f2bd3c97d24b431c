package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/chess/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The numbers of the page: a game takes 30 minutes, the exhibition 12 hours.
func TestSynchronous(t *testing.T) {
	const want = `synchronously: game 1 is over after 30m0s
synchronously: game 24 is over after 12h0m0s
`
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, synchronousAsync(&out, time.Second))
	if err != nil || loop.Time() != 12*time.Hour || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

// The number of the page: an hour.
func TestAsynchronous(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, asynchronousAsync(&out, time.Second))
	if want := "asynchronously: 1h0m0s, and 55s for the last answer\n"; err != nil || loop.Time() != time.Hour+55*time.Second || out.String() != want {
		t.Errorf("%v, after %v\n%s", err, loop.Time(), &out)
	}
}

func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		simultaneous(&out, time.Second)
		if want := "with goroutines: 1h0m0s, and 55s for the last answer\n"; out.String() != want {
			t.Errorf("got\n%s", &out)
		}
	})
}

// A game by hand does what game does, whenever it has to wait or is cancelled.
func TestByHand(t *testing.T) {
	form := func(name string, play func(*locks.Lock) rt.Coroutine[rt.Void]) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			s.Cancel(0, 2*time.Second, 30*time.Second, 1799*time.Second)
			master := new(locks.Lock)
			rt.Start(s.Loop(), gameAsync(master, time.Second)) // at another table
			return play(master)
		}}
	}
	threeway.Explore(t, 0,
		form("this package", func(master *locks.Lock) rt.Coroutine[rt.Void] { return gameAsync(master, time.Second) }),
		form("by hand", func(master *locks.Lock) rt.Coroutine[rt.Void] {
			return byhand.Play(master, moves, masters*time.Second, theirs*time.Second)
		}))
}
