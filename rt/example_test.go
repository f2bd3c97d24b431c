package rt_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// greetFrame holds what greet keeps across an await.
type greetFrame struct {
	state greetState
	name  string
	sleep rt.SleepOp
}

type greetState uint8

const (
	greetStart greetState = iota
	greetAwaitSleep
	greetDone
)

func (f *greetFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	state := f.state
	f.state = greetDone // unless it suspends
	switch state {
	case greetAwaitSleep:
		goto awaitSleep
	case greetDone:
		panic(machine.Resumed("greet"))
	}
	f.sleep = rt.Sleep(time.Millisecond)
awaitSleep:
	if _, err, ready := f.sleep.Poll(t); !ready {
		f.state = greetAwaitSleep
		return rt.Void{}, nil, false
	} else if err != nil {
		return rt.Void{}, err, true
	}
	fmt.Println("hello,", f.name)
	return rt.Void{}, nil, true
}

func greetAsync(name string) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&greetFrame{name: name})
}

// The elements of a slice for Gather are of type rt.Expr: a slice of coroutines has another type.
func ExampleGather() {
	var lengths []rt.Expr[int]
	for _, word := range []string{"one", "three", "seventeen"} {
		lengths = append(lengths, co.Async(func() (int, error) {
			return len(word), co.Wait(rt.Sleep(time.Millisecond))
		}))
	}
	fmt.Println(rt.Run(rt.Gather(lengths...)))
	// Output: [3 5 9] <nil>
}

// This coroutine is written by hand. Its frame is greetFrame, with the Poll of the package
// comment.
func ExampleNewCoroutine() {
	if _, err := rt.Run(greetAsync("world")); err != nil {
		fmt.Println(err)
	}
	// Output: hello, world
}

// An ordinary function runs as a coroutine on a goroutine, in lock-step with the loop.
func ExampleLockstep() {
	fetch := func(name string, d time.Duration) rt.Coroutine[string] {
		return co.Async(func() (string, error) {
			if _, err := co.Await(rt.Sleep(d)); err != nil {
				return "", err
			}
			return "page of " + name, nil
		})
	}
	pages, err := rt.Run(rt.Gather[string](fetch("a", 2*time.Millisecond), fetch("b", time.Millisecond)))
	fmt.Println(pages, err)
	// Output: [page of a page of b] <nil>
}

func ExampleTimeout() {
	_, err := rt.Run(rt.Timeout(time.Millisecond, rt.Sleep(time.Hour)))
	fmt.Println(err, errors.Is(err, context.DeadlineExceeded))
	// Output: context deadline exceeded true
}

// A future turns a callback into something to await.
func ExampleFuture() {
	var f rt.Future[string]
	time.AfterFunc(time.Millisecond, func() { f.Set("called back") }) // on another goroutine
	fmt.Println(rt.Run(&f))
	// Output: called back <nil>
}

func ExampleQueue() {
	q := queues.New[int](2)
	produce := co.Async(func() (rt.Void, error) {
		defer q.Close()
		for i := range 4 {
			if _, err := co.Await(q.Put(i)); err != nil {
				return rt.Void{}, err
			}
		}
		return rt.Void{}, nil
	})
	consume := co.Async(func() (int, error) {
		sum := 0
		for {
			n, err := co.Await(q.Get())
			if err == queues.ErrClosed {
				return sum, nil
			}
			if err != nil {
				return sum, err
			}
			sum += n
		}
	})
	both, err := rt.Run(rt.Gather2(produce, consume))
	fmt.Println(both.V2, err)
	// Output: 6 <nil>
}
