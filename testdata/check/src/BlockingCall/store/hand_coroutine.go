package store

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// This file is written by hand, whatever its name.

func Peek(n int) (int, error) { return n, nil }

func PeekAsync(n int) rt.Coroutine[int] { return machine.Lockstep(func() (int, error) { return Peek(n) }) }
