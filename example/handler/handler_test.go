package main

// This file tests coroutines that the handlers of net/http call.

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// runLoop runs a loop on another goroutine until the test ends.
func runLoop(t *testing.T) *rt.Loop {
	t.Helper()
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	recorder := rttest.Record(t, loop)
	ended := make(chan error)
	go func() { ended <- errors.Join(loop.RunForever(), loop.Close()) }()
	t.Cleanup(func() {
		loop.CallSoonThreadsafe(loop.Stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		recorder.End("", "")
	})
	return loop
}

// serveSite runs a site on a loop of another goroutine until the test ends.
func serveSite(t *testing.T, pause time.Duration) (*rt.Loop, *httptest.Server) {
	t.Helper()
	loop := runLoop(t)
	server := httptest.NewServer(newSite(loop, pause))
	t.Cleanup(server.Close)
	return loop, server
}

// get gets a page of server.
func get(ctx context.Context, server *httptest.Server, page string) (string, error) {
	return getFrom(ctx, server.Client(), server.URL+page)
}

// getFrom gets the page at url.
func getFrom(ctx context.Context, client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// Of many handlers at once each gets a number of its own: the coroutines run on
// one loop, and the race detector agrees.
func TestVisitsAtOnce(t *testing.T) {
	_, server := serveSite(t, time.Millisecond)
	const clients = 50
	texts := make([]string, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			var err error
			if texts[i], err = get(t.Context(), server, "/"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	slices.Sort(texts)
	if distinct := slices.Compact(texts); len(distinct) != clients {
		t.Errorf("%d clients got %d numbers", clients, len(distinct))
	}
}

// A client that goes away ends the coroutine.
func TestClientGoesAway(t *testing.T) {
	loop, server := serveSite(t, 1000*time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	gone := make(chan error)
	go func() {
		_, err := get(ctx, server, "/")
		gone <- err
	}()
	waitForTasks(loop, 1)
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the client got %v", err)
	}
	waitForTasks(loop, 0)
}

// A handler of a loop that is closed answers all the same.
func TestSiteWithoutLoop(t *testing.T) {
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	if err := loop.Close(); err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	newSite(loop, 0).ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	if answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), rt.ErrLoopClosed.Error()) {
		t.Errorf("the answer is %d %q", answer.Code, answer.Body)
	}
}

// listenAnywhere returns a listener and a client that keeps no connection.
func listenAnywhere(t *testing.T) (net.Listener, *http.Client) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// A server that is told to end answers what has come in, although nobody can
// connect any more: the loop still runs what the handler wants of it.
func TestEndWaitsForHandlers(t *testing.T) {
	site := newSite(runLoop(t), 0)
	l, client := listenAnywhere(t)
	entered, release := make(chan bool), make(chan bool)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		site.ServeHTTP(w, r)
	})}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error)
	go func() { ended <- listen(ctx, server, l, time.Hour) }()
	var answer string
	got := make(chan error)
	go func() {
		var err error
		answer, err = getFrom(t.Context(), client, "http://"+l.Addr().String()+"/a")
		got <- err
	}()
	<-entered
	end()
	for { // until the listener is closed
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			break
		}
		conn.Close()
	}
	select {
	case err := <-ended:
		t.Errorf("ended with %v while a handler was at work", err)
		go func() { ended <- err }()
	default:
	}
	close(release)
	if err := <-got; answer != "visit 1\n" || err != nil {
		t.Errorf("the client got %q, %v", answer, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A handler that does not answer within the grace loses its connection.
func TestEndCutsHandlersAfterTheGrace(t *testing.T) {
	l, client := listenAnywhere(t)
	entered, left := make(chan bool), make(chan bool)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(left)
		close(entered)
		<-r.Context().Done() // until the connection is cut
	})}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error)
	go func() { ended <- listen(ctx, server, l, 0) }()
	got := make(chan error)
	go func() {
		_, err := getFrom(t.Context(), client, "http://"+l.Addr().String()+"/a")
		got <- err
	}()
	<-entered
	end()
	if err := <-ended; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("listen returned %v", err)
	}
	if err := <-got; err == nil {
		t.Error("the client got an answer")
	}
	<-left
}

// serve ends, without an error, when it is cancelled.
func TestServe(t *testing.T) {
	loop := runLoop(t)
	l, client := listenAnywhere(t)
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error)
	go func() {
		_, err := rt.RunThreadsafe(ctx, loop, serveAsync(l, 0))
		ended <- err
	}()
	for _, want := range []string{"visit 1\n", "visit 2\n"} {
		if got, err := getFrom(t.Context(), client, "http://"+l.Addr().String()+"/a"); got != want || err != nil {
			t.Errorf("the client got %q, %v; want %q", got, err, want)
		}
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A listener that cannot accept ends serve with its error.
func TestServeWithoutListener(t *testing.T) {
	l, _ := listenAnywhere(t)
	l.Close()
	if _, err := rt.Run(serveAsync(l, 0)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("serve returned %v", err)
	}
}

// waitForTasks waits until loop has n tasks.
func waitForTasks(loop *rt.Loop, n int) {
	for found := -1; found != n; {
		counted := make(chan int)
		loop.CallSoonThreadsafe(func() { counted <- len(loop.Tasks()) })
		found = <-counted
	}
}
