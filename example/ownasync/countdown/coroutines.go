package main

// This file has the countdown and the countup as coroutines.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/ownasync/countdown

// down is countdown. Where time.Sleep keeps the goroutine, rt.Sleep lets others run. Only an
// await can be cancelled, and so only an await has an error.
//
//coroutine:async
func down(w io.Writer, n int) error {
	for n > 0 {
		fmt.Fprintln(w, "Down", n)
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
		n--
	}
	return nil
}

// up is countup.
//
//coroutine:async
func up(w io.Writer, stop int) error {
	for x := range stop {
		fmt.Fprintln(w, "Up", x)
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return err
		}
	}
	return nil
}

// coroutines counts down and up at once, on one goroutine.
//
//coroutine:async
func coroutines(w io.Writer) error {
	_, _, err := co.Await2(rt.Gather2(downAsync(w, 5), upAsync(w, 5)))
	return err
}
