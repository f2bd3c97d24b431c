package gen

// This file tests the errors of mirrors that cannot be made complete.

import (
	"bytes"
	"errors"
	"go/format"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// TestMirrorUnreadable demands that a file that cannot be read is not reported as a fault of
// the source.
func TestMirrorUnreadable(t *testing.T) {
	pkgs, diags := load.FromSource(map[string]string{"p.go": "package p\n"})
	pkgs[0].Dir = filepath.Join(t.TempDir(), "gone")
	res, diags := generate(pkgs, diags, &Options{Output: t.TempDir()})
	if len(diags) > 0 || res == nil || !errors.Is(res.err, fs.ErrNotExist) {
		t.Errorf("the error of a directory that is gone is %v, and the diagnostics are %v", failure(res), diags)
	}
}

// TestMirrorVerbatim demands that the copy of a file is formatted as the file was.
func TestMirrorVerbatim(t *testing.T) {
	pkgs, _ := load.FromSource(map[string]string{"p.go": "package p\n"})
	g := newGenerator(pkgs[0], &Options{Output: "out", Progress: t.Logf}, nil)
	const directives = "//go:generate go tool coroutinegen\n//go:generate go tool coroutinegen -o out\n"
	for _, text := range []string{
		"package p\n\n" + directives + "\nfunc f() {}\n",
		"package p\n" + directives + "\nfunc f() {}\n",
		"package p\n\n" + directives + "// f is empty.\nfunc f() {}\n",
		directives + "package p\n",
	} {
		got := g.verbatim("p.go", []byte(text)).Content
		want, err := format.Source(got)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v: the copy of\n%sis\n%s", err, text, got)
		}
	}
}
