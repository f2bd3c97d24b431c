package main

// This file has the answer in Go itself: "there are languages like Go (select) where this is quite
// natural to express".

import (
	"fmt"
	"io"
	"time"
)

// replyGo is reply.
func replyGo(w io.Writer) {
	in, out := make(chan int), make(chan int)
	go func() { out <- 1 + <-in }()
	in <- 0
	fmt.Fprintln(w, <-out)
}

// selectGo is selectFirst. The other worker is not cancelled: it finds room for its result.
func selectGo(w io.Writer) {
	worker := func(id int, while time.Duration) <-chan message {
		out := make(chan message, 1)
		go func() {
			time.Sleep(while)
			out <- message{id, id * 10}
		}()
		return out
	}
	select {
	case m := <-worker(1, while1):
		fmt.Fprintln(w, "the first worker answers", m.result)
	case m := <-worker(2, while2):
		fmt.Fprintln(w, "the second worker answers", m.result)
	}
}
