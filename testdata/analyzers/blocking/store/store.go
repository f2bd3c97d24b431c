// Package store has functions that block.
package store

import (
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type DB[T any] struct{ name string }

func (d *DB[T]) Load() (v T, err error) {
	err = d.read()
	return v, err
}

func (d *DB[T]) read() error {
	_, err := os.ReadFile(d.name)
	return err
}

func Open(name string) string { return name }

//coroutine:blocking
func Fetch() error { return co.Wait(rt.Yield()) }

func Loop() error {
	_, err := rt.Run(co.AsyncVoid(func() error { return nil }))
	return err
}

func Cached() { once() }

func once() {
	os.ReadFile("config") //coroutine:blocks read once, when the program begins
}

// Fill blocks if c has no room.
func Fill(n int, c chan<- int) { c <- n }

// Through passes its channel on.
func Through(c chan<- int) { Fill(1, c) }

// Drain blocks unless c is closed.
func Drain(c <-chan int) {
	for range c {
	}
}
