// Yieldfrom is the slides "Nested Yield" and "Yield from" of "My story of Async IO": a generator
// hands on the values of another one, first by a loop, then by yield from, which also delivers
// what the other one returns.
//
//	for c in gen1(): yield c    for c := range letters { if !yield(c) ... }
//	a = yield from gen2()       a, err := co.YieldFrom(y, gen2Pull())
//	return "RETURN VALUE"       return "RETURN VALUE", nil
//
//	go run ./generated/mystory/yieldfrom
package main

import (
	"fmt"
	"io"
	"os"
	"slices"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/mystory/yieldfrom

func main() {
	nestedYield(os.Stdout)
	yieldFrom(os.Stdout)
}

// nestedYield is print([i for i in gen2()]).
func nestedYield(w io.Writer) {
	fmt.Fprintf(w, "%q\n", slices.Collect(nestedPull().All()))
}

// letters is gen1.
//
//coroutine:generator
func letters(yield func(string) bool) {
	_ = yield("a") && yield("b") && yield("c")
}

// nested is gen2 of "Nested Yield".
//
//coroutine:generator
func nested(yield func(string) bool) {
	for c := range letters {
		if !yield(c) {
			return
		}
	}
	_ = yield("d") && yield("e") && yield("f")
}

// yieldFrom is for i in y_from(): print(i).
func yieldFrom(w io.Writer) {
	for i := range yFromPull(w).All() {
		fmt.Fprintln(w, i)
	}
}

// all yields each of the values.
//
//coroutine:generator
func all(values []string, y co.Yielder[string, rt.Void]) error {
	for _, v := range values {
		if _, err := y.Yield(v); err != nil {
			return err
		}
	}
	return nil
}

// gen1 is that of the page.
//
//coroutine:generator
func gen1(y co.Yielder[string, rt.Void]) error {
	return all([]string{"a", "b", "c"}, y)
}

// gen2 is that of "Yield from".
//
//coroutine:generator
func gen2(y co.Yielder[string, rt.Void]) (string, error) {
	if _, err := co.YieldFrom(y, gen1Pull()); err != nil {
		return "", err
	}
	if err := all([]string{"d", "e", "f"}, y); err != nil {
		return "", err
	}
	return "RETURN VALUE", nil
}

// yFrom is y_from.
//
//coroutine:generator
func yFrom(w io.Writer, y co.Yielder[string, rt.Void]) error {
	a, err := co.YieldFrom(y, gen2Pull())
	if err != nil {
		return err
	}
	fmt.Fprintln(w, a)
	return nil
}
