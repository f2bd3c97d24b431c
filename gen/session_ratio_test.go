package gen

// This file measures what a session takes from a saved file to its generated file, beside what
// type-checking the package takes: with go/packages, as tools do, and with the parser and the
// type checker alone, which is what go vet spends on a package once the go command has called it.

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/packages"
)

var sessionRatio = flag.Bool("sessionratio", false, "measure sessions beside the type checker")

// ratioLimit is what a session may take, in units of what the parser and the type checker take.
const ratioLimit = 1.5

func TestSessionRatio(t *testing.T) {
	if !*sessionRatio {
		t.Skip("measures for minutes: -sessionratio")
	}
	large := &strings.Builder{}
	large.WriteString("package large\n\nimport (\n\tco \"github.com/coroutinegen/coroutinegen/annotations\"\n\t\"github.com/coroutinegen/coroutinegen/rt/queues\"\n)\n")
	for i := range 250 {
		fmt.Fprintf(large, `
//coroutine:async
func work%d(q *queues.Queue[int], n int) error {
	sum := co.Must(q.Get())
	for step := range n {
		sum += step
		if err := co.Wait(q.Put(sum)); err != nil {
			return err
		}
	}
	return co.Wait(q.Put(sum))
}
`, i)
	}
	sources := map[string]string{"large": large.String()}
	for _, name := range []string{"echo", "proxy", "crawl"} {
		text, err := os.ReadFile(filepath.Join("../example", name, name+".go"))
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(text)
	}
	m := &sessionFiles{t, writeSessionModule(t)}
	for name, text := range sources {
		m.write(filepath.Join(name, name+".go"), text)
	}
	// The saves of a row: the number of the save changes the text.
	body := func(text string, i int) string {
		return strings.Replace(text, "error {\n", fmt.Sprintf("error {\n\tprintln(%d)\n", i), 1)
	}
	lines := func(text string, i int) string {
		return strings.Replace(text, "error {\n", "error {\n"+strings.Repeat("\tprintln(1)\n", i+2), 1)
	}
	field := func(text string, i int) string {
		text = strings.Replace(text, "q.Get())\n", fmt.Sprintf("q.Get())\n\tmore%d := sum\n", i), 1)
		return strings.Replace(text, "q.Put(sum))\n}", fmt.Sprintf("q.Put(sum + more%d))\n}", i), 1)
	}
	for _, row := range []struct {
		name, what string
		save       func(string, int) string
	}{
		{"crawl", "a body", body}, {"echo", "a body", body}, {"proxy", "a body", body},
		{"large", "a body", body}, {"large", "lines move", lines}, {"large", "a frame", field},
	} {
		name := row.name
		dir := m.path(name)
		s, err := NewSession(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if _, wrong := updates(t, s); wrong != "" {
			t.Fatal(wrong)
		}
		deps, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile, Dir: dir}, ".")
		if err != nil {
			t.Fatal(err)
		}
		exports := map[string]string{}
		packages.Visit(deps, nil, func(p *packages.Package) { exports[p.PkgPath] = p.ExportFile })
		var ours, tools, checker []time.Duration
		var pkgs []*packages.Package
		for i := range 7 {
			m.write(filepath.Join(name, name+".go"), row.save(sources[name], i))
			began := time.Now()
			if changed, err := s.Changed(); !changed || err != nil {
				t.Fatal(changed, err)
			}
			u, err := s.Update(context.Background())
			if err == nil {
				err = errors.Join(u.Write(context.Background()), u.Diagnostics.Err())
			}
			if err != nil || len(u.Result.Stale()) != 1 {
				t.Fatal(err)
			}
			ours = append(ours, time.Since(began))
			updates(t, s) // it looks at what it has written
			began = time.Now()
			if i < 3 { // it takes long
				mode := packages.LoadSyntax | packages.NeedModule
				if pkgs, err = packages.Load(&packages.Config{Mode: mode, Dir: dir}, "."); err != nil || packages.PrintErrors(pkgs) > 0 {
					t.Fatal("the package does not load", err)
				}
				tools = append(tools, time.Since(began))
				began = time.Now()
			}
			if err := typeCheck(pkgs[0], exports); err != nil {
				t.Fatal(err)
			}
			checker = append(checker, time.Since(began))
		}
		median := func(d []time.Duration) time.Duration {
			slices.Sort(d)
			return d[len(d)/2].Round(100 * time.Microsecond)
		}
		o, p, c := median(ours), median(tools), median(checker)
		t.Logf("%-6s %-10s session %8v   go/packages %8v = %.2f   type checker %8v = %.2f",
			name, row.what, o, p, float64(o)/float64(p), c, float64(o)/float64(c))
		if limit := time.Duration(ratioLimit * float64(c)); o > limit {
			t.Errorf("%s, %s: the session takes %v, and may take %v", name, row.what, o, limit)
		}
	}
}

// typeCheck parses and checks p, with the export data of its imports.
func typeCheck(p *packages.Package, exports map[string]string) error {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, FileVersions: map[*ast.File]string{},
	}
	_, err := conf.Check(p.PkgPath, fset, files, info)
	return err
}
