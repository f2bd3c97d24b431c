//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt_test

// This file measures an echo server: tasks on one loop, written by hand,
// against a goroutine for each connection on package net. The clients are the
// same for both: tasks on a loop of their own.
//
//	go test ./rt -run '^$' -bench Echo -count 5

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
	for _, conns := range []int{1, 64} {
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
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					go func() {
						defer conn.Close()
						buf := make([]byte, 4096)
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

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
