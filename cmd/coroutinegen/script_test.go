package main

// This file runs the scripts in testdata/script. Each script is a module of its own, in
// which the script calls the tool as a user does. The test binary is the tool.
//
// A module without go.mod gets one that requires this repository, found by a
// replace directive. It has the requirements and sums of this repository, so that
// the go command needs no network.

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"coroutinegen": main})
}

func TestScript(t *testing.T) {
	params := scriptParams(t)
	params.Dir = "../../testdata/script"
	testscript.Run(t, params)
}

// scriptParams returns what all scripts have in common.
func scriptParams(t *testing.T) testscript.Params {
	t.Helper()
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	goEnv := goEnvironment(t)
	toolDir := buildTools(t)
	return testscript.Params{
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			env.Vars = append(env.Vars, "REPO="+repo)
			if toolDir != "" {
				proxy, err := exec.Command("go", "env", "GOPROXY").Output()
				if err != nil {
					return err
				}
				env.Setenv("MODULE_PROXY", strings.TrimSpace(string(proxy)))
				env.Setenv("PATH", toolDir+string(filepath.ListSeparator)+env.Getenv("PATH"))
			}
			return writeModule(repo, env.WorkDir)
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "tools":
				return toolDir != "", nil
			case "ptrace":
				return mayTrace(), nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"remember":  remember,
			"untouched": untouched,
			"publish":   publish,
			"suitedoc":  suitedoc,
			"golangci":  golangci,
		},
	}
}

// goEnvironment returns the variables with which the go command finds its caches in a
// script, which has no home directory.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	names := []string{"GOCACHE", "GOMODCACHE", "GOROOT", "GOFLAGS"}
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	vars := []string{"GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=off", "COROUTINEDEBUG="}
	values := strings.Split(string(out), "\n")
	for i, name := range names {
		vars = append(vars, name+"="+values[i])
	}
	return vars
}

// writeModule makes dir a module that requires the one in repo.
func writeModule(repo, dir string) error {
	path := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	mod, err := os.ReadFile(filepath.Join(repo, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(repo, "go.sum"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("module test\n")
	for line := range strings.Lines(string(mod)) {
		if !strings.HasPrefix(line, "module ") {
			b.WriteString(line)
		}
	}
	b.WriteString("\nrequire github.com/coroutinegen/coroutinegen v0.0.0\n")
	b.WriteString("\nreplace github.com/coroutinegen/coroutinegen => " + filepath.ToSlash(repo) + "\n")
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666)
}

// remembered holds the states that remember recorded, by absolute path. Scripts run at the
// same time, but each in a directory of its own.
var remembered sync.Map

// remember records the state of files.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: remember file...")
	}
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		remembered.Store(ts.MkAbs(name), info)
	}
}

// untouched fails if one of the files was written after remember.
func untouched(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		before, ok := remembered.Load(ts.MkAbs(name))
		if !ok {
			ts.Fatalf("%s was not remembered", name)
		}
		after, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		info := before.(os.FileInfo)
		if same := os.SameFile(info, after) && info.ModTime().Equal(after.ModTime()); same == neg {
			ts.Fatalf("%s: touched = %v", name, !same)
		}
	}
}
