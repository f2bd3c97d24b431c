package gen

// This file tests the tool with mutants, most of which nobody would write. The tool must
// generate or refuse every program that the type checker accepts. An internal error, a
// panic, or output that does not compile is a fault of the tool.

import (
	"flag"
	"fmt"
	"go/types"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/coroutinegen/coroutinegen/gen/internal/fuzzgen"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

var (
	mutants    = flag.Int("mutants", 0, "how many mutants of our own sources TestMutants tries")
	mutantSeed = flag.Uint64("mutantseed", 1, "seed of the first mutant; the others count on from it")
	mutantKeep = flag.String("mutantkeep", "", "directory to leave the mutants in that break the tool, reduced")
	mutantOf   = flag.String("mutantof", "", "regular expression for the names of the sources")
)

const mutantDir = "../testdata/mutants"

// mutantResult is the result for one mutant.
type mutantResult int

const (
	doesNotCompile mutantResult = iota
	refused
	generated
	broken
)

// tryMutant generates the machine and the baseline of in. If that breaks the tool, tryMutant
// says how.
func tryMutant(in string) (result mutantResult, failure string) {
	defer func() {
		if v := recover(); v != nil {
			result, failure = broken, fmt.Sprintf("the tool panics: %v\n%s", v, stackOf())
		}
	}()
	for _, opts := range []Options{{}, {Baseline: true}} {
		pkgs, diags := load.FromSource(map[string]string{"in.go": in})
		if len(diags) > 0 && len(pkgs) > 0 && pkgs[0].Broken || len(pkgs) == 0 {
			return doesNotCompile, ""
		}
		_, diags = generate(pkgs, diags, &opts)
		if err := diags.Err(); err != nil {
			if strings.Contains(err.Error(), "internal error") {
				return broken, err.Error()
			}
			return refused, ""
		}
	}
	return generated, ""
}

// TestMutants tries the mutants that once broke the tool, and with -mutants new ones.
func TestMutants(t *testing.T) {
	paths, err := filepath.Glob(mutantDir + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(strings.TrimSpace(string(archive.Comment))) == 0 {
			t.Errorf("%s: the archive does not begin with what was wrong", path)
		}
		for _, f := range archive.Files {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar")+"/"+f.Name, func(t *testing.T) {
				switch result, failure := tryMutant(string(f.Data)); result {
				case broken:
					t.Error(failure)
				case doesNotCompile:
					t.Error("it does not compile")
				case refused:
					if !strings.Contains(f.Name, "refused") {
						t.Error("it is refused")
					}
				}
			})
		}
	}
	if *mutants > 0 {
		newMutants(t)
	}
}

// newMutants tries as many mutants as -mutants says.
func newMutants(t *testing.T) {
	stocks := mutantStocks(t)
	t.Logf("%d functions to make mutants of", len(stocks))
	var counts [4]int
	seen := map[string]bool{}
	for i := range *mutants {
		seed := *mutantSeed + uint64(i)
		r := rand.New(rand.NewPCG(seed, 0))
		in := stocks[r.IntN(len(stocks))].Mutant(r)
		result, failure := tryInTime(in)
		counts[result]++
		if result != broken || seen[mutantKind(failure)] {
			continue
		}
		kind := mutantKind(failure)
		seen[kind] = true
		small := reduceMutant(in, kind)
		_, failure = tryInTime(small)
		t.Errorf("seed %d: %s\n%s", seed, failure, small)
		if *mutantKeep != "" {
			name := filepath.Join(*mutantKeep, fmt.Sprintf("seed%d.go", seed))
			if err := os.WriteFile(name, []byte(small), 0o666); err != nil {
				t.Error(err)
			}
			if err := os.WriteFile(name+".failure", []byte(failure), 0o666); err != nil {
				t.Error(err)
			}
		}
	}
	t.Logf("of %d mutants from seed %d on %d do not compile, %d are refused, %d are generated, %d break the tool",
		*mutants, *mutantSeed, counts[doesNotCompile], counts[refused], counts[generated], counts[broken])
}

