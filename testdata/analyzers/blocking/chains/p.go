package p

import (
	"os"

	"github.com/coroutinegen/coroutinegen/testdata/analyzers/blocking/store"
)

func load(name string) []byte {
	p, _ := read(name)
	return p
}

func read(name string) ([]byte, error) { return os.ReadFile(name) }

// The shortest chain is named.
func long() {
	longer()
	_ = load("x")
}

func longer() { longest() }

func longest() { load("x") }

func even(n int) {
	if n > 0 {
		odd(n - 1)
	}
}

func odd(n int) {
	even(n - 1)
	<-make(chan int)
}

func starts() { go load("x") }

func loads() { _ = store.Loop() }

//coroutine:blocking
func waits() {}

//coroutine:async
func calls(db *store.DB[int]) error {
	load("x")      // want "load blocks: it calls read, which calls os.ReadFile; call it on another goroutine, with rt.ToThread"
	long()         // want "long blocks: it calls load, which calls read, which calls os.ReadFile"
	even(7)        // want "even blocks: it calls odd, which receives from a channel"
	db.Load()      // want "store.DB.Load blocks: it calls store.DB.read, which calls os.ReadFile"
	store.Open("") // does not block
	store.Fetch()  // want "store.Fetch blocks: it is marked //coroutine:blocking"
	store.Loop()   // want "store.Loop blocks: it calls rt.Run"
	loads()        // want "loads blocks: it calls store.Loop, which calls rt.Run"
	store.Cached()
	starts()
	waits() // coroutinegen refuses it
	go load("x")
	return nil
}

// A method of an interface may do anything.
type loader interface{ Load() (int, error) }

//coroutine:async
func through(l loader, f func()) {
	l.Load()
	f()
}
