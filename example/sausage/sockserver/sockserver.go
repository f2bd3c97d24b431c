// Sockserver is handle_client and accept_connections of "asyncio: how sausage is made": an echo
// server on sockets. This file has it on package rt; slides_unix.go has it on the loop of the
// slides, with its selector, its futures and the descriptors of the sockets.
//
//	yield from loop.sock_recv(client, 4096)    co.Await(client.Read(buf))
//	yield from loop.sock_accept(server_socket) co.Await(server.Accept())
//	asyncio.async(handle_client(...))          co.Spawn(handleClientAsync(client))
//	client.send(data)                          co.Await(client.Write(data))
//	loop.run_until_complete(...)               rt.Run(acceptConnectionsAsync(server))
//
// The slide sends without waiting, and so loses what a full socket does not take, and it does not
// close its clients. Here both wait, and close. The same server with its twin by hand is
// example/echo.
//
//	go run ./generated/sausage/sockserver [-slides]
//	echo hello | nc 127.0.0.1 1234
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"syscall"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/sockserver

func main() {
	addr := flag.String("addr", "127.0.0.1:1234", "`host:port` to listen on")
	slides := flag.Bool("slides", false, "run on the loop of the slides")
	flag.Parse()
	var err error
	if *slides {
		var l net.Listener
		if l, err = net.Listen("tcp", *addr); err == nil {
			fmt.Println("the loop of the slides listens on", l.Addr())
			err = onSlides(l, func(n int, cancel func()) {})
		}
	} else {
		var l *netio.Listener
		if l, err = netio.Listen("tcp", *addr); err == nil {
			fmt.Println("listening on", l.Addr())
			_, err = rt.Run(acceptConnectionsAsync(l), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// acceptConnections is accept_connections.
//
//coroutine:async
func acceptConnections(server *netio.Listener) error {
	defer server.Close()
	for {
		client, err := co.Await(server.Accept())
		if err != nil {
			return err
		}
		co.Spawn(handleClientAsync(client))
	}
}

// handleClient is handle_client.
//
//coroutine:async
func handleClient(client *netio.Conn) error {
	defer client.Close()
	buf := make([]byte, 4096)
	for {
		n, err := co.Await(client.Read(buf))
		if err == io.EOF { // not data
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := co.Await(client.Write(buf[:n])); err != nil {
			return err
		}
	}
}
