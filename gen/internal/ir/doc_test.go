package ir

// This file holds the tables in doc.go true: they name every statement and node.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTables(t *testing.T) {
	fset := token.NewFileSet()
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]map[string]bool{"stmt": {}, "node": {}} // by the method that makes a type one
	doc := ""
	for _, path := range paths {
		f, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if path == "doc.go" {
			doc = f.Doc.Text()
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Type.Params.NumFields() == 0 && declared[fn.Name.Name] != nil {
				typ := fn.Recv.List[0].Type
				if p, ok := typ.(*ast.StarExpr); ok {
					typ = p.X
				}
				declared[fn.Name.Name][typ.(*ast.Ident).Name] = true
			}
		}
	}
	_, tables, _ := strings.Cut(doc, "# Statements and nodes")
	stmts, own, ok := strings.Cut(tables, "makes four nodes on its own:")
	if !ok {
		t.Fatal("doc.go has other headings")
	}
	first := regexp.MustCompile(`(?m)^\t([A-Z]\w*)  +`)
	rows := func(table string) []string {
		var names []string
		for _, m := range first.FindAllStringSubmatch(table, -1) {
			names = append(names, m[1])
		}
		slices.Sort(names)
		return names
	}
	if got, want := rows(stmts), slices.Sorted(maps.Keys(declared["stmt"])); !slices.Equal(got, want) {
		t.Errorf("the table of statements has %v, declared are %v", got, want)
	}
	nodes := rows(own)
	for name := range declared["node"] {
		if !slices.Contains(nodes, name) && !regexp.MustCompile(`\b`+name+`\b`).MatchString(stmts) {
			t.Errorf("no table has the node %s", name)
		}
	}
	for _, name := range nodes {
		if !declared["node"][name] || declared["stmt"][name] {
			t.Errorf("%s is no node that only lower makes", name)
		}
	}
}
