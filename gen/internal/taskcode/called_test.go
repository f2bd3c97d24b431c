package taskcode_test

// This file tests which functions calls are of.

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// Each operand of print is a call, and the name of the function that it is a call of.
func TestCalled(t *testing.T) {
	code := find(t, `package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

type T struct{}

func (T) method() int { return 0 }

func generic[E any]() int { return 0 }

//coroutine:async
func async() (int, error) { return 0, nil }

//coroutine:async
func (T) awaits() (int, error) { return 0, nil }

//coroutine:async
func f(dynamic func() int, i interface{ method() int }) {
	held := func() int { return 0 }
	print(T{}.method(), "method")
	print(generic[int](), "generic")
	print(held(), "literal")
	print(func() int { return 0 }(), "literal")
	print(co.Must(asyncAsync()), "async")
	print(co.Must(T{}.awaitsAsync()), "awaits")
	print(asyncAsync(), "")
	print(co.Must(rt.Yield()), "")
	print(co.Must(rt.Shield(asyncAsync())), "")
	print(dynamic(), "")
	print(i.method(), "")
	print(len(""), "")
	print(T.method(T{}), "")
}
`)
	var got, want []string
	for _, b := range code.Bodies {
		code.Walk(b.Block, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !code.IsBuiltin(call, "print") {
				return true
			}
			name := ""
			switch fn, _ := code.Called(call.Args[0].(*ast.CallExpr)); fn := fn.(type) {
			case *ast.FuncDecl:
				name = fn.Name.Name
			case *ast.FuncLit:
				name = "literal"
			}
			got = append(got, fmt.Sprintf("%q", name))
			want = append(want, call.Args[1].(*ast.BasicLit).Value)
			return true
		})
	}
	if !slices.Equal(got, want) || len(got) != 13 {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, " "), strings.Join(want, " "))
	}
}
