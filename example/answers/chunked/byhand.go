package main

// This file has thread_listener as one would write it against package rt without the generator. Its
// loop is that of the mailbox: it goes round until the job of a message has to wait.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func threadByHand(self mailbox, do job) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine(&threadHand{self: self, do: do})
}

// A threadHand is one call of thread_listener.
type threadHand struct {
	self mailbox
	do   job
	get  queues.GetOp[any]
	work work // whose job is being done
	done rt.Awaitable[rt.Void]
	at   uint8
}

// Where thread_listener goes on.
const (
	threadBegins uint8 = iota
	threadGets
	threadWorks
	threadIsDone // or running
)

// Poll implements rt.Awaitable.
func (f *threadHand) Poll(t *rt.Task) (rt.Void, error, bool) {
	at := f.at
	f.at = threadIsDone // unless it suspends
	if at == threadIsDone {
		panic(machine.Resumed("threadListener"))
	}
	for {
		if at == threadBegins {
			f.get = f.self.Get()
		}
		if at != threadWorks {
			m, err, ready := f.get.Poll(t)
			if !ready {
				f.at = threadGets
				return rt.Void{}, nil, false
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			if !f.receive(m) {
				at = threadBegins
				continue
			}
		}
		_, err, ready := f.done.Poll(t)
		if !ready {
			f.at = threadWorks
			return rt.Void{}, nil, false
		}
		if err != nil {
			return rt.Void{}, err, true
		}
		f.work.core.TryPut(report{f.work.i})
		at = threadBegins
	}
}

// receive takes a message, and reports whether there is a job to do.
func (f *threadHand) receive(m any) bool {
	switch m := m.(type) {
	case work:
		f.work, f.done = m, f.do(m.i).Awaitable()
		return true
	case pleaseAck:
		m.to.TryPut(ack{})
	case forward:
		m.core.TryPut(m.ack)
	}
	return false
}
