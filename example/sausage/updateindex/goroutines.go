package main

// This file has the gathered pages without coroutines: a goroutine for each.

import (
	"sync"
	"time"
)

func goroutines(x *index, pages []page) {
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
