// Package byhand is the producer and the consumer as one would write them
// against package rt without the generator.
package byhand

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// Produce is producer.
func Produce(w io.Writer, q *queues.Queue[int], count int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Producer{w: w, q: q, count: count})
}

// Consume is consumer.
func Consume(w io.Writer, q *queues.Queue[int]) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Consumer{w: w, q: q})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	putting
	sleeping
	getting
	done // or running
)

// A Producer is one call of producer.
type Producer struct {
	w        io.Writer
	q        *queues.Queue[int]
	n, count int
	put      queues.PutOp[int]
	sleep    rt.SleepOp
	at       uint8
}

// Poll implements rt.Awaitable.
func (p *Producer) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := p.at
	if at == done {
		panic(machine.Resumed("producer"))
	}
	p.at = done // unless it suspends
	defer func() {
		if p.at == done {
			p.q.Close()
		}
	}()
	switch at {
	case putting:
		goto putting
	case sleeping:
		goto sleeping
	}
produce:
	if p.n == p.count {
		fmt.Fprintln(p.w, "Producer done")
		return rt.Void{}, nil, true
	}
	fmt.Fprintln(p.w, "Producing", p.n)
	p.put = p.q.Put(p.n)
putting:
	_, err, ready = p.put.Poll(t)
	if !ready {
		p.at = putting
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	p.sleep = rt.Sleep(time.Second)
sleeping:
	_, err, ready = p.sleep.Poll(t)
	if !ready {
		p.at = sleeping
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	p.n++
	goto produce
}

// A Consumer is one call of consumer.
type Consumer struct {
	w   io.Writer
	q   *queues.Queue[int]
	sum int
	get queues.GetOp[int]
	at  uint8
}

// Poll implements rt.Awaitable.
func (c *Consumer) Poll(t *rt.Task) (sum int, err error, ready bool) {
	var item int
	at := c.at
	c.at = done // unless it suspends
	switch at {
	case getting:
		goto getting
	case done:
		panic(machine.Resumed("consumer"))
	}
get:
	c.get = c.q.Get()
getting:
	item, err, ready = c.get.Poll(t)
	if !ready {
		c.at = getting
		return 0, nil, false
	}
	if err == queues.ErrClosed {
		fmt.Fprintln(c.w, "Consumer done")
		return c.sum, nil, true
	}
	if err != nil {
		return c.sum, err, true
	}
	fmt.Fprintln(c.w, "Consuming", item)
	c.sum += item
	goto get
}
