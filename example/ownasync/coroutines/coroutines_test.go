package main

// This file compares the output of the programs with that of the page's: on the scheduler of the
// page, by hand, and on package rt.

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// What Python 3.11.7 prints for yieldo.py.
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

// What Python 3.11.7 prints for yproducer.py, and for yproducer_error.py.
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

// run runs what start starts, on a scheduler of the page and a fake clock.
func run(t *testing.T, start func(s *Scheduler, w io.Writer)) (output string, took time.Duration, err error) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := &Scheduler{}
		var out strings.Builder
		start(s, &out)
		err = s.Run()
		output, took = out.String(), time.Since(begin)
	})
	return output, took, err
}

// newFIFO returns a loop with a fake clock that runs tasks in the order in which they became
// ready. That of rttest.NewLoop shuffles those of the same second.
func newFIFO(t *testing.T) *rt.Loop {
	t.Helper()
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	loop, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(poller))
	if err != nil {
		t.Fatal(err)
	}
	poller.Serve(loop)
	t.Cleanup(func() {
		rttest.CheckIdle(t, loop)
		if err := loop.Close(); err != nil {
			t.Error(err)
		}
	})
	return loop
}

func TestPrograms(t *testing.T) {
	for _, p := range programs {
		want := outputs[p.name]
		if output, took, err := run(t, p.start); err != nil || output != want.text || took != want.time {
			t.Errorf("%s took %v, error %v, and printed\n%s", p.name, took, err, output)
		}
		loop := newFIFO(t)
		var out strings.Builder
		if _, err := rt.RunUntilComplete(loop, p.onRT(&out)); err != nil || out.String() != want.text || loop.Time() != want.time {
			t.Errorf("%s on rt took %v, error %v, and printed\n%s", p.name, loop.Time(), err, out.String())
		}
	}
}

// The twins run among the generators.
func TestTwins(t *testing.T) {
	output, _, err := run(t, func(s *Scheduler, w io.Writer) {
		s.NewTask(&countdownTwin{s: s, w: w, n: 5})
		s.NewTask(countupPull(s, w, 20))
	})
	if err != nil || output != pythonCountdown {
		t.Errorf("countdown by hand: error %v, output\n%s", err, output)
	}
	output, _, err = run(t, func(s *Scheduler, w io.Writer) {
		q := &ClosingQueue{s: s}
		s.NewTask(closingProducerPull(s, w, q, 10))
		s.NewTask(&consumerTwin{w: w, q: q})
	})
	if err != nil || output != pythonProdcons {
		t.Errorf("consumer by hand: error %v, output\n%s", err, output)
	}
}

// Close wakes every consumer. With the program of the page, the second one sleeps for ever: it
// prints "Consumer done" once (Python 3.11.7).
func TestTwoConsumers(t *testing.T) {
	const want = `Producing 0
Consuming 0
Producing 1
Consuming 1
Producer done
Consumer done
Consumer done
`
	output, _, err := run(t, func(s *Scheduler, w io.Writer) {
		q := &ClosingQueue{s: s}
		s.NewTask(closingConsumerPull(w, q))
		s.NewTask(closingConsumerPull(w, q))
		s.NewTask(closingProducerPull(s, w, q, 2))
	})
	if err != nil || output != want {
		t.Errorf("error %v, output\n%s", err, output)
	}
}

// A consumer may come between a number and the task that was woken for it, which then waits
// again. With the program of the page, that task fails: IndexError, pop from an empty deque
// (Python 3.11.7).
func TestOvertaken(t *testing.T) {
	const want = "Consuming 1\nConsumer done\nConsuming 2\nConsumer done\n"
	output, _, err := run(t, func(s *Scheduler, w io.Writer) {
		q := &AsyncQueue{s: s}
		s.NewTask(consumerPull(w, q)) // waits
		s.NewTask(laterPull(s, func() {
			s.NewTask(consumerPull(w, q)) // is ready before the first one is
			q.Put(1)
			q.Put(none)
		}, 1))
		s.NewTask(laterPull(s, func() { q.Put(2); q.Put(none) }, 2))
	})
	if err != nil || output != want {
		t.Errorf("error %v, output\n%s", err, output)
	}
}

// later does something after some seconds.
//
//coroutine:generator
func later(s *Scheduler, do func(), seconds int, y co.Yielder[rt.Void, rt.Void]) error {
	if err := s.Sleep(time.Duration(seconds)*time.Second, y); err != nil {
		return err
	}
	do()
	return nil
}

// Tasks that only yield run in turns. The error of a task is that of Run.
func TestTurns(t *testing.T) {
	output, _, err := run(t, func(s *Scheduler, w io.Writer) {
		s.NewTask(turnsPull(w, "a", 3))
		s.NewTask(turnsPull(w, "b", 2))
	})
	if output != "a b a b a " || !errors.Is(err, errTurns) {
		t.Errorf("%q, error %v", output, err)
	}
}

var errTurns = errors.New("no more turns")

//coroutine:generator
func turns(w io.Writer, name string, n int, y co.Yielder[rt.Void, rt.Void]) error {
	for range n {
		fmt.Fprint(w, name, " ")
		if _, err := y.Yield(rt.Void{}); err != nil {
			return err
		}
	}
	if name == "a" {
		return errTurns
	}
	return nil
}
