// Stacks is section 1 of the answer "Coroutines versus subroutines in a nut shell", and the
// beginning of section 2: what is on the stack of root while a subroutine, a coroutine, a chain of
// coroutines and an event run. The program draws it as the answer does, from what happens.
//
//	def subfoo(bar): return ...            a function
//	qux = yield bar                        qux, err := y.Yield(bar)
//	yield from cofoo()                     cofoo(y): a generator that calls another one
//	coro_a.send(...)                       a.Send(...)
//	await AsyncSleep(...)                  the loop is root, and the event what is yielded
//
//	go run ./generated/answers/stacks
package main

import (
	"fmt"
	"io"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/stacks

func main() {
	w := os.Stdout
	for _, show := range []func(io.Writer){subroutine, coroutine, traversed, allTheWayDown, event} {
		show(w)
		fmt.Fprintln(w)
	}
}

// subfoo is a subroutine: when it returns, its part of the stack is gone.
func subfoo(s *stack, bar int) int {
	defer s.enter("subfoo")()
	qux := 3
	return qux * bar
}

// subroutine is section 1.1.
func subroutine(w io.Writer) {
	s := newStack(w, "root")
	s.call("- ")
	got := subfoo(s, 14)
	s.back("return")
	fmt.Fprintln(w, "subfoo has returned", got)
}

// cofoo is a coroutine: when it yields, its part of the stack stays, beside that of root.
//
//coroutine:generator
func cofoo(s *stack, bar int, y co.Yielder[any, int]) (int, error) {
	s.enter("cofoo")
	qux, err := y.Yield(bar) // yield marks a break point
	s.leave()
	return qux, err
}

// coroutine is section 1.2.
func coroutine(w io.Writer) {
	s := newStack(w, "root")
	s.call("- ")
	g := cofooPull(s, 14)
	bar, _ := g.Next()
	s.back("yield")
	s.resume("send")
	g.Send(42)
	s.back("return")
	qux, _ := g.Result()
	fmt.Fprintf(w, "cofoo has yielded %v and returned %d\n", bar, qux)
}

// wrap goes up the call stack, too: while it waits for cofoo, cofoo is connected to root.
//
//coroutine:generator
func wrap(s *stack, y co.Yielder[any, int]) error {
	s.enter("wrap")
	if _, err := y.Yield("before"); err != nil {
		return err
	}
	if _, err := cofoo(s, 14, y); err != nil {
		return err
	}
	_, err := y.Yield("after")
	s.leave()
	return err
}

// traversed is section 1.3.
func traversed(w io.Writer) {
	s := newStack(w, "root")
	s.call("-> ")
	g := wrapPull(s)
	for _, ok := g.Next(); ok; _, ok = g.Next() {
		s.back("yield")
		s.resume("send")
	}
	s.back("return")
}

//coroutine:generator
func coroA(s *stack, y co.Yielder[any, int]) (int, error) {
	s.enter("coro_a")
	got, err := coroB(s, y)
	s.leave()
	return got, err
}

//coroutine:generator
func coroB(s *stack, y co.Yielder[any, int]) (int, error) {
	s.enter("coro_b")
	got, err := y.Yield("from coro_b")
	s.leave()
	return got, err
}

// allTheWayDown is section 1.4: root and coro_b do not know each other.
func allTheWayDown(w io.Writer) {
	s := newStack(w, "root")
	s.call("-> ")
	g := coroAPull(s)
	g.Next()
	s.back("yield")
	s.resume("coro_a.send")
	g.Send(42)
	s.back("return")
	got, _ := g.Result()
	fmt.Fprintf(w, "coro_b has got %d\n", got)
}

// An eventful coroutine awaits an event, which yields itself to the loop.
//
//coroutine:generator
func eventful(s *stack, y co.Yielder[any, int]) (int, error) {
	s.enter("coroutine")
	reply, err := awaitEvent(s, y)
	s.leave()
	return reply, err
}

//coroutine:generator
func awaitEvent(s *stack, y co.Yielder[any, int]) (int, error) {
	s.enter("event")
	reply, err := y.Yield("the event")
	s.leave()
	return reply, err
}

// event is the drawing of section 2.
func event(w io.Writer) {
	s := newStack(w, "loop")
	s.link = " --await--> "
	s.call("-> ")
	g := eventfulPull(s)
	g.Next()
	s.back("yield")
	fmt.Fprintln(w, "  |    :  # loop waits for event to happen")
	s.resume("send(reply)")
	g.Send(42)
	s.back("return")
	reply, _ := g.Result()
	fmt.Fprintf(w, "the reply is %d\n", reply)
}
