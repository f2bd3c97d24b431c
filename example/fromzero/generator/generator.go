// Generator is the step of "From Zero to AsyncIO" between the iterator and the task: a function
// that stops at each yield, takes a value in there, and has a result in the end. (The text that
// is kept of the page breaks off before it.)
//
//	def steps(): x = yield "a"      func steps(y co.Yielder[string, string]) ...: x, err := y.Yield("a")
//	next(g)                         g.Next()
//	g.send(x)                       g.Send(x)
//	StopIteration.value             g.Result()
//
// byhand.go has what becomes of steps, written by hand: a struct with a state.
//
//	go run ./generated/fromzero/generator
package main

import (
	"fmt"
	"io"
	"os"

	co "github.com/coroutinegen/coroutinegen/annotations"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/generator

func main() { drive(os.Stdout, stepsPull(os.Stdout)) }

// A stepper is what drive needs of a generator.
type stepper interface {
	Next() (string, bool)
	Send(string) (string, bool)
	Result() (string, error)
}

// drive asks g for its values, one by one.
func drive(w io.Writer, g stepper) {
	fmt.Fprintln(w, "nothing has run")
	value, ok := g.Next()
	fmt.Fprintln(w, "yielded", value, ok)
	value, ok = g.Send("hello")
	fmt.Fprintln(w, "yielded", value, ok)
	_, ok = g.Next() // runs steps to its end: StopIteration
	result, _ := g.Result()
	fmt.Fprintln(w, "returned", result, ok)
}

// steps stops twice.
//
//coroutine:generator
func steps(w io.Writer, y co.Yielder[string, string]) (string, error) {
	fmt.Fprintln(w, " first step")
	got, err := y.Yield("a")
	if err != nil {
		return "", err
	}
	fmt.Fprintln(w, " second step, got", got)
	if _, err := y.Yield("b"); err != nil {
		return "", err
	}
	fmt.Fprintln(w, " last step")
	return "done with " + got, nil
}
