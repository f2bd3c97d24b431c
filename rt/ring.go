package rt

// This file implements the ready queue of a loop.

import "math/rand/v2"

// ring is a queue of runnables.
type ring struct {
	buf  []runnable // its length is a power of two
	head int
	n    int

	rested []runnable // buf, while the queue rests
	onPush func()     // called by the first push while the queue rests
}

func (q *ring) push(r runnable) {
	if q.n == len(q.buf) {
		q.grow()
	}
	q.buf[(q.head+q.n)&(len(q.buf)-1)] = r
	q.n++
}

func (q *ring) pop() runnable {
	i := q.head & (len(q.buf) - 1)
	r := q.buf[i]
	q.buf[i] = nil
	q.head = i + 1
	q.n--
	return r
}

// rest makes the next push call fn. The queue must be empty and must not rest. The next push
// takes the slow path for that, and other pushes cost nothing more.
func (q *ring) rest(fn func()) { q.rested, q.buf, q.onPush = q.buf, nil, fn }

// resume ends rest.
func (q *ring) resume() {
	if q.onPush != nil {
		q.buf, q.rested, q.onPush = q.rested, nil, nil
	}
}

func (q *ring) grow() {
	if fn := q.onPush; fn != nil {
		q.resume()
		defer fn()
		if len(q.buf) > 0 {
			return
		}
	}
	bigger := make([]runnable, max(16, 2*len(q.buf)))
	k := copy(bigger, q.buf[min(q.head, len(q.buf)):])
	copy(bigger[k:], q.buf[:len(q.buf)-k])
	q.buf, q.head = bigger, 0
}

// shuffle puts the tasks in the queue into a random order. Callbacks keep their places.
func (q *ring) shuffle(r *rand.Rand) {
	var places []int
	for i := range q.n {
		at := (q.head + i) & (len(q.buf) - 1)
		if q.buf[at].task() != nil {
			places = append(places, at)
		}
	}
	r.Shuffle(len(places), func(i, j int) {
		a, b := places[i], places[j]
		q.buf[a], q.buf[b] = q.buf[b], q.buf[a]
	})
}
