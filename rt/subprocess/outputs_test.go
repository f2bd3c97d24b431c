//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package subprocess_test

// This file tests output that nobody wants any more.

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

// A process whose output nobody wants any more fails to write it, and goes on.
func TestCloseOutputsOfAProcessThatWrites(t *testing.T) {
	run(t, func() error {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		cmd := exec.Command("sh", "-c", "trap '' PIPE; echo one; read line; echo two 2>/dev/null || echo \"broken, $line\" >&2")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = subprocess.Pipe, subprocess.Pipe, w
		p, err := subprocess.Start(cmd)
		w.Close()
		if err != nil {
			return err
		}
		defer p.Close()
		conn, err := netio.FileConn(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		defer conn.Close()
		if line, err := await(p.Stdout.ReadLine()); string(line) != "one\n" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		p.CloseOutputs()
		fmt.Fprintln(p.Stdin, "but here")
		if got, err := await(streams.NewReader(conn).ReadAll()); string(got) != "broken, but here\n" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		return wait(p.Wait())
	})
}
