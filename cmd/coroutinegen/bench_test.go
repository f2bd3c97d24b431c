package main

// This file measures the time of the tool on the examples, beside the time of loading
// them with go/packages. The tool may take 1.2 times as long.
//
//	go test -run=NONE -bench=. ./cmd/coroutinegen

import (
	"context"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen"
)

const examples = "../../example"

func BenchmarkExamples(b *testing.B) {
	b.Run("coroutinegen", func(b *testing.B) {
		for b.Loop() {
			if _, err := gen.Generate(context.Background(), gen.Options{Dir: examples, Patterns: []string{"./..."}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("packages", func(b *testing.B) {
		mode := packages.LoadSyntax | packages.NeedModule
		for b.Loop() {
			pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: examples}, "./...")
			if err != nil || packages.PrintErrors(pkgs) > 0 {
				b.Fatal("the examples do not load", err)
			}
		}
	})
}
