package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// The page prints no output here. Python 3.11.7 prints ['a', 'b', 'c', 'd', 'e', 'f'].
func TestNestedYield(t *testing.T) {
	var out strings.Builder
	nestedYield(&out)
	if got, want := out.String(), `["a" "b" "c" "d" "e" "f"]`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The output of the page.
func TestYieldFrom(t *testing.T) {
	var out strings.Builder
	yieldFrom(&out)
	if got, want := out.String(), "a\nb\nc\nd\ne\nf\nRETURN VALUE\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is thrown into the outer generator arrives in the innermost one, and ends all.
func TestThrow(t *testing.T) {
	var out strings.Builder
	g := yFromPull(&out)
	g.Next()
	thrown := errors.New("thrown")
	if v, ok := g.Throw(thrown); ok {
		t.Errorf("yields %q", v)
	}
	if _, err := g.Result(); err != thrown {
		t.Error(err)
	}
	g = yFromPull(&out)
	g.Next()
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if _, err := g.Result(); !rt.IsGeneratorExit(err) || out.Len() > 0 {
		t.Errorf("%v, %q", err, &out)
	}
}
