package main

// This file has the program with goroutines, whose barrier for one round is a sync.WaitGroup. What
// the barrier has let through takes tasks at the same time, so the queue needs a lock, as the page's
// does (lck).

import (
	"io"
	"sync"
	"time"
)

func goroutines(w io.Writer) {
	var (
		s       shared
		lock    sync.Mutex
		barrier sync.WaitGroup
		all     sync.WaitGroup
	)
	barrier.Add(threads)
	for num := 1; num <= threads; num++ {
		all.Go(func() {
			if num == 1 {
				for task := firstTask; task <= lastTask; task++ {
					time.Sleep(2 * time.Second)
					s.queue = append(s.queue, task) // the others have not passed the barrier
				}
			}
			barrier.Done()
			barrier.Wait()
			lock.Lock()
			defer lock.Unlock()
			execute(w, &s, num)
		})
	}
	all.Wait()
}
