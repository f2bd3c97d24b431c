package p

import (
	"os"
	"os/signal"

	"github.com/coroutinegen/coroutinegen/testdata/analyzers/blocking/store"
)

// The functions of this file receive what is there already, as far as is known.

// The package makes and fills the channel before a task runs.
var prepared = func() chan string {
	c := make(chan string, 1)
	c <- ""
	return c
}()

var closedInInit, open = make(chan int), make(chan int)

func init() { close(closedInInit) }

//coroutine:async
func initialised() {
	<-prepared
	select {
	case <-closedInInit:
	case <-open:
	}
	<-open // want "a receive"
}

func fill(c chan int)          { c <- 1 }
func later(c chan int)         { go fill(c) }
func pass(c chan int)          { fill(c) }
func same(c chan int) chan int { return c }

func elements[T any](list ...T) chan T {
	c := make(chan T, len(list))
	for _, v := range list {
		c <- v
	}
	close(c)
	return c
}

func counts() chan int {
	c := make(chan int)
	go func() { c <- 1 }()
	return c
}

// What a called function has put into a channel is there.
//
//coroutine:async
func called(dynamic func(chan int)) {
	c := make(chan int, 1)
	fill(c)
	<-c
	d := make(chan int, 1)
	pass(d)
	<-d
	e := make(chan int, 1)
	later(e)
	<-e // want "a receive"
	f := make(chan int, 1)
	dynamic(f)
	<-f
	for range elements(1, 2) {
	}
	for range counts() { // want "a loop"
	}
	u := make(chan int)
	fill(u) // want "fill blocks: it sends to a channel"
	pass(u) // want "pass blocks: it calls fill, which sends to a channel"
	signals := make(chan os.Signal, 1)
	signal.Notify(signals)
	<-signals // want "a receive"
}

// The channel that is received from may be the one that has been filled.
//
//coroutine:async
func nested() {
	cc := make(chan chan int32, 1)
	c := make(chan int32, 1)
	cc <- c
	c <- 1
	<-<-cc
	d := make(chan int64, 1)
	<-same64(d)
	d <- 1
	e := make(chan int16, 1)
	list := []chan int16{e}
	list[0] <- 1
	<-e
}

func same64(c chan int64) chan int64 { return c }

// Every caller has closed the channel.
func drained(c chan uint8) {
	for range c {
	}
}

func atTimes(c chan uint8) {
	for range c {
	}
}

//coroutine:async
func takes(c chan uint8) {
	for range c { // want "a loop"
	}
}

//coroutine:async
func callers(other chan uint8) {
	c := make(chan uint8)
	close(c)
	drained(c)
	atTimes(c)
	atTimes(other) // want "atTimes blocks"
}

// It is not known which channel this is.
//
//coroutine:async
func hidden(p *chan int, i any) {
	<-*p
	*p <- 1
	<-i.(chan int)
	cc := i.(chan uint16)
	cc <- 1
	<-cc
	_ = make(chan uint16, 1)
}

type semaphore chan struct{}

//coroutine:async
func (s semaphore) acquire() { s <- struct{}{} }

//coroutine:async
func (s semaphore) release() { <-s }

//coroutine:async
func release(s chan complex64) {
	<-s
	v := <-s // want "a receive"
	_ = v
}

var _ = make(chan complex64, 3)

// Functions of other packages that do nothing but operate on the channel that they are given.
//
//coroutine:async
func elsewhere() {
	c := make(chan int, 1)
	store.Fill(1, c)
	store.Through(c)
	close(c)
	store.Drain(c)
	d := make(chan int)
	store.Fill(1, d) // want "store.Fill blocks: it sends to a channel"
	store.Through(d) // want "store.Through blocks: it calls store.Fill, which sends to a channel"
	store.Drain(d)   // want "store.Drain blocks: it loops over a channel"
	pour := func(c chan int) { store.Fill(2, c) }
	pour(c)
	pour(d) // want "pour blocks: it calls store.Fill"
}

type filler struct{}

func (filler) fill(c, d chan int) { d <- 1 }

//coroutine:async
func methodExpression() {
	c, d := make(chan int), make(chan int, 1)
	filler{}.fill(c, d)
	filler.fill(filler{}, d, c) // want "filler.fill blocks"
	filler{}.fill(d, c)         // want "filler.fill blocks"
}
