package gen

// This file demands that no code depends on the order of a map. Each range over a map is
// sorted, or is listed with the reason why the order does not matter.

import (
	"go/ast"
	"go/types"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// anyOrder are the functions in which the order of a map does not matter, and why.
var anyOrder = map[string]string{
	"rt.kind":                    "deletes",
	"rt.forget":                  "deletes",
	"rt.flush":                   "sorts what it finds",
	"rt.reportFailures":          "sorts what it finds",
	"rt/rttest.CheckDescriptors": "counts",
	"rt/rttest.unserved":         "counts",
	"rt/rttest.merge":            "builds a set",
	"rt/rttest.layouts":          "sorts what it finds",

	"gen.build":                        "builds maps",
	"gen.isWritten":                    "asks whether all are",
	"gen/internal/order.isGiven":       "asks whether one is",
	"gen/internal/inputs.Scan":         "looks at each file by itself",
	"gen/internal/inputs.Snapshot":     "builds a map",
	"gen/internal/load.changes":        "builds a set",
	"gen/internal/load.keep":           "builds a map",
	"gen/internal/load.readExports":    "asks whether there is one",
	"gen/internal/load.recall":         "builds a set",
	"gen/internal/load.mayChange":      "asks whether there is one",
	"gen.called":                       "builds a set",
	"gen.close":                        "closes each directory by itself",
	"gen.existing":                     "notes each name by itself",
	"gen.newMachines":                  "builds a set",
	"gen.takenByTests":                 "looks for the first in the source",
	"gen.claims":                       "builds a map",
	"gen/internal/load.stubFiles":      "builds a set",
	"gen.verifyAll":                    "builds a map",
	"gen.verifyChanges":                "notes each use by itself",
	"gen.choose":                       "builds a set",
	"gen/check.Instances":              "notes each method by itself",
	"gen.leftover":                     "looks for the first in the source",
	"gen/check.blockReasons":           "builds a map",
	"gen/internal/compare.add":         "builds a set",
	"gen/internal/compare.loadCode":    "sorts what it finds",
	"gen/internal/emit.isFor":          "looks for any",
	"gen/check.marked":                 "sorts what it finds",
	"gen/check/blocking.run":           "builds a map",
	"gen/check/blocking.fillFirst":     "builds a set",
	"gen/check/blocking.fillParams":    "builds a set",
	"gen/check/blocking.export":        "exports each fact by itself",
	"gen/check/blocking.meet":          "builds a map",
	"gen/check/blocking.parse":         "builds a map",
	"gen/check/blocking.step":          "notes the first await for each lock by itself",
	"gen/check/unawaited.stored":       "sorts what it finds",
	"gen/internal/taskcode.findValues": "notes each variable by itself",
	"gen/check.names":                  "builds a map",
	"gen/internal/emit.NewNames":       "asks whether there is one",
	"gen/internal/emit.all":            "makes a list of which a set is made",
	"gen/internal/emit.says":           "builds a set",
	"gen/internal/emit.rendered":       "tells the file of its imports, which it sorts",
	"gen/internal/emit.meets":          "asks whether there is one",
	"gen/internal/emit.nameLabels":     "builds a set",
	"gen/internal/emit.findTaken":      "builds sets",
	"gen/internal/emit.findUses":       "builds lists, each in the order of the types",
	"gen/internal/emit.note":           "builds a set",
	"gen/internal/emit.noteVisible":    "builds a set",
	"gen/internal/frame.placed":        "makes a list that is sorted before it is used",
	"gen/internal/frame.solve":         "notes each block by itself",
	"gen/internal/ir.OtherNames":       "yields what a set is made of",
	"gen/internal/load.below":          "looks for the only one",
	"gen/internal/load.finish":         "builds a map",
	"gen/internal/order.findFacts":     "builds a map",
	"gen/internal/order.findMoved":     "builds a set",
	"gen/internal/order.usesOf":        "builds a map",

	"gen/internal/explain/python.findWrites": "looks at each variable by itself",
}

// TestMapOrder finds ranges over maps, and over the iterators of package maps that
// are not passed to [slices.Sorted] and the like.
func TestMapOrder(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks everything")
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
		Dir:  "..",
	}, "./rt/...", "./gen/...", "./cmd/...", "./annotations")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, pkg := range pkgs {
		for _, err := range pkg.Errors {
			t.Error(err)
		}
		if strings.Contains(pkg.PkgPath, "/internal/testbed") || strings.Contains(pkg.PkgPath, "/asyncify") || strings.Contains(pkg.PkgPath, "/fuzzgen") || strings.HasSuffix(pkg.PkgPath, "/internal/linear") {
			continue // a file of tests
		}
		for _, file := range pkg.Syntax {
			for _, decl := range file.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Body == nil {
					continue
				}
				ast.Inspect(fn.Body, func(n ast.Node) bool {
					loop, ok := n.(*ast.RangeStmt)
					if !ok || !inMapOrder(pkg.TypesInfo, loop.X) {
						return true
					}
					p := pkg.Fset.Position(loop.Pos())
					who := strings.TrimPrefix(pkg.PkgPath, "github.com/coroutinegen/coroutinegen/") + "." + fn.Name.Name
					seen[who] = true
					if anyOrder[who] == "" {
						t.Errorf("%s ranges over a map (%s): sort what it does, or say in anyOrder why the order does not matter",
							who, filepath.Base(p.Filename)+":"+strconv.Itoa(p.Line))
					}
					return true
				})
			}
		}
	}
	for who := range anyOrder {
		if !seen[who] {
			t.Errorf("%s is excused, but ranges over no map", who)
		}
	}
}

// inMapOrder reports whether a range over x has the order of a map.
func inMapOrder(info *types.Info, x ast.Expr) bool {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			if fn, ok := info.Uses[sel.Sel].(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "maps" {
				return true
			}
		}
	}
	typ := info.TypeOf(x)
	if typ == nil {
		return false
	}
	_, ok := typ.Underlying().(*types.Map)
	return ok
}
