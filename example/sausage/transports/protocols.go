package main

// This file has the server and the client as protocols.

import (
	"bytes"
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

func createServer(l *netio.Listener, w io.Writer) *streams.Server {
	return transports.Serve(l, func() transports.Protocol { return &shouter{w: w} })
}

// A shouter is the protocol of the server.
type shouter struct {
	w         io.Writer
	transport *transports.Transport
}

func (s *shouter) ConnectionMade(t *transports.Transport) {
	s.transport = t
	fmt.Fprintln(s.w, "server: connection_made")
}

func (s *shouter) DataReceived(p []byte) {
	fmt.Fprintf(s.w, "server: data_received %s\n", p)
	s.transport.Write(bytes.ToUpper(p))
}

func (s *shouter) EOFReceived() (keepOpen bool) {
	fmt.Fprintln(s.w, "server: eof_received")
	return false
}

func (s *shouter) ConnectionLost(err error) {
	fmt.Fprintln(s.w, "server: connection_lost", err)
}

// createConnection connects, and waits until the connection is lost: a future turns the last
// callback into something to await.
//
//coroutine:async
func createConnection(addr string, w io.Writer) error {
	lost := rt.NewFuture[rt.Void]()
	if _, err := co.Await(transports.Dial("tcp", addr, func() transports.Protocol {
		return &caller{w: w, left: words, lost: lost}
	})); err != nil {
		return err
	}
	return co.Wait(lost)
}

// A caller is the protocol of the client.
type caller struct {
	w         io.Writer
	transport *transports.Transport
	left      []string // words to say
	lost      *rt.Future[rt.Void]
}

func (c *caller) ConnectionMade(t *transports.Transport) {
	c.transport = t
	fmt.Fprintln(c.w, "client: connection_made")
	c.say()
}

// say says the next word. What is a loop in the coroutine is a field and a callback here.
func (c *caller) say() {
	if len(c.left) == 0 {
		c.transport.WriteEOF()
		return
	}
	c.transport.Write([]byte(c.left[0]))
	c.left = c.left[1:]
}

func (c *caller) DataReceived(p []byte) {
	fmt.Fprintf(c.w, "client: data_received %s\n", p)
	c.say()
}

func (c *caller) EOFReceived() (keepOpen bool) {
	fmt.Fprintln(c.w, "client: eof_received")
	return false
}

func (c *caller) ConnectionLost(err error) {
	fmt.Fprintln(c.w, "client: connection_lost", err)
	if err != nil {
		c.lost.Fail(err)
	} else {
		c.lost.Set(rt.Void{})
	}
}
