package p

import (
	"context"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:blocking
func f() error { return co.Wait(rt.Yield()) }

type T struct{}

//coroutine:blocking
func (T) m() {}

//coroutine:async
func g() error {
	T{}.m()       // want "BlockingCall: m blocks its goroutine"
	defer T{}.m() // want "BlockingCall"
	go f()        // another goroutine
	_, _ = co.Await(rt.ToThread(func() (int, error) { return 0, f() }))
	return f() // want "BlockingCall: f blocks its goroutine"
}

//coroutine:blocking
func h() error { return f() }

//coroutine:async
func work(n int) (int, error) { return n, co.Wait(rt.Yield()) }

//coroutine:async
func plain(n int) int { return n }

//coroutine:async
func caller() error {
	_, err := work(plain(1)) // want "BlockingCall: work blocks its goroutine"
	if err == nil {
		_, err = co.Await(workAsync(1))
	}
	return err
}

//coroutine:async
func literals() error {
	c := co.Async(func() (int, error) {
		return work(1) // want "BlockingCall: work blocks its goroutine"
	})
	func() { f() }()        // want "BlockingCall"
	later := func() { f() } // whoever calls it may be on another goroutine
	go later()
	_, err := co.Await(c)
	return err
}

// What runs a loop.
//
//coroutine:async
func loops(ctx context.Context, l *rt.Loop, r *rt.Runner) error {
	_, _ = rt.Run(workAsync(1))                                           // want "BlockingCall: rt.Run in an async function panics: .*; await its operand"
	_, _ = rt.Block(workAsync(1))                                         // want "BlockingCall: rt.Block in an async function"
	_, _ = rt.Block[int](workAsync(1))                                    // want "BlockingCall: rt.Block in an async function"
	_, _ = rt.RunOn(r, workAsync(1))                                      // want "BlockingCall: rt.RunOn"
	_, _ = rt.RunUntilComplete(l, workAsync(1))                           // want "BlockingCall: rt.RunUntilComplete"
	_, _ = rt.RunThreadsafe(ctx, l, workAsync(1))                         // want "BlockingCall: rt.RunThreadsafe"
	_, _ = rt.RunLoops(2, func(int) rt.Expr[int] { return workAsync(1) }) // want "BlockingCall: rt.RunLoops in an async function blocks .*; run it beside the loop with rt.ToThread"
	_ = l.RunForever()                                                    // want "BlockingCall: RunForever in an async function panics"
	func() { _, _ = rt.Run(workAsync(1)) }()                              // want "BlockingCall: rt.Run"
	go rt.Run(workAsync(1))
	go func() { _, _ = rt.Run(workAsync(1)) }()
	_, err := co.Await(rt.ToThread(func() (int, error) { return rt.Run(workAsync(1)) }))
	return err
}

// On a goroutine of its own it may block.
func lockstep() rt.Coroutine[rt.Void] { return co.AsyncVoid(f) }

func main() { _, _ = rt.Run(workAsync(1)) }
