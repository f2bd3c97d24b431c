// Package byhand is count as one would write it against package rt without the generator.
package byhand

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Count is count.
func Count(w io.Writer) rt.Coroutine[rt.Void] { return rt.NewCoroutine[rt.Void](&Counter{w: w}) }

// Where a coroutine goes on.
const (
	one uint8 = iota
	two
	three
	done // or running
)

// A Counter is one call of count. Both sleeps are in the same place.
type Counter struct {
	w     io.Writer
	sleep rt.SleepOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (c *Counter) Poll(t *rt.Task) (rt.Void, error, bool) {
	at := c.at
	c.at = done // unless it suspends
	if at == done {
		panic(machine.Resumed("count"))
	}
	for {
		if at != one {
			if _, err, ready := c.sleep.Poll(t); !ready {
				c.at = at
				return rt.Void{}, nil, false
			} else if err != nil {
				return rt.Void{}, err, true
			}
		}
		switch at {
		case one:
			fmt.Fprint(c.w, "One ")
			c.sleep = rt.Sleep(1 * time.Second)
		case two:
			fmt.Fprint(c.w, "Two ")
			c.sleep = rt.Sleep(2 * time.Second)
		case three:
			fmt.Fprint(c.w, "Three ")
			return rt.Void{}, nil, true
		}
		at++
	}
}
