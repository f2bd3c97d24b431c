//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The order is that of Python 3.11.7. The pipe is a real one, so the loop is, too: a unit is a
// millisecond. The order does not depend on how fast the machine is.
func TestOutput(t *testing.T) {
	const want = `call_soon
call_at
call_later
run_forever has been stopped
add_writer: wrote "hello", <nil>
remove_writer: true
add_reader: read "hello", <nil>
remove_reader: true
remove_reader: false
run_until_complete has returned 42
`
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	defer loop.Close()
	var out strings.Builder
	if err := run(loop, &out, time.Millisecond); err != nil || loop.Timers() != 0 || out.String() != want {
		t.Errorf("%v, %d timers left\n%s", err, loop.Timers(), &out)
	}
}
