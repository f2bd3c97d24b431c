//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package testbed_test

// This file lists the operations of package asynciter for the tests of all operations.

import (
	"maps"
	"testing"

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
	maps.Copy(waitings, map[string]waiting{
		"asynciter.Collect": onQueue(func(q *queues.Queue[int]) error {
			return wait(asynciter.Collect(asynciter.FromQueue(q)))
		}),
		"asynciter.ToQueue": onQueue(func(q *queues.Queue[int]) error {
			return wait(asynciter.ToQueue(asynciter.FromQueue(q), queues.New[int](0)))
		}),
	})
}

// onQueue is an operation that waits for the end of a queue.
func onQueue(await func(*queues.Queue[int]) error) waiting {
	return func(*testing.T) (func() error, func()) {
		q := queues.New[int](0)
		return func() error { return await(q) }, q.Close
	}
}
