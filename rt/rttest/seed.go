package rttest

// This file holds the seed of a test, which is printed however the test fails.

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// SeedVariable is the environment variable whose value replaces the random seeds
// of tests.
const SeedVariable = "RTTEST_SEED"

// Seed returns the seed of the test: a random one, or the value of [SeedVariable].
// The seed is the same for all calls in a test and, after the first call, in its
// subtests, so that one number repeats them all. To run loops in different orders in one
// test, add to the seed. The seed is printed if the test fails or panics, and shortly
// before all tests run out of time (go test -timeout). Any goroutine may call Seed.
func Seed(tb testing.TB) uint64 {
	tb.Helper()
	seeds.Lock()
	defer seeds.Unlock()
	name := tb.Name()
	seed, again := seeds.of[name]
	if !again {
		seed = outerSeed(name)
	}
	if s := os.Getenv(SeedVariable); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			tb.Fatalf("%s: %v", SeedVariable, err)
		}
	}
	seeds.of[name] = seed
	if !again {
		alarm := printIfLate(tb, seed)
		tb.Cleanup(func() {
			alarm.Stop()
			if tb.Failed() || panicking() {
				tb.Logf("%s", howToRepeat(name, seed))
			}
			seeds.Lock()
			defer seeds.Unlock()
			delete(seeds.of, name)
		})
	}
	return seed
}

// seeds holds the seeds of the tests that are running, by name.
var seeds = struct {
	sync.Mutex
	of map[string]uint64
}{of: map[string]uint64{}}

// outerSeed returns the seed of the innermost test around the test called name that has
// one, or else a random seed.
func outerSeed(name string) uint64 {
	for {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return rand.Uint64()
		}
		name = name[:i]
		if seed, ok := seeds.of[name]; ok {
			return seed
		}
	}
}

// panicking reports whether a panic is passing through the test, which is cleaning up.
// Until the panic has passed, the test does not count as failed.
func panicking() bool {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	for {
		frame, more := frames.Next()
		if frame.Function == "runtime.gopanic" || !more {
			return more
		}
	}
}

// printIfLate prints the seed when nearly all of the time of go test is over. When all of
// it is over, go test kills the process, and the test can print nothing.
func printIfLate(tb testing.TB, seed uint64) *time.Timer {
	const never = 1 << 62
	left := time.Duration(never)
	if t, ok := tb.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := t.Deadline(); ok {
			left = time.Until(end)
		}
	}
	name := tb.Name()
	return time.AfterFunc(left-min(left/20, time.Second), func() {
		fmt.Fprintf(os.Stderr, "%s is about to run out of time; %s\n", name, howToRepeat(name, seed))
	})
}

// howToRepeat returns the command that runs the test called name with seed.
func howToRepeat(name string, seed uint64) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return fmt.Sprintf("to repeat: %s=%d go test -run '%s'", SeedVariable, seed, strings.Join(parts, "/"))
}
