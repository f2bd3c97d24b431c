package main

// This file tests coroutines that the handlers of net/http call.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serveSite runs a site on a loop of another goroutine until the test ends.
func serveSite(t *testing.T, pause time.Duration) (*rt.Loop, *httptest.Server) {
	t.Helper()
	loop, err := rt.NewLoop()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newSite(loop, pause))
	ended := make(chan error)
	go func() { ended <- errors.Join(loop.RunForever(), loop.Close()) }()
	t.Cleanup(func() {
		server.Close()
		loop.CallSoonThreadsafe(loop.Stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return loop, server
}

// get gets a page of server.
func get(ctx context.Context, server *httptest.Server, page string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", server.URL+page, nil)
	if err != nil {
		return "", err
	}
	response, err := server.Client().Do(request)
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

// waitForTasks waits until loop has n tasks.
func waitForTasks(loop *rt.Loop, n int) {
	for found := -1; found != n; {
		counted := make(chan int)
		loop.CallSoonThreadsafe(func() { counted <- len(loop.Tasks()) })
		found = <-counted
	}
}
