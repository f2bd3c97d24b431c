// Package deadlines has the priority queue of the schedulers of "Build Your Own Async": what is
// due first comes first. On the page this is a list, module heapq and a sequence number.
package deadlines

import (
	"container/heap"
	"time"
)

// A Heap holds what is to happen at a deadline. The zero Heap is empty.
type Heap[T any] struct {
	entries  entries[T]
	sequence int
}

// Len returns the number of entries.
func (h *Heap[T]) Len() int { return len(h.entries) }

// Push adds v.
func (h *Heap[T]) Push(deadline time.Time, v T) {
	h.sequence++
	heap.Push(&h.entries, entry[T]{deadline, h.sequence, v})
}

// Next returns the earliest deadline. The heap must not be empty.
func (h *Heap[T]) Next() time.Time { return h.entries[0].deadline }

// Pop removes and returns what has the earliest deadline. If there are several, the one that was
// pushed first is the first. The heap must not be empty.
func (h *Heap[T]) Pop() (deadline time.Time, v T) {
	e := heap.Pop(&h.entries).(entry[T])
	return e.deadline, e.v
}

// An entry has a sequence number, as entries with the same deadline must have an order.
type entry[T any] struct {
	deadline time.Time
	sequence int
	v        T
}

// entries is a [heap.Interface].
type entries[T any] []entry[T]

func (e entries[T]) Len() int      { return len(e) }
func (e entries[T]) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *entries[T]) Push(v any)   { *e = append(*e, v.(entry[T])) }

func (e entries[T]) Less(i, j int) bool {
	if c := e[i].deadline.Compare(e[j].deadline); c != 0 {
		return c < 0
	}
	return e[i].sequence < e[j].sequence
}

func (e *entries[T]) Pop() any {
	n := len(*e) - 1
	last := (*e)[n]
	(*e)[n] = entry[T]{} // lets go of it
	*e = (*e)[:n]
	return last
}
