package main

// This file builds the linters that scripts run. They come from the module proxy, and building
// them takes minutes the first time, so a script has them only if -linters is given.

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var linters = flag.Bool("linters", false, "build staticcheck and golangci-lint, and run them in scripts")

// lintTools are the linters by the names of their programs.
var lintTools = map[string]string{
	"staticcheck":   "honnef.co/go/tools/cmd/staticcheck@v0.8.2",
	"golangci-lint": "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0",
}

// buildLinters returns the directory with the linters, or "" if scripts must do without. It
// then says why.
func buildLinters(t *testing.T) string {
	if !*linters {
		return ""
	}
	dir := t.TempDir()
	for name, path := range lintTools {
		cmd := exec.Command("go", "install", path)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Logf("NO LINTERS: the module proxy does not serve %s, or it cannot be built: %v\n%s", path, err, out)
			return ""
		}
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Fatal(fmt.Errorf("go install %s: %w", path, err))
		}
	}
	return dir
}
