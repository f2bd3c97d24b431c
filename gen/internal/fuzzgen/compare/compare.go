// Package compare holds what the test binaries of package gen's fuzzer run: it
// compares versions of one coroutine under all scripts, or under many random
// ones. The fuzzer copies it next to the programs that it builds.
package compare

// This file is the whole package, because it is copied as a file.

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Few is the number of steps up to which every script is tried; programs with
// more get Many scripts at random.
const (
	Few  = 2
	Many = 60
)

// A Version is one way to write the coroutine of a program.
type Version = rttest.Version[string]

// Versions runs all versions under the same scripts and demands that their
// traces are the same.
func Versions(t *testing.T, seed uint64, versions ...Version) {
	t.Helper()
	watch()
	first := &rttest.Script{}
	trace(t, first, versions[0])
	steps := first.Steps()
	rnd := rand.New(rand.NewPCG(seed, uint64(steps)))
	try := func(script *rttest.Script) bool {
		var want string
		for i, v := range versions {
			s := *script
			got := trace(t, &s, v)
			if i == 0 {
				want = got
			} else if got != want {
				t.Errorf("script: %v\n%s:\n%s\n\n%s:\n%s", script, versions[0].Name, want, v.Name, got)
				return false // the first is the simplest
			}
		}
		return true
	}
	if steps <= Few {
		for script := range rttest.Scripts(steps) {
			if !try(script) {
				return
			}
		}
		return
	}
	for i := range Many {
		if !try(random(rnd, i, steps)) {
			return
		}
	}
}

// random returns the ith script for about the given number of steps.
func random(rnd *rand.Rand, i, steps int) *rttest.Script {
	s := &rttest.Script{}
	switch i {
	case 0:
	case 1:
		s.Pending = ^uint64(0)
	default:
		s.Pending = rnd.Uint64()
		if i%3 == 0 {
			s.Pending |= rnd.Uint64()
		}
		if i%3 == 1 {
			s.Pending &= rnd.Uint64()
		}
	}
	if i > 4 {
		s.Inject = rttest.Injection(rnd.IntN(4))
		s.At = rnd.IntN(steps)
	}
	return s
}

// trace is rttest.Trace on a goroutine of its own, which a program may end
// with runtime.Goexit.
func trace(t *testing.T, s *rttest.Script, v Version) string {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				s.Note("the loop panics: %v", v)
			}
		}()
		rttest.Trace(t, s, v.New(s))
		s.Note("over")
	}()
	<-done
	return s.Trace()
}

var watching bool

// watch ends the process when a program runs away with its memory.
func watch() {
	if watching {
		return
	}
	watching = true
	go func() {
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > 1<<30 {
				fmt.Println("the program has run away: the heap holds more than 1 GiB")
				os.Exit(3)
			}
			time.Sleep(200 * time.Millisecond)
		}
	}()
}

var _ rt.Expr[string] // versions are made of these
