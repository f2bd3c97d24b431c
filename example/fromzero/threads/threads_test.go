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

// of replaces random, in the order of the calls.
func of(delays ...time.Duration) func() time.Duration {
	return func() time.Duration {
		d := delays[0]
		delays = delays[1:]
		return d
	}
}

// The output of the page's program in Python 3.11.7, for two tasks whose threads take these times.
func TestTwo(t *testing.T) {
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
--------- Task-1 --------
 SmallStep(s) Finished with result 0.125
 MainStep Finished with result 12.5
TASK END
-------------------------
--------- Task-0 --------
 SmallStep(s) Finished with result 0.375
 MainStep Finished with result 37.5
TASK END
-------------------------
`
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		p := &program{w: &out, random: of(375*time.Millisecond, 125*time.Millisecond), sleep: time.Sleep}
		p.run(2)
		if p.ended != 2 || p.blocked != 500*time.Millisecond || out.String() != want {
			t.Errorf("%d have ended, blocked for %v\n%s", p.ended, p.blocked, &out)
		}
	})
}

// A thousand futures are completed by threads that sleep for 500 seconds in all, within one.
func TestThousand(t *testing.T) {
	for name, run := range map[string]func(p *program){
		"own loop":   func(p *program) { p.run(1000) },
		"goroutines": func(p *program) { p.goroutines(1000) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := rand.New(rand.NewPCG(1, 2))
				p := &program{w: io.Discard, sleep: time.Sleep}
				p.random = func() time.Duration { return time.Duration(r.Int64N(int64(time.Second))) }
				begun := time.Now()
				run(p)
				if took := time.Since(begun); p.ended != 1000 || p.blocked < 450*time.Second || p.blocked > 550*time.Second || took > time.Second {
					t.Errorf("%d tasks were blocked for %v in %v", p.ended, p.blocked, took)
				}
			})
		})
	}
}

// The same on rt. The loop has a fake clock, so the threads do not sleep: some complete their
// futures before the task awaits, some later.
func TestOnRt(t *testing.T) {
	var slept time.Duration
	p := &program{w: io.Discard, sleep: func(time.Duration) {}}
	p.random = func() time.Duration { slept += time.Millisecond; return time.Millisecond }
	loop := rttest.NewLoop(t)
	if _, err := rt.RunUntilComplete(loop, p.allAsync(1000)); err != nil || p.ended != 1000 || slept != time.Second {
		t.Errorf("%d tasks have ended, %v, threads took %v", p.ended, err, slept)
	}
}
