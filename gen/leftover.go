package gen

// This file handles generated files whose source is gone.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// leftover returns the file at path in the package pkg as a file that must go. It has a
// stub in case the file must not go yet.
func leftover(path, pkg string) File {
	old, err := os.ReadFile(path)
	if err != nil {
		return File{Path: path}
	}
	return File{Path: path, stub: stubOf(path, old, pkg)}
}

// stubOf returns the text of a file that declares nothing, for the same build and in the
// same package as old. If old has no valid package clause, the package is pkg.
func stubOf(path string, old []byte, pkg string) []byte {
	file, err := parser.ParseFile(token.NewFileSet(), path, old, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil || file.Name == nil {
		if pkg == "" {
			return nil
		}
		file = &ast.File{Name: ast.NewIdent(pkg)}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n", marker.Header)
	if source, _ := headerLines(old); source != "" {
		fmt.Fprintf(&b, "// Source: %s\n", source)
	}
	b.WriteString("\n")
	for _, group := range file.Comments {
		for _, c := range group.List {
			if constraint.IsGoBuild(c.Text) {
				fmt.Fprintf(&b, "%s\n\n", c.Text)
			}
		}
	}
	b.WriteString("// Nothing is generated into this file any more. It stays until coroutinegen runs\n" +
		"// outside of go generate, which stops when a file is gone that it had listed.\n\n")
	fmt.Fprintf(&b, "package %s\n", file.Name.Name)
	return b.Bytes()
}

// leaveStubs replaces the files that must go by their stubs, if they have one.
func (r *Result) leaveStubs() {
	for i := range r.Files {
		if f := &r.Files[i]; f.Content == nil && f.stub != nil {
			f.Content = f.stub
		}
	}
}

// isStub reports whether f must go and is a stub already.
func (f File) isStub() bool { return f.Content == nil && f.Old != nil && bytes.Equal(f.Old, f.stub) }
