package queues

// This file implements the orders of a queue.

// NewLifo returns a queue whose next value is the value that was put in last. It corresponds to
// asyncio.LifoQueue. The queue holds up to limit values, or any number of values if limit is
// not positive.
func NewLifo[T any](limit int) *Queue[T] { return NewOf(limit, new(stack[T])) }

type stack[T any] struct{ values []T }

func (s *stack[T]) Push(v T) { s.values = append(s.values, v) }

func (s *stack[T]) Pop() T {
	var zero T
	last := len(s.values) - 1
	v := s.values[last]
	s.values[last] = zero
	s.values = s.values[:last]
	return v
}

// NewPriority returns a queue whose next value is the least value, and among equal values the
// value that was put in first. It corresponds to asyncio.PriorityQueue. The function compare
// orders values as in slices.SortFunc. The queue holds up to limit values, or any number of
// values if limit is not positive.
func NewPriority[T any](limit int, compare func(a, b T) int) *Queue[T] {
	return NewOf(limit, &heap[T]{compare: compare})
}

// heap is a binary heap: the value at i is not greater than those at 2i+1 and 2i+2.
type heap[T any] struct {
	compare func(a, b T) int
	entries []entry[T]
	pushed  uint64
}

type entry[T any] struct {
	v   T
	seq uint64 // the order of arrival
}

func (h *heap[T]) before(a, b entry[T]) bool {
	c := h.compare(a.v, b.v)
	return c < 0 || c == 0 && a.seq < b.seq
}

// Push finds the place of v on the way from the end to the root, and then shifts
// the values on this way. It makes all comparisons first: a compare function that
// panics leaves the heap as it was.
func (h *heap[T]) Push(v T) {
	e := entry[T]{v, h.pushed + 1}
	end := len(h.entries)
	place := end
	for place > 0 && h.before(e, h.entries[(place-1)/2]) {
		place = (place - 1) / 2
	}
	h.pushed++
	h.entries = append(h.entries, e)
	for i := end; i > place; i = (i - 1) / 2 {
		h.entries[i] = h.entries[(i-1)/2]
	}
	h.entries[place] = e
}

// Pop finds a new place for the last value on the way from the root along the
// lesser children, and then shifts the values on this way. It makes all comparisons
// first, as Push does.
func (h *heap[T]) Pop() T {
	n := len(h.entries) - 1
	e := h.entries[n]
	place := 0
	for {
		child := 2*place + 1
		if child+1 < n && h.before(h.entries[child+1], h.entries[child]) {
			child++
		}
		if child >= n || !h.before(h.entries[child], e) {
			break
		}
		place = child
	}
	h.entries[n] = entry[T]{}
	h.entries = h.entries[:n]
	if n == 0 {
		return e.v
	}
	for {
		e, h.entries[place] = h.entries[place], e
		if place == 0 {
			return e.v
		}
		place = (place - 1) / 2
	}
}
