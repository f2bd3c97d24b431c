package gen

// This file says what becomes of generated files from which the source has gone.

import (
	"bytes"
	"fmt"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
)

// leftover returns the file at path as one that must go. It holds, in case it must not
// go yet, what to leave instead.
func leftover(path string) File {
	old, err := os.ReadFile(path)
	if err != nil {
		return File{Path: path}
	}
	return File{Path: path, stub: stubOf(path, old)}
}

// stubOf returns a file of the package of old, and of the same build, that declares
// nothing; nil if that cannot be told.
func stubOf(path string, old []byte) []byte {
	file, err := parser.ParseFile(token.NewFileSet(), path, old, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "// %s\n", emit.Header)
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

// leaveStubs makes stubs of the files that must go and of which stubs can be made.
func (r *Result) leaveStubs() {
	for i := range r.Files {
		if f := &r.Files[i]; f.Content == nil && f.stub != nil {
			f.Content = f.stub
		}
	}
}

// isStub reports whether f is a stub that is only waiting to be removed.
func (f File) isStub() bool { return f.Content == nil && f.Old != nil && bytes.Equal(f.Old, f.stub) }
