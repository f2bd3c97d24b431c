package gotest

// This file tests how recipes are read.

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestRecipe(t *testing.T) {
	for _, test := range []struct {
		source string
		want   Program
	}{
		{"//go:build gc\n\n// run\npackage main\n", Program{}},
		{"// run arg1 arg2\n", Program{Args: []string{"arg1", "arg2"}}},
		{"// run -gcflags=-d=x\n", Program{Flags: []string{"-d=x"}}},
		{"// run -gcflags -l=4\n", Program{Flags: []string{"-l=4"}}},
		{"// run -gcflags='-N -l'\n", Program{Flags: []string{"-N", "-l"}}},
		{"// run -gcflags='all=-N -l'\n", Program{Flags: []string{"-N", "-l"}}},
		{"// run -race\n", Program{Obstacle: "needs flags: -race"}},
		{"// run other.go\n", Program{Obstacle: "several files", Args: []string{"other.go"}}},
	} {
		fields := splitQuoted(recipe([]byte(test.source)))
		if len(fields) == 0 || fields[0] != "run" {
			t.Errorf("%q is not seen as run", test.source)
			continue
		}
		var got Program
		got.options(fields[1:])
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q: -want +got\n%s", test.source, diff)
		}
	}
	if got := recipe([]byte("package main\n")); got != "" {
		t.Errorf("recipe without a comment is %q", got)
	}
	if got := unmet([]byte("// run\n\n//go:build gc && !never\n\npackage p\n")); got != "" {
		t.Errorf("constraint %q does not hold", got)
	}
	if got := unmet([]byte("// run\n\n//go:build never\n\npackage p\n")); got != "//go:build never" {
		t.Errorf("got %q", got)
	}
}
