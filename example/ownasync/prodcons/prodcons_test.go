package main

// This file compares the output with that of the page's program.

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
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

// What Python 3.11.7 prints for producer.py.
const python = `Producing 0
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

// A locked is a strings.Builder for several goroutines.
type locked struct {
	strings.Builder
	mu sync.Mutex
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(p)
}

// The channel and the clock put the lines in order.
func TestGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var out locked
		goroutines(&out, 10)
		if d := time.Since(start); out.String() != python || d != 10*time.Second {
			t.Errorf("after %v\n%s", d, out.String())
		}
	})
}

func TestCoroutines(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	if _, err := rt.RunUntilComplete(loop, coroutinesAsync(&out, 10)); err != nil || out.String() != python || loop.Time() != 10*time.Second {
		t.Errorf("after %v, error %v\n%s", loop.Time(), err, out.String())
	}
}

// A producer that is cancelled still tells the consumer. Threads have nothing like it.
func TestCancelled(t *testing.T) {
	const want = "Producing 0\nConsuming 0\nProducing 1\nConsuming 1\nConsumer done\n"
	var out strings.Builder
	if _, err := rttest.Run(t, cancelledAsync(&out)); !errors.Is(err, context.DeadlineExceeded) || out.String() != want {
		t.Errorf("error %v\n%s", err, out.String())
	}
}

//coroutine:async
func cancelled(w io.Writer) error {
	q := make(chan int, 10)
	consumer := co.Spawn(consumeAsync(w, q))
	err := co.Wait(rt.Timeout(1500*time.Millisecond, produceAsync(w, q, 10)))
	return errors.Join(err, co.Wait(consumer))
}
