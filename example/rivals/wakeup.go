package rivals

// This file is what comes from another thread: a word that is answered, and
// values.

import (
	"context"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// wakeup calls something on l, which another goroutine runs, and waits until it
// has been called, n times.
func wakeup(n int, l *rt.Loop) error {
	answer := make(chan bool)
	say := func() { answer <- true }
	for range n {
		if err := l.CallSoonThreadsafe(say); err != nil {
			return err
		}
		<-answer
	}
	return nil
}

func wakeupGoroutines(n int) {
	say, end := answerer()
	say(n)
	end()
}

// answerer starts a goroutine that answers each word. say says n words to it.
func answerer() (say func(n int), end func()) {
	words, answer := make(chan bool), make(chan bool)
	go func() {
		for range words {
			answer <- true
		}
	}()
	say = func(n int) {
		for range n {
			words <- true
			<-answer
		}
	}
	return say, func() { close(words) }
}

// feed takes n values that a goroutine puts into a queue. Through a queue of one,
// whoever is faster has to wait for the other each time.
//
//coroutine:async
func feed(n, limit int) error {
	q := queues.New[int](limit).Threadsafe()
	go put(n, q)
	for range n {
		if _, err := co.Await(q.Get()); err != nil {
			return err
		}
	}
	return nil
}

func put(n int, q *queues.Queue[int]) {
	for i := range n {
		if err := q.PutBlocking(context.Background(), i); err != nil {
			panic(err)
		}
	}
}
