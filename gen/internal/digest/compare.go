package digest

// This file says why a generated file is stale.

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
)

// A Problem is one reason why a generated file is stale.
type Problem struct {
	Func    string // the function that has changed, or "" if the problem concerns the file
	Message string
	Remedy  string
}

// again is the remedy for most problems.
const again = "run go generate"

// Compare returns what is stale in text, the generated file called name. now are the async
// functions of its source as they are now. The file may be one that somebody has damaged.
func Compare(name string, text []byte, now []Func) []Problem {
	old, err := Parse(text)
	switch {
	case errors.Is(err, ErrNone):
		return []Problem{{Message: name + " has no digest: an earlier version of coroutinegen wrote it, or it was edited by hand", Remedy: again}}
	case err != nil:
		return []Problem{{Message: fmt.Sprintf("%s was edited by hand: %v", name, err), Remedy: again}}
	case old.Version < Version:
		return []Problem{{Message: fmt.Sprintf("an earlier version of coroutinegen wrote %s: output v%d, not v%d", name, old.Version, Version), Remedy: again}}
	case old.Version > Version:
		return []Problem{{Message: fmt.Sprintf("a later version of coroutinegen wrote %s: output v%d, not v%d", name, old.Version, Version),
			Remedy: "update coroutinegen in go.mod; or " + again + " to return to this version"}}
	}
	list := compare(name, old.Funcs, now)
	if edited(name, text, old) {
		list = append(list, Problem{Message: name + " was edited by hand", Remedy: "edit its source instead, and " + again})
	}
	return list
}

// compare compares the functions of the file called name with those of its source.
func compare(name string, old, now []Func) (list []Problem) {
	before := map[string]string{}
	for _, f := range old {
		before[f.Name] = f.Digest
	}
	for _, f := range now {
		switch digest, ok := before[f.Name]; {
		case !ok:
			list = append(list, Problem{f.Name, fmt.Sprintf("%s has no coroutine in %s yet", f.Name, name), again})
		case digest != f.Digest:
			list = append(list, Problem{f.Name, fmt.Sprintf("%s has changed since %s was generated", f.Name, name), again})
		}
		delete(before, f.Name)
	}
	for _, f := range old {
		if _, left := before[f.Name]; left {
			list = append(list, Problem{Message: fmt.Sprintf("%s has a coroutine of %s, which is not async any more", name, f.Name), Remedy: again})
		}
	}
	return list
}

// edited reports whether text is not the file that h is the header of.
func edited(name string, text []byte, h Header) bool {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	return err != nil || Text(file) != h.Text
}
