package main

import (
	"container/heap"
	"slices"
	"time"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
)

// This file has the event loop. It knows coroutines and two kinds of events, and nothing of I/O but
// select.

// A coroutine is what a loop runs.
type coroutine interface {
	Next() (event any, ok bool)
	Result() (rt.Void, error)
	Close() error
}

// A readable is an event that comes when a descriptor can be read.
type readable interface{ fd() int }

// A loop runs coroutines.
type loop struct {
	system  selects.System
	ready   []coroutine
	sleep   sleepers            // a heap
	reading map[int][]coroutine // by descriptor
	count   int                 // of sleepers so far
}

// start lets the loop run a coroutine.
func (l *loop) start(c coroutine) { l.ready = append(l.ready, c) }

// run runs until all coroutines have returned, or one has failed.
func (l *loop) run() error {
	l.reading = map[int][]coroutine{}
	for len(l.ready)+len(l.sleep)+len(l.reading) > 0 {
		for _, c := range l.ready {
			if err := l.step(c); err != nil {
				return err
			}
		}
		l.ready = l.ready[:0]
		if err := l.wait(); err != nil {
			return err
		}
	}
	return nil
}

// step runs a coroutine to its next event, or to its end.
func (l *loop) step(c coroutine) error {
	switch event, ok := c.Next(); event := event.(type) {
	case asyncSleep:
		l.count++
		heap.Push(&l.sleep, sleeper{event.until, l.count, c})
	case readable:
		l.reading[event.fd()] = append(l.reading[event.fd()], c)
	default:
		if !ok {
			_, err := c.Result()
			return err
		}
	}
	return nil
}

// wait waits for the first event, and makes ready whoever has waited for it. Neither sleepers nor
// readers starve: each turn serves both.
func (l *loop) wait() error {
	var fds []int
	for fd := range l.reading {
		fds = append(fds, fd)
	}
	slices.Sort(fds)
	timeout := time.Duration(-1)
	if len(l.sleep) > 0 {
		timeout = max(0, l.sleep[0].until-l.system.Now())
	} else if len(fds) == 0 {
		return nil
	}
	fds, _, err := l.system.Select(fds, nil, timeout)
	if err != nil {
		return err
	}
	for len(l.sleep) > 0 && l.sleep[0].until <= l.system.Now() {
		l.ready = append(l.ready, heap.Pop(&l.sleep).(sleeper).coroutine)
	}
	for _, fd := range fds {
		l.ready = append(l.ready, l.reading[fd]...)
		delete(l.reading, fd)
	}
	return nil
}

// A sleeper is a coroutine that sleeps. Those that wake up at the same time keep their order.
type sleeper struct {
	until     time.Duration
	number    int
	coroutine coroutine
}

type sleepers []sleeper

func (s sleepers) Len() int { return len(s) }
func (s sleepers) Less(i, j int) bool {
	return s[i].until < s[j].until || s[i].until == s[j].until && s[i].number < s[j].number
}
func (s sleepers) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *sleepers) Push(x any)   { *s = append(*s, x.(sleeper)) }
func (s *sleepers) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}
