package main

import (
	"strings"
	"testing"
)

// The page prints nothing. In Python 3.11.7 the three errors are RuntimeError().
func TestOutput(t *testing.T) {
	const want = `the step waits for our future: true
result: the future is not done
set: <nil>
set again: the future is done
the step returns: 42 <nil>
a step that goes on too early returns: 0 the future is not done
`
	var out strings.Builder
	run(&out)
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestRt(t *testing.T) {
	const want = `done: false
set: <nil>
set again: future has its result already
result: 42 <nil> true
`
	var out strings.Builder
	runRt(&out)
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
