package main

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// A buffer is a strings.Builder for several goroutines.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// The page prints nothing. Python 3.11.7 prints the numbers from 0 to 9 twice; how they mix is
// chance. With one thread it is not.
func TestOutput(t *testing.T) {
	var once []string
	for i := range 10 {
		once = append(once, strconv.Itoa(i))
	}
	for threads := 1; threads <= 2; threads++ {
		var out buffer
		if _, err := rttest.Run(t, bothAsync(&out, threads)); err != nil {
			t.Error(err)
		}
		got := strings.Fields(strings.TrimPrefix(out.text.String(), "running async test\n"))
		want := append(slices.Clone(once), once...)
		if threads == 2 {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads: %s", threads, &out.text)
		}
	}
}
