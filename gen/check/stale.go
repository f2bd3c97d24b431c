package check

// This file finds functions that have changed since their coroutines were generated.

import (
	"path/filepath"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// stale reports what has changed since the files beside the sources were generated. outputs
// are the texts of these files by the paths of their sources. What concerns a whole file is
// reported in its source, because linters drop what is reported in a generated file.
func (c *checker) stale(outputs map[string][]byte) {
	for _, f := range c.files {
		text, ok := outputs[f.Path]
		if !ok {
			continue // nothing is generated yet, or it is in a mirror
		}
		for _, s := range f.Stale(c.info, c.pkg, filepath.Base(load.TargetOf(f.Path)), text) {
			c.report(s.At, diag.Stale, s.Message, s.Remedy)
		}
	}
}
