package main

// This file has the server with threads. "Because": threads are overhead, context switching,
// synchronization, the GIL.

import (
	"fmt"
	"io"
	"net"
)

func threads(l net.Listener, w io.Writer) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		fmt.Fprintln(w, "Connection address:", conn.RemoteAddr())
		go connection(conn, w)
	}
}

// connection answers once, as on the slide. w must be safe for use by several goroutines: that
// is what synchronization means.
func connection(conn net.Conn, w io.Writer) {
	defer conn.Close() // Python closes it when it frees it
	buf := make([]byte, bufferSize)
	n, err := conn.Read(buf)
	if err != nil {
		return // not data
	}
	fmt.Fprintf(w, "received data: %q\n", buf[:n])
	conn.Write(buf[:n]) // echo
}
