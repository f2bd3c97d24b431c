// Servers is the way of "My story of Async IO" from a socket server for one client at a time to
// the event loop. Each server prints who connects, and sends back what it receives.
//
//	one     one client at a time (oneclient.go)
//	threads a thread per client (threads.go)
//	map     a pool of five threads, used as on the slide: one client at a time after all (pool.go)
//	pool    a pool of five threads, five clients at a time (pool.go)
//	loop    a task per client, on one loop (onloop.go)
//
// A thread is a goroutine here, which costs less than a thread of Python, and has no GIL. cost.go
// measures what each server costs.
//
//	go run ./generated/mystory/servers -kind loop
//	echo hello | nc 127.0.0.1 5005
//	go run ./generated/mystory/servers -cost
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func main() {
	name := flag.String("kind", "one", "`server`: "+strings.Join(kindNames(), ", "))
	addr := flag.String("addr", "127.0.0.1:5005", "`host:port` to listen on")
	costs := flag.Bool("cost", false, "measure what each server costs")
	clients := flag.Int("clients", 200, "`number` of clients for -cost")
	flag.Parse()
	if *costs {
		if err := printCosts(os.Stdout, *clients); err != nil {
			log.Fatal(err)
		}
		return
	}
	for _, k := range kinds {
		if k.name != *name {
			continue
		}
		at, stop, err := k.start(*addr, os.Stdout)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("listening on", at)
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
		<-signals
		stop()
		return
	}
	log.Fatalf("there is no server %q", *name)
}

// bufferSize is BUFFER_SIZE.
const bufferSize = 2048

// A kind is one of the servers.
type kind struct {
	name  string
	start func(addr string, w io.Writer) (at string, stop func(), err error)
}

var kinds = []kind{
	{"one", blocking(oneClient)},
	{"threads", blocking(threads)},
	{"map", blocking(poolMap)},
	{"pool", blocking(pool)},
	{"loop", startLoop},
}

func kindNames() (names []string) {
	for _, k := range kinds {
		names = append(names, k.name)
	}
	return names
}

// blocking starts a server that blocks, on a goroutine. stop ends it when its clients have gone.
func blocking(serve func(net.Listener, io.Writer)) func(string, io.Writer) (string, func(), error) {
	return func(addr string, w io.Writer) (string, func(), error) {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return "", nil, err
		}
		go serve(l, w)
		return l.Addr().String(), func() { l.Close() }, nil
	}
}

// startLoop starts the server on a loop, which another goroutine runs. stop cancels it.
func startLoop(addr string, w io.Writer) (string, func(), error) {
	l, err := netio.Listen("tcp", addr)
	if err != nil {
		return "", nil, err
	}
	loop, err := rt.NewLoop()
	if err != nil {
		l.Close()
		return "", nil, err
	}
	server := rt.Start(loop, serveAsync(l, w))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		rt.RunUntilComplete(loop, server)
		loop.Close()
	}()
	stop := func() {
		loop.CallSoonThreadsafe(func() { server.Cancel(nil) })
		<-ended
	}
	return l.Addr().String(), stop, nil
}
