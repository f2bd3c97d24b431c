package rt_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func plainAsync() rt.Coroutine[int] {
	return rt.Lockstep(func() (int, error) { return 1, nil })
}

func genericAsync[T any](v T) rt.Coroutine[T] {
	return rt.Lockstep(func() (T, error) { return v, nil })
}

type box[T any] struct{ v T }

func (b box[T]) openAsync() rt.Coroutine[T] {
	return rt.Lockstep(func() (T, error) { return b.v, nil })
}

// Whoever awaits a coroutine twice is told the name of its function, as a machine
// tells it.
func TestLockstepName(t *testing.T) {
	for name, begin := range map[string]func() error{
		"plain":   func() error { return twice(t, plainAsync()) },
		"generic": func() error { return twice(t, genericAsync("x")) },
		"open":    func() error { return twice(t, box[[]int]{}.openAsync()) },
	} {
		if err := begin(); err == nil || !strings.Contains(err.Error(), name+":") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// twice runs c twice and returns the panic of the second time.
func twice[T any](t *testing.T, c rt.Coroutine[T]) (err error) {
	defer func() { err = fmt.Errorf("%v", recover()) }()
	testbed.RunFake(t, c)
	testbed.RunFake(t, c)
	return nil
}
