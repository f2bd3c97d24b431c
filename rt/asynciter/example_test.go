package asynciter_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A page is an answer of a server that has a list of names.
type page struct {
	names []string
	next  int // number of the next page; 0: this is the last one
}

// fetchPage gets a page of the list. Here the server is a few lines of text.
//
//coroutine:async
func fetchPage(number int) (page, error) {
	if err := co.Wait(rt.Sleep(20 * time.Millisecond)); err != nil {
		return page{}, err
	}
	pages := []page{{}, {[]string{"ann", "bob"}, 2}, {[]string{"cleo", "dan"}, 3}, {[]string{"eve"}, 0}}
	fmt.Println("page", number)
	return pages[number], nil
}

// names hands out the names of all pages. It gets a page when somebody needs it.
//
//coroutine:async
//coroutine:generator
func names(y co.AsyncYielder[string, rt.Void]) error {
	for number := 1; number != 0; {
		p, err := co.Await(fetchPageAsync(number))
		if err != nil {
			return err
		}
		for _, name := range p.names {
			if err := co.Wait(y.Yield(name)); err != nil {
				return err
			}
		}
		number = p.next
	}
	return nil
}

// fetchAge asks another server about a person. It takes longer for some than for others.
//
//coroutine:async
func fetchAge(name string) (string, error) {
	if err := co.Wait(rt.Sleep(time.Duration(len(name)) * 10 * time.Millisecond)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is %d", name, 20+len(name)), nil
}

// printAges asks for two ages at once, and gives up if one takes longer than a second.
//
//coroutine:async
func printAges() (err error) {
	ages := asynciter.Map(namesAsync(), 2, fetchAgeAsync)
	for age := range co.Each(asynciter.Timeout(ages, time.Second), &err) {
		fmt.Println(age)
	}
	return err
}

// A list that comes in pages, and a call for each of its elements. The loop has a fake clock, so
// that the example takes no time.
func Example() {
	runFake(printAgesAsync())
	// Output:
	// page 1
	// ann is 23
	// bob is 23
	// page 2
	// cleo is 24
	// dan is 23
	// page 3
	// eve is 23
}

// runFake runs x on a loop with a fake clock.
func runFake(x rt.Coroutine[rt.Void]) {
	clock := new(rttest.Clock)
	poller := rttest.NewPoller(clock)
	_, err := rt.Run(x, rt.WithClock(clock), rt.WithPoller(poller), poller.Serve, rt.WithSeed(1))
	if err != nil {
		fmt.Println(err)
	}
}

// slow hands out numbers, each after the given number of seconds.
//
//coroutine:async
//coroutine:generator
func slow(y co.AsyncYielder[int, rt.Void], seconds ...int) error {
	for i, s := range seconds {
		if err := co.Wait(rt.Sleep(time.Duration(s) * time.Second)); err != nil {
			return err
		}
		if err := co.Wait(y.Yield(i + 1)); err != nil {
			return err
		}
	}
	return nil
}

// After a timeout, the next Next waits for the same value.
func ExampleTimeout() {
	runFake(co.AsyncVoid(func() error {
		it := asynciter.Timeout(slowAsync(1, 5), 3*time.Second)
		defer co.Wait(it.Close())
		for {
			v, ok, err := co.Await2(it.Next())
			switch {
			case errors.Is(err, context.DeadlineExceeded):
				fmt.Println("nothing for three seconds")
			case err != nil || !ok:
				return err
			default:
				fmt.Println(v)
			}
		}
	}))
	// Output:
	// 1
	// nothing for three seconds
	// 2
}

func ExampleChunks() {
	runFake(co.AsyncVoid(func() (err error) {
		for chunk := range co.Each(asynciter.Chunks(slowAsync(1, 1, 1, 9, 1, 9), 3, 5*time.Second), &err) {
			fmt.Println(chunk)
		}
		return err
	}))
	// Output:
	// [1 2 3]
	// [4 5]
	// [6]
}

func ExampleMerge() {
	runFake(co.AsyncVoid(func() (err error) {
		a := asynciter.Map(slowAsync(1, 3), 1, func(v int) rt.Expr[string] { return label("a", v) })
		b := asynciter.Map(slowAsync(2, 1), 1, func(v int) rt.Expr[string] { return label("b", v) })
		for v := range co.Each(asynciter.Merge(a, b), &err) {
			fmt.Println(v)
		}
		return err
	}))
	// Output:
	// a1
	// b1
	// b2
	// a2
}

func label(name string, v int) rt.Coroutine[string] {
	return co.Async(func() (string, error) { return fmt.Sprint(name, v), nil })
}

// One task reads, another one handles what it has read.
func ExampleToQueue() {
	runFake(co.AsyncVoid(func() error {
		q := queues.New[string](10)
		reader := co.Spawn(co.AsyncVoid(func() error {
			defer q.Close()
			return co.Wait(asynciter.ToQueue(asynciter.FromSeq(strings.FieldsSeq("a few words")), q))
		}))
		words, err := co.Await(asynciter.Collect(asynciter.FromQueue(q)))
		if err != nil {
			return err
		}
		fmt.Printf("%q\n", words)
		return co.Wait(reader)
	}))
	// Output:
	// ["a" "few" "words"]
}
