package main

// This file has the tasks as goroutines. They wait without a loop, and need a lock for what they
// share.

import (
	"fmt"
	"sync"
	"time"
)

func (p *program) goroutines(n int) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for range n {
		d := p.random()
		all.Go(func() {
			begun := time.Now()
			p.sleep(d)
			mu.Lock()
			defer mu.Unlock()
			fmt.Fprintln(p.w, " MainStep Finished with result", d.Seconds()*100)
			p.ended++
			p.blocked += time.Since(begun)
		})
	}
	all.Wait()
}
