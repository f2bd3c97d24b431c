package asyncify_test

// This file runs programs of Go's test suite on the reference backend, without
// coroutinegen: what fails here is a defect of asyncify.

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
	"github.com/coroutinegen/coroutinegen/testdata/corpus/pause"
)

var (
	all   = flag.Bool("corpus", false, "run every program of $GOROOT/test, not only a few")
	dense = flag.Bool("dense", false, "put awaits around operands too")
)

const modulePath = "github.com/coroutinegen/coroutinegen/"

func TestReference(t *testing.T) {
	programs, err := gotest.Programs()
	if err != nil {
		t.Skipf("this Go has no test suite: %v", err)
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
	for i, p := range programs {
		if p.Obstacle == "" && (*all || i%50 == 0) {
			work <- p
		}
	}
	close(work)
	wg.Wait()
	t.Logf("%d programs, %d functions, %d awaits", async, funcs, awaits)
}

// reference runs p asyncified and compares what it prints.
func reference(dir string, tc *gotest.Toolchain, opts asyncify.Options, p *gotest.Program) (funcs, awaits int, err error) {
	program, err := asyncify.Parse(p.Path, p.Source, opts)
	if err != nil {
		return 0, 0, fmt.Errorf("parse: %w", err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(p.Path))
	if err := os.WriteFile(file, program.Reference(), 0o666); err != nil {
		return 0, 0, err
	}
	funcs, awaits = program.Async(), program.Awaits()
	exe, err := tc.Build(dir, p.Flags, file)
	if err != nil {
		return funcs, awaits, err
	}
	for _, seed := range []string{"0", "1", "7"} {
		out, err := tc.Run(exe, p.Args, []string{pause.Env + "=" + seed}, 20*time.Second)
		if err != nil {
			return funcs, awaits, fmt.Errorf("seed %s: %w\n%.1000s", seed, err, out)
		}
		if !bytes.Equal(out, p.Want) {
			return funcs, awaits, fmt.Errorf("seed %s: printed\n%.1000s\nwant\n%.1000s", seed, out, p.Want)
		}
	}
	return funcs, awaits, nil
}
