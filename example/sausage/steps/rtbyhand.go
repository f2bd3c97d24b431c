package main

// This file has the program "values" on package rt as a machine written by hand.

import (
	"fmt"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

func valuesByHand(w io.Writer, loop *rt.Loop) rt.Coroutine[string] {
	return rt.NewCoroutine[string](&valuer{w: w, loop: loop})
}

// Where values goes on.
const (
	start uint8 = iota
	value
	turn
	failing
	done // or running
)

// A valuer is one call of values.
type valuer struct {
	w      io.Writer
	loop   *rt.Loop
	future *rt.Future[int]
	yield  rt.YieldOp
	at     uint8
}

// Poll is _step. What the slides send or throw, the future returns here.
func (x *valuer) Poll(t *rt.Task) (_ string, err error, ready bool) {
	at := x.at
	x.at = done // unless it suspends
	switch at {
	case start:
		x.future = afterOnRt(x.loop, 1, nil)
		fallthrough
	case value:
		v, err, ready := x.future.Poll(t)
		if !ready {
			x.at = value
			return "", nil, false
		}
		if err != nil {
			return "", err, true
		}
		fmt.Fprintln(x.w, "got", v)
		x.yield = rt.Yield()
		fallthrough
	case turn:
		_, err, ready := x.yield.Poll(t)
		if !ready {
			x.at = turn
			return "", nil, false
		}
		if err != nil {
			return "", err, true
		}
		x.future = afterOnRt(x.loop, 0, errBad)
		fallthrough
	case failing:
		_, err, ready := x.future.Poll(t)
		if !ready {
			x.at = failing
			return "", nil, false
		}
		if err != nil {
			fmt.Fprintln(x.w, "caught", err)
		}
		return "done", nil, true
	}
	panic(machine.Resumed("values"))
}
