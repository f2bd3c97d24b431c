package typeset

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

// coreOf returns the core type of the type parameter T in a declaration of
// type parameters.
func coreOf(t *testing.T, params string) (*types.TypeParam, string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", `package p
type Named []int
type Bytes interface { ~[]byte | ~string }
func f[`+params+`]() {}`, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	param := pkg.Scope().Lookup("f").(*types.Func).Signature().TypeParams().At(0)
	core := Core(param)
	if core == nil {
		return param, "none"
	}
	return param, types.TypeString(core, func(*types.Package) string { return "" })
}

func TestCore(t *testing.T) {
	for _, test := range []struct{ params, want string }{
		{"T any", "none"},
		{"T comparable", "none"},
		{"T int", "int"},
		{"T int | any", "none"},
		{"T ~int | ~string", "none"},
		{"T Named | []int", "[]int"},
		{"T ~[]E, E any", "[]E"},
		{"T interface { ~[]E; Len() int }, E any", "[]E"},
		{"T interface { ~[]int | ~string; Named | []int }", "[]int"},
		{"T interface { Bytes; ~string }", "string"},
		{"T Bytes", "none"},
		{"T Bytes | int", "none"},
		{"T ~*[3]E, E any", "*[3]E"},
		{"T chan int | <-chan int", "<-chan int"},
		{"T <-chan int | chan int", "<-chan int"},
		{"T chan<- int | <-chan int", "none"},
		{"T ~func(yield func(E) bool), E any", "func(yield func(E) bool)"},
	} {
		if _, got := coreOf(t, test.params); got != test.want {
			t.Errorf("[%s]: %s, want %s", test.params, got, test.want)
		}
	}
}

func TestAnyAndAll(t *testing.T) {
	isArray := func(t types.Type) bool { _, ok := t.(*types.Array); return ok }
	for _, test := range []struct {
		params   string
		any, all bool
	}{
		{"T any", false, false},
		{"T [2]int | []int", true, false},
		{"T [2]int | ~[3]int", true, true},
		{"T []int | *[2]int", false, false},
		{"T interface { [2]int | []int; []int }", false, false},
		{"T interface { [2]int | []int; [2]int }", true, true},
	} {
		param, _ := coreOf(t, test.params)
		if got := Any(param, isArray); got != test.any {
			t.Errorf("[%s]: Any is %v, want %v", test.params, got, test.any)
		}
		if got := All(param, isArray); got != test.all {
			t.Errorf("[%s]: All is %v, want %v", test.params, got, test.all)
		}
	}
}
