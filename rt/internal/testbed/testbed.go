// Package testbed is what the tests of rt, and of the packages below it, stand on:
// loops of which nothing may be left when the test ends, coroutines in one word,
// and what tests say over and over. Only tests import it.
package testbed

// This file is the look at what a test leaves behind.

import (
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Main runs the tests of a package, and demands that in the end no goroutine is
// left. It is for TestMain.
func Main(m *testing.M) { goleak.VerifyTestMain(m, runtimesOwn) }

// runtimesOwn is the goroutine that the Go runtime starts under js to handle the
// events of its host, when the first test waits.
var runtimesOwn = goleak.IgnoreAnyFunction("runtime.handleEvent")

// cleaned holds the tests that Clean watches over.
var cleaned sync.Map

// Clean demands that when the test ends no descriptor is open and no goroutine
// runs that does not now. Whatever makes a loop here calls it. A test that opens
// something before that, or has no loop, calls it first of all: then what the
// test itself leaves to [testing.T.Cleanup] is over when Clean looks. Calling it
// again does nothing.
//
// It looks at the whole process: tests must not be parallel.
func Clean(tb testing.TB) {
	tb.Helper()
	if _, again := cleaned.LoadOrStore(tb, true); again {
		return
	}
	rttest.CheckDescriptors(tb) // looks after the goroutines have ended, which may close some
	goroutines := goleak.IgnoreCurrent()
	tb.Cleanup(func() {
		cleaned.Delete(tb)
		if !tb.Failed() { // else what is left is no news
			goleak.VerifyNone(tb, goroutines, runtimesOwn)
		}
	})
}

// NeedsProcesses skips a test that starts a process, or opens a pipe, where the
// system has neither.
func NeedsProcesses(tb testing.TB) {
	tb.Helper()
	if runtime.GOOS == "js" {
		tb.Skip("js has neither processes nor pipes")
	}
}
