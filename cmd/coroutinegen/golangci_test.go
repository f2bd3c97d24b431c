package main

// This file prepares what scripts need to build golangci-lint with our plugin: the files that the
// documentation of package suite shows, and the repository from which "golangci-lint custom"
// takes its source.

import (
	"encoding/json"
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// suitedoc writes the blocks of code in the documentation of package suite to files: each
// argument is the beginning of a block, and the name of the file.
func suitedoc(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 || len(args)%2 != 0 {
		ts.Fatalf("usage: suitedoc beginning file...")
	}
	source, err := os.ReadFile(filepath.Join(ts.Getenv("REPO"), "gen/check/suite/suite.go"))
	ts.Check(err)
	for i := 0; i < len(args); i += 2 {
		block, err := codeBlock(string(source), args[i])
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[i+1]), []byte(block), 0o666))
	}
}

// codeBlock returns the block of code with the given beginning in the documentation of the
// package that source is.
func codeBlock(source, beginning string) (string, error) {
	syntax, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	for _, block := range new(comment.Parser).Parse(syntax.Doc.Text()).Content {
		if code, ok := block.(*comment.Code); ok && strings.HasPrefix(code.Text, beginning) {
			return code.Text, nil
		}
	}
	return "", fmt.Errorf("the documentation has no code that begins with %q", beginning)
}

// golangci makes a git repository of the golangci-lint that the scripts run, in a directory, and
// lets git take that for the one at GitHub. The source comes from the module proxy.
func golangci(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: golangci directory")
	}
	dir := ts.MkAbs(args[0])
	path, version, _ := strings.Cut(toolPaths["golangci-lint"], "@")
	module := strings.TrimSuffix(path, "/cmd/golangci-lint")
	run := func(dir, name string, args ...string) []byte {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GIT_CONFIG_GLOBAL="+os.DevNull)
		out, err := cmd.Output()
		if err != nil {
			ts.Fatalf("%s %s: %v", name, strings.Join(args, " "), err)
		}
		return out
	}
	var info struct{ Dir string }
	ts.Check(json.Unmarshal(run(ts.Getenv("WORK"), "go", "mod", "download", "-json", module+"@"+version), &info))
	ts.Check(os.CopyFS(dir, os.DirFS(info.Dir)))
	run(dir, "git", "init", "-q")
	run(dir, "git", "add", "-A")
	run(dir, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-qm", version)
	run(dir, "git", "tag", version)
	ts.Setenv("GIT_CONFIG_COUNT", "1")
	ts.Setenv("GIT_CONFIG_KEY_0", "url."+dir+".insteadOf")
	ts.Setenv("GIT_CONFIG_VALUE_0", "https://github.com/golangci/golangci-lint.git")
	custom, err := os.ReadFile(ts.MkAbs(".custom-gcl.yml"))
	ts.Check(err)
	if !strings.HasPrefix(string(custom), "version: "+version+"\n") {
		ts.Fatalf("the documentation of package suite names another golangci-lint than %s:\n%s", version, custom)
	}
}
