package gen

// This file holds the policy of what each module of the workspace may require.

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// modules says what each module of the workspace requires, by directory, indirect requirements
// included. The core is the module that users get, so a line more there is a question about
// the design. What is heavy stands in a module of its own, below a folder of the core. Who
// requires the core gets none of it.
var modules = map[string][]string{
	".": {
		"github.com/anishathalye/porcupine",
		"github.com/dave/jennifer",
		"github.com/google/go-cmp",
		"github.com/rogpeppe/go-internal",
		"go.uber.org/goleak",
		"golang.org/x/mod",
		"golang.org/x/sync",
		"golang.org/x/sys",
		"golang.org/x/tools",
		"pgregory.net/rapid",
	},
	"gen/internal/browsertest": {
		"github.com/chromedp/cdproto",
		"github.com/chromedp/chromedp",
		"github.com/go-json-experiment/json",
	},
}

// A goMod is a go.mod as "go mod edit -json" prints it.
type goMod struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

// TestModules compares the modules that there are with go.work and the policy.
func TestModules(t *testing.T) {
	var work struct {
		Go      string
		Use     []struct{ DiskPath string }
		Replace []any
	}
	readJSON(t, &work, "work", "edit", "-json", filepath.Join("..", "go.work"))
	var used []string
	for _, u := range work.Use {
		used = append(used, path.Clean(u.DiskPath))
	}
	slices.Sort(used)
	found := moduleDirs(t, "..")
	if !slices.Equal(used, found) {
		t.Errorf("go.work uses the modules %q, there are %q", used, found)
	}
	if want := slices.Sorted(maps.Keys(modules)); !slices.Equal(found, want) {
		t.Errorf("there are the modules %q, the policy speaks of %q", found, want)
	}
	if len(work.Replace) > 0 {
		t.Error("go.work has replace directives, which users do not have")
	}
	core := readMod(t, ".")
	versions := map[string]string{}
	for _, r := range core.Require {
		versions[r.Path] = r.Version
	}
	for _, dir := range found {
		mod := readMod(t, dir)
		if want := path.Join(core.Module.Path, dir); mod.Module.Path != want {
			t.Errorf("%s: the module is called %s, want %s", dir, mod.Module.Path, want)
		}
		if mod.Go != core.Go || mod.Go != work.Go {
			t.Errorf("%s is for Go %s, the core for %s, go.work for %s", dir, mod.Go, core.Go, work.Go)
		}
		for _, r := range mod.Require {
			switch version, both := versions[r.Path]; {
			case r.Path == core.Module.Path:
			case !slices.Contains(modules[dir], r.Path):
				t.Errorf("%s may not require %s", dir, r.Path)
			case both && r.Version != version:
				// The workspace would test the core with a version that is not its own.
				t.Errorf("%s requires %s %s, the core %s", dir, r.Path, r.Version, version)
			}
		}
		for _, r := range mod.Replace {
			if dir == "." || r.Old.Path != core.Module.Path {
				t.Errorf("%s replaces %s", dir, r.Old.Path)
			}
		}
	}
}

// TestPatternWork demands that the pattern of the README names the packages of all modules.
func TestPatternWork(t *testing.T) {
	list := func(dir string, args ...string) []string {
		cmd := exec.Command("go", append([]string{"list"}, args...)...)
		cmd.Dir = filepath.Join("..", filepath.FromSlash(dir))
		cmd.Env = append(os.Environ(), "GOFLAGS=")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(dir, args, err)
		}
		return strings.Fields(string(out))
	}
	var want []string
	for dir := range modules {
		want = append(want, list(dir, "./...")...)
	}
	slices.Sort(want)
	if got := list(".", "work"); !slices.Equal(got, want) {
		t.Errorf("the pattern work names\n%q, want\n%q", got, want)
	}
}

// TestTwoCommands demands that CI runs the command of the README that tests everything, after
// .ci/prepare.
func TestTwoCommands(t *testing.T) {
	const generate, test = "    go generate ./... && go run ./generated/echo\n", "    go test -timeout 30m work\n"
	readme := readFile(t, "../README.md")
	if !strings.Contains(readme, "\n\n"+generate+test+"\n") {
		t.Errorf("README.md does not have the two commands\n%s", generate+test)
	}
	ci := readFile(t, "../.ci/run")
	prepare := strings.Index(ci, "\nif [[ ${CI-} == true ]]; then\n\t.ci/prepare\n")
	all := strings.Index(ci, "\ntest=(go test -vet=off)\n")
	run := strings.Index(ci, "\n\"${test[@]}\" -timeout 30m work\n")
	if prepare < 0 || all < prepare || run < all {
		t.Error(".ci/run does not call .ci/prepare, and then go test -timeout 30m work")
	}
}

// moduleDirs returns the directories below root that hold a module.
func moduleDirs(t *testing.T, root string) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case name != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case isModule(name):
			dir, err := filepath.Rel(root, name)
			dirs = append(dirs, filepath.ToSlash(dir))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(dirs)
	return dirs
}

// isModule reports whether dir is the root of a module.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// readMod reads the go.mod of a module of this repository.
func readMod(t *testing.T, dir string) (mod goMod) {
	t.Helper()
	readJSON(t, &mod, "mod", "edit", "-json", filepath.Join("..", filepath.FromSlash(dir), "go.mod"))
	return mod
}

// readJSON stores what the go command prints in *into.
func readJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(args, err)
	}
	if err := json.Unmarshal(out, into); err != nil {
		t.Fatal(args, err)
	}
}

// readFile returns the text of a file.
func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
