package load

// This file tests what a Keeper keeps. That it drops what is no longer right is tested in package
// gen, with everything that can change.

import (
	"context"
	"go/token"
	"go/types"
	"path/filepath"
	"testing"
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
