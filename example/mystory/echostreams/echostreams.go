// Echostreams is the echo server of "My story of Async IO" on the streams API, with its log.
//
//	asyncio.start_server(echo, ...)            streams.NewServer(listener, echoAsync)
//	await reader.read(128)                     co.Await(s.Read(buf))
//	writer.write(data); await writer.drain()   s.Write(data); co.Wait(s.Drain())
//	writer.get_extra_info('peername')          s.RemoteAddr()
//	logging.getLogger('echo_{}_{}')            a log.Logger with that prefix
//
// The same server without streams is example/echo, with its twin by hand.
//
//	go run ./generated/mystory/echostreams
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
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/echostreams

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

// serve serves until it is cancelled, as the page does until KeyboardInterrupt.
//
//coroutine:async
func serve(w io.Writer, l *netio.Listener) error {
	log := logger(w, "main")
	server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] { return echoAsync(w, conn) })
	host, port, _ := net.SplitHostPort(l.Addr().String())
	log.Printf("starting up on %s port %s", host, port)
	err := co.Wait(server.Serve()) // closes the server and ends the clients
	log.Print("closing server")
	log.Print("closing event loop")
	return err
}

// echo serves one client.
//
//coroutine:async
func echo(w io.Writer, conn *netio.Conn) error {
	s := streams.New(conn)
	defer s.Close()
	host, port, _ := net.SplitHostPort(s.RemoteAddr().String())
	log := logger(w, fmt.Sprintf("echo_%s_%s", host, port))
	log.Print("connection accepted")
	buf := make([]byte, 128)
	for {
		n, err := co.Await(s.Read(buf))
		if err == io.EOF {
			log.Print("closing")
			return nil
		}
		if err != nil {
			return err
		}
		log.Printf("received %q", buf[:n])
		s.Write(buf[:n])
		if err := co.Wait(s.Drain()); err != nil {
			return err
		}
		log.Printf("sent %q", buf[:n])
	}
}
