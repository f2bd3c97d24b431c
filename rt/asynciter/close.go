package asynciter

// This file implements the Close of adapters.

import (
	"errors"
	"fmt"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// A closable is an [asyncgen.Iterator] of any type.
type closable interface{ Close() asyncgen.CloseOp }

// mustExist panics if an argument of the function is nil.
func mustExist(function string, it closable) {
	if it == nil {
		panic(fmt.Errorf("asynciter.%s of a nil Iterator", function))
	}
}

// A closers list has a Close for each task that closes an Iterator.
type closers []*closing

// poll is the PollClose of an Iterator that has to close the Iterators of.
func (list *closers) poll(t *rt.Task, first bool, of ...closable) (err error, ready bool) {
	if first {
		*list = append(*list, &closing{task: t, of: of})
	}
	i := slices.IndexFunc(*list, func(c *closing) bool { return c.task == t })
	c := (*list)[i]
	for len(c.of) > 0 {
		if !c.poll(t) {
			return nil, false
		}
	}
	*list = slices.Delete(*list, i, i+1)
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err, true
}

// A closing closes Iterators one after another, also if one of them fails or panics.
type closing struct {
	task     *rt.Task
	of       []closable // those that are left
	begun    bool       // op is the Close of the first of them
	op       asyncgen.CloseOp
	err      error
	panicked any
}

// poll polls the Close of the first Iterator. It reports whether it is over.
func (c *closing) poll(t *rt.Task) (over bool) {
	over = true
	defer func() {
		if v := recover(); v != nil {
			c.panicked = v
		}
		if over {
			c.of, c.begun = c.of[1:], false
		}
	}()
	if !c.begun {
		c.op, c.begun = c.of[0].Close(), true
	}
	_, err, ready := c.op.Poll(t)
	over = ready
	if c.err == nil {
		c.err = err
	} else if err != nil {
		c.err = errors.Join(c.err, err)
	}
	return ready
}
