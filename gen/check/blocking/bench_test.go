package blocking_test

// This file runs the analyzers over packages of many functions.

import (
	"fmt"
	"go/ast"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/check/suite"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// chain returns a package of n functions, of which each calls the next, and the last blocks. The
// functions are declared in the order that suits following the calls worst.
func chain(n int) string {
	var b strings.Builder
	b.WriteString(`package p

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func root(c chan int) error { f0(c); return co.Wait(rt.Yield()) }
`)
	for i := range n {
		fmt.Fprintf(&b, "func f%d(c chan int) { v%[1]d := c; f%d(v%[1]d) }\n", i, i+1)
	}
	fmt.Fprintf(&b, "func f%d(c chan int) { time.Sleep(1) }\n", n)
	return b.String()
}

func analyze(t testing.TB, source string) (messages []string) {
	pkgs, diags := load.FromSource(map[string]string{"in.go": source})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	p := pkgs[0]
	pkg := &packages.Package{ID: "p", Name: "p", PkgPath: "p", Fset: p.Fset, Types: p.Types, TypesInfo: p.Info, TypesSizes: p.Sizes, Syntax: []*ast.File{p.Files[0].Syntax}}
	graph, err := checker.Analyze(suite.Analyzers(), []*packages.Package{pkg}, &checker.Options{Sequential: true})
	if err != nil {
		t.Fatal(err)
	}
	for action := range graph.All() {
		if action.Err != nil {
			t.Fatal(action.Err)
		}
		for _, d := range action.Diagnostics {
			messages = append(messages, d.Message)
		}
	}
	return messages
}

func BenchmarkChain(b *testing.B) {
	for _, n := range []int{1000, 2000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				analyze(b, chain(n))
			}
		})
	}
}

// A message names some of the functions on a long way, and not all.
func TestLongChain(t *testing.T) {
	messages := analyze(t, chain(4000))
	want := "f0 blocks: it calls f1, which calls f2, which calls f3, which calls f4, which calls f5, which calls f6, which calls, through 3993 others, a function that calls time.Sleep; "
	if len(messages) != 1 || !strings.HasPrefix(messages[0], want) {
		t.Errorf("the messages are %q, and one should begin with %q", messages, want)
	}
}
