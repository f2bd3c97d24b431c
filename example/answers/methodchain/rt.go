package main

// This file has the user on package rt. rt.Sleep, rt.Future and netio.Conn do not yield futures: they
// return that they are not ready, and the task is woken by what it has been registered for.

import (
	"fmt"
	"io"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// runOnRt runs the user, with a pipe.
func runOnRt(w io.Writer) error {
	r, end, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer end.Close()
	sock, err := netio.FileConn(r)
	if err != nil {
		return err
	}
	defer sock.Close()
	time.AfterFunc(time.Second, func() { end.WriteString("data") })
	_, err = rt.Run(rtOuterAsync(w, sock))
	return err
}

// rtOuter is outer.
//
//coroutine:async
func rtOuter(w io.Writer, sock *netio.Conn) error {
	buffer := make([]byte, 1024)
	n, err := co.Await(sock.Read(buffer))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "7. %q is returned to our humble user\n", buffer[:n])
	return nil
}