// tryInTime is tryMutant, but a tool that never ends counts as broken as well.
func tryInTime(in string) (result mutantResult, failure string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		result, failure = tryMutant(in)
	}()
	select {
	case <-done:
		return result, failure
	case <-time.After(time.Minute):
		return broken, "the tool hangs"
	}
}

var (
	mutantPlace = regexp.MustCompile(`\S*\.go:\d+(:\d+)?:`)
	mutantName  = regexp.MustCompile(`\b\w+\b`)
)

// mutantKind returns the kind of a failure: its first line without names and numbers, or the
// place where the tool panics. Each kind is reported once, and reducing keeps the kind.
func mutantKind(failure string) string {
	if strings.HasPrefix(failure, "the tool panics") {
		lines := strings.Split(failure, "\n")
		for i, l := range lines {
			if strings.HasPrefix(l, "panic(") {
				for _, l := range lines[i+2:] {
					if !strings.HasPrefix(l, "\t") && strings.Contains(l, "coroutinegen/gen") {
						return "panics in " + strings.Split(l, "(0x")[0]
					}
				}
			}
		}
		return "panics"
	}
	line, _, _ := strings.Cut(failure, "\n")
	line = mutantPlace.ReplaceAllString(line, "")
	for _, word := range []string{"declared and not used", "already defined", "redeclared", "not used", "jumps", "undefined", "does not parse", "cannot use"} {
		if strings.Contains(line, word) {
			return word
		}
	}
	return mutantName.ReplaceAllStringFunc(line, func(w string) string {
		if len(w) < 4 || strings.ContainsAny(w, "0123456789") {
			return ""
		}
		return w
	})
}

// reduceMutant returns a smaller program with a failure of the same kind.
func reduceMutant(in, kind string) string {
	if kind == "the tool hangs" {
		return in
	}
	for range 200 {
		smaller := false
		for _, e := range fuzzgen.Edits(in) {
			try := e.Apply(in)
			if len(try) >= len(in) {
				continue
			}
			if result, failure := tryInTime(try); result == broken && mutantKind(failure) == kind {
				in, smaller = try, true
				break
			}
		}
		if !smaller {
			break
		}
	}
	return in
}

// mutantStocks returns the async functions of the sources of this module, each with the
// declarations that it needs.
func mutantStocks(t *testing.T) (stocks []*fuzzgen.Stock) {
	names := regexp.MustCompile(*mutantOf)
	var sources []string
	for _, pattern := range []string{"probes/*.go", "golden/*.txtar", "fuzz/*.txtar", "mutants/*.txtar", "../example/*/*.go"} {
		paths, err := filepath.Glob("../testdata/" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if !names.MatchString(path) || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_coroutine.go") {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, ".go") {
				sources = append(sources, string(data))
				continue
			}
			for _, f := range txtar.Parse(data).Files {
				if strings.HasSuffix(f.Name, ".go") && !strings.HasPrefix(f.Name, "want") {
					sources = append(sources, string(f.Data))
				}
			}
		}
	}
	for _, src := range sources {
		for _, in := range fuzzgen.Cut(src) {
			pkgs, diags := load.FromSource(map[string]string{"in.go": in})
			if len(diags) > 0 || len(pkgs) == 0 {
				continue // the program needs declarations of other files
			}
			if s := fuzzgen.NewStock(in, typesOf(pkgs[0])); s != nil {
				stocks = append(stocks, s)
			}
		}
	}
	return stocks
}

// typesOf returns a function that maps the offsets of an expression of p to its type, as
// the type is written in p.
func typesOf(p *load.Package) func(from, to int) string {
	at := map[[2]int]string{}
	for e, tv := range p.Info.Types {
		if tv.IsValue() && tv.Type != nil {
			from, to := p.Fset.Position(e.Pos()).Offset, p.Fset.Position(e.End()).Offset
			at[[2]int{from, to}] = types.TypeString(tv.Type, func(other *types.Package) string {
				if other == p.Types {
					return ""
				}
				return other.Name()
			})
		}
	}
	return func(from, to int) string { return at[[2]int{from, to}] }
}
