// Iterable is the first program of "From Zero to AsyncIO": what do all values have in common
// over which a loop can range? The page asks dir() for their attributes, this program asks
// package reflect.
//
//	go run ./example/fromzero/iterable
package main

import (
	"fmt"
	"io"
	"iter"
	"os"
	"reflect"
	"strings"
)

func main() { run(os.Stdout) }

// run prints what the containers of the page have in common, and then what is left of it
// with the lines of a file among them.
func run(w io.Writer) {
	containers := []any{
		"",                    // str
		[]any{},               // list
		map[string]any{},      // dict
		[0]any{},              // tuple
		map[string]struct{}{}, // set
	}
	fmt.Fprintln(w, common(containers...))
	fmt.Fprintln(w, common(append(containers, lines(strings.NewReader("")))...))
}

// lines is a stream, and no container. Ranging over it reads it.
func lines(r io.Reader) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			var line string
			if _, err := fmt.Fscanln(r, &line); err != nil || !yield(line) {
				return
			}
		}
	}
}

// common returns what can be done with each of the values.
func common(values ...any) []string {
	var abilities []string
	for _, a := range []struct {
		name string // what Python calls it
		has  func(reflect.Type) bool
	}{
		{"range (__iter__)", reflect.Type.CanSeq},
		{"len (__len__)", func(t reflect.Type) bool { return contains(t, reflect.Chan) }},
		{"index (__contains__)", func(t reflect.Type) bool { return contains(t) }},
	} {
		all := true
		for _, v := range values {
			all = all && a.has(reflect.TypeOf(v))
		}
		if all {
			abilities = append(abilities, a.name)
		}
	}
	return abilities
}

// contains reports whether values of type t contain what one ranges over, or t is of another
// kind that the caller accepts.
func contains(t reflect.Type, also ...reflect.Kind) bool {
	for _, kind := range append(also, reflect.String, reflect.Slice, reflect.Map, reflect.Array) {
		if t.Kind() == kind {
			return true
		}
	}
	return false
}
