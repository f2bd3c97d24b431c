package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// The operations of async generators. No other task can do them in place of this one.
//
//coroutine:async
//coroutine:generator
func numbers(y co.AsyncYielder[int, string]) error {
	y.Yield(1)           // want "AsyncValueDropped: the asyncgen.YieldOp.*; write co.Await\\(y.Yield\\(1\\)\\)$"
	defer y.Yield(2)     // want "AsyncValueDropped: .*; write defer co.Await\\(y.Yield\\(2\\)\\)$"
	go y.Yield(3)        // want "AsyncValueDropped: .*; write co.Await\\(y.Yield\\(3\\)\\)$"
	co.Spawn(y.Yield(4)) // a task may yield
	return nil
}

//coroutine:async
func takes(g *co.AsyncGenerator[int, rt.Void, rt.Void], y co.AsyncYielder[int, rt.Void]) error {
	y.Yield(1)        // want "AsyncValueDropped: .*; write co.Wait\\(y.Yield\\(1\\)\\)$"
	g.Next()          // want "AsyncValueDropped: the asyncgen.NextOp.*; write co.Await2\\(g.Next\\(\\)\\)$"
	g.Send(rt.Void{}) // want "AsyncValueDropped: .*; write co.Await2\\(g.Send\\(rt.Void{}\\)\\)$"
	g.Throw(nil)      // want "AsyncValueDropped: .*; write co.Await2"
	defer g.Close()   // want "AsyncValueDropped: .*; write defer co.Wait\\(g.Close\\(\\)\\)$"
	return nil
}

func takesOutside(g *co.AsyncGenerator[int, rt.Void, rt.Void]) {
	g.Next() // want "AsyncValueDropped: .*; await it in an async function: co.Await2\\(g.Next\\(\\)\\)$"
}

// Generators that nobody takes values of.
//
//coroutine:generator
func letters(y co.Yielder[string, int], n int) error {
	lettersPull(n)       // want "AsyncValueDropped: the generator that this call makes is dropped: nothing of letters has run, and nothing will; take its values in a loop: for v := range lettersPull\\(n\\).All\\(\\); or hand them on: letters\\(y\\); or assign it to _"
	defer lettersPull(n) // want "AsyncValueDropped: the generator that this call makes is dropped by the defer statement"
	_ = lettersPull(n)
	lettersPull(n).Next()
	lettersPull(n).Close()
	chained().reset()
	return nil
}

//coroutine:async
func makes() {
	numbersAsync() // want "AsyncValueDropped: the generator .* nothing of numbers has run, and nothing will; take its values in a loop: for v := range co.Each\\(numbersAsync\\(\\), &err\\); or assign"
	_ = numbersAsync()
}

// A generator of the hand, whose methods return it.
type ownGenerator struct{ rt.Generator[int] }

func chained() *ownGenerator { return &ownGenerator{} }

func (g *ownGenerator) reset() *ownGenerator { return g }
