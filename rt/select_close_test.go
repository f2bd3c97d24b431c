//go:build !race

package rt_test

// This file tests a channel that is closed while somebody sends. Go defines what happens, but
// the race detector reports it as a race.

import (
	"fmt"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func TestSelectSendToAClosedChannel(t *testing.T) {
	run(t, func() error {
		q := queues.New[int](0)
		c := make(chan int)
		rt.Current().Loop().CallLater(ms, func() { close(c) })
		wantPanic(t, func() { rt.Block(rt.Select(rt.On(rt.Send(c, 1)), rt.On(q.Get()))) }, "closed channel")
		q.TryPut(1)
		if q.Len() != 1 {
			return fmt.Errorf("the get is still there: %v", q)
		}
		return nil
	})
}
