// Package generated has no code of its own: below it lie the machines that
// coroutinegen makes of the examples.
package generated

// This file keeps them up to date, and tests what the tool makes of the
// examples when it does nothing to make it shorter or faster.

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen"
)

// generate runs the tool as the go:generate lines of the examples do. The
// output, if any, is a directory here.
func generate(t *testing.T, name string, opts gen.Options) *gen.Result {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "example", name))
	if err != nil {
		t.Fatal(err)
	}
	opts.Dir = dir
	if opts.Output != "" {
		if opts.Output, err = filepath.Abs(opts.Output); err != nil {
			t.Fatal(err)
		}
	}
	result, err := gen.Generate(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// examples returns the folders of the examples below example, such as echo.
func examples(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"../example/*/*_coroutine.go", "../example/*/*/*_coroutine.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no examples: %v", err)
		}
		for _, file := range files {
			name, err := filepath.Rel("../example", filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			if len(names) == 0 || names[len(names)-1] != name {
				names = append(names, name)
			}
		}
	}
	return names
}

func TestUpToDate(t *testing.T) {
	for _, name := range examples(t) {
		for _, opts := range []gen.Options{{Backend: "goroutine"}, {Output: name}} {
			for _, file := range generate(t, name, opts).Files {
				if string(file.Content) != string(file.Old) {
					t.Errorf("%s is stale: run go generate ./...", file.Path)
				}
			}
		}
	}
}

// The tests of the examples pass for the baseline, too.
func TestBaseline(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the examples once more")
	}
	replace := map[string]string{}
	args := []string{"test", "-run", "^Test", "-skip", "^Test(Process|Allocations|FrameSizes|IdleTask|Comparison)"}
	for _, name := range examples(t) {
		result := generate(t, name, gen.Options{Output: name, Baseline: true})
		for _, file := range result.Files {
			path := filepath.Join(t.TempDir(), filepath.Base(file.Path))
			if err := os.WriteFile(path, file.Content, 0o600); err != nil {
				t.Fatal(err)
			}
			replaced, err := filepath.Abs(filepath.Join(name, filepath.Base(file.Path)))
			if err != nil {
				t.Fatal(err)
			}
			replace[replaced] = path
		}
		args = append(args, "./"+name)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(path, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	args = append(args[:1], append([]string{"-overlay", path}, args[1:]...)...)
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
