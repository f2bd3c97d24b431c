package p

import (
	"sync"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type table struct {
	sync.Mutex
	rw sync.RWMutex
	n  int
}

//coroutine:async
func (t *table) held(other *table) error {
	t.Lock() // want "t is held across the await in line 19: the next task that locks it blocks the goroutine that runs all tasks; unlock it before the await, or use a locks.Lock"
	err := co.Wait(rt.Yield())
	t.Unlock()
	t.rw.RLock() // want "t.rw is held across the await in line 23"
	defer t.rw.RUnlock()
	if err := co.Wait(rt.Yield()); err != nil {
		return err
	}
	other.Lock()
	t.n++
	other.Unlock()
	return err
}

//coroutine:async
func (t *table) released(ok bool) error {
	t.Lock()
	t.n++
	t.Unlock()
	if err := co.Wait(rt.Yield()); err != nil {
		return err
	}
	t.rw.Lock()
	if ok {
		t.rw.Unlock()
		return co.Wait(rt.Yield())
	}
	t.rw.Unlock()
	return co.Wait(rt.Yield())
}

//coroutine:async
func (t *table) loop() {
	for range 3 {
		t.Lock() // want "t is held across the await in line 58"
		if t.n > 7 {
			t.Unlock()
			break
		}
		for t.n < 5 {
			co.Must(rt.Yield())
			t.n++
		}
		t.Unlock()
	}
	co.Must(rt.Yield())
}

// On one way to the await only.
//
//coroutine:async
func (t *table) maybe(ok bool) {
	if ok {
		t.Lock()
	}
	co.Must(rt.Yield())
	if ok {
		t.Unlock()
	}
}

//coroutine:async
func (t *table) literals() {
	t.Lock() // want "t is held across the await in line 82"
	func() { co.Must(rt.Yield()) }()
	t.Unlock()
	func() {
		t.rw.Lock() // want "t.rw is held across the await in line 87"
		defer t.rw.Unlock()
		co.Must(rt.Yield())
	}()
	co.Must(rt.Yield())
	t.Lock()
	defer t.Unlock()
	func() {
		t.Unlock()
		defer t.Lock()
		co.Must(rt.Yield())
	}()
	go func() {
		t.rw.Lock()
	}()
}

//coroutine:async
func aroundLiterals(mu *sync.Mutex) {
	mu.Lock()
	made := co.Async(func() (int, error) { return 1, co.Wait(rt.Yield()) })
	mu.Unlock()
	co.Must(made)
}
