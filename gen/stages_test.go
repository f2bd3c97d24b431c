package gen

// This file demands that each stage returns a new value, and does not change the values of
// earlier stages.

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// stageMaySet are the types of package ir that each stage makes. The stage may set their
// fields. (Stage frame finds the place of each declaration of the body, which is not a
// separate value yet.)
var stageMaySet = map[string][]string{
	"order": {"Func", "Body", "Var", "Await", "Defer", "Saved", "Ref", "LocalDecl", "Plain", "Define", "If", "Loop", "Switch", "Scope", "Return", "Clause", "Test", "Name"},
	"lower": {"Graph", "Block", "Seq", "Terminator", "Jump", "Dispatch", "DispatchClause", "Unwind"},
	"frame": {"Layout", "VarPlace", "Field", "LocalDecl"},
	"emit":  {"Define", "Ref"}, // new ones
}

func TestStagesSetTheirOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks the stages")
	}
	const dir = "github.com/coroutinegen/coroutinegen/gen/internal/"
	var paths []string
	for stage := range stageMaySet {
		paths = append(paths, dir+stage)
	}
	slices.Sort(paths)
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
	}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range pkgs {
		stage := strings.TrimPrefix(pkg.PkgPath, dir)
		set := func(target ast.Expr) {
			field, ok := ast.Unparen(target).(*ast.SelectorExpr)
			if !ok {
				return
			}
			sel := pkg.TypesInfo.Selections[field]
			if sel == nil || sel.Kind() != types.FieldVal {
				return
			}
			if owner := ownerOf(sel); owner != nil && owner.Obj().Pkg() != nil && owner.Obj().Pkg().Path() == dir+"ir" && !slices.Contains(stageMaySet[stage], owner.Obj().Name()) {
				t.Errorf("%s: %s sets %s.%s, which another stage has returned", pkg.Fset.Position(target.Pos()), stage, owner.Obj().Name(), field.Sel.Name)
			}
		}
		for _, err := range pkg.Errors {
			t.Error(err)
		}
		for _, file := range pkg.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					for _, l := range n.Lhs {
						set(l)
					}
				case *ast.IncDecStmt:
					set(n.X)
				}
				return true
			})
		}
	}
}

// ownerOf returns the type that declares the field selected by sel, embedded or not.
func ownerOf(sel *types.Selection) *types.Named {
	t := sel.Recv()
	for i, index := range sel.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		if i == len(sel.Index())-1 {
			break
		}
		t = t.Underlying().(*types.Struct).Field(index).Type()
	}
	named, _ := types.Unalias(t).(*types.Named)
	return named
}
