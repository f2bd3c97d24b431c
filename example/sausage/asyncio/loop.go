// Package asyncio is the asyncio of "asyncio: how sausage is made": the loop, the future and the
// task that the slides open, in as few lines. Its coroutines are our generators, which yield the
// futures that they wait for. The programs beside it use it, and do the same on package rt.
//
//	_run_once                     Loop.runOnce
//	run_forever, stop             Loop.RunForever, Loop.Stop
//	run_until_complete            Loop.RunUntilComplete
//	_step, _wakeup                Task.step, Task.wakeup
//	x = yield from future         x, err := y.Yield(future)
//	x = yield from task           x, err := y.Yield(task)
//	yield                         y.Yield(nil)
//
// Nothing here is safe for use by several goroutines.
package asyncio

import (
	"cmp"
	"container/heap"
	"maps"
	"slices"
	"time"
)

// A Loop is the event loop of the slides.
type Loop struct {
	// Log is called for what the loop and its tasks do, if it is not nil.
	Log func(format string, args ...any)

	begun     time.Time
	selector  Selector
	readers   map[int]*Handle
	writers   map[int]*Handle
	scheduled timers
	ready     []*Handle
	count     int // of calls of CallAt
	running   bool
	stopping  bool
}

// NewLoop returns a loop that waits by s.
func NewLoop(s Selector) *Loop {
	return &Loop{begun: time.Now(), selector: s, readers: map[int]*Handle{}, writers: map[int]*Handle{}}
}

// A Handle is a callback that waits for its turn.
type Handle struct {
	fn        func()
	when      time.Duration
	count     int
	cancelled bool
}

// Cancel takes the callback back.
func (h *Handle) Cancel() { h.cancelled = true }

// Time is the clock of CallAt. It begins with the loop.
func (l *Loop) Time() time.Duration { return time.Since(l.begun) }

// CallSoon calls fn in the next turn.
func (l *Loop) CallSoon(fn func()) *Handle {
	h := &Handle{fn: fn}
	l.ready = append(l.ready, h)
	return h
}

// CallLater calls fn after d.
func (l *Loop) CallLater(d time.Duration, fn func()) *Handle { return l.CallAt(l.Time()+d, fn) }

// CallAt calls fn when it is when.
func (l *Loop) CallAt(when time.Duration, fn func()) *Handle {
	h := &Handle{fn: fn, when: when, count: l.count}
	l.count++
	heap.Push(&l.scheduled, h)
	return h
}

// AddReader calls fn in every turn in which fd can be read.
func (l *Loop) AddReader(fd int, fn func()) { l.readers[fd] = &Handle{fn: fn} }

// AddWriter calls fn in every turn in which fd can be written to.
func (l *Loop) AddWriter(fd int, fn func()) { l.writers[fd] = &Handle{fn: fn} }

// RemoveReader undoes AddReader.
func (l *Loop) RemoveReader(fd int) { remove(l.readers, fd) }

// RemoveWriter undoes AddWriter.
func (l *Loop) RemoveWriter(fd int) { remove(l.writers, fd) }

func remove(m map[int]*Handle, fd int) {
	if h, ok := m[fd]; ok {
		h.Cancel() // it may be in the queue already
		delete(m, fd)
	}
}

// RunForever runs turns until Stop. The error is that of the selector.
func (l *Loop) RunForever() error {
	l.running = true
	defer func() { l.running, l.stopping = false, false }()
	for !l.stopping {
		if err := l.runOnce(); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends RunForever in its turn in the queue: what is behind it stays for the next run. On the
// slides it raises _StopError.
func (l *Loop) Stop() { l.CallSoon(func() { l.stopping = true }) }

// RunUntilComplete runs the loop until f, or the task, has its result.
func (l *Loop) RunUntilComplete(f Waitable) (any, error) {
	remove := f.base().AddDoneCallback(func(*Future) { l.stopping = true })
	defer remove()
	if err := l.RunForever(); err != nil {
		return nil, err
	}
	return f.base().Result()
}

// runOnce is a turn: wait, make ready what has come or is due, run what is ready now.
func (l *Loop) runOnce() error {
	timeout := l.timeout()
	l.logSelect(timeout)
	readable, writable, err := l.selector.Select(keys(l.readers), keys(l.writers), timeout)
	if err != nil {
		return err
	}
	l.processEvents(l.readers, readable)
	l.processEvents(l.writers, writable)

	for now := l.Time(); len(l.scheduled) > 0 && l.scheduled[0].when <= now; {
		l.ready = append(l.ready, heap.Pop(&l.scheduled).(*Handle))
	}

	for n := len(l.ready); n > 0 && !l.stopping; n-- { // what they add is for the next turn
		h := l.ready[0]
		l.ready = l.ready[1:]
		if !h.cancelled {
			h.fn()
		}
	}
	return nil
}

// timeout is how long the selector may wait: negative without limit.
func (l *Loop) timeout() time.Duration {
	switch {
	case len(l.ready) > 0:
		return 0
	case len(l.scheduled) > 0:
		return max(0, l.scheduled[0].when-l.Time())
	}
	return -1
}

func (l *Loop) processEvents(of map[int]*Handle, fds []int) {
	for _, fd := range fds {
		l.ready = append(l.ready, of[fd])
	}
}

func (l *Loop) logSelect(timeout time.Duration) {
	if timeout < 0 {
		l.log("select(None)")
	} else {
		l.log("select(%v)", timeout.Seconds())
	}
}

func (l *Loop) log(format string, args ...any) {
	if l.Log != nil {
		l.Log(format, args...)
	}
}

func keys(m map[int]*Handle) []int { return slices.Sorted(maps.Keys(m)) }

// timers is a heap, the earliest first. On the slides, it is heapq.
type timers []*Handle

func (t timers) Len() int      { return len(t) }
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)   { *t = append(*t, x.(*Handle)) }
func (t timers) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(t[i].when, t[j].when), cmp.Compare(t[i].count, t[j].count)) < 0
}
func (t *timers) Pop() any {
	last := len(*t) - 1
	x := (*t)[last]
	*t = (*t)[:last]
	return x
}
