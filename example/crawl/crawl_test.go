package main

// This file compares the crawler with its twin written by hand.

import (
	"maps"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/crawl/byhand"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// Pages of a distance are fetched at once: three rounds of 50 ms.
func TestSite(t *testing.T) {
	loop := rttest.NewLoop(t)
	got, err := rt.RunUntilComplete(loop, crawlAsync("/", fetchAsync))
	want := map[string]int{
		"/": 0, "/about": 1, "/blog": 1, "/docs": 1,
		"/blog/1": 2, "/blog/2": 2, "/docs/await": 2, "/docs/defer": 2,
	}
	if !maps.Equal(got, want) || err != nil || loop.Time() != 150*time.Millisecond {
		t.Errorf("%v, %v after %v", got, err, loop.Time())
	}
}

func TestCrawl(t *testing.T) {
	type crawlFunc = func(string, func(string) rt.Coroutine[[]string]) rt.Coroutine[map[string]int]
	web := map[string][]string{"a": {"b", "c"}, "b": {"a", "c"}}
	form := func(name string, crawl crawlFunc) threeway.Form[map[string]int] {
		return threeway.Form[map[string]int]{Name: name, New: func(s *threeway.Stage) rt.Expr[map[string]int] {
			return crawl("a", func(page string) rt.Coroutine[[]string] {
				return threeway.Op(s, "fetch "+page, web[page])
			})
		}}
	}
	threeway.Explore(t, 0, form("this package", crawlAsync), form("by hand", byhand.Crawl))
}
