package main

// This file does what the README tells a newcomer to do.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var firstProgram = regexp.MustCompile("(?m)^<!-- first program: (\\S+) -->\n(?:```go\n((?s:.*?))```\n|\n((?:    .*\n)+))")

// TestFirstProgram follows the README to the first program: it writes the files, runs the
// commands, and compares the output. The replace directive that the README names makes the
// go command use this repository.
func TestFirstProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tool")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var script, files strings.Builder
	script.WriteString("env GOSUMDB=off\nsymlink coroutinegen -> $REPO\n")
	found := make(map[string]int)
	for _, m := range firstProgram.FindAllStringSubmatch(string(text), -1) {
		kind, file, lines := m[1], m[2], strings.ReplaceAll(m[3], "    ", "")
		found[kind]++
		switch kind {
		case "run":
			for line := range strings.Lines(lines) {
				if strings.HasPrefix(line, "go ") {
					line = "exec " + line
				}
				script.WriteString(line)
			}
		case "output":
			script.WriteString("cmp stdout $WORK/output\n")
			fmt.Fprintf(&files, "-- output --\n%s", lines)
		default:
			fmt.Fprintf(&script, "cp $WORK/%s %s\n", kind, kind)
			fmt.Fprintf(&files, "-- %s --\n%s", kind, file)
		}
	}
	for kind, want := range map[string]int{"run": 3, "output": 1, "main.go": 1, "main_test.go": 1} {
		if found[kind] != want {
			t.Errorf("the README has %d parts %q of the first program, want %d", found[kind], kind, want)
		}
	}
	script.WriteString("exec go tool coroutinegen -check ./...\nexec go test\nexec go vet\n")
	runArchive(t, "readme", script.String()+files.String(), func(env *testscript.Env) error {
		env.Vars = append(env.Vars, "REPO="+repo)
		return nil
	})
}

// runArchive runs text as the script called name. setup prepares its environment, which has the
// variables of the go command.
func runArchive(t *testing.T, name, text string, setup func(*testscript.Env) error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".txtar")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	goEnv := goEnvironment(t)
	testscript.Run(t, testscript.Params{
		Files:               []string{path},
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			return setup(env)
		},
	})
}

// TestHowToAdd demands that every text about adding the tool gives the commands of the
// README, which TestFirstProgram runs.
func TestHowToAdd(t *testing.T) {
	const add = "go mod edit -tool github.com/coroutinegen/coroutinegen/cmd/coroutinegen\n"
	for _, path := range []string{"README.md", "annotations/doc.go", "cmd/coroutinegen/doc.go"} {
		text, err := os.ReadFile(filepath.Join("../..", path))
		if err != nil {
			t.Fatal(err)
		}
		_, after, ok := strings.Cut(string(text), add)
		if !ok || !strings.HasPrefix(strings.TrimLeft(after, " \t"), "go mod tidy\n") {
			t.Errorf("%s does not say %q and go mod tidy", path, add)
		}
		if strings.Contains(string(text), "go get -tool") {
			t.Errorf("%s says go get -tool, which fails where only a replace directive finds the module", path)
		}
	}
}
