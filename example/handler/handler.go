// Handler is a web server whose handlers run on goroutines of their own, as
// net/http has it, and call coroutines of one event loop.
//
//	go run ./generated/handler          # then: curl 127.0.0.1:8080/a
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/handler

func main() {
	addr := flag.String("addr", "127.0.0.1:8080", "listen on `address`")
	pause := flag.Duration("pause", 10*time.Millisecond, "`time` that a visit takes")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on http://", l.Addr(), "; stop with Ctrl-C")
	// This goroutine runs the loop until serve returns. A signal cancels serve, which
	// then returns nil, and so does rt.Run: serve has taken the cancellation.
	if _, err := rt.Run(serveAsync(l, *pause), rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil {
		log.Fatal(err)
	}
	log.Print("stopped")
}

// serve lets net/http serve on goroutines of its own until the task is cancelled.
//
//coroutine:async
func serve(l net.Listener, pause time.Duration) error {
	server := &http.Server{Handler: newSite(co.Self().Loop(), pause)}
	return co.Wait(rt.ToThreadContext(func(ctx context.Context) (rt.Void, error) {
		return rt.Void{}, listen(ctx, server, l, 10*time.Second)
	}))
}

// listen serves until ctx ends, and then until every handler has answered, but for
// grace at most: then it cuts the connections that are left. The loop goes on
// meanwhile: the handlers need it.
func listen(ctx context.Context, server *http.Server, l net.Listener, grace time.Duration) error {
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		err := server.Shutdown(late)
		if err != nil {
			err = errors.Join(err, server.Close())
		}
		ended <- err
	})
	if err := server.Serve(l); stop() {
		return err // ctx has not ended
	}
	return <-ended
}

// A site counts visits. The map belongs to the loop: only coroutines touch it,
// and it needs no lock.
type site struct {
	loop   *rt.Loop
	pause  time.Duration
	visits map[string]int
}

func newSite(loop *rt.Loop, pause time.Duration) *site {
	return &site{loop: loop, pause: pause, visits: make(map[string]int)}
}

// visit counts a visit of page.
//
//coroutine:async
func (s *site) visit(page string) (int, error) {
	n := s.visits[page] + 1
	s.visits[page] = n
	return n, co.Wait(rt.Sleep(s.pause))
}

// ServeHTTP is called by net/http, on a goroutine for each request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := rt.RunThreadsafe(r.Context(), s.loop, s.visitAsync(r.URL.Path))
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintf(w, "visit %d\n", n)
}
