package rivals

// This file is a word to somebody on another thread, and the answer.

import "github.com/coroutinegen/coroutinegen/rt"

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
	words, answer := make(chan bool), make(chan bool)
	go func() {
		for range words {
			answer <- true
		}
	}()
	for range n {
		words <- true
		<-answer
	}
	close(words)
}
