package main

// This file has sleepy and ready on package rt.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/files"
)

//coroutine:async
func rtSleepy(w io.Writer, identifier string, count int) error {
	loop := co.Self().Loop()
	for i := range count {
		fmt.Fprintln(w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", loop.Time().Seconds()))
		if err := co.Wait(rt.Sleep(100 * time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}

// rtReady is ready. It reads as much at once as there is.
//
//coroutine:async
func rtReady(w io.Writer, path string, amount int) error {
	loop := co.Self().Loop()
	fmt.Fprintln(w, "read", path, "at", int(loop.Time().Seconds()))
	file, err := co.Await(files.Open(path))
	if err != nil {
		return err
	}
	defer co.Wait(file.Close())
	result := make([]byte, amount)
	for n := 0; n < amount; {
		m, err := co.Await(file.Read(result[n:]))
		if err != nil {
			return err
		}
		n += m
	}
	fmt.Fprintln(w, "done", path, "at", int(loop.Time().Seconds()))
	fmt.Fprintln(w, "got", len(result), "B")
	return nil
}

// rtBoth runs both.
//
//coroutine:async
func rtBoth(w io.Writer, path string) error {
	_, _, err := co.Await2(rt.Gather2(rtSleepyAsync(w, "background", 5), rtReadyAsync(w, path, 1024*32)))
	return err
}
