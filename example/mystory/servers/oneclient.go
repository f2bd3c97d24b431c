package main

// This file has the first server of the story. "Because": one client at a time.

import (
	"fmt"
	"io"
	"net"
)

func oneClient(l net.Listener, w io.Writer) {
	buf := make([]byte, bufferSize)
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		fmt.Fprintln(w, "Connection address:", conn.RemoteAddr())
		for {
			n, err := conn.Read(buf)
			if err != nil {
				break // not data
			}
			fmt.Fprintf(w, "received data: %q\n", buf[:n])
			conn.Write(buf[:n]) // echo
		}
		conn.Close()
	}
}
