// Package coroutinetest lets the tests of a package find out that a machine is not what its
// source says any more: somebody edited the source, and forgot to generate. The old machine
// compiles and runs, and nothing else says so.
//
// One test is enough for a package:
//
//	func TestUpToDate(t *testing.T) { coroutinetest.UpToDate(t) }
//
// The test needs the source of the package and the go command, as go test has them.
//
// For all packages at once, in CI, run coroutinegen -check ./... It compares whole files, so
// it also finds comments and lines that have moved, and it looks at the files of all systems.
// The analyzer of package gen/check finds the same as UpToDate, in go vet and in editors.
package coroutinetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// UpToDate reports an error for each async function that has changed since its coroutine was
// generated, for each that has no coroutine yet, and for each generated file that somebody has
// edited. The error has the place of the function and says what to do.
//
// The functions are those of the package in the current directory, which is the package under
// test. If that package is a mirror, they are those of the package that it mirrors. Files that
// are not part of the build are left out. UpToDate skips the test if there are no async
// functions, and if a mirror stands where the package that it mirrors cannot be found.
func UpToDate(t testing.TB) {
	t.Helper()
	source, mirror, err := mirrored(".")
	if err != nil {
		t.Fatal(err)
	}
	pattern := "."
	if mirror {
		pattern = source
	}
	loaded, err := load.Load(context.Background(), load.Config{Patterns: []string{pattern}, Platform: load.Platform{Tags: tags()}})
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Diags) > 0 {
		if mirror {
			t.Skipf("this package is a mirror of %s, which cannot be loaded: %v", source, loaded.Diags)
		}
		t.Fatalf("the package does not compile without what was generated: %v", loaded.Diags)
	}
	n := 0
	for _, p := range loaded.Packages {
		for _, f := range p.Files {
			n += len(f.Digests(p.Info, p.Types))
			target := load.TargetOf(f.Path)
			if mirror {
				target = filepath.Base(f.Path)
			}
			for _, message := range stale(p, f, target) {
				t.Error(message)
			}
		}
	}
	if n == 0 {
		t.Skip("the package has no async functions in this build")
	}
}

// stale returns what has changed in f since the file at target was generated from it.
func stale(p *load.Package, f *load.File, target string) (messages []string) {
	at := func(pos string, message, remedy string) {
		messages = append(messages, fmt.Sprintf("%s: %s; %s", pos, message, remedy))
	}
	name := filepath.Base(target)
	text, err := os.ReadFile(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if len(f.Digests(p.Info, p.Types)) > 0 {
			at(filepath.Base(f.Path), name+" is missing", "run go generate")
		}
		return messages
	case err != nil:
		return []string{err.Error()}
	case !load.HasHeader(text) && !load.IsGenerated(target, text):
		if len(f.Digests(p.Info, p.Types)) > 0 {
			at(filepath.Base(f.Path), name+" was not written by coroutinegen", "rename or remove it, and run go generate")
		}
		return messages
	}
	for _, s := range f.Stale(p.Info, p.Types, name, text) {
		pos := p.Fset.PositionFor(s.At.Pos(), false)
		pos.Filename = filepath.Base(pos.Filename)
		at(pos.String(), s.Message, s.Remedy)
	}
	return messages
}

// mirrored returns the path of the package that the files in dir mirror. ok reports whether
// they are a mirror: there are Go files besides tests, the tool wrote all of them, and they name
// a package.
func mirrored(dir string) (source string, ok bool, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false, err
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, filepath.Join(dir, name))
		}
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", false, err
		}
		if !load.HasHeader(text) {
			return "", false, nil
		}
		if at := path.Dir(load.SourceNamed(text)); at != "." {
			source = at
		}
	}
	return source, source != "", nil
}

// tags returns the build tags of the test, as for the go command.
func tags() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "-tags" {
			return s.Value
		}
	}
	return ""
}
