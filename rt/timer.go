package rt

// This file implements the heap of timers of a loop. The heap is 4-ary: it is flatter than a
// binary heap, so a shuffled million of timers misses the cache less often. The heap is
// indexed: a timer knows its place, so stopping it needs no search.

import (
	"math"
	"time"
)

// A timer is one deadline. It is embedded in the operation that waits for it, so arming it
// allocates nothing.
type timer struct {
	target expirer // told when the timer is due; nil: never armed
	seq    uint32  // number of the arming, which orders equal deadlines
	pos    int32   // 1 + place in the heap; 0: not in the heap; spent: its operation has completed
}

// spent in timer.pos marks an operation that has completed.
const spent = -1

// An expirer is told once that its timer is due. It must not run code of others: it wakes a
// task or queues a callback.
type expirer interface{ expire() }

// timerEntry is an entry of the heap. It contains the deadline, so a comparison reads the
// timers themselves only if their deadlines are equal.
type timerEntry struct {
	when time.Duration // by the loop's clock
	t    *timer
}

func (a timerEntry) before(b timerEntry) bool {
	if a.when != b.when {
		return a.when < b.when
	}
	return int32(a.t.seq-b.t.seq) < 0 // correct even after seq has wrapped
}

// timerHeap holds the armed timers of one loop. Timers with equal deadlines fire in the order
// in which they were armed.
type timerHeap struct {
	entries []timerEntry
	seq     uint32
}

// arm puts t, which must not be armed, into the heap.
func (h *timerHeap) arm(t *timer, when time.Duration, target expirer) {
	h.seq++
	t.target, t.seq = target, h.seq
	h.entries = append(h.entries, timerEntry{})
	h.up(len(h.entries)-1, timerEntry{when, t})
}

// disarm removes t from the heap if it is there.
func (h *timerHeap) disarm(t *timer) {
	if t.pos <= 0 {
		return
	}
	i := int(t.pos - 1)
	t.pos = 0
	last := len(h.entries) - 1
	e := h.entries[last]
	h.entries[last] = timerEntry{}
	h.entries = h.entries[:last]
	if i == last {
		return
	}
	if i > 0 && e.before(h.entries[(i-1)/4]) {
		h.up(i, e)
	} else {
		h.down(i, e)
	}
}

// next returns the earliest deadline.
func (h *timerHeap) next() (when time.Duration, ok bool) {
	if len(h.entries) == 0 {
		return 0, false
	}
	return h.entries[0].when, true
}

// fireNext expires the next timer that is due at now. It reports false if there is none.
func (h *timerHeap) fireNext(now time.Duration) bool {
	if len(h.entries) == 0 || h.entries[0].when > now {
		return false
	}
	t := h.entries[0].t
	h.disarm(t)
	t.target.expire()
	return true
}

// up moves the hole at i towards the root until e fits.
func (h *timerHeap) up(i int, e timerEntry) {
	for i > 0 {
		parent := (i - 1) / 4
		if !e.before(h.entries[parent]) {
			break
		}
		h.place(i, h.entries[parent])
		i = parent
	}
	h.place(i, e)
}

// down moves the hole at i towards the leaves until e fits.
func (h *timerHeap) down(i int, e timerEntry) {
	for {
		first := 4*i + 1
		if first >= len(h.entries) {
			break
		}
		least := first
		for c := first + 1; c < min(first+4, len(h.entries)); c++ {
			if h.entries[c].before(h.entries[least]) {
				least = c
			}
		}
		if !h.entries[least].before(e) {
			break
		}
		h.place(i, h.entries[least])
		i = least
	}
	h.place(i, e)
}

func (h *timerHeap) place(i int, e timerEntry) {
	h.entries[i] = e
	e.t.pos = int32(i + 1)
}

// after returns the deadline d from now, limited to the largest time.
func (l *Loop) after(d time.Duration) time.Duration {
	now := l.clock.Elapsed()
	if d > math.MaxInt64-now {
		return math.MaxInt64
	}
	return now + d
}
