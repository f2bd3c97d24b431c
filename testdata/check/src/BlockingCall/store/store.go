// Package store has async functions for other packages.
package store

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

//go:generate go tool coroutinegen -backend=goroutine

//coroutine:async
func Fetch(n int) (int, error) { return n, co.Wait(rt.Yield()) }

//coroutine:async
func Get[T any](v T) (T, error) { return v, co.Wait(rt.Yield()) }

type Client[T any] struct{ last T }

//coroutine:async
func (c *Client[T]) Do(v T) error {
	c.last = v
	return co.Wait(rt.Yield())
}

// Embeds has the methods of a client.
type Embeds struct{ Client[int] }

// Read blocks, and ReadAsync does not; both are written by hand.
func Read() int { return 0 }

func ReadAsync() rt.Coroutine[int] {
	return machine.Lockstep(func() (int, error) { return Read(), nil })
}

// Send has something else beside it.
func Send() {}

func SendAsync() {}

// Cached has a Do of its own, which hides the async one but not its coroutine.
type Cached struct{ Client[int] }

func (c *Cached) Do(int) error { return nil }
