package asyncio

import (
	"errors"
	"time"
)

// A Selector waits for descriptors.
type Selector interface {
	// Select returns which of the descriptors can be read and written to. It waits for one of
	// them, for no longer than timeout, or without limit if timeout is negative.
	Select(readers, writers []int, timeout time.Duration) (readable, writable []int, err error)
}

// Sleep is a selector for programs without descriptors.
type Sleep struct{}

// ErrNothing is the error of a loop that nothing can wake any more.
var ErrNothing = errors.New("nothing to wait for")

// Select implements Selector.
func (Sleep) Select(_, _ []int, timeout time.Duration) (_, _ []int, err error) {
	if timeout < 0 {
		return nil, nil, ErrNothing
	}
	time.Sleep(timeout)
	return nil, nil, nil
}
