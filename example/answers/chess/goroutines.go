package main

// This file has the second exhibition with a goroutine for each game.

import (
	"fmt"
	"io"
	"sync"
	"time"
)

func simultaneous(w io.Writer, second time.Duration) {
	began := time.Now()
	// A channel with room for one is a lock that serves in order. A sync.Mutex may pass over
	// those that wait.
	master := make(chan struct{}, 1)
	var games sync.WaitGroup
	for range opponents {
		games.Go(func() {
			for range moves {
				master <- struct{}{}
				time.Sleep(masters * second)
				<-master
				time.Sleep(theirs * second)
			}
		})
	}
	games.Wait()
	over := inSeconds(time.Since(began), second)
	fmt.Fprintf(w, "with goroutines: %v, and %v for the last answer\n", over-theirs*time.Second, theirs*time.Second)
}
