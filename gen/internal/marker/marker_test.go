package marker_test

// This file tests what is recognised: calls by what they call and not by how they are
// spelled, and literals by what becomes of them.

import (
	"go/ast"
	"maps"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// function loads a file and returns the body of f in it.
func function(t *testing.T, text string) (*load.Package, *ast.FuncDecl) {
	t.Helper()
	pkgs, diags := load.FromSource(map[string]string{"in.go": text})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for _, d := range pkgs[0].Files[0].Syntax.Decls {
		if d, ok := d.(*ast.FuncDecl); ok && d.Name.Name == "f" {
			return pkgs[0], d
		}
	}
	t.Fatal("no f")
	return nil, nil
}

func TestForm(t *testing.T) {
	for f, want := range map[marker.Func][3]any{
		marker.Await:  {1, true, true},
		marker.Await3: {3, true, true},
		marker.Wait:   {0, true, true},
		marker.Must:   {1, false, true},
		marker.Must2:  {2, false, true},
		marker.Self:   {0, false, false},
		marker.Async:  {0, false, false},
	} {
		if values, err, ok := f.Form(); [3]any{values, err, ok} != want {
			t.Errorf("the form of %s is %d results, error %v, await %v, and should be %v", f, values, err, ok, want)
		}
	}
	for values := range 4 {
		for _, fails := range []bool{false, true} {
			f := marker.AwaitOf(values, fails)
			if n, err, ok := f.Form(); !ok || err != fails || n != values && (values > 0 || fails) {
				t.Errorf("AwaitOf(%d, %v) is %s", values, fails, f)
			}
		}
	}
}

func TestCallee(t *testing.T) {
	pkg, f := function(t, `package p

import (
	. "github.com/coroutinegen/coroutinegen/annotations"
	other "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

type own struct{}

func (own) Must(x any) int { return 0 }

//coroutine:async
func f(q *queues.Queue[int]) {
	Must(q.Get())
	other.Must(q.Get())
	(other.Must[int])(q.Get())
	other.Self()
	{
		other := own{}
		other.Must(q)
	}
	Must := func(x any) {}
	Must(q)
}
`)
	var got []marker.Func
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if s, ok := n.(*ast.ExprStmt); ok {
			got = append(got, marker.Callee(pkg.Info, s.X.(*ast.CallExpr)))
		}
		return true
	})
	if want := []marker.Func{"Must", "Must", "Must", "Self", "", ""}; !slices.Equal(got, want) {
		t.Errorf("the calls are of %q, and should be of %q", got, want)
	}
}

func TestLiterals(t *testing.T) {
	pkg, f := function(t, `package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

//coroutine:async
func f(q *queues.Queue[int]) {
	worker := co.Async(func() (int, error) { return co.Await(q.Get()) })
	co.Must(worker)
	func() { co.Must(q.Get()) }()
	defer func() { co.Must(q.Get()) }()
	func() { println("does not await") }()
}
`)
	literals := marker.Literals(pkg.Info, f)
	byLine := func(a, b *ast.FuncLit) int { return int(a.Pos() - b.Pos()) }
	var got []marker.Literal
	for _, lit := range slices.SortedFunc(maps.Keys(literals), byLine) {
		got = append(got, literals[lit])
	}
	want := []marker.Literal{{Kind: marker.Coroutine, Name: "worker"}, {Kind: marker.Embedded}, {Kind: marker.Deferred}}
	if !slices.Equal(got, want) {
		t.Errorf("the literals are %v, and should be %v", got, want)
	}
}

func TestFrameName(t *testing.T) {
	for _, c := range []struct{ recv, async, want string }{
		{"", "FetchAsync", "FetchFrame"},
		{"Client", "DoAsync", "ClientDoFrame"},
		{"client", "DoAsync", ""},
		{"", "fetchAsync", ""},
	} {
		if got := marker.FrameName(c.recv, c.async); got != c.want {
			t.Errorf("the frame of %s.%s is %q, and should be %q", c.recv, c.async, got, c.want)
		}
	}
}
