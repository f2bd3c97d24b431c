package main

// This file builds the linters and the debugger that scripts run. They come from the module
// proxy, and building them takes minutes the first time, so a script has them only if -tools is
// given.

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var tools = flag.Bool("tools", false, "build staticcheck, golangci-lint and delve, and run them in scripts")

// toolPaths are the tools by the names of their programs.
var toolPaths = map[string]string{
	"dlv":           "github.com/go-delve/delve/cmd/dlv@v1.27.2",
	"staticcheck":   "honnef.co/go/tools/cmd/staticcheck@v0.8.2",
	"golangci-lint": "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0",
}

// buildTools returns the directory with the tools, or "" if scripts must do without. It then
// says why.
func buildTools(t *testing.T) string {
	if !*tools {
		return ""
	}
	dir := t.TempDir()
	for name, path := range toolPaths {
		cmd := exec.Command("go", "install", path)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Logf("NO TOOLS: the module proxy does not serve %s, or it cannot be built: %v\n%s", path, err, out)
			return ""
		}
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Fatal(fmt.Errorf("go install %s: %w", path, err))
		}
	}
	return dir
}
