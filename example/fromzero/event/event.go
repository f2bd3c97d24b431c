// Package event has the event loop that "From Zero to AsyncIO" builds, its class Event: a queue
// of callbacks that are ready, a heap of callbacks with a deadline, and a loop that runs them.
// The programs beside it add tasks and futures.
package event

import (
	"cmp"
	"container/heap"
	"sync"
	"time"
)

// A Loop is the Event of the page. The zero Loop is ready for use.
type Loop struct {
	queue     []func()
	scheduled deadlines
	count     int // of calls of CallLater
	stopping  bool

	mu    sync.Mutex
	inbox []func()      // of other goroutines
	woken chan struct{} // holds a token if the inbox has something; nil until it is used
}

// CallSoon calls fn in the next turn.
func (l *Loop) CallSoon(fn func()) { l.queue = append(l.queue, fn) }

// CallLater calls fn after d. Callbacks for the same time keep their order. (On the page the
// heap compares the callbacks then, which Python refuses.)
func (l *Loop) CallLater(d time.Duration, fn func()) {
	l.count++
	heap.Push(&l.scheduled, deadline{time.Now().Add(d), l.count, fn})
}

// CallSoonThreadsafe is CallSoon for other goroutines. The page has none: its threads run the
// callbacks themselves.
func (l *Loop) CallSoonThreadsafe(fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.inbox = append(l.inbox, fn)
	select {
	case l.wake() <- struct{}{}:
	default: // it is awake
	}
}

// wake returns the channel that wakes the loop. The caller holds the lock.
func (l *Loop) wake() chan struct{} {
	if l.woken == nil {
		l.woken = make(chan struct{}, 1)
	}
	return l.woken
}

// Stop ends RunForever after this turn.
func (l *Loop) Stop() { l.stopping = true }

// RunForever runs turns until Stop is called. The loop of the page turns even if it has nothing
// to do; this one sleeps until the first deadline.
func (l *Loop) RunForever() {
	for l.stopping = false; !l.stopping; {
		l.idle()
		l.RunOnce()
	}
}

// idle waits until something is ready.
func (l *Loop) idle() {
	if len(l.queue) > 0 {
		return
	}
	l.mu.Lock()
	woken := l.wake()
	l.mu.Unlock()
	var due <-chan time.Time
	if len(l.scheduled) > 0 {
		due = time.After(time.Until(l.scheduled[0].when))
	}
	select {
	case <-due:
	case <-woken:
	}
}

// RunOnce is a turn: what is due becomes ready, and what was ready at the beginning runs.
// What these callbacks add is for the next turn.
func (l *Loop) RunOnce() {
	l.mu.Lock()
	l.queue = append(l.queue, l.inbox...)
	l.inbox = nil
	l.mu.Unlock()
	for now := time.Now(); len(l.scheduled) > 0 && !now.Before(l.scheduled[0].when); {
		l.queue = append(l.queue, heap.Pop(&l.scheduled).(deadline).fn)
	}
	for range len(l.queue) {
		fn := l.queue[0]
		l.queue = l.queue[1:]
		fn()
	}
}

// A deadline is an entry of the heap.
type deadline struct {
	when  time.Time
	count int
	fn    func()
}

// deadlines is a heap, the earliest first. heapq is a library on the page, as is this.
type deadlines []deadline

func (d deadlines) Len() int      { return len(d) }
func (d deadlines) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d *deadlines) Push(x any)   { *d = append(*d, x.(deadline)) }
func (d deadlines) Less(i, j int) bool {
	return cmp.Or(d[i].when.Compare(d[j].when), cmp.Compare(d[i].count, d[j].count)) < 0
}
func (d *deadlines) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	*d = (*d)[:last]
	return x
}
