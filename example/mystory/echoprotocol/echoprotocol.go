// Echoprotocol is the echo server of "My story of Async IO" with callbacks, as a protocol, with
// its log. No coroutine is needed to serve a client: the loop calls the methods of the protocol.
//
//	class EchoServer(asyncio.Protocol)        type echoServer struct { transports.Base }
//	connection_made, data_received            ConnectionMade, DataReceived
//	event_loop.create_server(EchoServer)      transports.Serve(listener, factory)
//
//	go run ./generated/mystory/echoprotocol
//	echo hello | nc 127.0.0.1 5555
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
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/echoprotocol

func main() {
	addr := flag.String("addr", "127.0.0.1:5555", "`host:port` to listen on")
	flag.Parse()
	l, err := netio.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	_, err = rt.Run(serveAsync(os.Stderr, l), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// logger is logging.getLogger(name).
func logger(w io.Writer, name string) *log.Logger { return log.New(w, name+": ", 0) }

// An echoServer is the protocol of one client.
type echoServer struct {
	transports.Base
	w         io.Writer
	transport *transports.Transport
	log       *log.Logger
}

// ConnectionMade is connection_made.
func (e *echoServer) ConnectionMade(t *transports.Transport) {
	e.transport = t
	host, port, _ := net.SplitHostPort(t.RemoteAddr().String())
	e.log = logger(e.w, fmt.Sprintf("EchoServer_%s_%s", host, port))
	e.log.Print("connection accepted")
}

// DataReceived is data_received.
func (e *echoServer) DataReceived(data []byte) {
	e.log.Printf("received %q", data)
	e.transport.Write(data)
	e.log.Printf("sent %q", data)
}

// serve serves until it is cancelled, as the page does until KeyboardInterrupt.
//
//coroutine:async
func serve(w io.Writer, l *netio.Listener) error {
	log := logger(w, "main")
	server := transports.Serve(l, func() transports.Protocol { return &echoServer{w: w} })
	host, port, _ := net.SplitHostPort(l.Addr().String())
	log.Printf("starting up on %s port %s", host, port)
	err := co.Wait(server.Serve())
	log.Print("closing server")
	log.Print("closing event loop")
	return err
}
