package main

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// three replaces random, in the order of the calls.
func three() func() time.Duration {
	delays := []time.Duration{125 * time.Millisecond, 375 * time.Millisecond, 62500 * time.Microsecond}
	return func() time.Duration {
		d := delays[0]
		delays = delays[1:]
		return d
	}
}

// The output of the page's program in Python 3.11.7, for three tasks and these delays.
const want = `--------- Task-0 --------
TASK BEGIN...
 MainStep...
 SmallStep(s)...
-------------------------
--------- Task-1 --------
TASK BEGIN...
 MainStep...
 SmallStep(s)...
-------------------------
--------- Task-2 --------
TASK BEGIN...
 MainStep...
 SmallStep(s)...
-------------------------
--------- Task-2 --------
 SmallStep(s) Finished with result 0.0625
 MainStep Finished with result 6.25
TASK END
-------------------------
--------- Task-0 --------
 SmallStep(s) Finished with result 0.125
 MainStep Finished with result 12.5
TASK END
-------------------------
--------- Task-1 --------
 SmallStep(s) Finished with result 0.375
 MainStep Finished with result 37.5
TASK END
-------------------------
`

func TestThree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := &program{w: &out, random: three()}
		p.run(3)
		if p.ended != 3 || out.String() != want {
			t.Errorf("%d have ended\n%s", p.ended, &out)
		}
	})
}

func TestThreeOnRt(t *testing.T) {
	var out strings.Builder
	p := &program{w: &out, random: three()}
	loop := inOrder(t, rt.WithObserver(steps{&out}))
	if _, err := rt.RunUntilComplete(loop, p.allAsync(3)); err != nil || p.ended != 3 || out.String() != want {
		t.Errorf("%d have ended, %v\n%s", p.ended, err, &out)
	}
}

// inOrder returns a loop on a fake clock whose tasks keep their order.
func inOrder(t *testing.T, opts ...rt.Option) *rt.Loop {
	t.Helper()
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	loop, err := rt.NewLoop(append(opts, rt.WithClock(clock), rt.WithPoller(poller))...)
	if err != nil {
		t.Fatal(err)
	}
	poller.Serve(loop)
	t.Cleanup(func() {
		rttest.CheckIdle(t, loop)
		loop.Close()
	})
	return loop
}

// A thousand tasks sleep for some 500 seconds (the page has seen 509.3) within one.
func TestThousand(t *testing.T) {
	check := func(t *testing.T, p *program, took time.Duration) {
		t.Helper()
		if p.ended != 1000 || p.total < 450*time.Second || p.total > 550*time.Second || took > 1100*time.Millisecond {
			t.Errorf("%d tasks have slept for %v in %v", p.ended, p.total, took)
		}
	}
	seeded := func() func() time.Duration {
		r := rand.New(rand.NewPCG(1, 2))
		return func() time.Duration { return time.Duration(r.Int64N(int64(time.Second))) }
	}
	t.Run("own loop", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := &program{w: io.Discard, random: seeded()}
			begun := time.Now()
			p.run(1000)
			check(t, p, time.Since(begun))
		})
	})
	t.Run("rt", func(t *testing.T) {
		p := &program{w: io.Discard, random: seeded()}
		loop := rttest.NewLoop(t)
		if _, err := rt.RunUntilComplete(loop, p.allAsync(1000)); err != nil {
			t.Error(err)
		}
		check(t, p, loop.Time())
	})
}
