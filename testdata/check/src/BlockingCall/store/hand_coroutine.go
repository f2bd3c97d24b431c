package store

import "github.com/coroutinegen/coroutinegen/rt"

// This file is written by hand, whatever its name.

func Peek(n int) (int, error) { return n, nil }

func PeekAsync(n int) rt.Coroutine[int] { return rt.Lockstep(func() (int, error) { return Peek(n) }) }
