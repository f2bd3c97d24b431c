//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file measures an echo server: tasks on one loop, written by hand,
// against a goroutine for each connection on package net. The clients are the
// same for both: tasks on a loop of their own.
//
//	go test ./rt -run '^$' -bench 'Echo|Idle|Wakeup' -count 5

import (
	"fmt"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

func BenchmarkEcho(b *testing.B) {
	for _, conns := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("loop/conns=%d", conns), func(b *testing.B) {
			l, err := rt.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			loop, err := rt.NewLoop(rt.WithHandler(func(error) {}))
			if err != nil {
				b.Fatal(err)
			}
			ended := make(chan bool)
			go func() {
				defer close(ended)
				rt.RunUntilComplete(loop, serve(l, func(c *rt.Conn) rt.Coroutine[rt.Void] { return echo(c, 4096) }))
				loop.Close()
			}()
			request(b, l.Addr().String(), conns)
			loop.CallSoonThreadsafe(func() { l.Close() })
			<-ended
		})
		b.Run(fmt.Sprintf("goroutines/conns=%d", conns), func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			ended := make(chan bool)
			go func() {
				defer close(ended)
				echoGoroutines(l, 4096)
			}()
			request(b, l.Addr().String(), conns)
			l.Close()
			<-ended
		})
	}
}

// request makes b.N requests of 100 bytes over the given number of
// connections, of which each waits for its echo before the next request. It
// reports, besides the time, what client and server together used of the
// processors.
func request(b *testing.B, addr string, conns int) {
	loop, err := rt.NewLoop()
	if err != nil {
		b.Fatal(err)
	}
	defer loop.Close()
	var clients []rt.Expr[rt.Void]
	warm := 0
	var start time.Duration
	for i := range conns {
		share := b.N / conns
		if i < b.N%conns {
			share++
		}
		const warmup = 10
		clients = append(clients, rt.NewCoroutine[rt.Void](&clientFrame{
			dial:    rt.Dial("tcp", addr),
			request: make([]byte, 100),
			reply:   make([]byte, 4096),
			left:    warmup + share,
			warmup:  warmup,
			started: func() {
				if warm++; warm == conns {
					runtime.GC()
					start = processorTime(b)
					b.ReportAllocs()
					b.ResetTimer()
				}
			},
			finished: func() {},
		}))
	}
	if _, err := rt.RunUntilComplete(loop, rt.Gather(clients...)); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op")
}

// BenchmarkIdle weighs a connection that has had one echo and waits for the
// next: the heap and the stacks that the server takes, without the clients.
func BenchmarkIdle(b *testing.B) {
	const conns = 1000
	measure := func(b *testing.B, addr string, start func()) {
		var clients []net.Conn
		defer func() {
			for _, c := range clients {
				c.Close()
			}
		}()
		for range conns { // they wait in line
			c, err := net.Dial("tcp", addr)
			if err != nil {
				b.Fatal(err)
			}
			clients = append(clients, c)
		}
		inUse := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc + m.StackInuse
		}
		before := inUse()
		start()
		buf := make([]byte, 1)
		for _, c := range clients {
			c.Write(buf)
			c.Read(buf)
		}
		b.ReportMetric(float64(inUse()-before)/conns, "B/conn")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("loop", func(b *testing.B) {
		l, err := rt.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		loop, err := rt.NewLoop(rt.WithHandler(func(error) {}))
		if err != nil {
			b.Fatal(err)
		}
		ended := make(chan bool)
		measure(b, l.Addr().String(), func() {
			go func() {
				defer close(ended)
				rt.RunUntilComplete(loop, serve(l, func(c *rt.Conn) rt.Coroutine[rt.Void] { return echo(c, 512) }))
				loop.Close()
			}()
		})
		loop.CallSoonThreadsafe(func() { l.Close() })
		<-ended
	})
	b.Run("goroutines", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		measure(b, l.Addr().String(), func() { go echoGoroutines(l, 512) })
		l.Close()
	})
}

// echoGoroutines is the same server on goroutines, until l is closed.
func echoGoroutines(l net.Listener, size int) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			buf := make([]byte, size)
			for {
				n, err := conn.Read(buf)
				if err != nil {
					return
				}
				if _, err := conn.Write(buf[:n]); err != nil {
					return
				}
			}
		}()
	}
}

// BenchmarkWakeup is a word to another goroutine, and its answer: to a loop that
// waits, with or without a descriptor, or to a goroutine that waits at a
// channel.
func BenchmarkWakeup(b *testing.B) {
	wakeup := func(b *testing.B, x rt.Expr[*rt.Conn]) {
		loop, err := rt.NewLoop()
		if err != nil {
			b.Fatal(err)
		}
		if x != nil {
			rt.Start(loop, x)
		}
		ended := make(chan bool)
		go func() {
			defer close(ended)
			loop.RunForever()
			loop.Close()
		}()
		answer := make(chan bool)
		say := func() { answer <- true }
		for b.Loop() {
			loop.CallSoonThreadsafe(say)
			<-answer
		}
		loop.CallSoonThreadsafe(loop.Stop)
		<-ended
	}
	b.Run("loop", func(b *testing.B) { wakeup(b, nil) })
	b.Run("loop with a socket", func(b *testing.B) {
		l, err := rt.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		wakeup(b, l.Accept())
	})
	b.Run("channel", func(b *testing.B) {
		words, answer := make(chan bool), make(chan bool)
		go func() {
			for range words {
				answer <- true
			}
		}()
		for b.Loop() {
			words <- true
			<-answer
		}
		close(words)
	})
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
