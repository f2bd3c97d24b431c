//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file tests signals. A signal that would end the program goes to a process of its own.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

func kill(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), sig); err != nil {
		t.Fatal(err)
	}
}

func TestSignals(t *testing.T) {
	testbed.Clean(t)
	signals := rt.Signals(syscall.SIGUSR1, syscall.SIGUSR2)
	_, err := testbed.RunReal(t, do(func() error {
		next := signals.Next()
		waiting := rt.Spawn(rt.Current(), next)
		rt.Block(rt.Yield())
		rt.Block(rt.Yield())
		if _, err := rt.Block(signals.Next()); err == nil || !strings.Contains(err.Error(), "another task is waiting") {
			t.Errorf("second to wait: %v", err)
		}
		kill(t, syscall.SIGUSR1)
		if sig, err := rt.Block(waiting); sig != syscall.SIGUSR1 || err != nil {
			t.Errorf("got %v, %v", sig, err)
		}
		kill(t, syscall.SIGUSR2) // before a task waits
		if sig, err := rt.Block(signals.Next()); sig != syscall.SIGUSR2 || err != nil {
			t.Errorf("got %v, %v", sig, err)
		}
		waiting = rt.Spawn(rt.Current(), signals.Next())
		rt.Block(rt.Yield())
		rt.Block(rt.Yield())
		waiting.Cancel(nil)
		if _, err := rt.Block(waiting); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		waiting = rt.Spawn(rt.Current(), signals.Next())
		rt.Block(rt.Yield())
		rt.Block(rt.Yield())
		signals.Close()
		if _, err := rt.Block(waiting); !errors.Is(err, os.ErrClosed) {
			t.Errorf("waiting when it was closed: %v", err)
		}
		if _, err := rt.Block(signals.Next()); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after it was closed: %v", err)
		}
		signals.Close()
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A server that gets the signal closes its listener, cancels every task and runs the deferred
// calls of the tasks.
func TestCancelOn(t *testing.T) {
	testbed.Clean(t)
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var ended []string
	_, err = testbed.RunReal(t, do(func() error {
		defer func() { ended = append(ended, "main") }()
		defer l.Close()
		for {
			conn, err := rt.Block(l.Accept())
			if err != nil {
				return err
			}
			rt.Spawn(rt.Current(), do(func() error {
				defer func() { ended = append(ended, "handler") }()
				defer conn.Close()
				kill(t, syscall.SIGUSR1)
				_, err := rt.Block(conn.Read(make([]byte, 1)))
				if !errors.Is(err, context.Canceled) {
					t.Errorf("read in the handler: %v", err)
				}
				return err
			}))
		}
	}), rt.CancelOn(syscall.SIGUSR1))
	var cause *rt.SignalError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &cause) || cause.Signal != syscall.SIGUSR1 {
		t.Errorf("Run returned %v", err)
	}
	if got := strings.Join(ended, ", "); got != "main, handler" {
		t.Errorf("deferred calls that ran: %s", got)
	}
	if _, err := client.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the client reads %v, want the end of the stream", err)
	}
}

// Loops end while signals arrive that something else in the program receives, too: a signal must
// not reach a queue that is being closed.
func TestCancelOnInAFlood(t *testing.T) {
	testbed.Clean(t)
	other := make(chan os.Signal, 1)
	signal.Notify(other, syscall.SIGUSR1)
	defer signal.Stop(other)
	var flood, loops sync.WaitGroup
	over := make(chan bool)
	flood.Go(func() {
		for {
			select {
			case <-other:
			case <-over:
				return
			default:
				kill(t, syscall.SIGUSR1)
			}
		}
	})
	for range 24 {
		loops.Go(func() {
			for range 100 {
				_, err := rt.Run(rt.Sleep(20*time.Microsecond), testbed.Real(t, rt.CancelOn(syscall.SIGUSR1))...)
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	loops.Wait()
	close(over)
	flood.Wait()
}

func TestCancelOnWithoutSignal(t *testing.T) {
	testbed.Clean(t)
	if _, err := testbed.RunReal(t, do(func() error { return nil }), rt.CancelOn()); err != nil {
		t.Error(err)
	}
}

func TestCancelOnStopsARunForever(t *testing.T) {
	testbed.Clean(t)
	l := testbed.RealLoop(t, rt.CancelOn(syscall.SIGUSR1))
	l.CallSoon(func() { kill(t, syscall.SIGUSR1) })
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// One Ctrl-C: the deferred calls run, and the exit code is 0. A second one while the program
// has not ended: the program is killed, also if a step hangs.
func TestInterrupt(t *testing.T) {
	testbed.Clean(t)
	if mode := os.Getenv("RT_INTERRUPT"); mode != "" {
		runUntilInterrupted(mode)
		return
	}
	for _, mode := range []string{"clean", "stubborn", "hung"} {
		t.Run(mode, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestInterrupt$")
			cmd.Env = append(os.Environ(), "RT_INTERRUPT="+mode)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			line := func(want string) {
				t.Helper()
				if !lines.Scan() || lines.Text() != want {
					t.Errorf("the program printed %q, want %q", lines.Text(), want)
				}
			}
			line("running")
			ended := make(chan bool)
			if mode == "hung" { // nothing says when the first signal has arrived
				go func() {
					for {
						select {
						case <-ended:
							return
						default:
							cmd.Process.Signal(os.Interrupt)
						}
					}
				}()
			} else {
				cmd.Process.Signal(os.Interrupt)
				line("cancelled")
			}
			if mode == "stubborn" {
				cmd.Process.Signal(os.Interrupt)
			}
			for lines.Scan() {
			}
			close(ended)
			err = cmd.Wait()
			if mode == "clean" && err != nil {
				t.Errorf("exit: %v, want code 0", err)
			}
			if mode != "clean" && err == nil {
				t.Error("the second Ctrl-C did not end the program")
			}
		})
	}
}

func runUntilInterrupted(mode string) {
	_, err := rt.Run(do(func() error {
		fmt.Println("running")
		if mode == "hung" {
			<-make(chan int) // a step that never returns
		}
		never := rt.NewFuture[int]()
		_, err := rt.Block(never)
		fmt.Println("cancelled")
		if mode == "stubborn" {
			defer rt.Current().OpenShield().Close()
			rt.Block(never)
		}
		return err
	}), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if !errors.Is(err, context.Canceled) {
		fmt.Println("Run returned", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func TestAddSignalHandler(t *testing.T) {
	testbed.Clean(t)
	var got []os.Signal
	_, err := testbed.RunReal(t, do(func() error {
		l := rt.Current().Loop()
		came := queues.New[os.Signal](0)
		remove := l.AddSignalHandler(func(sig os.Signal) { got = append(got, sig); came.TryPut(sig) }, syscall.SIGUSR1, syscall.SIGUSR2)
		for _, sig := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGUSR1} {
			rt.Block(rt.Yield())
			kill(t, sig)
			if v, err := rt.Block(came.Get()); v != sig || err != nil {
				return fmt.Errorf("got %v, %v, want %v", v, err, sig)
			}
		}
		remove()
		l.AddSignalHandler(func(os.Signal) {}, syscall.SIGUSR1) // ends with the loop
		return nil
	}))
	if err != nil || len(got) != 3 {
		t.Error(got, err)
	}
}

// A handler that was removed is not called, even if its signal has come already.
func TestRemovedSignalHandler(t *testing.T) {
	_, err := rt.Run(do(func() error {
		l := rt.Current().Loop()
		signals := rt.Signals(syscall.SIGUSR1) // keeps the signal from killing the program
		defer signals.Close()
		for range 100 {
			removed := false
			remove := l.AddSignalHandler(func(os.Signal) {
				if removed {
					t.Error("called after it was removed")
				}
			}, syscall.SIGUSR1)
			kill(t, syscall.SIGUSR1)
			if _, err := rt.Block(signals.Next()); err != nil {
				return err
			}
			remove()
			remove()
			removed = true
			for range 5 {
				rt.Block(rt.Yield())
			}
		}
		for _, task := range l.Tasks() {
			if task != rt.Current() {
				return fmt.Errorf("left on the loop: %v", task)
			}
		}
		return nil
	}), testbed.Real(t)...)
	if err != nil {
		t.Error(err)
	}
}

// A signal comes while the main task is busy, while it waits, and when it is cancelled already.
func TestRunnerIsInterrupted(t *testing.T) {
	testbed.Clean(t)
	for name, body := range map[string]func() error{
		"busy": func() error {
			kill(t, syscall.SIGUSR1)
			for {
				if _, err := rt.Block(rt.Yield()); err != nil {
					return err
				}
			}
		},
		"waiting": func() error {
			kill(t, syscall.SIGUSR1)
			_, err := rt.Block(new(rt.Future[int]))
			return err
		},
		"cancelled": func() error {
			rt.Current().Cancel(nil)
			kill(t, syscall.SIGUSR1)
			_, err := rt.Block(new(rt.Future[int]))
			return err
		},
	} {
		r := rt.NewRunner(testbed.Real(t, rt.CancelOn(syscall.SIGUSR1))...)
		_, err := rt.RunOn(r, do(func() error {
			rt.Block(rt.Yield()) // CancelOn registers before this
			return body()
		}))
		var sig *rt.SignalError
		if !errors.Is(err, context.Canceled) || errors.As(err, &sig) == (name == "cancelled") {
			t.Errorf("%s: %v", name, err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Signals that came before Close did not have their usual effect, so they are not lost.
func TestSignalsBeforeClose(t *testing.T) {
	testbed.Clean(t)
	signals := rt.Signals(syscall.SIGUSR1, syscall.SIGUSR2)
	kill(t, syscall.SIGUSR1)
	kill(t, syscall.SIGUSR2)
	_, err := testbed.RunReal(t, do(func() error {
		first, err := rt.Block(signals.Next()) // so both have come; the system decides the order
		if err != nil {
			return err
		}
		for _, other := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGUSR2} {
			if other == first {
				continue
			}
			for range 2 {
				go signals.Close()
			}
			signals.Close()
			if sig, err := rt.Block(signals.Next()); sig != other || err != nil {
				t.Errorf("what came before Close: %v, %v", sig, err)
			}
		}
		for range 2 {
			if sig, err := rt.Block(signals.Next()); !errors.Is(err, os.ErrClosed) {
				t.Errorf("closed and empty: %v, %v", sig, err)
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}
