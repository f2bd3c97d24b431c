// Package byhand is the consumer of the condition as one would write it against package rt
// without the generator.
package byhand

import (
	"fmt"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Consume is consumer.
func Consume(w io.Writer, condition *locks.Condition, n int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Consumer{w: w, condition: condition, n: n})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	acquiring
	waiting
	done // or running
)

// A Consumer is one call of consumer.
type Consumer struct {
	w         io.Writer
	condition *locks.Condition
	n         int
	acquire   locks.LockOp
	wait      locks.ConditionOp
	at        uint8
}

// Poll implements rt.Awaitable.
func (c *Consumer) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := c.at
	c.at = done // unless it suspends
	switch at {
	case start:
		c.acquire = c.condition.Acquire()
	case done:
		panic(machine.Resumed("consumer"))
	}
	if at != waiting {
		if _, err, ready = c.acquire.Poll(t); !ready {
			c.at = acquiring
			return rt.Void{}, nil, false
		}
		if err != nil {
			return rt.Void{}, err, true
		}
	}
	if err, ready = c.holding(t, at); !ready || err != nil {
		return rt.Void{}, err, ready
	}
	fmt.Fprintf(c.w, "ending consumer %d\n", c.n)
	return rt.Void{}, nil, true
}

// holding is the part of consumer that holds the lock.
func (c *Consumer) holding(t *rt.Task, at uint8) (err error, ready bool) {
	defer func() {
		if c.at == done { // not suspended
			c.condition.Release()
		}
	}()
	if at != waiting {
		fmt.Fprintf(c.w, "consumer %d is waiting\n", c.n)
		c.wait = c.condition.Wait()
	}
	if _, err, ready = c.wait.Poll(t); !ready {
		c.at = waiting
		return nil, false
	}
	if err != nil {
		return err, true
	}
	fmt.Fprintf(c.w, "consumer %d triggered\n", c.n)
	return nil, true
}
