package main

import (
	"fmt"
	"io"
)

// This file has the translation of the one who asks. It lacks three things: nothing waits between
// the parts, so the sleep of the source is gone; nobody hears that a part cannot go on yet; and
// there are no results. (On the page, gather also calls coroutines that are done. This one does
// not.)

// An asked coroutine is class Coro: the function, cut into parts at each await.
type asked struct {
	w     io.Writer
	name  string
	parts []func(name string)
	pos   int
}

func newAsked(w io.Writer, name string) *asked {
	c := &asked{w: w, name: name}
	c.parts = []func(string){c.before, c.after}
	return c
}

func (c *asked) before(name string) { fmt.Fprintln(c.w, "before", name) }

func (c *asked) after(name string) { fmt.Fprintln(c.w, "after", name) }

// call is __call__: it runs the next part.
func (c *asked) call() {
	c.parts[c.pos](c.name)
	c.pos++
}

func (c *asked) done() bool { return c.pos == len(c.parts) }

// gather is AsyncIOManager.gather: it runs a part of any coroutine, until all are done. choose is
// random.choice: it returns a number below n.
func gather(choose func(n int) int, coros ...*asked) {
	for {
		var left []*asked
		for _, coro := range coros {
			if !coro.done() {
				left = append(left, coro)
			}
		}
		if len(left) == 0 {
			return
		}
		left[choose(len(left))].call()
	}
}
