package main

// This file has what the second evening looks like to the guests: "an illusion of three waiters".
// Here they are three. What they write to needs a lock; the one waiter of allAtOnce needs none.

import (
	"fmt"
	"io"
	"sync"
	"time"
)

func waiters(w io.Writer, minute time.Duration, guests ...guest) {
	began := time.Now()
	since := func() int { return int(time.Since(began).Round(minute) / minute) }
	var mu sync.Mutex
	print := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, format, args...)
	}
	var all sync.WaitGroup
	for _, g := range guests {
		all.Go(func() {
			print("%s has waited %d minutes\n", g.name, since())
			time.Sleep(time.Duration(g.minutes) * minute)
			print("%s orders after %d minutes\n", g.name, since())
		})
	}
	all.Wait()
	print("three waiters: %d minutes\n", since())
}
