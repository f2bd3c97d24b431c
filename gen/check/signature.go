package check

// This file checks the declaration of an async function, apart from its body.

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// maxValues is the greatest number of results besides the error. Package rt has no types
// for more.
const maxValues = 3

func (c *checker) signature(m *mark, decl *ast.FuncDecl) {
	name := decl.Name.Name
	fn, typed := c.object(decl)
	kinds, is, becomes, instead := "async functions", "async", "coroutine", "only functions written in Go can be async; start foreign code with rt.ToThread"
	if m.pulls() {
		kinds, is, becomes, instead = "generators", "a generator", "generator", "only functions written in Go can be generators"
	}
	switch {
	case name == "_":
		c.report(decl.Name, diag.UnsupportedTarget, "a function called _ cannot be called, and neither can its "+becomes, "give it a name")
	case m.pulls(): // main and init have no parameters and no results
	case decl.Recv == nil && (name == "init" || name == "main" && c.pkg != nil && c.pkg.Name() == "main"):
		c.report(decl.Name, diag.UnsupportedTarget, fmt.Sprintf("%s cannot be async because the Go runtime calls it and does not await it", name),
			"move its body into an async function and call rt.Run with that function's coroutine")
	}
	for _, spec := range m.file.Syntax.Imports {
		if spec.Path.Value == `"C"` {
			d := cmp.Or(m.async, m.generator)
			c.report(extent{d.Pos, d.End}, diag.DirectiveInCgo, kinds+" in a file that imports \"C\" are not yet supported",
				"move the function into a file of its own")
		}
	}
	if decl.Body == nil {
		c.report(decl.Name, diag.MissingBody, fmt.Sprintf("%s has no body to rewrite, so it cannot be %s", name, is), instead)
	}
	if m.generator != nil {
		c.generatorSignature(m, decl)
		return
	}
	if typed {
		c.results(decl, fn.Signature().Results())
	}
}

// results checks that a coroutine can have these results.
func (c *checker) results(decl *ast.FuncDecl, results *types.Tuple) {
	values, _ := load.NumValues(results)
	if values > maxValues {
		c.report(decl.Type.Results, diag.TooManyResults,
			fmt.Sprintf("%s has %d results besides its error: more than %d are not supported", decl.Name.Name, values, maxValues),
			"return a struct")
	}
}
