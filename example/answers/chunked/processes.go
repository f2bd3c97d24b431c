package main

// This file has the processes of the question and of its answers.

import (
	"strconv"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// A mailbox is that of a process: any other may put a message there.
type mailbox = *queues.Queue[any]

// The messages. Core is the process that writes the chunks, thread the one that works.
type (
	work struct { // {core_pid, i}
		core mailbox
		i    int
	}
	report    struct{ i int }      // {:ok, i}
	pleaseAck struct{ to mailbox } // {:please_ack, pid}
	forward   struct {             // in /through: tell core to acknowledge
		core mailbox
		ack  pleaseAck
	}
	ack struct{} // :ack
)

// threadListener is thread_listener. It does the job of one message after another.
//
//coroutine:async
func threadListener(self mailbox, do job) error {
	for {
		m, err := co.Await(self.Get())
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case work:
			if err := co.Wait(do(m.i)); err != nil {
				return err
			}
			m.core.TryPut(report{m.i})
		case pleaseAck:
			m.to.TryPut(ack{})
		case forward:
			m.core.TryPut(m.ack)
		}
	}
}

// coreListener is core_listener.
//
//coroutine:async
func coreListener(self mailbox, b *body) error {
	for {
		m, err := co.Await(self.Get())
		if err != nil {
			return err
		}
		switch m := m.(type) {
		case report:
			b.chunk(strconv.Itoa(m.i))
		case pleaseAck:
			m.to.TryPut(ack{})
		}
	}
}

// call is the page's call: all of the response.
//
//coroutine:async
func call(s *streams.Stream, way way, do job) error {
	b := sendChunked(s)
	b.chunk("Start")
	group := co.Self().OpenGroup()
	err := co.Wait(way(b, group, do))
	group.Fail(err)
	if err == nil {
		b.chunk("End")
		b.end()
		group.Cancel(nil) // what is spawn_linked ends with the request
	}
	return co.Wait(group.Join())
}

// A way is what happens between Start and End.
type way func(b *body, group *rt.TaskGroup, do job) rt.Coroutine[rt.Void]

var ways = map[string]way{
	"/":        throughAsync,
	"/none":    noneAsync,
	"/sleep":   sleepAsync,
	"/ack":     ackedAsync,
	"/through": throughAsync,
	"/direct":  directAsync,
}

// start starts both processes, and gives the one that works ten numbers.
func start(b *body, group *rt.TaskGroup, do job) (core, thread mailbox) {
	core, thread = queues.New[any](0), queues.New[any](0)
	rt.SpawnIn(group, coreListenerAsync(core, b))
	rt.SpawnIn(group, threadListenerAsync(thread, do))
	for i := range 10 {
		thread.TryPut(work{core, i + 1})
	}
	return core, thread
}

// none does not wait.
//
//coroutine:async
func none(b *body, group *rt.TaskGroup, do job) error {
	start(b, group, do)
	return nil
}

// sleep waits blindly.
//
//coroutine:async
func sleep(b *body, group *rt.TaskGroup, do job) error {
	start(b, group, do)
	return co.Wait(rt.Sleep(5 * time.Second))
}

// acked waits until the process that works has seen its eleventh message.
//
//coroutine:async
func acked(b *body, group *rt.TaskGroup, do job) error {
	_, thread := start(b, group, do)
	self := queues.New[any](0)
	thread.TryPut(pleaseAck{self})
	_, err := co.Await(self.Get())
	return err
}

// through waits until the process that writes the chunks has seen its eleventh message.
//
//coroutine:async
func through(b *body, group *rt.TaskGroup, do job) error {
	core, thread := start(b, group, do)
	self := queues.New[any](0)
	thread.TryPut(forward{core, pleaseAck{self}})
	_, err := co.Await(self.Get())
	return err
}

// direct does the work itself: "both sit idle until your main thread sends them data, whereupon
// your main thread sits idle".
//
//coroutine:async
func direct(b *body, _ *rt.TaskGroup, do job) error {
	for i := range 10 {
		if err := co.Wait(do(i + 1)); err != nil {
			return err
		}
		b.chunk(strconv.Itoa(i + 1))
	}
	return nil
}
