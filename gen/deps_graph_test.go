package gen

// This file draws the import graph.

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The picture in CONTRIBUTING.md stands between these lines.
const (
	graphBegins = "<!-- imports: go test ./gen -run ImportGraph -update draws them -->\n```mermaid\n"
	graphEnds   = "```\n"
)

// TestImportGraph demands that the picture in CONTRIBUTING.md shows the packages and their
// imports. With -update it draws the picture.
func TestImportGraph(t *testing.T) {
	path := filepath.Join("..", "CONTRIBUTING.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), graphBegins)
	old, after, ok2 := strings.Cut(rest, graphEnds)
	if !ok || !ok2 {
		t.Fatalf("%s has no picture of the imports", path)
	}
	packages, _ := imports(t, "..")
	picture := importGraph(packages)
	switch {
	case old == picture:
	case *update:
		if err := os.WriteFile(path, []byte(before+graphBegins+picture+graphEnds+after), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s shows other imports than there are (-shown +real; -update draws them):\n%s", path, cmp.Diff(old, picture))
	}
}

// importGraph draws the packages of the tool and the runtime, in the language of Mermaid.
// An import is not drawn if other imports lead to the same package.
func importGraph(packages map[string][]string) string {
	drawn := map[string][]string{}
	for dir, list := range packages {
		top, _, _ := strings.Cut(dir, "/")
		if !slices.Contains([]string{"cmd", "gen", "rt", "annotations"}, top) || onlyForTests[dir] {
			continue
		}
		drawn[dir] = nil
		for _, path := range list {
			if to, ours := strings.CutPrefix(path, self); ours {
				drawn[dir] = append(drawn[dir], to)
			}
		}
	}
	var leads func(from, to string) bool // directly or through other packages
	leads = func(from, to string) bool {
		return slices.ContainsFunc(drawn[from], func(next string) bool { return next == to || leads(next, to) })
	}
	var b strings.Builder
	b.WriteString("graph TD\n")
	for _, dir := range slices.Sorted(maps.Keys(drawn)) {
		slices.Sort(drawn[dir])
		for _, to := range drawn[dir] {
			if !slices.ContainsFunc(drawn[dir], func(next string) bool { return leads(next, to) }) {
				fmt.Fprintf(&b, "    %s --> %s\n", dir, to)
			}
		}
	}
	return b.String()
}

// onlyForTests are packages that only tests import.
var onlyForTests = map[string]bool{
	"gen/internal/asyncify": true, "gen/internal/asyncify/gotest": true,
	"gen/internal/fuzzgen": true, "gen/internal/fuzzgen/compare": true,
	"gen/internal/ordermatrix": true, "gen/internal/wants": true,
	"rt/internal/testbed": true, "rt/internal/linear": true,
}
