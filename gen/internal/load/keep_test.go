package load

// This file tests what a Keeper keeps. That it drops what is no longer right is tested in package
// gen, with everything that can change.

import (
	"context"
	"errors"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/packages"
)

// A Keeper asks the go command once, keeps the types of imported packages, and does not grow.
func TestKeeper(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the go command")
	}
	dir, err := filepath.Abs("../../../example/crawl")
	if err != nil {
		t.Fatal(err)
	}
	k := NewKeeper()
	k.Files.Folder(dir, false)
	var imported *types.Package
	var files int
	for i := range 5 {
		k.Files.Scan()
		res, err := Load(context.Background(), Config{Dir: dir, Keeper: k})
		if err != nil || len(res.Diags) > 0 || len(res.Packages) != 1 {
			t.Fatal(err, res.Diags, len(res.Packages))
		}
		p, err := res.Packages[0].Import("time")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		k.fset.Iterate(func(*token.File) bool { n++; return true })
		if i > 0 && p != imported {
			t.Error("package time was read again")
		}
		if i > 1 && n != files {
			t.Errorf("load %d: %d files, before there were %d", i, n, files)
		}
		imported, files = p, n
		if want := min(i+1, 2); k.Listed > want { // the second finds nothing that it did not know
			t.Errorf("the go command ran %d times", k.Listed)
		}
	}
}

// What lies in the module cache is fixed, unless the user works on it.
func TestFixed(t *testing.T) {
	cache, _ := filepath.Abs("cache")
	p := &packages.Package{Dir: filepath.Join(cache, "m", "p"), Module: &packages.Module{}}
	l := &listing{fixed: []string{cache}}
	if !l.isFixed(p) {
		t.Error("a package in the module cache may change")
	}
	l.roots = map[*packages.Package]bool{p: true}
	if l.isFixed(p) {
		t.Error("a root is fixed")
	}
	l.roots, p.Module.Main = nil, true
	if l.isFixed(p) {
		t.Error("a package of the main module is fixed")
	}
}

// Everything that a go.work leads to is found.
func TestReadModules(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for name, text := range map[string]string{
		"go.work":  "go 1.26.0 // use ./no\nuse ./a\nuse (\n\t\"./b c\"\n)\nreplace x.org/r v1.0.0 => ./r\n",
		"a/go.mod": "module x.org/a\nreplace (\n\tx.org/q => ../q\n\tx.org/z => x.org/y v1.0.0\n)\n",
	} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(at(name)), 0o777), os.WriteFile(at(name), []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	m := readModules(at("go.work"), "")
	for _, name := range []string{"go.work", "go.work.sum", "a/go.mod", "a/go.sum", "b c/go.mod", "r/go.mod", "q/go.mod"} {
		if !slices.Contains(m.files, at(name)) {
			t.Errorf("%s is not found", name)
		}
	}
	for path, want := range map[string]string{"x.org/a": "a", "x.org/a/sub/p": "a/sub/p", "x.org/q/p": "q/p", "x.org/ab": "", "x.org/z": ""} {
		var dirs []string
		if want != "" {
			dirs = []string{at(want)}
		}
		if got := m.dirsOf(path); !slices.Equal(got, dirs) {
			t.Errorf("%s may lie in %q, want %q", path, got, dirs)
		}
	}
}
