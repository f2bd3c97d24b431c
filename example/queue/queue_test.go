package main

// This file compares the coroutines of this package with their twins written
// by hand.

import (
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/queue/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// A produceFunc is producer as a coroutine.
type produceFunc = func(w io.Writer, q *queues.Queue[int], count int) rt.Coroutine[rt.Void]

// A consumeFunc is consumer as a coroutine.
type consumeFunc = func(w io.Writer, q *queues.Queue[int]) rt.Coroutine[int]

// The output is that of the workshop, whatever the order of the tasks.
func TestOutput(t *testing.T) {
	const want = `Producing 0
Consuming 0
Producing 1
Consuming 1
Producing 2
Consuming 2
Producer done
Consumer done
`
	var out strings.Builder
	q := queues.New[int](1)
	results, err := rttest.Run(t, rt.Gather2(producerAsync(&out, q, 3), consumerAsync(&out, q)))
	if got := out.String(); got != want || results.V2 != 0+1+2 || err != nil {
		t.Errorf("sum %d, error %v, output\n%s\nwant\n%s", results.V2, err, got, want)
	}
}

// Both at once, over queues of any size.
func TestBoth(t *testing.T) {
	type results = rt.Two[rt.Void, int]
	form := func(name string, produce produceFunc, consume consumeFunc) threeway.Form[results] {
		return threeway.Form[results]{Name: name, New: func(s *threeway.Stage) rt.Expr[results] {
			s.Cancel(500*time.Millisecond, time.Second, 2500*time.Millisecond, 3*time.Second)
			q := queues.New[int](s.Choose(3)) // 0: of any size
			w := s.Writer("out")
			return rt.Gather2(produce(w, q, 3), consume(w, q))
		}}
	}
	threeway.Explore(t, 3, form("this package", producerAsync, consumerAsync), form("by hand", byhand.Produce, byhand.Consume))
}

// A producer that finds the queue full: somebody takes a number out at once,
// later, or when the producer has been cancelled, or closes the queue.
func TestProducerWaits(t *testing.T) {
	form := func(name string, produce produceFunc) threeway.Form[rt.Void] {
		return threeway.Form[rt.Void]{Name: name, New: func(s *threeway.Stage) rt.Expr[rt.Void] {
			q := queues.New[int](1)
			get := func() {
				n, ok := q.TryGet()
				s.Note("got %d %v", n, ok)
			}
			for k := range 3 {
				at := time.Duration(k+1) * 500 * time.Millisecond
				switch s.Choose(3) {
				case 1:
					s.Loop().CallAt(at, get)
				case 2:
					s.Loop().CallAt(at, q.Close)
				}
			}
			s.Cancel(500*time.Millisecond, time.Second, 1200*time.Millisecond, 1500*time.Millisecond)
			return rt.Timeout(4*time.Second, produce(s.Writer("out"), q, 3))
		}}
	}
	threeway.Explore(t, 0, form("this package", producerAsync), form("by hand", byhand.Produce))
}

// A consumer that waits for numbers.
func TestConsumerWaits(t *testing.T) {
	form := func(name string, consume consumeFunc) threeway.Form[int] {
		return threeway.Form[int]{Name: name, New: func(s *threeway.Stage) rt.Expr[int] {
			q := queues.New[int](0)
			q.TryPut(1)
			for k := range 3 {
				at := time.Duration(k) * time.Second
				switch s.Choose(3) {
				case 1:
					s.Loop().CallAt(at, func() { q.TryPut(10 * (k + 1)) })
				case 2:
					s.Loop().CallAt(at, q.Close)
				}
			}
			s.Cancel(0, time.Second, 1500*time.Millisecond)
			return rt.Timeout(4*time.Second, consume(s.Writer("out"), q))
		}}
	}
	threeway.Explore(t, 0, form("this package", consumerAsync), form("by hand", byhand.Consume))
}
