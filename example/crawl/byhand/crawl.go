// Package byhand is the crawler as one would write it against package rt without
// the generator.
package byhand

import (
	"fmt"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Crawl is crawl.
func Crawl(start string, fetch func(page string) rt.Coroutine[[]string]) rt.Coroutine[map[string]int] {
	return rt.NewCoroutine[map[string]int](&Crawler{fetch: fetch, distance: map[string]int{start: 0}, found: []string{start}})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	waiting
	done // or running
)

// A Crawler is one call of crawl.
type Crawler struct {
	fetch    func(page string) rt.Coroutine[[]string]
	distance map[string]int
	found    []string // and not yet fetched
	gather   rt.GatherOp[rt.Void]
	at       uint8
}

// Poll implements rt.Awaitable.
func (c *Crawler) Poll(t *rt.Task) (_ map[string]int, err error, ready bool) {
	at := c.at
	c.at = done // unless it suspends
	switch at {
	case waiting:
		goto waiting
	case done:
		panic(machine.Resumed("crawl"))
	}
next:
	{
		var visits []rt.Expr[rt.Void]
		for _, page := range c.found {
			visits = append(visits, rt.NewCoroutine[rt.Void](&Visit{crawler: c, page: page}))
		}
		c.found = nil
		c.gather = rt.Gather(visits...)
	}
waiting:
	_, err, ready = c.gather.Poll(t)
	if !ready {
		c.at = waiting
		return nil, nil, false
	}
	if err != nil {
		return nil, err, true
	}
	if len(c.found) > 0 {
		goto next
	}
	return c.distance, nil, true
}

// A Visit is the visit of one page.
type Visit struct {
	crawler *Crawler
	page    string
	links   rt.Coroutine[[]string]
	at      uint8
}

// Poll implements rt.Awaitable.
func (v *Visit) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := v.at
	v.at = done // unless it suspends
	switch at {
	case start:
		v.links = v.crawler.fetch(v.page)
	case done:
		panic(machine.Resumed("crawl"))
	}
	links, err, ready := v.links.Poll(t)
	if !ready {
		v.at = waiting
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, fmt.Errorf("%s: %w", v.page, err), true
	}
	c := v.crawler
	for _, link := range links {
		if _, seen := c.distance[link]; !seen {
			c.distance[link] = c.distance[v.page] + 1
			c.found = append(c.found, link)
		}
	}
	return rt.Void{}, nil, true
}
