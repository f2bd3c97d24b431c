package p

import (
	"context"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func operations(ctx context.Context, in <-chan int, out chan<- int) error {
	<-in           // want "a receive from a channel blocks .*; await rt.Receive instead"
	out <- 1       // want "a send to a channel blocks .*; await rt.Send instead"
	for range in { // want "a loop over a channel blocks"
	}
	<-ctx.Done()    // want "a receive"
	<-time.After(1) // want "a receive"
	select {        // want "a select without default blocks .*; await rt.Select instead"
	case <-in:
		<-in // want "a receive"
	case v := <-in:
		out <- v // want "a send"
	case out <- 2:
	}
	select {
	case out <- 1:
	case v, ok := <-in:
		_, _ = v, ok
	default:
	}
	if _, err := co.Await(rt.Receive(in)); err != nil {
		return err
	}
	return co.Wait(rt.Send(out, 1))
}

type server struct {
	slots, results chan int
	wake           chan struct{}
}

func newServer() *server {
	return &server{slots: make(chan int, 8), results: make(chan int), wake: make(chan struct{}, 1)}
}

// A channel with a buffer serves as a semaphore, or as a signal.
//
//coroutine:async
func (s *server) serve() {
	s.slots <- 1
	defer func() { <-s.slots }()
	s.wake <- struct{}{}
	<-s.wake
	s.results <- 1 // want "a send"
	<-s.results    // want "a receive"
	done := make(chan error, 1)
	go func() { done <- nil }()
	<-done // want "a receive"
	var late chan int
	late = make(chan int, 1)
	late <- 1
}

//coroutine:async
func drain(ch chan int) {
	for len(ch) > 0 {
		<-ch
	}
}

//coroutine:async
func queue() {
	first := make(chan int, 2)
	ch := first
	ch <- 1
	select {
	case <-ch:
	case <-make(chan int):
	}
	close(first)
	for range first {
	}
	closed := make(chan int)
	close(closed)
	next := func() int { return <-closed }
	next()
	<-closed
	done := make(chan int)
	go func() { close(done) }()
	<-done // want "a receive"
	end := make(chan int)
	defer close(end)
	<-end // want "a receive"
}

type request struct{}

// The package makes channels of requests with a buffer only, and channels of answers both ways.
//
//coroutine:async
func answer(requests map[int]chan request, answers chan string) {
	ch := requests[7]
	ch <- request{}
	requests[8] <- request{}
	answers <- "" // want "a send"
}

func ask(requests map[int]chan request) {
	requests[7] = make(chan request, 1)
	_, _ = make(chan string, 1), make(chan string)
}

// Another function has acquired the semaphore.
//
//coroutine:async
func (s *server) release() {
	<-s.slots
	<-s.results    // want "a receive"
	v := <-s.slots // want "a receive"
	println(v)
}

//coroutine:async
func reused() {
	ch := make(chan bool)
	ch = make(chan bool, 1)
	ch <- true
}
