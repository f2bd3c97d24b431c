// Proxy is a TCP port proxy: it connects every client with another server and
// copies both directions at once.
//
//	go run ./generated/proxy -to example.com:80 &
//	curl -H 'Host: example.com' http://127.0.0.1:7778/
//
// Each side may end its half of the conversation and still listen to the other.
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
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/proxy

func main() {
	addr := flag.String("addr", "127.0.0.1:7778", "`host:port` to listen on")
	to := flag.String("to", "127.0.0.1:7777", "`host:port` to connect the clients with")
	flag.Parse()
	l, err := netio.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("forwarding %v to %s\n", l.Addr(), *to)
	host, port, _ := net.SplitHostPort(l.Addr().String())
	fmt.Printf("try: echo hello | nc %s %s; Ctrl-C ends it\n", host, port)
	_, err = rt.Run(serveAsync(l, *to), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
	fmt.Println("shut down")
}

// serve starts a task for every client, and goes on until it is cancelled.
//
//coroutine:async
func serve(l *netio.Listener, to string) error {
	defer l.Close()
	for {
		client, err := co.Await(l.Accept())
		if err != nil {
			return err
		}
		co.Spawn(forwardAsync(client, to))
	}
}

// forward connects client with the server at to until both have finished.
//
//coroutine:async
func forward(client *netio.Conn, to string) error {
	defer client.Close()
	server, err := co.Await(rt.Timeout(10*time.Second, netio.Dial("tcp", to)))
	if err != nil {
		log.Print(err)
		return err
	}
	defer server.Close()
	up, down, err := co.Await2(exchangeAsync(client, server))
	log.Printf("%v: %d bytes up, %d down, error: %v", client.RemoteAddr(), up, down, err)
	return err
}

// exchange copies both directions at once, and counts. When one of them fails
// the other is cancelled.
//
//coroutine:async
func exchange(client, server *netio.Conn) (up, down int64, err error) {
	return co.Await2(rt.Gather2(pipeAsync(server, client), pipeAsync(client, server)))
}

// pipe copies src to dst until src has no more to say, and lets dst know.
//
//coroutine:async
func pipe(dst, src *netio.Conn) (copied int64, err error) {
	buf := make([]byte, 32<<10)
	for {
		n, err := co.Await(src.Read(buf))
		if err == io.EOF {
			return copied, dst.CloseWrite()
		}
		if err != nil {
			return copied, err
		}
		n, err = co.Await(dst.Write(buf[:n]))
		copied += int64(n)
		if err != nil {
			return copied, err
		}
	}
}
