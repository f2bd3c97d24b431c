package asyncify_test

// This file runs programs of Go's test suite on the reference backend, without
// coroutinegen. A failure is a defect of asyncify.

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
	"github.com/coroutinegen/coroutinegen/testdata/corpus/pause"
)

var (
	all   = flag.Bool("corpus", false, "run every program of $GOROOT/test, not only small ones that are fast")
	more  = flag.Bool("all", false, "run all that are small and fast, not one in seven")
	dense = flag.Bool("dense", false, "put awaits around operands too")
)

const modulePath = "github.com/coroutinegen/coroutinegen/"

func TestReference(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs programs")
	}
	programs, err := gotest.Programs()
	if err != nil {
		t.Skipf("this Go was installed without its test suite: %v", err)
	}
	fast, skip := list(t, "fast.txt"), list(t, "skip.txt")
	programs = slices.DeleteFunc(programs, func(p *gotest.Program) bool {
		if *all {
			return skip[p.Path] || notOnReference[p.Path] != ""
		}
		return !fast[p.Path] || len(p.Source) > 4000
	})
	if !*all && !*more {
		const stride = 7
		for i := range len(programs) / stride {
			programs[i] = programs[i*stride]
		}
		programs = programs[:len(programs)/stride]
	}
	tc, err := gotest.NewToolchain(t.TempDir(), modulePath+"annotations", modulePath+"rt", modulePath+"testdata/corpus/pause")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	funcs, awaits, async := 0, 0, 0
	work := make(chan *gotest.Program)
	var wg sync.WaitGroup
	for range runtime.NumCPU() {
		imp := tc.Importer()
		wg.Go(func() {
			for p := range work {
				start := time.Now()
				f, a, err := reference(t.TempDir(), tc, asyncify.Options{Importer: imp, Dense: *dense, Seed: 1, Generic: true}, p)
				mu.Lock()
				funcs += f
				awaits += a
				if f > 0 {
					async++
				}
				if err != nil {
					t.Errorf("%s: %.1fs %v", p.Path, time.Since(start).Seconds(), err)
				}
				mu.Unlock()
			}
		})
	}
	for _, p := range programs {
		work <- p
	}
	close(work)
	wg.Wait()
	t.Logf("%d programs, %d functions, %d awaits", async, funcs, awaits)
}

// notOnReference lists the programs of the corpus that pass, but not on the reference
// backend, and the reasons.
var notOnReference = map[string]string{
	"atomicload.go":            "slow: calls in a hot loop",
	"copy.go":                  "slow: calls in a hot loop",
	"finprofiled.go":           "slow: calls in a hot loop",
	"fixedbugs/issue19078.go":  "slow: calls in a hot loop",
	"fixedbugs/issue67255.go":  "slow: calls in a hot loop",
	"ken/divconst.go":          "slow: calls in a hot loop",
	"ken/modconst.go":          "slow: calls in a hot loop",
	"fixedbugs/issue16249.go":  "slow: a goroutine for each of very many nested calls",
	"fixedbugs/issue22781.go":  "slow: a goroutine for each of very many nested calls",
	"peano.go":                 "slow: a goroutine for each of very many nested calls",
	"stack.go":                 "slow: a goroutine for each of very many nested calls",
	"stackobj2.go":             "slow: a goroutine for each of very many nested calls",
	"fixedbugs/issue27278.go":  "slow: a goroutine for each of very many nested calls",
	"fixedbugs/issue59680.go":  "slow: a goroutine for each of very many nested calls",
	"closure.go":               "counts allocations",
	"fixedbugs/issue15277.go":  "counts allocations",
	"fixedbugs/issue17381.go":  "looks at the stack of its goroutine",
	"fixedbugs/issue24491a.go": "needs //go:uintptrescapes",
	"recover4.go":              "sets debug.SetPanicOnFault for its goroutine only",
	"typeparam/issue47723.go":  "has a blank type parameter, which a wrapper cannot name",
	"typeparam/issue58513.go":  "has a blank type parameter, which a wrapper cannot name",
	"typeparam/nested.go":      "prints how the compiler numbers its local types",
}

// list reads a list of testdata/corpus.
func list(t *testing.T, name string) map[string]bool {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "corpus", name))
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		path, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		paths[strings.TrimSuffix(path, ":")] = true
	}
	return paths
}

// reference runs p asyncified and compares the output.
func reference(dir string, tc *gotest.Toolchain, opts asyncify.Options, p *gotest.Program) (funcs, awaits int, err error) {
	program, err := asyncify.Parse(p.Path, p.Source, opts)
	if err != nil {
		return 0, 0, fmt.Errorf("parse: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(p.Path))
	if err := os.WriteFile(file, program.Reference()[0].Text, 0o666); err != nil {
		return 0, 0, err
	}
	funcs, awaits = program.Async(), program.Awaits()
	exe, err := tc.Build(dir, p.Flags, file)
	if err != nil {
		return funcs, awaits, err
	}
	for _, seed := range []string{"0", "7"} {
		out, err := tc.Run(exe, p.Args, []string{pause.Env + "=" + seed}, time.Minute)
		if err != nil {
			return funcs, awaits, fmt.Errorf("seed %s: %w\n%.1000s", seed, err, out)
		}
		if !bytes.Equal(out, p.Want) {
			return funcs, awaits, fmt.Errorf("seed %s: printed\n%.1000s\nwant\n%.1000s", seed, out, p.Want)
		}
	}
	return funcs, awaits, nil
}
