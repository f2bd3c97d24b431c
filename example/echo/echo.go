// Echo is a TCP server that sends every client back what it said.
//
//	go run ./generated/echo &
//	echo hello | nc 127.0.0.1 7777
//
// Ctrl-C, or SIGTERM, cancels every task; their deferred calls close the connections.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"syscall"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/echo

func main() {
	addr := flag.String("addr", "127.0.0.1:7777", "`host:port` to listen on")
	flag.Parse()
	l, err := netio.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", l.Addr())
	host, port, _ := net.SplitHostPort(l.Addr().String())
	fmt.Printf("try: echo hello | nc %s %s; Ctrl-C ends it\n", host, port)
	_, err = rt.Run(serveAsync(l), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
	fmt.Println("shut down")
}

// serve starts a task for every client, and goes on until it is cancelled.
//
//coroutine:async
func serve(l *netio.Listener) error {
	defer l.Close()
	for {
		conn, err := co.Await(l.Accept())
		if err != nil {
			return err
		}
		co.Spawn(handleAsync(conn))
	}
}

// handle echoes until the client has no more to say: then its error is io.EOF.
//
//coroutine:async
func handle(conn *netio.Conn) error {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := co.Await(conn.Read(buf))
		if err != nil {
			return err
		}
		if _, err := co.Await(conn.Write(buf[:n])); err != nil {
			return err
		}
	}
}
