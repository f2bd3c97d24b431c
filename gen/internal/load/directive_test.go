package load

// This file tests which comments count as directives.

import (
	"go/parser"
	"go/token"
	"testing"
)

func TestDirectives(t *testing.T) {
	tests := []struct {
		comment    string
		verb, args string
		mangled    bool
	}{
		{"//coroutine:async", "async", "", false},
		{"//coroutine:async  ", "async", "", false},
		{"//coroutine:asink", "asink", "", false},
		{"//coroutine:async fast x", "async", "fast x", false},
		{"//coroutine:blocks for a moment", "blocks", "for a moment", false},
		{"//corutine:block for a moment", "blocks", "", true},
		{"// coroutine:blocks for a moment", "blocks", "for a moment", true},
		{"//\tcoroutine:blocks", "blocks", "", true},
		{"//Coroutine:blocks for a moment", "blocks", "for a moment", true},
		{"//coroutine:", "", "", false},
		{"//coroutine: async", "async", "", true},
		{"// coroutine:async", "async", "", true},
		{"//\tcoroutine:async", "async", "", true},
		{"//Coroutine:Async", "async", "", true},
		{"//coroutine async", "async", "", true},
		{"//coroutines:blocking", "blocking", "", true},
		{"//go:coroutine:async", "async", "", true},
		{"/*coroutine:async*/", "async", "", true},
		{"//corutine:async", "async", "", true},
		{"//coroutin:async", "async", "", true},
		{"//coruotine:blocking", "blocking", "", true},
		{"//Corotine:async", "async", "", true},
		{"//cooroutine:asinc fast", "async", "", true},
		{"//coroutne:asnc\r", "async", "", true},
	}
	for _, test := range tests {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n\n"+test.comment+"\nfunc f() {}\n", parseMode)
		if err != nil {
			t.Fatal(err)
		}
		found := Directives(file)
		if len(found) != 1 {
			t.Errorf("%q: %d directives", test.comment, len(found))
			continue
		}
		d := found[0]
		if d.Verb != test.verb || d.Args != test.args || d.Mangled != test.mangled || d.Func == nil {
			t.Errorf("%q: got %+v", test.comment, d)
		}
	}
	for _, prose := range []string{"// coroutine: a function that suspends", "// A coroutine async is not.", "// coroutine blocks", "// See //coroutine:async.", "//coroutinex:async", "// async coroutine",
		"//go:noinline", "//line :1", "//export f", "//extern f", "//nolint:all", "//lint:ignore async", "//cgo:async", "// Routine: async or not",
		"// //coroutine:async", "//\t//coroutine:async", "//  // coroutine:async", "////coroutine:async", "// //coroutine:blocks a moment", "// coroutine: blocks",
		"// corutine:async is a typo.", "// routine:async", "//corutine:", "//corutine async", "//coroutin:frobnicate", "//subroutine:async", "//routes:async", "//coroutinegen:async"} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n\n"+prose+"\nfunc f() {}\n", parseMode)
		if err != nil {
			t.Fatal(err)
		}
		if found := Directives(file); len(found) > 0 {
			t.Errorf("%q taken for %+v", prose, found[0])
		}
	}
}
