package rttest

// This file checks that no descriptor is left open.

import (
	"maps"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// CheckDescriptors demands that every descriptor that is open at the end of the test, for
// a socket, a pipe or a file, is open now. Call it first in the test, so that what the test
// closes by [testing.T.Cleanup] is closed by then. CheckDescriptors works on Linux and does
// nothing elsewhere. It looks at the whole process: do not use it in parallel tests.
func CheckDescriptors(tb testing.TB) {
	tb.Helper()
	firstSocket()
	before := descriptors()
	tb.Cleanup(func() {
		left := descriptors()
		for name, n := range before {
			left[name] -= n
		}
		maps.DeleteFunc(left, func(_ string, n int) bool { return n <= 0 })
		if len(left) > 0 && !tb.Failed() {
			tb.Errorf("left open: %q", slices.Sorted(maps.Keys(left)))
		}
	})
}

// firstSocket makes package net open the one or two descriptors that it keeps from the
// first socket of a process on.
var firstSocket = sync.OnceFunc(func() {
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close()
	}
})

// descriptors counts the open descriptors of this process by kind.
func descriptors() map[string]int {
	names := map[string]int{}
	if runtime.GOOS != "linux" {
		return names
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return names
	}
	for _, entry := range entries {
		name, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && !strings.HasPrefix(name, "/proc/") {
			names[name]++
		}
	}
	return names
}
