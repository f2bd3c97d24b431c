package load

// This file finds the async functions that run while the package is initialised.

import (
	"go/ast"
	"go/token"
	"go/types"
)

// AtInit returns the async functions of p that initialisers of package-level variables
// mention, directly or through other functions. Go initialises a variable after all
// variables that its initialiser mentions in this way. The constructor nameAsync does not
// mention the method Poll, in which the body of the function is, unless the tool writes a
// mention into it.
func (p *Package) AtInit() map[*Func]bool {
	bodies := p.Declarations()
	var work []ast.Node
	for _, f := range p.Files {
		for _, d := range f.Syntax.Decls {
			if d, ok := d.(*ast.GenDecl); ok && d.Tok == token.VAR {
				work = append(work, d)
			}
		}
	}
	reached := map[*Func]bool{}
	seen := map[types.Object]bool{}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			fn, ok := p.Info.Uses[id].(*types.Func)
			if !ok || seen[fn.Origin()] {
				return true
			}
			fn = fn.Origin()
			seen[fn] = true
			decl := bodies[fn]
			if f := p.FuncOf(fn); f != nil && f.Pkg == p {
				reached[f] = true
				decl = f.Decl
			}
			if decl != nil && decl.Body != nil {
				work = append(work, decl.Body)
			}
			return true
		})
	}
	return reached
}

// Declarations returns the declarations of the functions and methods of p.
func (p *Package) Declarations() map[types.Object]*ast.FuncDecl {
	decls := map[types.Object]*ast.FuncDecl{}
	for _, f := range p.Files {
		for _, d := range f.Syntax.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				decls[p.Info.Defs[d.Name]] = d
			}
		}
	}
	return decls
}
