package main

import (
	"strings"
	"testing"
)

// Python 3.11.7 prints {'__len__', '__contains__', '__iter__'} and {'__iter__'}.
func TestOutput(t *testing.T) {
	const want = `[range (__iter__) len (__len__) index (__contains__)]
[range (__iter__)]
`
	var out strings.Builder
	run(&out)
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestLines(t *testing.T) {
	var got []string
	for line := range lines(strings.NewReader("one\ntwo\n")) {
		got = append(got, line)
	}
	if strings.Join(got, ",") != "one,two" {
		t.Errorf("got %q", got)
	}
}
