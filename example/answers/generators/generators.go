// Generators has the generators of "How does asyncio work?", which is the first long answer, and of
// "What is asyncio?": next, send and throw, what a generator returns, yield from, its states.
//
//	def test(): yield 1                    a function with //coroutine:generator
//	gen = test()                           g := onlyNextPull()
//	next(gen), gen.send("abc")             g.Next(), g.Send("abc")
//	gen.throw(Exception())                 g.Throw(errException)
//	StopIteration                          the second result of Next is false
//	StopIteration.value                    g.Result()
//	yield from inner()                     inner(w, y): a generator that calls another one
//	async def, await                       //coroutine:async, co.Await
//	inspect.getgeneratorstate(gen)         g.String(): created, running, closed, or where it stands
//
// byhand.go has inner and outer as one would write them without yield.
//
//	go run ./generated/answers/generators
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/generators

func main() {
	w := os.Stdout
	next(w)
	communicate(w)
	returned(w)
	g := outerPull(w)
	tunnel(w, g)
	g.Close() // Python's collector closes what is left suspended
	if _, err := rt.Run(outerCoroutineAsync(w)); err != nil {
		log.Fatal(err)
	}
	educative(w)
	states(w)
}

// show prints what next(gen) and the like give on the page.
func show[V any](w io.Writer, v V, ok bool) {
	if ok {
		fmt.Fprintln(w, v)
	} else {
		fmt.Fprintln(w, "StopIteration")
	}
}

// onlyNext is test of "Generators". It takes nothing, so a plain iterator function will do.
//
//coroutine:generator
func onlyNext(yield func(int) bool) {
	_ = yield(1) && yield(2)
}

// next asks it three times.
func next(w io.Writer) {
	g := onlyNextPull()
	for range 3 {
		v, ok := g.Next()
		show(w, v, ok)
	}
}

var errException = errors.New("Exception")

// takes is test of "Communicating with a generator".
//
//coroutine:generator
func takes(w io.Writer, y co.Yielder[int, string]) error {
	val, err := y.Yield(1)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, val)
	if _, err := y.Yield(2); err != nil {
		return err // what Throw has thrown
	}
	_, err = y.Yield(3)
	return err
}

// communicate sends, and throws.
func communicate(w io.Writer) {
	g := takesPull(w)
	v, ok := g.Next()
	show(w, v, ok)
	v, ok = g.Send("abc")
	show(w, v, ok)
	if _, ok = g.Throw(errException); !ok {
		_, err := g.Result()
		fmt.Fprintln(w, err)
	}
}

// returns is test of "Returning values from generators".
//
//coroutine:generator
func returns(y co.Yielder[int, rt.Void]) (string, error) {
	if _, err := y.Yield(1); err != nil {
		return "", err
	}
	return "abc", nil
}

// returned prints exc.value.
func returned(w io.Writer) {
	g := returnsPull()
	v, ok := g.Next()
	show(w, v, ok)
	if _, ok := g.Next(); !ok {
		value, _ := g.Result()
		fmt.Fprintln(w, value)
	}
}

//coroutine:generator
func inner(w io.Writer, y co.Yielder[int, string]) (int, error) {
	innerResult, err := y.Yield(2)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, "inner", innerResult)
	return 3, nil
}

//coroutine:generator
func outer(w io.Writer, y co.Yielder[int, string]) error {
	if _, err := y.Yield(1); err != nil {
		return err
	}
	val, err := inner(w, y)
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "outer", val)
	_, err = y.Yield(4)
	return err
}

// tunnel sends abc through outer into inner.
func tunnel(w io.Writer, g interface {
	Next() (int, bool)
	Send(string) (int, bool)
}) {
	v, ok := g.Next()
	show(w, v, ok)
	v, ok = g.Next() // goes inside inner by itself
	show(w, v, ok)
	v, ok = g.Send("abc")
	show(w, v, ok)
}

// innerCoroutine is inner of "Putting it all together".
//
//coroutine:async
func innerCoroutine() int { return 1 }

// outerCoroutine is outer. The page drops what inner returns.
//
//coroutine:async
func outerCoroutine(w io.Writer) error {
	v, err := co.Await(innerCoroutineAsync())
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "inner has returned", v)
	return nil
}

//coroutine:generator
func asynchronous(yield func(string) bool) { yield("Educative") }

// educative is what stands below asynchronous.
func educative(w io.Writer) {
	g := asynchronousPull()
	defer g.Stop()
	v, _ := g.Next()
	fmt.Fprintln(w, v)
}

// reports yields once. Before that it prints its own state.
//
//coroutine:generator
func reports(w io.Writer, self func() fmt.Stringer, y co.Yielder[int, rt.Void]) error {
	fmt.Fprintln(w, state(self()))
	_, err := y.Yield(1)
	return err
}

// states takes a generator through all states of the page.
func states(w io.Writer) {
	var g *reportsGenerator
	g = reportsPull(w, func() fmt.Stringer { return g })
	fmt.Fprintln(w, state(g))
	g.Next()
	fmt.Fprintln(w, state(g))
	g.Close()
	fmt.Fprintln(w, state(g))
}

// state is inspect.getgeneratorstate. A suspended generator says where it stands, unless the
// function runs as it is.
func state(g fmt.Stringer) string {
	switch _, s, _ := strings.Cut(g.String(), ": "); s {
	case "created", "running", "closed":
		return "GEN_" + strings.ToUpper(s)
	default:
		return "GEN_SUSPENDED"
	}
}
