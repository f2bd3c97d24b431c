package load

// This file tests which tests are loaded.

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The name of the user's folder is no pattern.
func TestTestsInFolderNamedAsAPattern(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "[x]*")
	if err := os.Mkdir(parent, 0o777); err != nil {
		t.Skip(err) // on a system without such names
	}
	dir := filepath.Join(parent, "m")
	if err := os.Rename(module(t, twoPackages), dir); err != nil {
		t.Fatal(err)
	}
	const test = "package b\n\nimport co \"github.com/coroutinegen/coroutinegen/annotations\"\n\n" +
		"//coroutine:async\nfunc inTest(x int) error { return co.Wait(inTestAsync(x)) }\n"
	path := filepath.Join(dir, "b", "b_test.go")
	if err := os.WriteFile(path, []byte(test), 0o666); err != nil {
		t.Fatal(err)
	}
	res, err := Load(t.Context(), Config{Dir: dir, Patterns: []string{"./b"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Diags.Err(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range res.Packages {
		for _, f := range p.Async {
			names = append(names, f.Name())
		}
	}
	if !slices.Contains(names, "inTest") {
		t.Errorf("the async functions are %q", names)
	}
	real, err := filepath.EvalSymlinks(filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	if got := TestsIn(real); !slices.Equal(got, []string{filepath.Join(real, "b_test.go")}) {
		t.Errorf("TestsIn returns %q", got)
	}
}
