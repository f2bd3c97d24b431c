package main

// This file has the server with a pool of threads.

import (
	"fmt"
	"io"
	"net"
)

const poolSize = 5

// poolMap is that of the slide. thread_pool.map waits until connection has returned, so the
// accept that comes next waits, too: four of the five threads have nothing to do.
func poolMap(l net.Listener, w io.Writer) { servePool(l, w, true) }

// pool is what was meant: thread_pool.apply_async.
func pool(l net.Listener, w io.Writer) { servePool(l, w, false) }

func servePool(l net.Listener, w io.Writer, wait bool) {
	queue := make(chan func(), 1<<10) // clients that have no thread yet
	defer close(queue)
	for range poolSize {
		go func() {
			for job := range queue {
				job()
			}
		}()
	}
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		fmt.Fprintln(w, "Connection address:", conn.RemoteAddr())
		done := make(chan struct{})
		queue <- func() {
			defer close(done)
			connection(conn, w)
		}
		if wait {
			<-done
		}
	}
}
