package main

// This file has foo as one would write it against package rt without the generator.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func fooByHand(in, out *queues.Queue[int]) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine(&fooHand{in: in, out: out})
}

// A fooHand is one call of foo.
type fooHand struct {
	in, out *queues.Queue[int]
	get     queues.GetOp[int]
	put     queues.PutOp[int]
	at      uint8
}

// Where foo goes on.
const (
	fooBegins uint8 = iota
	fooGets
	fooPuts
	fooIsDone // or running
)

// Poll implements rt.Awaitable.
func (f *fooHand) Poll(t *rt.Task) (rt.Void, error, bool) {
	at := f.at
	f.at = fooIsDone // unless it suspends
	switch at {
	case fooBegins:
		f.get = f.in.Get()
		fallthrough
	case fooGets:
		x, err, ready := f.get.Poll(t)
		if !ready {
			f.at = fooGets
			return rt.Void{}, nil, false
		}
		if err != nil {
			return rt.Void{}, err, true
		}
		f.put = f.out.Put(x + 1)
		fallthrough
	case fooPuts:
		v, err, ready := f.put.Poll(t)
		if !ready {
			f.at = fooPuts
		}
		return v, err, ready
	default:
		panic(machine.Resumed("foo"))
	}
}
