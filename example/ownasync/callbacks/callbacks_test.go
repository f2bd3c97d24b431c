package main

// This file compares the output of the programs, on both schedulers, with that of the page's.

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/ownasync/sched"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What Python 3.11.7 prints for asynco.py.
const pythonCountdown = `Down 5
Up 0
Up 1
Up 2
Up 3
Down 4
Up 4
Up 5
Up 6
Up 7
Down 3
Up 8
Up 9
Up 10
Up 11
Down 2
Up 12
Up 13
Up 14
Up 15
Down 1
Up 16
Up 17
Up 18
Up 19
`

// What Python 3.11.7 prints for aproducer.py, and for aproducer_error.py.
const pythonProdcons = `Producing 0
Consuming 0
Producing 1
Consuming 1
Producing 2
Consuming 2
Producing 3
Consuming 3
Producing 4
Consuming 4
Producing 5
Consuming 5
Producing 6
Consuming 6
Producing 7
Consuming 7
Producing 8
Consuming 8
Producing 9
Consuming 9
Producer done
Consumer done
`

// outputs are what the programs print, and how long they take.
var outputs = map[string]struct {
	text string
	time time.Duration
}{
	"countdown": {pythonCountdown, 20 * time.Second},
	"prodcons":  {pythonProdcons, 10 * time.Second},
	"errors":    {pythonProdcons, 10 * time.Second},
}

// run runs what start starts, on a scheduler of the page and a fake clock. It returns what is
// printed, and how long it took.
func run(t *testing.T, start func(s sched.Caller, w io.Writer)) (output string, took time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := &sched.Scheduler{}
		var out strings.Builder
		start(s, &out)
		s.Run()
		output, took = out.String(), time.Since(begin)
	})
	return output, took
}

// runRT is run on the loop of package rt.
func runRT(t *testing.T, start func(s sched.Caller, w io.Writer)) (output string, took time.Duration) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	if err := runOnRT(loop, &out, start); err != nil {
		t.Error(err)
	}
	return out.String(), loop.Time()
}

// forms are the two ways to run a program.
var forms = map[string]func(t *testing.T, start func(s sched.Caller, w io.Writer)) (string, time.Duration){
	"own": run,
	"rt":  runRT,
}

func TestPrograms(t *testing.T) {
	for _, p := range programs {
		want := outputs[p.name]
		for name, run := range forms {
			if output, took := run(t, p.start); output != want.text || took != want.time {
				t.Errorf("%s on %s took %v, and printed\n%s", p.name, name, took, output)
			}
		}
	}
}

func TestAwaited(t *testing.T) {
	var out strings.Builder
	if _, err := rttest.Run(t, awaitedAsync(&out)); err != nil || out.String() != pythonProdcons {
		t.Errorf("error %v, output\n%s", err, out.String())
	}
}

// What is called soon or later is called in the order of the deadlines, and then of the calls.
func TestOrder(t *testing.T) {
	const want = "soon soon2 nested 1s 1s2 2s "
	for name, run := range forms {
		output, took := run(t, func(s sched.Caller, w io.Writer) {
			say := func(what string) func() { return func() { fmt.Fprint(w, what, " ") } }
			s.CallLater(2*time.Second, say("2s"))
			s.CallLater(time.Second, say("1s"))
			s.CallLater(time.Second, say("1s2"))
			s.CallSoon(func() { say("soon")(); s.CallSoon(say("nested")) })
			s.CallSoon(say("soon2"))
		})
		if output != want || took != 2*time.Second {
			t.Errorf("%s: %q after %v", name, output, took)
		}
	}
}

// Close tells every consumer. What was put before is still handed out, and no more is taken.
func TestClose(t *testing.T) {
	const want = `Producing 0
Consuming 0
Producing 1
Consuming 1
Producer done
Consumer done
Consumer done
Producing 0
Producer gives up: queue is closed
`
	for name, run := range forms {
		output, _ := run(t, func(s sched.Caller, w io.Writer) {
			q := &ClosingQueue{s: s}
			s.CallSoon(func() { closingConsumer(s, w, q) })
			s.CallSoon(func() { closingConsumer(s, w, q) })
			s.CallSoon(func() { closingProducer(s, w, q, 2) })
			s.CallLater(time.Minute, func() { closingProducer(s, w, q, 2) })
		})
		if output != want {
			t.Errorf("%s:\n%s", name, output)
		}
	}
	const left = "Producing 0\nProducer done\nConsuming 0\nConsumer done\n"
	output, _ := run(t, func(s sched.Caller, w io.Writer) {
		q := &ClosingQueue{s: s}
		closingProducer(s, w, q, 1)
		s.CallLater(time.Minute, func() { closingConsumer(s, w, q) })
	})
	if output != left {
		t.Errorf("number left in a closed queue:\n%s", output)
	}
}
