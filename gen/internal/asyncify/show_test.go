package asyncify_test

// This file shows one program after asyncify.

import (
	"flag"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
)

var program = flag.String("program", "", "show the asyncified source of this program of $GOROOT/test")

func TestShow(t *testing.T) {
	if *program == "" {
		t.Skip("no -program")
	}
	p, err := gotest.Load(*program)
	if err != nil {
		t.Fatal(err)
	}
	tc, err := gotest.NewToolchain(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	a, err := asyncify.Parse(p.Path, p.Source, asyncify.Options{Importer: tc.Importer(), Dense: *dense, Seed: 1, Generic: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", a.Source()[0].Text)
	t.Logf("%d functions, %d awaits, left plain: %v", a.Async(), a.Awaits(), a.Left())
}
