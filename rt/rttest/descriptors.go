package rttest

// This file is the check that no descriptor is left open.

import (
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
)

// CheckDescriptors demands that at the end of the test there are as many open
// descriptors as now: sockets, pipes, files. Call it first of all, so that what
// the test itself leaves to [testing.T.Cleanup] is closed by then. It sees them on
// Linux; elsewhere it does nothing.
func CheckDescriptors(tb testing.TB) {
	tb.Helper()
	// The first socket of a process makes package net open a descriptor or two
	// for good.
	if l, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		l.Close()
	}
	before := descriptors()
	tb.Cleanup(func() {
		if after := descriptors(); !tb.Failed() && len(after) != len(before) {
			tb.Errorf("descriptors open before the test: %q, after it: %q", before, after)
		}
	})
}

// descriptors lists what the open descriptors of this process are.
func descriptors() (names []string) {
	if runtime.GOOS != "linux" {
		return nil
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	for _, entry := range entries {
		name, err := os.Readlink("/proc/self/fd/" + entry.Name())
		if err == nil && !strings.HasPrefix(name, "/proc/") {
			names = append(names, name)
		}
	}
	return names
}
