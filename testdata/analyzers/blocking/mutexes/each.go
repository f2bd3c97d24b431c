package p

import (
	"sync"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

//coroutine:async
func aroundEach(mu *sync.Mutex, values asyncgen.Iterator[int]) (n int, err error) {
	mu.Lock() // want "mu is held across the await in line 13"
	for v := range co.Each(values, &err) {
		n += v
	}
	mu.Unlock()
	return n, err
}
