package gen

// This file tests where the lines of machines come from.

import (
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// originsOf returns the generator that made the file of source, and the origins of the file.
func originsOf(t *testing.T, name, source string) (*generator, origins) {
	t.Helper()
	pkgs, diags := load.FromSource(map[string]string{"in.go": source})
	opts := &Options{}
	opts.defaults()
	g := newGenerator(pkgs[0], opts, nil)
	diags.Add(g.stages()...)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	files, err := g.files()
	if err != nil {
		t.Fatal(err)
	}
	all, err := g.origins(files)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return g, all[pkgs[0].Files[0]]
}

// TestOrigins demands that every line of a machine comes from the source or says why not, that
// every await is linked both ways, and that every block is found by its label.
func TestOrigins(t *testing.T) {
	mapped, literal, madeUp := 0, 0, map[emit.Reason]int{}
	sources := lineSources(t)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		source := sources[name]
		g, o := originsOf(t, name, source)
		if !o.exact {
			t.Errorf("%s: the marks change more than empty lines", name)
		}
		text := strings.Split(string(o.text), "\n")
		if len(text) != len(o.lines) {
			t.Fatalf("%s: %d lines have %d origins", name, len(text), len(o.lines))
		}
		src := strings.Split(source, "\n")
		of := map[int]bool{} // lines of the source that some line comes from
		for i, at := range o.lines {
			switch {
			case at.Line == 0 && at.Why == "":
				t.Errorf("%s: line %d has no origin: %s", name, i+1, text[i])
			case at.Line > len(src):
				t.Errorf("%s: line %d comes from line %d, behind the end: %s", name, i+1, at.Line, text[i])
			case at.Line > 0:
				mapped++
				of[at.Line] = true
			default:
				madeUp[at.Why]++
			}
		}
		places := map[string][]int{} // the lines of the source where a literal stands
		literals(t, "in.go", source, func(at, _ token.Position, lit string) { places[lit] = append(places[lit], at.Line) })
		literals(t, "in_coroutine.go", string(o.text), func(at, _ token.Position, lit string) {
			if want := places[lit]; strings.HasPrefix(lit, `"`) && len(want) == 1 {
				if from := o.lines[at.Line-1]; from.Line > 0 && from.Line != want[0] && !hasLiteral(source, from.Line) {
					t.Errorf("%s: line %d comes from line %d, but %s is in line %d", name, at.Line, from.Line, lit, want[0])
				}
				literal++
			}
		})
		for _, body := range g.all {
			for _, a := range g.layouts[body.Func].Awaits {
				if line := g.pkg.Fset.PositionFor(a.Pos, false).Line; !of[line] {
					t.Errorf("%s: nothing comes from the await at line %d: %s", name, line, a.Text)
				}
			}
		}
	}
	t.Logf("%d lines come from the source, with %d literals", mapped, literal)
	for _, why := range slices.Sorted(maps.Keys(madeUp)) {
		t.Logf("%6d %s", madeUp[why], why)
	}
}
