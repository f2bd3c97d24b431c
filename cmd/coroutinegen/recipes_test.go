package main

// This file follows the recipes of the README and of help ci that find stale files.

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	recipePattern  = regexp.MustCompile("(?m)^<!-- recipe: (\\S+) -->\n```\\w+\n((?s:.*?))```\n")
	commandPattern = regexp.MustCompile(`(?m)^ *(?:- run|entry): (.*)$`)
)

// TestRecipes demands that every command of the recipes accepts a package that is up to date,
// and complains of one in which a function has changed.
func TestRecipes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the tool")
	}
	if runtime.GOOS == "windows" {
		t.Skip("the recipes are for a Unix shell")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var files strings.Builder
	recipes := map[string]string{}
	for _, m := range recipePattern.FindAllStringSubmatch(string(text), -1) {
		recipes[m[1]] = m[2]
		fmt.Fprintf(&files, "-- recipes/%s --\n%s", m[1], m[2])
	}
	const hook, test = ".git/hooks/pre-commit", "uptodate_test.go"
	if recipes[hook] == "" || recipes[test] == "" {
		t.Fatalf("the README has the recipes %q", recipes)
	}
	script := &strings.Builder{}
	fmt.Fprintf(script, "cp recipes/%s %s\nexec go tool coroutinegen\n", test, test)
	var all []string
	for _, m := range commandPattern.FindAllStringSubmatch(page("ci"), -1) {
		if !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	if len(all) != 3 {
		t.Fatalf("the recipes of help ci have the commands %q", all)
	}
	for _, c := range all {
		fmt.Fprintf(script, "exec sh -c '%s'\n", c)
	}
	script.WriteString("cp changed p.go\n")
	for _, c := range all {
		fmt.Fprintf(script, "! exec sh -c '%s 2>&1'\nstdout 'f has changed since p_coroutine.go was generated'\n", c)
	}
	fmt.Fprintf(script, `
exec git init -q
exec git config user.name test
exec git config user.email test@example.com
mkdir .git/hooks
cp recipes/%[1]s %[1]s
chmod 755 %[1]s
exec git add p.go p_coroutine.go
! exec git commit -q -m stale
stderr 'f has changed since p_coroutine.go was generated'
exec go tool coroutinegen
exec git add p.go p_coroutine.go
exec git commit -q -m done
`, hook)
	const source = "package p\n\n//coroutine:async\nfunc f() (int, error) { return %d, nil }\n"
	fmt.Fprintf(&files, "-- p.go --\n"+source+"-- changed --\n"+source, 1, 2)
	runArchive(t, "recipes", script.String()+files.String(), func(env *testscript.Env) error {
		return writeModule(repo, env.WorkDir)
	})
}
