// Oneturn takes the turns of two loops one by one: that of the slides "Inside" of "asyncio: how
// sausage is made" (run_forever and _run_once, in package asyncio), and that of package rt. Both
// have the same callbacks and the same coroutine.
//
//	slides, _run_once              rt, Loop.turn
//	1 select: wait for the first   1 run what is ready now
//	2 events: make ready           2 timers that are due: make ready
//	3 timers that are due: ready   3 poll: wait for the first; events: make ready
//	4 run what is ready now        4 what other goroutines sent: make ready
//
// It is the same circle, entered at another place: what comes while the loop of the slides waits
// runs in that turn, here it runs in the next one. Both run only what is ready when they begin
// to: what a callback adds waits for the next turn.
//
//	go run ./generated/sausage/oneturn
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
//go:generate go tool coroutinegen -o ../../../generated/sausage/oneturn

func main() {
	fmt.Println("the loop of the slides")
	if err := slides(os.Stdout); err != nil {
		log.Fatal(err)
	}
	fmt.Println("package rt")
	loop, err := rt.NewLoop()
	if err != nil {
		log.Fatal(err)
	}
	defer loop.Close()
	if err := ours(os.Stdout, loop, time.Sleep); err != nil {
		log.Fatal(err)
	}
}

// A record is what ran in a turn.
type record []string

func (r *record) ran(what string) { *r = append(*r, what) }

// take returns the turn, and begins the next one.
func (r *record) take() string {
	list := strings.Join(*r, ", ")
	*r = nil
	if list == "" {
		return "nothing"
	}
	return list
}

// slides runs the loop of the slides. It logs each select, which begins a turn.
func slides(w io.Writer) error {
	loop := asyncio.NewLoop(asyncio.Sleep{})
	var r record
	n := 0
	var waits string
	flush := func() {
		if n > 0 {
			fmt.Fprintf(w, "turn %d: %s, runs %s\n", n, waits, r.take())
		}
		n++
	}
	loop.Log = func(format string, args ...any) {
		if strings.HasPrefix(format, "select") {
			flush()
			waits = fmt.Sprintf("select(%.0f)", args...) // whole seconds: a real clock is late
		}
	}

	loop.CallSoon(func() {
		r.ran("A")
		loop.CallSoon(func() { r.ran("B") })
	})
	loop.CallSoon(func() { r.ran("never") }).Cancel()
	asyncio.NewTask(loop, "task", slidesTaskPull(loop, &r))
	loop.CallLater(time.Second, func() {
		r.ran("C")
		loop.CallSoon(func() { r.ran("D") })
	})
	loop.CallLater(time.Second, func() { r.ran("E") })
	loop.CallLater(3*time.Second, loop.Stop)
	err := loop.RunForever()
	flush()
	return err
}

// slidesTask sleeps: a timer sets a future, and the future wakes the task.
//
//coroutine:generator
func slidesTask(y co.Yielder[asyncio.Waitable, any], loop *asyncio.Loop, r *record) (any, error) {
	r.ran("first step")
	slept := asyncio.NewFuture(loop)
	loop.CallLater(2*time.Second, func() {
		r.ran("set_result")
		slept.SetResult(nil)
	})
	if _, err := y.Yield(slept); err != nil {
		return nil, err
	}
	r.ran("second step")
	return nil, nil
}

// ours runs a loop of package rt, turn by turn: Turn does not wait, but says how long to.
func ours(w io.Writer, loop *rt.Loop, sleep func(time.Duration)) error {
	var r record
	loop.CallSoon(func() {
		r.ran("A")
		loop.CallSoon(func() { r.ran("B") })
	})
	loop.CallSoon(func() { r.ran("never") }).Cancel()
	rt.Start(loop, oursTaskAsync(&r))
	loop.CallLater(time.Second, func() {
		r.ran("C")
		loop.CallSoon(func() { r.ran("D") })
	})
	loop.CallLater(time.Second, func() { r.ran("E") })
	stopped := false
	loop.CallLater(3*time.Second, func() { stopped = true })
	for n := 1; !stopped; n++ {
		wait, err := loop.Turn()
		if err != nil {
			return err
		}
		poll := fmt.Sprintf("poll(%v)", wait.Round(time.Second).Seconds())
		if wait < 0 {
			poll = "poll(no limit)"
		}
		fmt.Fprintf(w, "turn %d: runs %s, %s\n", n, r.take(), poll)
		if !stopped {
			sleep(wait)
		}
	}
	return nil
}

// oursTask sleeps: a timer wakes the task.
//
//coroutine:async
func oursTask(r *record) error {
	r.ran("first step")
	if err := co.Wait(rt.Sleep(2 * time.Second)); err != nil {
		return err
	}
	r.ran("second step")
	return nil
}
