// Updateindex is update_index of "asyncio: how sausage is made": as a boring function, as a
// coroutine that waits for one page after the other, and with gather for all at once; and the
// last one with goroutines, on the loop of the slides, and by hand (package byhand).
//
//	tasks.append(asyncio.async(request_url(url)))   tasks = append(tasks, requestURLAsync(url))
//	data = yield from asyncio.gather(*tasks)        data, err := co.Await(rt.Gather(tasks...))
//	result = yield from process_data(data)          result, err := co.Await(processDataAsync(data))
//	loop.call_soon(update_cache(result))            loop.CallSoon(func() { updateCache(result) })
//
// The last line of the slide calls update_cache at once, and passes what it returns to call_soon.
// What is meant is call_soon(update_cache, result).
//
//	go run ./generated/sausage/updateindex
package main

import (
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/sausage/asyncio"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/updateindex

// pages are the URLs, with how many seconds their servers take.
var pages = []page{{"a", 3}, {"b", 1}, {"c", 2}}

type page struct {
	url     string
	seconds int
}

func main() {
	fmt.Println("boring, one after the other")
	boring(newIndex(os.Stdout, realTime()), pages)
	fmt.Println("goroutines")
	goroutines(newIndex(os.Stdout, realTime()), pages)
	for _, form := range []struct {
		name string
		of   func(*index, []page) rt.Coroutine[rt.Void]
	}{
		{"coroutine, one after the other", inOrderAsync},
		{"coroutine, gathered", gatheredAsync},
	} {
		fmt.Println(form.name)
		loop, err := rt.NewLoop()
		if err != nil {
			log.Fatal(err)
		}
		if _, err := rt.RunUntilComplete(loop, form.of(newIndex(os.Stdout, loop.Time), pages)); err != nil {
			log.Fatal(err)
		}
		if err := loop.Close(); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println("the loop of the slides")
	loop := asyncio.NewLoop(asyncio.Sleep{})
	if err := onSlides(newIndex(os.Stdout, loop.Time), loop, pages); err != nil {
		log.Fatal(err)
	}
}

// realTime returns the clock of a program without a loop.
func realTime() func() time.Duration {
	begun := time.Now()
	return func() time.Duration { return time.Since(begun) }
}

// An index is where the pages go. It prints what happens to it, and when.
type index struct {
	w   io.Writer
	now func() time.Duration
}

func newIndex(w io.Writer, now func() time.Duration) *index { return &index{w, now} }

func (x *index) say(format string, args ...any) {
	fmt.Fprintf(x.w, "%.0f s: %s\n", x.now().Seconds(), fmt.Sprintf(format, args...))
}

func (x *index) updateCache(result string) { x.say("cache %s", result) }

// boring is update_index of the first slide: it blocks. The word of the slides is used nowhere.
func boring(x *index, pages []page) {
	var data []string
	for _, p := range pages {
		data = append(data, x.requestURLBlocking(p))
	}
	time.Sleep(time.Second)
	result := process(data)
	time.Sleep(time.Second)
	x.say("database %s", result)
	x.updateCache(result)
}

func (x *index) requestURLBlocking(p page) string {
	time.Sleep(time.Duration(p.seconds) * time.Second)
	x.say("page %s", p.url)
	return p.url
}

func process(data []string) string { return strings.Join(data, "+") }

// requestURL is request_url.
//
//coroutine:async
func (x *index) requestURL(p page) (string, error) {
	if err := co.Wait(rt.Sleep(time.Duration(p.seconds) * time.Second)); err != nil {
		return "", err
	}
	x.say("page %s", p.url)
	return p.url, nil
}

// processData is process_data.
//
//coroutine:async
func (x *index) processData(data []string) (string, error) {
	return process(data), co.Wait(rt.Sleep(time.Second))
}

// updateDatabase is update_database.
//
//coroutine:async
func (x *index) updateDatabase(result string) error {
	if err := co.Wait(rt.Sleep(time.Second)); err != nil {
		return err
	}
	x.say("database %s", result)
	return nil
}

// inOrder is boring with yield from: other tasks run meanwhile, but the pages take as long.
//
//coroutine:async
func inOrder(x *index, pages []page) error {
	var data []string
	for _, p := range pages {
		d, err := co.Await(x.requestURLAsync(p))
		if err != nil {
			return err
		}
		data = append(data, d)
	}
	return co.Wait(x.finishAsync(data))
}

// gathered is update_index of the second slide: all pages at once.
//
//coroutine:async
func gathered(x *index, pages []page) error {
	var tasks []rt.Expr[string]
	for _, p := range pages {
		tasks = append(tasks, x.requestURLAsync(p))
	}
	data, err := co.Await(rt.Gather(tasks...))
	if err != nil {
		return err
	}
	return co.Wait(x.finishAsync(data))
}

// finish is the rest of update_index. It waits for the turn in which the cache is updated, so
// that a loop which runs until it is complete does not end before.
//
//coroutine:async
func (x *index) finish(data []string) error {
	result, err := co.Await(x.processDataAsync(data))
	if err != nil {
		return err
	}
	if err := co.Wait(x.updateDatabaseAsync(result)); err != nil {
		return err
	}
	co.Self().Loop().CallSoon(func() { x.updateCache(result) })
	return co.Wait(rt.Yield())
}
