// Iterator is the second step of "From Zero to AsyncIO": what iter(x) returns for each of the
// containers, what these iterators have in common, and an iterator that one writes oneself.
//
// In Go the function that a range statement calls pushes the values. What iter() returns in
// Python, an object whose values are asked for, is a generator here: coroutinegen writes
// charsPull beside chars.
//
//	iter(x)           xPull(...)
//	__next__          Next
//	StopIteration     the second result of Next is false
//	__iter__          All
//
//	go run ./generated/fromzero/iterator
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/fromzero/iterator

func main() { run(os.Stdout) }

func run(w io.Writer) {
	iterators := []any{
		charsPull("text"),
		elementsPull([]any{1, 2}),
		keysPull(map[string]any{"a": 1}),
		tuplePull([2]any{1, 2}),
		membersPull(map[string]struct{}{"a": {}}),
	}
	for _, i := range iterators {
		fmt.Fprintf(w, "<%T>\n", i)
	}
	fmt.Fprintln(w, common(iterators...))

	words := []string{"I", "AM", "ITERABLE", "GOD"}
	for thing := range (&myIterator{data: words}).all {
		fmt.Fprintln(w, thing)
	}
	// The same, made by the tool: the index and the loop are what myIterator has by hand.
	for thing := range thingsPull(words).All() {
		fmt.Fprintln(w, thing)
	}
}

// chars hands out the characters of a text.
//
//coroutine:generator
func chars(text string, yield func(rune) bool) {
	for _, c := range text {
		if !yield(c) {
			return
		}
	}
}

// elements hands out the elements of a list.
//
//coroutine:generator
func elements(list []any, yield func(any) bool) {
	for _, v := range list {
		if !yield(v) {
			return
		}
	}
}

// keys hands out the keys of a dict, in their order.
//
//coroutine:generator
func keys(dict map[string]any, yield func(string) bool) {
	for _, key := range slices.Sorted(maps.Keys(dict)) {
		if !yield(key) {
			return
		}
	}
}

// tuple hands out the elements of a tuple.
//
//coroutine:generator
func tuple(pair [2]any, yield func(any) bool) {
	for _, v := range pair {
		if !yield(v) {
			return
		}
	}
}

// members hands out the members of a set, in their order.
//
//coroutine:generator
func members(set map[string]struct{}, yield func(string) bool) {
	for _, member := range slices.Sorted(maps.Keys(set)) {
		if !yield(member) {
			return
		}
	}
}

// A myIterator is the MyIterator of the page.
type myIterator struct {
	index int
	data  []string
}

// next is __next__. In place of StopIteration, ok is false.
func (m *myIterator) next() (thing string, ok bool) {
	if m.index == len(m.data) {
		return "", false
	}
	thing = m.data[m.index]
	m.index++
	return thing, true
}

// all is __iter__: an iterator is an iterable.
func (m *myIterator) all(yield func(string) bool) {
	for thing, ok := m.next(); ok && yield(thing); thing, ok = m.next() {
	}
}

// things is myIterator as a function.
//
//coroutine:generator
func things(data []string, yield func(string) bool) {
	for index := 0; index < len(data); index++ {
		if !yield(data[index]) {
			return
		}
	}
}

// common returns the methods that all values have.
func common(values ...any) (methods []string) {
	for m := range reflect.TypeOf(values[0]).Methods() {
		all := true
		for _, v := range values[1:] {
			_, has := reflect.TypeOf(v).MethodByName(m.Name)
			all = all && has
		}
		if all {
			methods = append(methods, m.Name)
		}
	}
	return methods
}
