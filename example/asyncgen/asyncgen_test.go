package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

var sample = []string{"a", "b", "c", "d", "e"}

// collect returns the issues of a server, and how the generator ended.
//
//coroutine:async
func collect(s *server) (list []string, err error) {
	for issue := range co.Each(issuesAsync(s), &err) {
		list = append(list, issue)
	}
	return list, err
}

// test runs x, which is done with s, and checks how long it took and how many pages it asked for.
func test[T any](t *testing.T, s *server, x rt.Coroutine[T], pages int, took time.Duration) (T, error) {
	t.Helper()
	loop := rttest.NewLoop(t)
	v, err := rt.RunUntilComplete(loop, rt.Timeout(time.Minute, x))
	if s.sessions != 0 {
		t.Errorf("%d clients have not logged out", s.sessions)
	}
	if s.requests != pages || loop.Time() != took {
		t.Errorf("%d pages in %v, want %d in %v", s.requests, loop.Time(), pages, took)
	}
	return v, err
}

func TestAll(t *testing.T) {
	for n := range len(sample) + 1 {
		pages := max(1, (n+pageSize-1)/pageSize)
		s := &server{issues: sample[:n]}
		got, err := test(t, s, collectAsync(s), pages, time.Duration(1+pages+1)*latency)
		if !slices.Equal(got, sample[:n]) || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// A loop that ends early asks for no more pages. It has waited for the logout.
func TestEarly(t *testing.T) {
	for i, issue := range sample {
		pages := i/pageSize + 1
		s := &server{issues: sample}
		got, err := test(t, s, findAsync(s, issue), pages, time.Duration(1+pages+1)*latency)
		if got != issue || err != nil {
			t.Errorf("%q, %v, want %q", got, err, issue)
		}
	}
	s := &server{issues: sample, leaves: errServer}
	if got, err := test(t, s, findAsync(s, "a"), 1, 3*latency); got != "a" || !errors.Is(err, errServer) {
		t.Errorf("%q, %v, want the error of the logout", got, err)
	}
}

// The issues before an error are handed out.
func TestError(t *testing.T) {
	s := &server{issues: sample, broken: true}
	got, err := test(t, s, collectAsync(s), 2, 4*latency)
	if !slices.Equal(got, sample[:pageSize]) || !errors.Is(err, errServer) || err.Error() != "page at 2: server error" {
		t.Errorf("%q, %v", got, err)
	}
}

// A client whose time is up logs out, too. The time is up while it waits for the second page.
func TestTimeout(t *testing.T) {
	s := &server{issues: sample}
	x := rt.Timeout(5*latency/2, collectAsync(s))
	loop := rttest.NewLoop(t)
	_, err := rt.RunUntilComplete(loop, x)
	if !errors.Is(err, context.DeadlineExceeded) || s.sessions != 0 || s.requests != 2 || loop.Time() != 7*latency/2 {
		t.Errorf("%v, %d sessions, %d pages in %v", err, s.sessions, s.requests, loop.Time())
	}
}
