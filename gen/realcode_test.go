package gen

// This file tests the tool with real code. It makes packages of the standard library
// async (see package asyncify), generates their machines, and runs the tests of the
// packages on the result.
//
//	go test ./gen -run RealCode                       one small package
//	go test ./gen -run RealCode -v -realcode=all      every package of realcode.txt
//	go test ./gen -run RealCode -v -realcode=bufio    the named package

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify/gotest"
	"github.com/coroutinegen/coroutinegen/testdata/corpus/pause"
)

var (
	realCode     = flag.String("realcode", "", "the packages, separated by commas, that TestRealCode makes async; all stands for those of testdata/corpus/realcode.txt")
	realCodeKeep = flag.String("realcode-keep", "", "directory to leave the sources of TestRealCode in")
)

// A realPackage is a line of realcode.txt.
type realPackage struct {
	path  string
	least size     // async functions and awaits with an await at every statement
	skip  []string // tests that cannot pass
}

// realModes are the ways in which a package is made async.
var realModes = []struct {
	name string
	opts asyncify.Options
}{
	{"reads and writes", asyncify.Options{IO: true, Sparse: true}},
	{"every statement", asyncify.Options{IO: true}},
}

// TestRealCode fails if a test of a package fails on the machines, or if less of the
// package is async than realcode.txt says.
func TestRealCode(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the tests of packages")
	}
	var packages []realPackage
	switch list := readRealCode(t); *realCode {
	case "":
		packages = list[:1]
	case "all":
		packages = list
	default:
		for _, path := range strings.Split(*realCode, ",") {
			i := slices.IndexFunc(list, func(p realPackage) bool { return p.path == path })
			if i < 0 {
				list, i = append(list, realPackage{path: path}), len(list)
			}
			packages = append(packages, list[i])
		}
	}
	tc, err := gotest.NewToolchain(t.TempDir(), modulePath+"annotations", modulePath+"rt", pausePath)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		t.Run(p.path, func(t *testing.T) {
			pkg, err := gotest.LoadPackage(p.path)
			if err != nil {
				t.Skipf("this Go was installed without its sources: %v", err)
			}
			for i, mode := range realModes {
				t.Run(mode.name, func(t *testing.T) {
					least := size{Awaits: 1}
					if !mode.opts.Sparse {
						least = p.least
					}
					mode.opts.Importer, mode.opts.Seed, mode.opts.Generic = tc.Importer(), uint64(i+1), true
					mode.opts.Whole = map[asyncify.Kind]bool{}
					runRealCode(t, tc, pkg, mode.opts, least, p.skip)
				})
			}
		})
	}
}

func runRealCode(t *testing.T, tc *gotest.Toolchain, pkg *gotest.Package, opts asyncify.Options, least size, skip []string) {
	program, err := asyncify.ParsePackage(pkg.Path, readFiles(t, pkg.Dir, pkg.Files), readFiles(t, pkg.Dir, append(pkg.Tests, pkg.XTests...)), opts)
	if err != nil {
		t.Fatal(err)
	}
	if opts.Sparse && program.Async() == 0 {
		t.Skip("it reads and writes nothing")
	}
	start := time.Now()
	files, reason := generateCorpus(program)
	took := time.Since(start)
	got := size{program.Async(), program.Awaits()}
	t.Logf("%d functions, %d async, %d awaits, generated in %.1f s", program.Funcs(), got.Funcs, got.Awaits, took.Seconds())
	left := map[string]int{}
	for _, l := range program.Left() {
		left[l.Reason]++
	}
	for reason, n := range left {
		t.Logf("%d places stay plain: %s", n, reason)
	}
	if reason != "" {
		t.Fatal(reason)
	}
	if got.Funcs < least.Funcs || got.Awaits < least.Awaits {
		t.Errorf("%d functions are async with %d awaits, and were %d and %d: what of it is refused now?", got.Funcs, got.Awaits, least.Funcs, least.Awaits)
	}
	dir := t.TempDir()
	if *realCodeKeep != "" {
		dir = filepath.Join(*realCodeKeep, strings.ReplaceAll(pkg.Path, "/", "_"))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for _, f := range files {
		name := filepath.Join(dir, filepath.Base(f.Path))
		if err := os.WriteFile(name, f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	exe, err := tc.BuildTest(dir, pkg, names)
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range corpusSeeds {
		start := time.Now()
		args := []string{"-test.v", "-test.short", "-test.timeout=5m"}
		if len(skip) > 0 {
			args = append(args, "-test.skip=^("+strings.Join(skip, "|")+")$")
		}
		cmd := exec.Command(exe, args...)
		cmd.Dir = pkg.Dir // where its testdata is
		cmd.Env = append(os.Environ(), pause.Env+"="+seed)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("its tests fail, seed %s: %v\n%s", seed, err, failures(out))
			break
		}
		t.Logf("%d tests pass, seed %s, in %.1f s", bytes.Count(out, []byte("--- PASS")), seed, time.Since(start).Seconds())
	}
}

// failures returns the important part of the output of a failed test program.
func failures(out []byte) []byte {
	if i := bytes.Index(out, []byte("panic: ")); i >= 0 {
		return out[i:min(len(out), i+5000)]
	}
	var kept []byte
	for line := range bytes.Lines(out) {
		if !bytes.HasPrefix(line, []byte("=== ")) && !bytes.Contains(line, []byte("--- PASS")) && len(kept) < 5000 {
			kept = append(kept, line...)
		}
	}
	return kept
}

func readFiles(t *testing.T, dir string, names []string) (files []asyncify.File) {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, asyncify.File{Name: name, Text: text})
	}
	return files
}

func readRealCode(t *testing.T) (list []realPackage) {
	for _, line := range readLines(t, "realcode.txt") {
		var p realPackage
		fields := strings.Fields(line)
		if _, err := fmt.Sscan(strings.Join(fields[:min(3, len(fields))], " "), &p.path, &p.least.Funcs, &p.least.Awaits); err != nil {
			t.Fatalf("realcode.txt: %q: %v", line, err)
		}
		p.skip = slices.DeleteFunc(fields[3:], func(s string) bool { return strings.HasPrefix(s, "#") })
		list = append(list, p)
	}
	return list
}
