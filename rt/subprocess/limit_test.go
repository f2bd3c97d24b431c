//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package subprocess_test

// This file tests the limit of output that is kept.

import (
	"errors"
	"os/exec"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

func wantLimit(t *testing.T, err error, output string, limit int) {
	t.Helper()
	var e *subprocess.LimitError
	if !errors.As(err, &e) || *e != (subprocess.LimitError{Output: output, Limit: limit}) {
		t.Errorf("got %v, want the limit %d of %s", err, limit, output)
	}
}

// A program that writes for ever is killed.
func TestRunHasALimit(t *testing.T) {
	run(t, func() error {
		for output, script := range map[string]string{"Stdout": "exec yes", "Stderr": "exec yes >&2"} {
			for _, limit := range []int{1, 1000, 1 << 20} {
				_, err := await(subprocess.Run(exec.Command("sh", "-c", script), nil).Limit(limit))
				wantLimit(t, err, output, limit)
			}
		}
		_, err := await(subprocess.Run(exec.Command("yes"), nil))
		wantLimit(t, err, "Stdout", subprocess.DefaultLimit)
		return nil
	})
}

// The limit applies to each of the two outputs. Output of exactly the limit is kept.
func TestOutputOfExactlyTheLimit(t *testing.T) {
	run(t, func() error {
		r, err := await(subprocess.Run(exec.Command("sh", "-c", "printf 12345; printf 67890 >&2"), nil).Limit(5))
		if err != nil || string(r.Stdout) != "12345" || string(r.Stderr) != "67890" {
			t.Errorf("%+v, %v", r, err)
		}
		_, err = await(subprocess.Run(exec.Command("printf", "123456"), nil).Limit(5))
		wantLimit(t, err, "Stdout", 5)
		return nil
	})
}

// Communicate does not kill the process, and leaves the output for the next read.
func TestCommunicateHasALimit(t *testing.T) {
	run(t, func() error {
		p, err := shell("read x; printf 123456; read x; printf 789", "io")
		if err != nil {
			return err
		}
		defer p.Close()
		p.Stdin.WriteString("go\n")
		_, err = await(p.Communicate([]byte("on\n")).Limit(4))
		wantLimit(t, err, "Stdout", 4)
		if out, err := await(p.Stdout.ReadAll()); string(out) != "123456789" || err != nil {
			t.Errorf("what is left: %q, %v", out, err)
		}
		state, err := await(p.Wait())
		if err != nil || !state.Success() {
			t.Errorf("the process ended with %v, %v", state, err)
		}
		return nil
	})
}
