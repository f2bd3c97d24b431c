package testbed_test

// This file finds the operations that rt and the packages below it export.

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

// exportedOperations returns every exported function and method of rt and the packages below
// it, on this system, whose result can be awaited. Their names are package.Function or
// package.Type.Method.
func exportedOperations(t *testing.T) map[string]bool {
	t.Helper()
	packages := parsePackages(t, "../..")
	awaitable := map[string]bool{"rt.Expr": true, "rt.Awaitable": true}
	for pkg, files := range packages {
		eachFunction(files, func(fn *ast.FuncDecl) {
			if fn.Name.Name == "Poll" && fn.Recv != nil && fn.Type.Results != nil && fn.Type.Results.NumFields() == 3 {
				awaitable[typeName(pkg, fn.Recv.List[0].Type)] = true
			}
		})
	}
	operations := map[string]bool{}
	for pkg, files := range packages {
		eachFunction(files, func(fn *ast.FuncDecl) {
			name := pkg
			if fn.Recv != nil {
				name = typeName(pkg, fn.Recv.List[0].Type)
				if !ast.IsExported(path.Ext(name)[1:]) {
					return
				}
			}
			if !fn.Name.IsExported() || fn.Name.Name == "Awaitable" || fn.Type.Results == nil {
				return
			}
			for _, result := range fn.Type.Results.List {
				if awaitable[typeName(pkg, result.Type)] {
					operations[name+"."+fn.Name.Name] = true
				}
			}
		})
	}
	return operations
}

// parsePackages parses the files, built on this system, of the packages at and below root. The
// keys are the names of the packages.
func parsePackages(t *testing.T, root string) map[string][]*ast.File {
	packages := map[string][]*ast.File{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == "internal"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		dir, base := filepath.Split(file)
		if match, err := build.Default.MatchFile(dir, base); err != nil || !match {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		packages[parsed.Name.Name] = append(packages[parsed.Name.Name], parsed)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func eachFunction(files []*ast.File, do func(*ast.FuncDecl)) {
	for _, file := range files {
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				do(fn)
			}
		}
	}
}

// typeName returns the name of a type as package.Type, without pointers and type arguments. It
// returns "" if the type has no name.
func typeName(pkg string, x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return typeName(pkg, x.X)
	case *ast.IndexExpr:
		return typeName(pkg, x.X)
	case *ast.IndexListExpr:
		return typeName(pkg, x.X)
	case *ast.SelectorExpr:
		return x.X.(*ast.Ident).Name + "." + x.Sel.Name
	case *ast.Ident:
		return pkg + "." + x.Name
	}
	return ""
}
