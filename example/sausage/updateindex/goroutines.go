package main

// This file has the gathered pages without coroutines: a goroutine for each. What goroutines share
// needs a lock, here the output. The tasks of one loop need none.

import (
	"io"
	"sync"
	"time"
)

func goroutines(x *index, pages []page) {
	x = newIndex(&locked{w: x.w}, x.now)
	data := make([]string, len(pages))
	var all sync.WaitGroup
	for i, p := range pages {
		all.Go(func() { data[i] = x.requestURLBlocking(p) })
	}
	all.Wait()
	time.Sleep(time.Second)
	result := process(data)
	time.Sleep(time.Second)
	x.say("database %s", result)
	x.updateCache(result)
}

// A locked is a writer for several goroutines.
type locked struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
