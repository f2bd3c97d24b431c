package main

// This file has countdown and consumer as generators written by hand. To await is to
// remember where one stands, and to return.

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Where a twin goes on.
const (
	twinStart uint8 = iota
	twinWaiting
	twinDone
)

// A countdownTwin is countdown, with Sleep in place.
type countdownTwin struct {
	s  *Scheduler
	w  io.Writer
	n  int
	at uint8
}

// Next implements Task.
func (c *countdownTwin) Next() (rt.Void, bool) {
	switch c.at {
	case twinWaiting:
		c.n--
	case twinDone:
		return rt.Void{}, false
	}
	if c.n <= 0 {
		c.at = twinDone
		return rt.Void{}, false
	}
	fmt.Fprintln(c.w, "Down", c.n)
	c.s.sleeping.Push(time.Now().Add(4*time.Second), c.s.disappear())
	c.at = twinWaiting
	return rt.Void{}, true
}

// Result implements Task.
func (c *countdownTwin) Result() (rt.Void, error) { return rt.Void{}, nil }

// A consumerTwin is closingConsumer, with Get in place.
type consumerTwin struct {
	w  io.Writer
	q  *ClosingQueue
	at uint8
}

// Next implements Task. Where it goes on and where it begins is the same place: the top of Get.
func (c *consumerTwin) Next() (rt.Void, bool) {
	if c.at == twinDone {
		return rt.Void{}, false
	}
	for len(c.q.items) > 0 {
		fmt.Fprintln(c.w, "Consuming", c.q.items[0])
		c.q.items = c.q.items[1:]
	}
	if c.q.closed {
		fmt.Fprintln(c.w, "Consumer done")
		c.at = twinDone
		return rt.Void{}, false
	}
	c.q.waiting = append(c.q.waiting, c.q.s.disappear())
	c.at = twinWaiting
	return rt.Void{}, true
}

// Result implements Task.
func (c *consumerTwin) Result() (rt.Void, error) { return rt.Void{}, nil }
