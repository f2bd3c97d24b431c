package main

// This file has the server and the client as coroutines over streams.

import (
	"bytes"
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

func startServer(l *netio.Listener, w io.Writer) *streams.Server {
	return streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] { return shoutAsync(conn, w) })
}

// shout is the callback of start_server.
//
//coroutine:async
func shout(conn *netio.Conn, w io.Writer) error {
	s := streams.New(conn)
	defer s.Close()
	fmt.Fprintln(w, "server: connected")
	buf := make([]byte, 100)
	for {
		n, err := co.Await(s.Read(buf))
		if err == io.EOF {
			fmt.Fprintln(w, "server: end")
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "server: read %s\n", buf[:n])
		s.Write(bytes.ToUpper(buf[:n]))
		if err := co.Wait(s.Drain()); err != nil {
			return err
		}
	}
}

// openConnection is a client.
//
//coroutine:async
func openConnection(addr string, w io.Writer) error {
	s, err := co.Await(streams.Dial("tcp", addr))
	if err != nil {
		return err
	}
	defer co.Wait(s.WaitClosed())
	defer s.Close()
	fmt.Fprintln(w, "client: connected")
	buf := make([]byte, 100)
	for _, word := range words {
		io.WriteString(s, word)
		n, err := co.Await(s.Read(buf))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "client: read %s\n", buf[:n])
	}
	s.WriteEOF()
	if _, err := co.Await(s.Read(buf)); err != io.EOF {
		return fmt.Errorf("%v in place of the end", err)
	}
	fmt.Fprintln(w, "client: end")
	return nil
}
