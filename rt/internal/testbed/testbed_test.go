package testbed_test

// This file tests that what a test leaves behind is found.

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

func TestMain(m *testing.M) { testbed.Main(m) }

// A probe is a test that records its errors.
type probe struct {
	testing.TB
	log     strings.Builder
	failed  bool
	cleanup []func()
}

func (p *probe) Helper()           {}
func (p *probe) Failed() bool      { return p.failed }
func (p *probe) Cleanup(fn func()) { p.cleanup = append(p.cleanup, fn) }
func (p *probe) Error(args ...any) { p.failed = true; fmt.Fprintln(&p.log, args...) }

func (p *probe) Logf(format string, args ...any) { fmt.Fprintf(&p.log, format+"\n", args...) }

func (p *probe) Errorf(format string, args ...any) { p.failed = true; p.Logf(format, args...) }

// end ends the test and returns the errors.
func (p *probe) end() string {
	for i := range p.cleanup {
		p.cleanup[len(p.cleanup)-1-i]()
	}
	return p.log.String()
}

func TestLeaksAreSeen(t *testing.T) {
	testbed.Clean(t)
	stop := make(chan int)
	var file *os.File
	for _, test := range []struct {
		what, want string
		leak       func(tb testing.TB) error
		tidy       func() error
	}{
		{"a goroutine", "found unexpected goroutines", func(testing.TB) error { go func() { <-stop }(); return nil }, func() error { close(stop); return nil }},
		{"a descriptor", "left open", func(testing.TB) (err error) { file, err = os.Open(os.DevNull); return err }, func() error { return file.Close() }},
		{"a task", "left on the loop: task-2", func(testing.TB) error {
			rt.SpawnEager(rt.Current(), new(rt.Future[int]))
			return nil
		}, nil},
		{"a timer", "left on the loop: 1 timers", func(testing.TB) error {
			rt.Current().Loop().CallLater(time.Hour, func() {})
			return nil
		}, nil},
	} {
		t.Run(test.what, func(t *testing.T) {
			if test.what == "a descriptor" && runtime.GOOS != "linux" {
				t.Skip("they cannot be seen here")
			}
			p := &probe{TB: t}
			_, err := testbed.Run(p, testbed.Do(func() error { return test.leak(p) }))
			testbed.NoError(t, err)
			if said := p.end(); !p.failed || !strings.Contains(said, test.want) {
				t.Errorf("the test that leaves it behind says %q, want %q in it", said, test.want)
			}
			if test.tidy != nil {
				testbed.NoError(t, test.tidy())
			}
		})
	}
}
