package gen

// This file defines what is kept of a package from one generation to the next.

import "github.com/coroutinegen/coroutinegen/gen/internal/emit"

// A memory is what generating for a package leaves to the next time. It is never wrong, but
// perhaps of no use: all of it says from which text it was made.
type memory struct {
	formatted map[string]*emit.Formatted // the generated files, by path
	verified  *verified                  // nil if nothing is known to compile
}

func newMemory() *memory { return &memory{formatted: map[string]*emit.Formatted{}} }
