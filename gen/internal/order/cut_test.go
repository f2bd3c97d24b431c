package order_test

// This file demands that cutting text changes nothing.

import (
	"go/ast"
	"go/types"
	"testing"

	"golang.org/x/tools/go/packages"
)

// remembered are fields of the orderer that keep what was found out once: they are the same
// whoever asks first.
var remembered = map[string]bool{"jumps": true, "uses": true, "facts": true}

// TestCuttingOnlyReads looks at what the functions that cut text, and those that they call,
// assign: never a part of the orderer or of what it makes.
func TestCuttingOnlyReads(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks the package")
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
	}, ".")
	if err != nil || len(pkgs) != 1 {
		t.Fatal(pkgs, err)
	}
	info := pkgs[0].TypesInfo
	decls := map[types.Object]*ast.FuncDecl{}
	for _, file := range pkgs[0].Syntax {
		for _, d := range file.Decls {
			if d, ok := d.(*ast.FuncDecl); ok {
				decls[info.Defs[d.Name]] = d
			}
		}
	}
	var todo []*ast.FuncDecl
	seen := map[*ast.FuncDecl]bool{}
	add := func(d *ast.FuncDecl) {
		if d != nil && !seen[d] {
			seen[d] = true
			todo = append(todo, d)
		}
	}
	for obj, d := range decls {
		if d.Recv != nil && obj.Name() == "excerptIn" {
			add(d)
		}
	}
	for len(todo) > 0 {
		d := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				add(decls[info.Uses[n]])
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if owner, field := target(info, l); !remembered[field] && (owner == "orderer" || owner == "Body" || owner == "Func" || owner == "Var") {
						t.Errorf("%s: %s, which cutting calls, sets %s.%s", pkgs[0].Fset.Position(l.Pos()), d.Name.Name, owner, field)
					}
				}
			}
			return true
		})
	}
	if len(seen) < 20 {
		t.Errorf("cutting calls no more than %d functions", len(seen))
	}
}

// target returns the field that an assignment to e changes, or of which it changes an entry,
// and the type that has the field.
func target(info *types.Info, e ast.Expr) (owner, field string) {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return target(info, e.X)
	case *ast.SelectorExpr:
		sel := info.Selections[e]
		if sel == nil || sel.Kind() != types.FieldVal {
			return "", ""
		}
		t := sel.Recv()
		for i, index := range sel.Index() {
			if p, ok := t.Underlying().(*types.Pointer); ok {
				t = p.Elem()
			}
			if i < len(sel.Index())-1 {
				t = t.Underlying().(*types.Struct).Field(index).Type()
			}
		}
		if named, ok := types.Unalias(t).(*types.Named); ok {
			return named.Obj().Name(), e.Sel.Name
		}
	}
	return "", ""
}
