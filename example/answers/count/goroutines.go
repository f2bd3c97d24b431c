package main

import (
	"io"
	"sync"
)

// This file has what one would write in Go alone: sync_count.py on five goroutines. They need a
// lock around what they share, here the writer, and five tasks do not.

func goroutinesMain(w io.Writer) {
	shared := &locked{w: w}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() { syncCount(shared) })
	}
	wg.Wait()
}

// A locked writer is safe for use by several goroutines.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
