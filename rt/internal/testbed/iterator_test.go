//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package testbed_test

// This file lists the operations of package asynciter for the tests of all operations.

import (
	"maps"

	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func init() {
	maps.Copy(checkpoints, map[string]repeated{
		"asynciter.Collect": op(func() error { return wait(asynciter.Collect(asynciter.FromSlice([]int{1}))) }),
		"asynciter.ToQueue": op(func() error {
			return wait(asynciter.ToQueue(asynciter.FromSlice([]int{1}), queues.New[int](0)))
		}),
	})
}
