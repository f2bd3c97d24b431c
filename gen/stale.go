package gen

// This file says why a file is not up to date.

import (
	"path/filepath"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
)

// Reasons returns why f, a file that is not up to date, is not: which functions have changed,
// and whether somebody edited the file. It returns nothing for a file that is missing or must
// go, and for a copy.
func (f File) Reasons() (reasons []string) {
	now, err := digest.Parse(f.Content)
	if err != nil || f.Old == nil || !f.Changed() {
		return nil
	}
	for _, p := range digest.Compare(filepath.Base(f.Path), f.Old, now.Funcs) {
		reasons = append(reasons, p.Message)
	}
	if len(reasons) == 0 {
		reasons = []string{"no function has changed: comments or lines have, or the flags of coroutinegen"}
	}
	return reasons
}
