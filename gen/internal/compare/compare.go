// Package compare lays versions of a coroutine side by side that a test runs under the same
// scripts: the machine, and a twin written by hand. Package play runs the test, and package
// rt/rttest compares and measures.
package compare

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/play"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A Report is what a test said of versions of coroutines.
type Report struct {
	Test        string       `json:"test"`
	Machine     string       `json:"machine"` // on which times were measured
	Comparisons []Comparison `json:"comparisons"`
	Notes       []string     `json:"notes,omitempty"`
}

// A Comparison is one comparison of the test.
type Comparison struct {
	Test       string                `json:"test"` // with subtests
	Scripts    int                   `json:"scripts"`
	Versions   []Version             `json:"versions"` // the first is the yardstick
	Difference *recording.Difference `json:"difference,omitempty"`
	Costs      []recording.Cost      `json:"costs,omitempty"`
}

// A Version is one way to write the coroutine.
type Version struct {
	Name   string  `json:"name"`
	Frames []Frame `json:"frames,omitempty"` // none: it has none, as the reference
	Bytes  int64   `json:"bytes"`            // of one of each of its frames
	Lines  int     `json:"lines"`            // of code, in all declarations that belong to the frames
}

// A Frame is a type that a version keeps its variables in.
type Frame struct {
	recording.Layout
	File  string `json:"file,omitempty"` // that declares it
	Line  int    `json:"line,omitempty"`
	Lines int    `json:"lines"` // of code: the type, its methods, the functions that make it, and the constants, types and variables that only these use
}

// Differ reports whether the versions of a comparison differ.
func (r *Report) Differ() bool {
	return slices.ContainsFunc(r.Comparisons, func(c Comparison) bool { return c.Difference != nil })
}

// Run runs the test or example called test of the packages that patterns name, in the folder dir,
// and returns what it compared. An empty dir is the current folder. Differences are a result, and
// no error. If the test fails otherwise, the error is a [*play.TestError], and the report has what
// the test had compared until then; it is nil if that is nothing.
func Run(ctx context.Context, dir string, patterns []string, test string) (*Report, error) {
	compared, notes, failed := play.Compare(ctx, dir, patterns, test)
	if len(compared) == 0 && failed != nil {
		return nil, failed
	}
	r := &Report{Test: test, Notes: notes, Machine: fmt.Sprintf("%s/%s, %d CPUs", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())}
	code, err := loadCode(ctx, dir, compared)
	if err != nil {
		return nil, err
	}
	for _, c := range compared {
		r.Comparisons = append(r.Comparisons, code.comparison(c))
	}
	r.Notes = append(r.Notes, code.notes...)
	return r, failed
}

// comparison adds to c what the source says of its frames. A frame that every version has says
// nothing about any of them, and is left out.
func (code *code) comparison(c recording.Comparison) Comparison {
	result := Comparison{Test: c.Test, Scripts: c.Scripts, Difference: c.Difference, Costs: c.Costs}
	common := func(l recording.Layout) bool {
		for _, v := range c.Versions {
			if !slices.ContainsFunc(v.Frames, func(other recording.Layout) bool { return sameType(l, other) }) {
				return false
			}
		}
		return len(c.Versions) > 1
	}
	for _, v := range c.Versions {
		version := Version{Name: v.Name}
		all := make(lineSet)
		for _, l := range v.Frames {
			if common(l) {
				continue
			}
			f := Frame{Layout: l}
			if d := code.types[typeName{l.Package, l.Type}]; d != nil {
				lines := code.lines(d)
				f.File, f.Line, f.Lines = d.file, d.line, len(lines)
				all.add(lines)
			}
			if !l.Inside {
				version.Bytes += l.Bytes
			}
			version.Frames = append(version.Frames, f)
		}
		slices.SortFunc(version.Frames, func(a, b Frame) int {
			return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Type+a.Args, b.Type+b.Args))
		})
		version.Lines = len(all)
		result.Versions = append(result.Versions, version)
	}
	return result
}

func sameType(a, b recording.Layout) bool {
	return a.Package == b.Package && a.Type == b.Type && a.Args == b.Args
}
