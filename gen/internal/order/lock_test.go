package order

// This file tests the rule for values that must not be copied.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

func TestHoldsLock(t *testing.T) {
	const src = `package p

type (
	Mutex     struct{ state int }
	byValue   struct{ n int }
	half      struct{ n int } // with Lock alone
	field     struct{ Lock int }
)

func (*Mutex) Lock()       {}
func (*Mutex) Unlock()     {}
func (byValue) Lock()      {}
func (byValue) Unlock()    {}
func (*half) Lock()        {}

var (
	mutex    Mutex
	inField  struct{ mu Mutex }
	embedded struct{ Mutex }
	array    [2]struct{ mu [1]Mutex }
	holder   struct{ m struct{ Mutex } }

	pointer *Mutex
	slice   []Mutex
	locker  interface{ Lock() }
	value   byValue
	partly  half
	named   field
	plain   struct{ x, y int }
)
`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name         string
		locks, small bool
	}{
		{"mutex", true, false},
		{"inField", true, false},
		{"embedded", true, false},
		{"array", true, false},
		{"holder", true, false},
		{"pointer", false, true},
		{"slice", false, true},
		{"locker", false, true},
		{"value", false, true},
		{"partly", false, true},
		{"named", false, true},
		{"plain", false, true},
	} {
		typ := pkg.Scope().Lookup(test.name).Type()
		if got := typeset.HoldsLock(typ); got != test.locks {
			t.Errorf("%s: HoldsLock = %v, want %v", test.name, got, test.locks)
		}
		if got := small(typ); got != test.small {
			t.Errorf("%s: small = %v, want %v", test.name, got, test.small)
		}
	}
}
