//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

// Ioscheduler is io_scheduler.py of "Build Your Own Async": a scheduler that waits for sockets as
// well, and an echo server that runs on it.
//
//	go run ./generated/ownasync/ioscheduler &
//	echo hello | nc -N 127.0.0.1 30000
//
// With -nonblocking, its sockets do not block, as a reader asked for. With -rt, it runs on package
// rt. Ctrl-C ends it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:30000", "`host:port` to listen on")
	nonblocking := flag.Bool("nonblocking", false, "use sockets that do not block")
	onRT := flag.Bool("rt", false, "run on the loop of package rt")
	flag.Parse()
	if *onRT {
		l, err := netio.Listen("tcp", *addr)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("listening on", l.Addr())
		_, err = rt.Run(serverRTAsync(os.Stdout, l), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
		if !errors.Is(err, context.Canceled) {
			log.Fatal(err)
		}
		return
	}
	sock, at, err := listen(*addr, *nonblocking)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening on", at)
	s := NewScheduler(func(err error) { log.Print("task failed: ", err) })
	if *nonblocking {
		s.NewTask(tryServerPull(s, os.Stdout, sock))
	} else {
		s.NewTask(tcpServerPull(s, os.Stdout, sock))
	}
	if err := s.Run(); err != nil {
		log.Fatal(err)
	}
}
