package main

// This file has the server on the event loop: the code of the server for one client, with awaits,
// and a task per client in place of a thread. Nothing runs at the same time, so w needs no lock.

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/servers

//coroutine:async
func serve(l *netio.Listener, w io.Writer) error {
	defer l.Close()
	for {
		conn, err := co.Await(l.Accept())
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Connection address:", conn.RemoteAddr())
		co.Spawn(answerAsync(conn, w))
	}
}

// answer is connection: it answers once.
//
//coroutine:async
func answer(conn *netio.Conn, w io.Writer) error {
	defer conn.Close()
	buf := make([]byte, bufferSize)
	n, err := co.Await(conn.Read(buf))
	if err != nil {
		return err // not data
	}
	fmt.Fprintf(w, "received data: %q\n", buf[:n])
	_, err = co.Await(conn.Write(buf[:n])) // echo
	return err
}
