//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rttest_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A loop with a fake clock does not see that a real descriptor becomes ready. The report names
// what to use instead if a task waits for a descriptor, and does not if it waits for something
// else.
func TestDeadlockNamesWhatServesInPlaceOfDescriptors(t *testing.T) {
	r, w, err := os.Pipe()
	testbed.NoError(t, err)
	defer w.Close()
	real, err := netio.FileConn(r)
	testbed.NoError(t, errors.Join(err, r.Close()))
	defer real.Close()
	scripted := rttest.NewConn(nil, rttest.Peer{Idle: true})
	for name, test := range map[string]struct {
		conn *netio.Conn
		real bool
	}{"real": {real, true}, "scripted": {scripted.Conn, false}} {
		t.Run(name, func(t *testing.T) {
			_, err := testbed.RunFake(t, test.conn.Read(make([]byte, 1)))
			if err == nil || !strings.Contains(err.Error(), "deadlock") {
				t.Fatalf("Run returned %v", err)
			}
			for _, want := range []string{"rttest.NewConn", "NewPipe", "NewListener"} {
				if strings.Contains(err.Error(), want) != test.real {
					t.Errorf("%q in the error: %v, want %v: %v", want, !test.real, test.real, err)
				}
			}
		})
	}
}
