//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file tests the end of signal handlers.

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// A handler that was removed is not called any more, even if its signal has come and its call
// is due.
func TestRemovedSignalHandlerIsNotCalled(t *testing.T) {
	testbed.Clean(t)
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		for range 50 {
			// The handlers of one signal are called one after another in some order. The first
			// one removes both.
			var removes []func()
			calls := 0
			called := rt.NewFuture[rt.Void]()
			for range 2 {
				removes = append(removes, l.AddSignalHandler(func(os.Signal) {
					calls++
					for _, remove := range removes {
						remove()
						remove()
					}
					called.Set(rt.Void{})
				}, syscall.SIGUSR1))
			}
			kill(t, syscall.SIGUSR1)
			if _, err := rt.Block(called); err != nil {
				return err
			}
			for range 3 {
				rt.Block(rt.Yield())
			}
			if calls != 1 {
				return fmt.Errorf("%d calls", calls)
			}
			if n := len(l.Tasks()); n != 1 {
				return fmt.Errorf("%d tasks", n)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A signal whose handler was removed, or whose loop has ended, has its usual effect again: it
// kills the program.
func TestSignalAfterItsHandler(t *testing.T) {
	testbed.Clean(t)
	if mode := os.Getenv("RT_SIGNAL_HANDLER"); mode != "" {
		handleOneSignal(mode)
		return
	}
	for _, mode := range []string{"removed", "closed"} {
		t.Run(mode, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestSignalAfterItsHandler$")
			cmd.Env = append(os.Environ(), "RT_SIGNAL_HANDLER="+mode)
			cmd.Stderr = os.Stderr
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for _, want := range []string{"running", mode} {
				if !lines.Scan() || lines.Text() != want {
					t.Errorf("the program printed %q, want %q", lines.Text(), want)
				}
				cmd.Process.Signal(syscall.SIGTERM)
			}
			for lines.Scan() { // until the program is dead
			}
			err = cmd.Wait()
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() || status.Signal() != syscall.SIGTERM {
				t.Errorf("the program ended with %v", err)
			}
		})
	}
}

// handleOneSignal lets one signal stop a loop. It does not handle further signals.
func handleOneSignal(mode string) {
	l, err := rt.NewLoop()
	if err != nil {
		fmt.Println(err)
		return
	}
	remove := l.AddSignalHandler(func(os.Signal) { l.Stop() }, syscall.SIGTERM)
	fmt.Println("running")
	l.RunForever()
	if mode == "removed" {
		remove()
	} else {
		l.Close()
	}
	fmt.Println(mode)
	io.Copy(io.Discard, os.Stdin) // for ever
}
