package gen

// This file says what to write where no function has the name that Options.DumpFunc has.

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/spelling"
)

// listed is how many functions a message lists.
const listed = 20

// noSuchFunction returns the diagnostic for a name that no async function of pkgs has. If a
// function has the name and is not async, that is what the diagnostic says. Otherwise it
// guesses which function was meant, and lists those that there are.
func noSuchFunction(name string, pkgs []*load.Package) diag.Diagnostic {
	for _, p := range pkgs {
		for _, f := range p.Files {
			for _, decl := range f.Syntax.Decls {
				if decl, ok := decl.(*ast.FuncDecl); ok && !f.Output && (name == decl.Name.Name || name == load.DeclKey(decl, decl.Name.Name)) {
					pos, end := p.Fset.Position(decl.Name.Pos()), p.Fset.Position(decl.Name.End())
					return diag.Diagnostic{Pos: pos, End: end, Code: diag.NoSuchFunction,
						Message: name + " is not async", Remedy: "put //coroutine:async above the function, or name another one"}
				}
			}
		}
	}
	d := diag.Diagnostic{Code: diag.NoSuchFunction, Message: "there is no async function or generator " + name}
	var names []string
	for _, p := range pkgs {
		for _, f := range p.Async {
			names = append(names, load.DeclKey(f.Decl, f.Decl.Name.Name))
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		d.Remedy = "this build of the packages has no async functions and no generators: name other packages after the function, or another build with -goos and -tags"
		return d
	case nearestFunction(name, names) != "":
		d.Message += "; did you mean " + nearestFunction(name, names) + "?"
	}
	more := ""
	if len(names) > listed {
		more = fmt.Sprintf(" and %d more", len(names)-listed)
		names = names[:listed]
	}
	d.Remedy = "there are: " + strings.Join(names, ", ") + more
	return d
}

// nearestFunction returns the one of names that name is most likely a misspelling of, or "".
// The type of a method may be missing or wrong.
func nearestFunction(name string, names []string) string {
	if found := spelling.Nearest(name, names); found != "" {
		return found
	}
	last := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
	var methods []string
	for _, n := range names {
		methods = append(methods, last(n))
	}
	if found := spelling.Nearest(last(name), methods); found != "" {
		return names[slices.Index(methods, found)]
	}
	return ""
}
