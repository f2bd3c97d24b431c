//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file has the server on package rt, whose sockets never block.

import (
	"errors"
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// serverRT is tcpServer.
//
//coroutine:async
func serverRT(w io.Writer, l *netio.Listener) error {
	defer l.Close()
	for {
		conn, err := co.Await(l.Accept())
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Connection from", conn.RemoteAddr())
		co.Spawn(handlerRTAsync(w, conn))
	}
}

// handlerRT is echoHandler. A Write writes everything, and the end of what is read is io.EOF.
//
//coroutine:async
func handlerRT(w io.Writer, conn *netio.Conn) error {
	defer conn.Close()
	buf := make([]byte, 10000)
	for {
		n, err := co.Await(conn.Read(buf))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if _, err := co.Await(conn.Write(append([]byte("Got:"), buf[:n]...))); err != nil {
			return err
		}
	}
	fmt.Fprintln(w, "Connection closed")
	return nil
}
