//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

// This file has the server of the page, on both kinds of sockets.

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// tcpServer starts a task for every client.
//
//coroutine:generator
func tcpServer(s *Scheduler, w io.Writer, sock *Socket, y co.Yielder[rt.Void, rt.Void]) error {
	defer sock.Close()
	for {
		client, addr, err := s.Accept(sock, y)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Connection from", addr)
		s.NewTask(echoHandlerPull(s, w, client))
	}
}

// echoHandler sends back what comes. The page sends once, and may lose what does not fit.
//
//coroutine:generator
func echoHandler(s *Scheduler, w io.Writer, sock *Socket, y co.Yielder[rt.Void, rt.Void]) error {
	defer sock.Close()
	buf := make([]byte, 10000)
	for {
		n, err := s.Recv(sock, buf, y)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		for answer := append([]byte("Got:"), buf[:n]...); len(answer) > 0; {
			sent, err := s.Send(sock, answer, y)
			if err != nil {
				return err
			}
			answer = answer[sent:]
		}
	}
	fmt.Fprintln(w, "Connection closed")
	return nil
}

// tryServer is tcpServer for a socket that does not block.
//
//coroutine:generator
func tryServer(s *Scheduler, w io.Writer, sock *Socket, y co.Yielder[rt.Void, rt.Void]) error {
	defer sock.Close()
	for {
		client, addr, err := s.TryAccept(sock, y)
		if err != nil {
			return err
		}
		fmt.Fprintln(w, "Connection from", addr)
		s.NewTask(tryHandlerPull(s, w, client))
	}
}

// tryHandler is echoHandler for a socket that does not block.
//
//coroutine:generator
func tryHandler(s *Scheduler, w io.Writer, sock *Socket, y co.Yielder[rt.Void, rt.Void]) error {
	defer sock.Close()
	buf := make([]byte, 10000)
	for {
		n, err := s.TryRecv(sock, buf, y)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		for answer := append([]byte("Got:"), buf[:n]...); len(answer) > 0; {
			sent, err := s.TrySend(sock, answer, y)
			if err != nil {
				return err
			}
			answer = answer[sent:]
		}
	}
	fmt.Fprintln(w, "Connection closed")
	return nil
}
