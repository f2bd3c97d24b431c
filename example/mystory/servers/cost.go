package main

// This file measures what each server costs: what silent clients take, and how long answers take.

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A cost is what a server has cost.
type cost struct {
	accepted   int           // of the silent clients
	goroutines int           // for them
	bytes      int           // for each that was accepted, heap and stacks
	echo       time.Duration // of a client that connects, sends and gets its answer
	together   time.Duration // the same, when 64 clients do it at once
}

// served is how many of n silent clients a server accepts, and for how many it has goroutines.
func served(name string, n int) (accepted int) {
	if name == "one" || name == "map" {
		return min(n, 1)
	}
	return n
}

func printCosts(w io.Writer, clients int) error {
	fmt.Fprintf(w, "| server | accepted of %d silent clients | goroutines | bytes per client | one echo | one of 64 at once |\n", clients)
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|")
	for _, k := range kinds {
		c, err := measure(k, clients, 2000)
		for range 2 { // the least of three, for the times; the first run also warms up
			again, err := measure(k, clients, 2000)
			if err != nil {
				return err
			}
			c.bytes = again.bytes
			c.echo = min(c.echo, again.echo)
			c.together = min(c.together, again.together)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %d | %d | %d | %v | %v |\n", k.name, c.accepted, c.goroutines, c.bytes,
			c.echo.Round(time.Microsecond), c.together.Round(time.Microsecond))
	}
	return nil
}

// measure measures k with so many silent clients, and then so many that talk.
func measure(k kind, silent, talking int) (c cost, err error) {
	if c, err = measureSilent(k, silent); err != nil {
		return c, err
	}
	addr, stop, err := k.start("127.0.0.1:0", io.Discard)
	if err != nil {
		return c, err
	}
	defer stop()
	begun := time.Now()
	for range talking {
		if err := talk(addr); err != nil {
			return c, err
		}
	}
	c.echo = time.Since(begun) / time.Duration(talking)

	const together = 64
	errs := make([]error, together)
	var all sync.WaitGroup
	begun = time.Now()
	for i := range together {
		all.Go(func() {
			for range (talking + together - 1) / together {
				errs[i] = talk(addr)
				if errs[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	c.together = time.Since(begun) / time.Duration((talking+together-1)/together*together)
	for _, err := range errs {
		if err != nil {
			return c, err
		}
	}
	return c, nil
}

// measureSilent connects clients that say nothing.
func measureSilent(k kind, clients int) (c cost, err error) {
	var counted counter
	before := usage()
	addr, stop, err := k.start("127.0.0.1:0", &counted)
	if err != nil {
		return c, err
	}
	defer stop()
	// The clients themselves are sockets without goroutines. They take heap, which is a part of
	// the result, and the same for all servers.
	conns := make([]net.Conn, clients)
	defer func() {
		for _, conn := range conns {
			if conn != nil {
				conn.Close()
			}
		}
	}()
	for i := range conns {
		if conns[i], err = net.Dial("tcp", addr); err != nil {
			return c, err
		}
	}
	c.accepted = served(k.name, clients)
	for begun := time.Now(); int(counted.Load()) < c.accepted; time.Sleep(time.Millisecond) {
		if time.Since(begun) > 20*time.Second {
			return c, fmt.Errorf("%s has accepted %d of %d clients", k.name, counted.Load(), c.accepted)
		}
	}
	after := usage()
	c.goroutines = after.goroutines - before.goroutines
	c.bytes = (after.bytes - before.bytes) / clients
	return c, nil
}

// talk is a client that says hi.
func talk(addr string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("hi")); err != nil {
		return err
	}
	buf := make([]byte, 10)
	if n, err := conn.Read(buf); string(buf[:n]) != "hi" {
		return fmt.Errorf("answer %q, %v", buf[:n], err)
	}
	return nil
}

// A counter counts the connections that a server prints. Several goroutines may write to it.
type counter struct{ atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("Connection address")) {
		c.Add(1)
	}
	return len(p), nil
}

// A used is what a program uses.
type used struct{ goroutines, bytes int }

func usage() used {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return used{runtime.NumGoroutine(), int(m.HeapAlloc + m.StackInuse)}
}
