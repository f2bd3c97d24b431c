package load

// This file finds the packages whose tests have async functions, and lists them once more,
// with their tests. Packages without such tests cost nothing.

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
)

// listTests returns units for the tests of roots that concern this tool. The tests of a package
// in the package itself are a unit with all files of the package, for which the unit without
// tests is hidden. What such a unit imports it sees as the go command builds it for the
// tests: p_test sees p with the tests in p, and so do the packages between the two. The hashes in
// keys, if any, are made to depend on the tests.
func (l *loader) listTests(ctx context.Context, cfg Config, roots []*unit, units map[string]*unit, keys map[*unit]inputs.Sum) (tests []*unit) {
	plain := make(map[string]*unit)
	var dirs []string
	for _, u := range roots {
		if l.hasAsyncTests(u) {
			plain[u.path] = u
			dirs = append(dirs, u.dir)
		}
	}
	if len(dirs) == 0 {
		return nil
	}
	before := l.kept
	pkgs, ok := l.packages(ctx, cfg, dirs, listMode|packages.NeedForTest)
	if !ok {
		return nil
	}
	for _, pkg := range pkgs {
		u := plain[pkg.ForTest]
		if u == nil || !slices.ContainsFunc(pkg.GoFiles, l.isAsyncTest) {
			continue
		}
		test := l.unit(pkg, units)
		test.external, test.of = pkg.PkgPath != pkg.ForTest, u
		tests = append(tests, test)
		if cfg.Wanted != nil {
			sum, more := keys[u], l.kept.key(pkg)
			keys[u] = inputs.SumOf(slices.Concat(sum[:], more[:]))
			test.outside = l.kept.outsideOf(pkg)
		}
	}
	l.kept = before
	return tests
}

// hasAsyncTests reports whether a test in the directory of u concerns this tool.
func (l *loader) hasAsyncTests(u *unit) bool {
	if u.dir == "" {
		return false
	}
	return slices.ContainsFunc(TestsIn(u.dir), l.isAsyncTest) && !l.isMirror(u)
}

// TestsIn returns the paths of the tests in the directory dir, sorted. There are none if dir cannot be
// read.
func TestsIn(dir string) (tests []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if IsTest(e.Name()) {
			tests = append(tests, filepath.Join(dir, e.Name()))
		}
	}
	return tests
}

// isAsyncTest reports whether the file at path is a test with async functions, or was generated
// from one.
func (l *loader) isAsyncTest(path string) bool {
	if info, err := os.Stat(path); !IsTest(path) || err != nil || !info.Mode().IsRegular() {
		return false
	}
	src, err := l.read(path)
	if err != nil || IsGenerated(path, src) {
		return err == nil
	}
	return !HasHeader(src) && HasAsync(path, src)
}
