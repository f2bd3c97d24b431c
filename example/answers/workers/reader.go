package main

// This file has the reader of Calispel's test: it takes what comes first, a control message, a
// number or the end of its patience, and prefers them in this order.
//
//	(pri-alt ((? control msg) ...)    control := rt.On(...Get()); rt.SelectInOrder(control, ...)
//	         ((otherwise :timeout     a case for rt.Sleep; without it if nil, and rt.TrySelect,
//	            (if cleanup? 0 nil))  which does not wait, if 0

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// The control messages.
type control string

const (
	cleanUp   control = "clean up"
	highSpeed control = "high speed"
	lowSpeed  control = "low speed"
)

// reader returns the numbers that it has read, once it is told to clean up and nothing is left.
//
//coroutine:async
func reader(controls *queues.Queue[control], channel *queues.Queue[int]) ([]int, error) {
	var out []int
	slow, cleanup := true, false
	for {
		if slow {
			if err := co.Wait(rt.Sleep(100 * time.Millisecond)); err != nil {
				return nil, err
			}
		}
		told, number := rt.On(controls.Get()), rt.On(channel.Get())
		var chosen rt.Branch
		if cleanup { // :timeout 0
			chosen = rt.TrySelect(co.Self(), told, number)
		} else {
			var err error
			if chosen, err = co.Await(rt.SelectInOrder(told, number)); err != nil {
				return nil, err
			}
		}
		switch chosen {
		case told:
			msg, err := told.Result()
			if err != nil {
				return nil, err
			}
			switch msg {
			case cleanUp:
				cleanup = true
			case highSpeed:
				slow = false
			case lowSpeed:
				slow = true
			}
		case number:
			x, err := number.Result()
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		default: // otherwise
			return out, nil
		}
	}
}

// readerTest gives a reader ten numbers, five of them to be read slowly.
//
//coroutine:async
func readerTest(w io.Writer) error {
	controls, channel := queues.New[control](0), queues.New[int](0)
	group := co.Self().OpenGroup()
	task := rt.SpawnIn(group, readerAsync(controls, channel))
	for x := range 5 {
		channel.TryPut(x)
	}
	if err := co.Wait(rt.Sleep(time.Second)); err != nil {
		return err
	}
	controls.TryPut(highSpeed)
	controls.TryPut(cleanUp)
	for x := range 5 {
		channel.TryPut(5 + x)
	}
	out, err := co.Await(task)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, out)
	return co.Wait(group.Join())
}
