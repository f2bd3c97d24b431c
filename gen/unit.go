package gen

// This file says what a declaration is to other declarations: everything but the bodies of
// functions. It looks at the text alone. A name in it may mean something of the package, whatever
// it does mean there.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// A unit is a declaration, or a few that a generated file has in one piece.
type unit struct {
	names    []string   // that it declares; a method is part of the type
	mentions []string   // names in it
	sum      inputs.Sum // of its text and the head of its file
	variable bool       // it declares variables

	// Of a unit in a generated file only.
	text     string
	stub     string   // text with endless loops as bodies
	funcs    []string // the functions and methods that it declares
	inBodies []string // names in it, with those in bodies
	generic  bool     // a function or type has type parameters
}

// add adds d to u. text is the text of the file at base.
func (u *unit) add(d ast.Decl, text []byte, base token.Pos) {
	end := d.End()
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name
		if d.Recv != nil && len(d.Recv.List) > 0 {
			name = load.BaseType(d.Recv.List[0].Type)
		}
		if name != nil {
			u.names = append(u.names, name.Name)
		}
		if d.Body != nil {
			end = d.Body.Lbrace
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				u.names = append(u.names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					u.names = append(u.names, id.Name)
				}
			}
		}
		u.variable = u.variable || d.Tok == token.VAR
	}
	u.mentions = append(u.mentions, namesIn(d, end)...)
	u.sum = inputs.SumOf(append(u.sum[:], text[d.Pos()-base:end-base]...))
}

// namesIn returns the names in n before end.
func namesIn(n ast.Node, end token.Pos) (names []string) {
	seen := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil || n.Pos() >= end {
			return false
		}
		if id, ok := n.(*ast.Ident); ok && !seen[id.Name] {
			seen[id.Name] = true
			names = append(names, id.Name)
		}
		return true
	})
	return names
}

// sourceUnits returns the declarations of f, and the hash of its head, which ends with the imports.
func sourceUnits(f *load.File) (units []*unit, head inputs.Sum) {
	end := f.Syntax.Name.End()
	for _, s := range f.Syntax.Imports {
		end = max(end, s.End())
	}
	head = inputs.SumOf(f.Src[:end-f.Syntax.FileStart])
	for _, d := range f.Syntax.Decls {
		u := &unit{sum: head}
		u.add(d, f.Src, f.Syntax.FileStart)
		units = append(units, u)
	}
	return units, head
}

// outputUnit returns a piece of a generated file with the given head. It returns nil if the piece
// does not parse.
func outputUnit(piece string, head inputs.Sum) *unit {
	const clause = "package p\n"
	text := clause + piece
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	u := &unit{sum: head, text: piece, inBodies: namesIn(file, file.FileEnd)}
	var stub strings.Builder
	from, base := len(clause), file.FileStart
	for _, d := range file.Decls {
		u.add(d, []byte(text), base)
		u.generic = u.generic || isGeneric(d)
		if fd, ok := d.(*ast.FuncDecl); ok {
			u.funcs = append(u.funcs, fd.Name.Name)
			if fd.Body != nil {
				stub.WriteString(text[from:fd.Body.Lbrace-base] + "{ for {} }") // needs no return after it
				from = int(fd.Body.End() - base)
			}
		}
	}
	u.stub = stub.String() + text[from:]
	return u
}

// isGeneric reports whether d, the type of its receiver or a type that it declares has type
// parameters.
func isGeneric(d ast.Decl) (found bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv != nil && len(d.Recv.List) > 0 {
			t := d.Recv.List[0].Type
			if star, ok := t.(*ast.StarExpr); ok {
				t = star.X
			}
			_, isName := t.(*ast.Ident)
			found = !isName
		}
		return found || d.Type.TypeParams != nil
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec)
			found = found || ok && t.TypeParams != nil
		}
	}
	return found
}
