package gen

// This file tests the stubs that replace generated files whose source has no async
// functions any more.

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

func TestStub(t *testing.T) {
	const source = "// Source: x.go\n"
	tests := []struct{ name, old, pkg, want string }{
		{"Plain", header + "package p\n\nfunc f() {}\n", "q", "package p\n"},
		{"Source", marker.Header + "\n" + source + "\npackage p\n", "q", source + "\n// Nothing"},
		{"Constraint", header + "//go:build linux && !cgo\n\npackage p\n", "q", "\n\n//go:build linux && !cgo\n\n"},
		{"Test", header + "package p_test\n", "q", "package p_test\n"},
		{"Conflict", header + "<<<<<<< HEAD\npackage p\n", "q", "package q\n"},
		{"CutOff", header + "pack", "q", "package q\n"},
		{"Empty", "", "q", "package q\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x_coroutine.go")
			old := put(t, path, test.old)
			f := leftover(path, test.pkg)
			if f.Content != nil || !strings.Contains(string(f.stub), test.want) {
				t.Fatalf("got %q, want %q", f.stub, test.want)
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, f.stub, parser.ParseComments)
			if err != nil || len(file.Decls) > 0 || !load.IsGenerated(path, f.stub) || !ast.IsGenerated(file) {
				t.Errorf("%v, %d declarations in\n%s", err, len(file.Decls), f.stub)
			}
			if again := leftover(path, test.pkg); !bytes.Equal(stubOf(path, f.stub, test.pkg), f.stub) || !bytes.Equal(again.stub, f.stub) {
				t.Error("the stub of a stub is another one")
			}

			// The stub is up to date under go generate, and removed elsewhere.
			r := &Result{Files: []File{f}}
			r.leaveStubs()
			r.Files[0].Old = old
			if err := r.Write(); err != nil {
				t.Fatal(err)
			}
			r = &Result{Files: []File{leftover(path, test.pkg)}}
			if err := r.readOld(); err != nil || len(r.Stale()) > 0 {
				t.Errorf("%v, stale: %v", err, r.Stale())
			}
			if err := r.Write(); err != nil || len(tree(t, filepath.Dir(path))) > 0 {
				t.Errorf("%v, left: %v", err, tree(t, filepath.Dir(path)))
			}
		})
	}
}
