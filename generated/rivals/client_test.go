package rivals

// This file lets the test binary be the process of the clients.

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

const clientVariable = "RIVALS_CLIENT"

// isClient is the whole program if that is to be the clients.
func isClient() bool {
	order := os.Getenv(clientVariable)
	if order == "" {
		return false
	}
	var addr string
	var connections, n int
	if _, err := fmt.Sscan(order, &addr, &connections, &n); err != nil {
		panic(err)
	}
	var took time.Duration
	var err error
	if n > 0 {
		took, err = rt.Run(loadAsync(addr, connections, n))
	} else {
		err = connect(addr, connections)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(took.Nanoseconds())
	io.Copy(io.Discard, os.Stdin) // until we are released
	return true
}

// connect makes one request on each of some connections, and keeps them.
func connect(addr string, connections int) error {
	buf := make([]byte, 1)
	for range connections {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			return err
		}
		if _, err := c.Write(buf); err != nil {
			return err
		}
		if _, err := c.Read(buf); err != nil {
			return err
		}
		kept = append(kept, c)
	}
	return nil
}

var kept []net.Conn

// requests lets clients make n requests on each of some connections to addr,
// and returns how long that took.
func requests(tb testing.TB, addr string, connections, n int) time.Duration {
	tb.Helper()
	took, release := client(tb, addr, connections, n)
	release()
	return took
}

// hold connects, with one request each, until release is called.
func hold(tb testing.TB, addr string, connections int) (release func()) {
	tb.Helper()
	_, release = client(tb, addr, connections, 0)
	return release
}

func client(tb testing.TB, addr string, connections, n int) (took time.Duration, release func()) {
	tb.Helper()
	c := exec.CommandContext(tb.Context(), os.Args[0])
	c.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d", clientVariable, addr, connections, n))
	c.Stderr = os.Stderr
	stdin, err := c.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := c.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	_, err = fmt.Fscan(stdout, (*int64)(&took))
	if err != nil {
		c.Wait()
		tb.Fatal(err)
	}
	return took, func() {
		stdin.Close()
		if err := c.Wait(); err != nil {
			tb.Error(err)
		}
	}
}
