package main

import (
	"strings"
	"testing"
)

// The types of Python 3.11.7 are str_ascii_iterator, list_iterator, dict_keyiterator,
// tuple_iterator and set_iterator. They have __next__, __length_hint__ and __iter__ in common.
func TestOutput(t *testing.T) {
	const want = `<*main.charsGenerator>
<*main.elementsGenerator>
<*main.keysGenerator>
<*main.tupleGenerator>
<*main.membersGenerator>
[All Next Stop String Where]
I
AM
ITERABLE
GOD
I
AM
ITERABLE
GOD
`
	var out strings.Builder
	run(&out)
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// After the last value, an iterator has no more, however often one asks.
func TestEnd(t *testing.T) {
	words := []string{"a", "b"}
	g, m := thingsPull(words), &myIterator{data: words}
	for i := range 4 {
		v, ok := g.Next()
		w, has := m.next()
		if v != w || ok != has || ok != (i < 2) {
			t.Errorf("%d: generator %q, %v, by hand %q, %v", i, v, ok, w, has)
		}
	}
}
