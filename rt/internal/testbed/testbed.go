// Package testbed helps the tests of rt and of the packages below it. It provides loops that
// check that nothing is left when the test ends, short names for coroutines, and common checks.
// Only tests import it.
package testbed

// This file checks what a test leaves behind.

import (
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Main runs the tests of a package and then checks that no goroutine is left. TestMain calls
// it.
func Main(m *testing.M) { goleak.VerifyTestMain(m, runtimesOwn) }

// runtimesOwn ignores the goroutine that the Go runtime starts under js to handle the events of
// its host, when the first test waits.
var runtimesOwn = goleak.IgnoreAnyFunction("runtime.handleEvent")

// cleaned holds the tests that Clean checks.
var cleaned sync.Map

// Clean checks when the test ends that no descriptor is open, and that no goroutine runs that
// did not exist when Clean was called. The functions of this package that make a loop call
// Clean. A test that has no loop, or opens something before it makes one, calls Clean first.
// Then the functions that the test passes to [testing.T.Cleanup] run before the check. Calling
// Clean again does nothing.
//
// Clean checks the whole process, so tests must not be parallel.
func Clean(tb testing.TB) {
	tb.Helper()
	if _, again := cleaned.LoadOrStore(tb, true); again {
		return
	}
	rttest.CheckDescriptors(tb) // checked after the goroutines have ended, which may close descriptors
	goroutines := goleak.IgnoreCurrent()
	tb.Cleanup(func() {
		cleaned.Delete(tb)
		if !tb.Failed() { // if the test has failed, what is left may be a consequence
			goleak.VerifyNone(tb, goroutines, runtimesOwn)
		}
	})
}

// NeedsProcesses skips a test that starts a process or opens a pipe on systems that have
// neither.
func NeedsProcesses(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS == "js" {
		tb.Skip("js has neither processes nor pipes")
	}
}
