package main

import (
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output is that of the same generator in Python 3.11.7, but for True and False.
func TestOutput(t *testing.T) {
	const want = `nothing has run
 first step
yielded a true
 second step, got hello
yielded b true
 last step
returned done with hello false
`
	for name, pull := range map[string]func(io.Writer) stepper{
		"generator": func(w io.Writer) stepper { return stepsPull(w) },
		"by hand":   func(w io.Writer) stepper { return &stepsByHand{w: w} },
	} {
		var out strings.Builder
		drive(&out, pull(&out))
		if got := out.String(); got != want {
			t.Errorf("%s: got\n%swant\n%s", name, got, want)
		}
	}
}
