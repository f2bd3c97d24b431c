package main

// This file tests differences. Applying the edits to the old text, as patch does, must
// give the new text.

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"Same", "a\nb\n", "a\nb\n", ""},
		{"Change", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
			"--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"TwoHunks", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "one\n2\n3\n4\n5\n6\n7\n8\n9\nten\n",
			"--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-10\n+ten\n"},
		{"NoNewline", "a", "a\n", "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"Insert", "a\nc\n", "a\nb\nc\n", "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n+b\n c\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := unified("f", []byte(test.old), []byte(test.new)); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	if got, want := unified("f", nil, []byte("a\n")), "--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n"; got != want {
		t.Errorf("new file: got\n%s\nwant\n%s", got, want)
	}
}

func TestDiffLinesApplies(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	text := func() []string {
		list := make([]string, rnd.IntN(12))
		for i := range list {
			list[i] = string(rune('a' + rnd.IntN(3)))
		}
		return list
	}
	for range 2000 {
		a, b := text(), text()
		var old, new []string
		for _, e := range diffLines(a, b) {
			if e.op != '+' {
				if e.old != len(old) {
					t.Fatalf("%v -> %v: old index %d at %d", a, b, e.old, len(old))
				}
				old = append(old, e.line)
			}
			if e.op != '-' {
				if e.new != len(new) {
					t.Fatalf("%v -> %v: new index %d at %d", a, b, e.new, len(new))
				}
				new = append(new, e.line)
			}
		}
		if strings.Join(old, "") != strings.Join(a, "") || strings.Join(new, "") != strings.Join(b, "") {
			t.Fatalf("%v -> %v gives %v -> %v", a, b, old, new)
		}
	}
}
