package gen

// This file tests files whose declarations are formatted one by one.

import (
	"go/format"
	"go/parser"
	"go/token"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
)

// The declarations together are what gofmt makes of the file, and what its digest is of.
func TestPieces(t *testing.T) {
	for name, source := range lineSources(t) {
		text := withLines(t, source, "")
		if formatted, err := format.Source([]byte(text)); err != nil || string(formatted) != text {
			t.Errorf("%s: gofmt changes the output: %v", name, err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if h, err := digest.Parse([]byte(text)); err != nil || h.Text != digest.Text(file) {
			t.Errorf("%s: the digest is %q, and %q of the file: %v", name, h.Text, digest.Text(file), err)
		}
	}
}
