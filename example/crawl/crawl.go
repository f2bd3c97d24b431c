// Crawl visits a web of pages, made up here, all pages of a distance at once, and
// prints how many links each is away from the first.
//
//	go run ./generated/crawl
package main

import (
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../generated/crawl

// site is the links of each page.
var site = map[string][]string{
	"/":           {"/docs", "/blog", "/about"},
	"/docs":       {"/docs/await", "/docs/defer", "/"},
	"/docs/defer": {"/docs/await", "/blog"},
	"/blog":       {"/docs/defer", "/blog/1", "/blog/2"},
}

func main() {
	distance, err := rt.Run(crawlAsync("/", fetchAsync), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
	if err != nil {
		log.Fatal(err)
	}
	for _, page := range slices.Sorted(maps.Keys(distance)) {
		fmt.Println(distance[page], page)
	}
}

// crawl returns the pages that can be reached from start, with the number of links
// that it takes. It fetches all pages of one distance at once.
//
//coroutine:async
func crawl(start string, fetch func(page string) rt.Coroutine[[]string]) (map[string]int, error) {
	distance := map[string]int{start: 0}
	var found []string
	visit := func(page string) rt.Coroutine[rt.Void] {
		return co.AsyncVoid(func() error {
			links, err := co.Await(fetch(page))
			if err != nil {
				return fmt.Errorf("%s: %w", page, err)
			}
			for _, link := range links {
				if _, seen := distance[link]; !seen { // needs no lock: tasks take turns
					distance[link] = distance[page] + 1
					found = append(found, link)
				}
			}
			return nil
		})
	}
	for next := []string{start}; len(next) > 0; next = found {
		found = nil
		var visits []rt.Expr[rt.Void]
		for _, page := range next {
			visits = append(visits, visit(page))
		}
		if _, err := co.Await(rt.Gather(visits...)); err != nil {
			return nil, err
		}
	}
	return distance, nil
}

// fetch returns the links of a page.
//
//coroutine:async
func fetch(page string) ([]string, error) {
	if err := co.Wait(rt.Sleep(50 * time.Millisecond)); err != nil {
		return nil, err
	}
	return site[page], nil
}
