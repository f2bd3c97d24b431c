package typeset

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// TestDependsOnParam includes generic types and aliases without arguments, whose size nobody knows.
func TestDependsOnParam(t *testing.T) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", `package p
type Generic[T any] struct { a, b T }
type GenericAlias[T any] = Generic[T]
type Instance Generic[int]
type InstanceAlias = GenericAlias[int]
type Plain struct{ a int }
`, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"Generic": true, "GenericAlias": true,
		"Instance": false, "InstanceAlias": false, "Plain": false,
	} {
		typ := pkg.Scope().Lookup(name).Type()
		if got := DependsOnParam(typ); got != want {
			t.Errorf("DependsOnParam(%s) = %v", name, got)
		}
		ConvertsAddress(typ) // does not panic
	}
}
