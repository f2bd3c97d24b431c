//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file has the server on the loop of the slides.

import (
	"net"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
)

// onSlides serves until it is cancelled. It calls gone after the end of each client, with their
// number.
func onSlides(l net.Listener, gone func(n int, cancel func())) error {
	defer l.Close()
	conn, err := l.(*net.TCPListener).SyscallConn()
	if err != nil {
		return err
	}
	var socket int // non-blocking, as Go makes it
	if err := conn.Control(func(fd uintptr) { socket = int(fd) }); err != nil {
		return err
	}
	s := &slides{loop: asyncio.NewLoop(asyncio.Poll{})}
	server := asyncio.NewTask(s.loop, "accept_connections", s.acceptConnectionsPull(socket))
	s.gone = func() {
		s.ended++
		gone(s.ended, func() { server.Cancel() })
	}
	_, err = s.loop.RunUntilComplete(server)
	return err
}

// slides are the coroutines on the loop of the slides.
type slides struct {
	loop  *asyncio.Loop
	ended int // number of clients
	gone  func()
}

//coroutine:generator
func (s *slides) acceptConnections(y co.Yielder[asyncio.Waitable, any], socket int) (any, error) {
	for {
		client, err := y.Yield(s.loop.SockAccept(socket))
		if err != nil {
			return nil, err
		}
		asyncio.NewTask(s.loop, "handle_client", s.handleClientPull(client.(int)))
	}
}

//coroutine:generator
func (s *slides) handleClient(y co.Yielder[asyncio.Waitable, any], client int) (any, error) {
	defer s.gone()
	defer asyncio.SockClose(client)
	for {
		data, err := y.Yield(s.loop.SockRecv(client, 4096))
		if err != nil {
			return nil, err
		}
		if len(data.([]byte)) == 0 { // not data
			return nil, nil
		}
		if _, err := y.Yield(s.loop.SockSendAll(client, data.([]byte))); err != nil {
			return nil, err
		}
	}
}
