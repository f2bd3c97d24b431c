package main

// This file has the program with goroutines. Their future is a channel that is closed.

import (
	"fmt"
	"io"
	"sync"
	"time"
)

func channel(w io.Writer) {
	begun := time.Now()
	var future string
	resolved, awaits := make(chan struct{}), make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() {
		fmt.Fprintln(w, green+"foo will await the future"+off)
		close(awaits) // two goroutines must not write at once, and foo comes first
		<-resolved
		_ = future
		fmt.Fprintln(w, green+"foo finds the future resolved"+off)
	})
	both.Go(func() {
		<-awaits
		fmt.Fprintln(w, red+"bar will sleep for 3 seconds"+off)
		time.Sleep(3 * time.Second)
		fmt.Fprintln(w, red+"bar resolving the future"+off)
		future = "future is resolved"
		close(resolved)
	})
	both.Wait()
	fmt.Fprintln(w, times(0, time.Since(begun)))
}
