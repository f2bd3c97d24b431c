//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rivals

// This file measures the echo servers. The clients are in a process of their
// own, so that what this one uses of the processors is the server's.

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A server begins to serve on loopback, until stop is called.
type server func(tb testing.TB) (addr string, stop func())

func onLoop(serve func(*netio.Listener) rt.Coroutine[rt.Void]) server {
	return func(tb testing.TB) (addr string, stop func()) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			tb.Fatal(err)
		}
		loop := newLoop(tb)
		ended := make(chan error)
		go func() {
			_, err := rt.RunUntilComplete(loop, serve(l))
			ended <- err
		}()
		return l.Addr().String(), func() {
			loop.CallSoonThreadsafe(func() { l.Close() })
			<-ended
		}
	}
}

func onGoroutines(tb testing.TB) (addr string, stop func()) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	ended := make(chan bool)
	go func() {
		serveGoroutines(l)
		close(ended)
	}()
	return l.Addr().String(), func() {
		l.Close()
		<-ended
	}
}

var servers = []struct {
	name  string
	serve server
}{
	{"tasks", onLoop(serveAsync)},
	{"tasks, borrowed buffers", onLoop(serveBorrowingAsync)},
	{"goroutines", onGoroutines},
}

func TestEcho(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			addr, stop := s.serve(t)
			defer stop()
			requests(t, addr, 10, 10)
			ask(t, s.serve, 10)
		})
	}
}

func BenchmarkEcho(b *testing.B) {
	for _, connections := range []int{64, 1000} {
		for _, s := range servers {
			b.Run(fmt.Sprintf("%d/%s", connections, s.name), func(b *testing.B) {
				addr, stop := s.serve(b)
				defer stop()
				n := b.N/connections + 1
				before := processor()
				took := requests(b, addr, connections, n)
				total := float64(connections * n)
				b.ReportMetric(float64(processor()-before)/total, "server-ns/op")
				b.ReportMetric(float64(took)/total, "ns/op")
			})
		}
	}
}

// ask makes n requests, one after the other, in this process and with package net, and
// returns how many there were in a second.
func ask(tb testing.TB, serve server, n int) float64 {
	tb.Helper()
	addr, stop := serve(tb)
	defer stop()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close()
	buf := make([]byte, requestSize)
	begin := time.Now()
	for range n {
		if _, err := c.Write(buf); err != nil {
			tb.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			tb.Fatal(err)
		}
	}
	return float64(n) / time.Since(begin).Seconds()
}

// idle returns how many bytes a connection takes that has had one echo and waits
// for more.
func idle(tb testing.TB, serve server) float64 {
	const connections = 2000
	addr, stop := serve(tb)
	defer stop()
	requests(tb, addr, 10, 10)
	before := inUse()
	release := hold(tb, addr, connections)
	defer release()
	return float64(inUse()-before) / connections
}

// inUse returns the bytes of all objects and stacks.
func inUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}

// processor returns the time that the process has spent on processors.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
