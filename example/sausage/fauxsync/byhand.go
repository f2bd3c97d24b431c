package main

// This file has faux_sync_function as a machine written by hand.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func byHand(later later, n int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&halver{later: later, n: n})
}

// A halver is one call. The future is a part of it: that saves an allocation.
type halver struct {
	later  later
	n      int
	future rt.Future[int]
	begun  bool
	ended  bool
}

// Poll implements rt.Awaitable: the callback sets the future, and that wakes the task.
func (h *halver) Poll(t *rt.Task) (v int, err error, ready bool) {
	if h.ended {
		panic(machine.Resumed("fauxSync"))
	}
	if !h.begun {
		h.begun = true
		asyncFunction(h.later, h.callback, h.n)
	}
	v, err, h.ended = h.future.Poll(t)
	return v, err, h.ended
}

func (h *halver) callback(result int, err error) {
	if err == nil {
		h.future.Set(result)
	} else {
		h.future.Fail(err)
	}
}
