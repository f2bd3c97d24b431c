package gen

// This file tests the errors of mirrors that cannot be made complete.

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// TestMirrorUnreadable demands that a file that cannot be read is not reported as a fault of
// the source.
func TestMirrorUnreadable(t *testing.T) {
	pkgs, diags := load.FromSource(map[string]string{"p.go": "package p\n"})
	pkgs[0].Dir = filepath.Join(t.TempDir(), "gone")
	res, diags := generate(pkgs, diags, &Options{Output: t.TempDir()})
	if len(diags) > 0 || res == nil || !errors.Is(res.err, fs.ErrNotExist) {
		t.Errorf("the error of a directory that is gone is %v, and the diagnostics are %v", failure(res), diags)
	}
}
