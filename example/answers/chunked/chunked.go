// Chunked is the Elixir question of "Questions and answers": a server sends "Start", ten numbers as
// a process reports them, and "End", in one chunked response. The question's program sends End
// before anything is reported. /none is that program; the other paths wait, each in its own way:
//
//	/none    the question: nobody waits, "StartEnd"
//	/sleep   the first answer: blind, 5 seconds are too long or too short
//	/ack     the second answer: the process that works acknowledges that it has seen everything
//	/through the same, but the acknowledgement goes the whole way that the numbers go; / is this, too
//	/direct  the last advice: no processes, the work is done where the response is written
//
// /ack has a race, in Elixir as well: the number 10 is with the process that writes the chunks when
// the acknowledgement is with the one that writes End, and either may run first. In /through the
// acknowledgement follows the 10 through the same mailboxes, and nothing can overtake it.
//
//	spawn_link(fn -> ... end)      rt.SpawnIn(group, threadListenerAsync(...))
//	a mailbox                      queues.New[message](0)
//	send thread, {core_pid, i}     thread.TryPut(work{core, i}): the queue has no limit
//	receive do ... end             co.Await(mailbox.Get()), and a type switch
//	chunk(conn, "Start")           body.chunk("Start"), in http.go
//
// byhand.go has the process that works without the generator, goroutines.go (-goroutines) the whole
// with net/http.
//
//	go run ./generated/answers/chunked
//	curl -N http://localhost:4000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/chunked

func main() {
	addr := flag.String("addr", "127.0.0.1:4000", "`host:port` to listen on")
	pause := flag.Duration("pause", 300*time.Millisecond, "`time` that each of the ten numbers takes")
	withGo := flag.Bool("goroutines", false, "serve by net/http and goroutines")
	flag.Parse()
	if *withGo {
		log.Fatal(http.ListenAndServe(*addr, handler(*pause)))
	}
	l, err := netio.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening: curl -N http://%v\n", l.Addr())
	_, err = rt.Run(serveAsync(l, pauses(*pause)), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if err != nil && !errors.Is(err, context.Canceled) {
		log.Fatal(err)
	}
}

// A job is what the process does for a number before it reports it.
type job func(i int) rt.Coroutine[rt.Void]

// pauses is the job that takes a while.
func pauses(d time.Duration) job {
	return func(int) rt.Coroutine[rt.Void] { return pauseAsync(d) }
}

//coroutine:async
func pause(d time.Duration) error { return co.Wait(rt.Sleep(d)) }

// serve serves until it is cancelled.
//
//coroutine:async
func serve(l *netio.Listener, work job) error {
	server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] { return handleAsync(conn, work) })
	return co.Wait(server.Serve())
}

// handle answers one request, and closes the connection.
//
//coroutine:async
func handle(conn *netio.Conn, work job) error {
	s := streams.New(conn)
	defer co.Wait(s.WaitClosed())
	defer s.Close()
	path, refused, err := co.Await2(readRequestAsync(s))
	if err != nil {
		return err
	}
	if refused == "" && ways[path] == nil {
		refused = "404 Not Found"
	}
	if refused != "" {
		refuse(s, refused)
		return nil
	}
	return co.Wait(callAsync(s, ways[path], work))
}
