package gen

// This file tests that the digests of the generator are those that an analyzer computes: the
// generator has stubs in place of generated code, and an analyzer has the code.

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coroutinegen/coroutinegen/gen/internal/digest"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// digestPrograms returns the goldens and the programs that once broke the tool.
func digestPrograms(t *testing.T) map[string]string {
	programs := map[string]string{}
	for _, g := range goldens(t) {
		programs["golden/"+g.name] = g.file("in.go")
	}
	paths, err := filepath.Glob("../testdata/fuzz/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs", err)
	}
	for i, path := range paths {
		if !*runAll && testing.Short() && i%8 != 0 {
			continue
		}
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var files []txtar.File
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".go") {
				files = append(files, f)
			}
		}
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if len(files) == 1 && !skipNewer(t, name, string(files[0].Data)) {
			programs["fuzz/"+name] = string(files[0].Data)
		}
	}
	return programs
}

// analyzed returns the async functions of in with their digests, as an analyzer finds them in
// a package with the given generated file.
func analyzed(t *testing.T, p *load.Package, in, generated string) []digest.Func {
	t.Helper()
	fset := token.NewFileSet()
	parse := func(name, text string) *ast.File {
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	source := parse("in.go", in)
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Instances: map[*ast.Ident]types.Instance{},
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: importerFunc(p.Import), GoVersion: p.GoVersion}
	// The path is that of a package that is compiled again for its tests.
	pkg, err := conf.Check("other [other.test]", fset, []*ast.File{source, parse("in_coroutine.go", generated)}, info)
	if err != nil {
		t.Fatalf("%v in\n%s\n%s", err, in, generated)
	}
	return load.NewFile("in.go", []byte(in), source).Digests(info, pkg)
}

// withoutComments returns src without its comments, except for directives.
func withoutComments(src string) []byte {
	text := []byte(src)
	file := token.NewFileSet().AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(src), nil, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return text
		}
		if tok != token.COMMENT || strings.HasPrefix(lit, "//coroutine:") || strings.HasPrefix(lit, "//go:") {
			continue
		}
		for i := range lit {
			if at := file.Offset(pos) + i; text[at] != '\n' {
				text[at] = ' '
			}
		}
	}
}

func TestDigestsAgree(t *testing.T) {
	for name, in := range digestPrograms(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pkgs, diags := load.FromSource(map[string]string{"in.go": in})
			if len(diags) > 0 {
				t.Fatal(diags)
			}
			var texts []string
			for _, opts := range []Options{{}, {Baseline: true}, {Backend: "goroutine"}} {
				res, diags := generate(pkgs, nil, &opts)
				if len(diags) > 0 {
					t.Skip(diags) // refused
				}
				if len(res.Files) == 0 || res.Files[0].Content == nil {
					t.Skip("nothing is generated")
				}
				texts = append(texts, string(res.Files[0].Content))
			}
			now := analyzed(t, pkgs[0], in, texts[0])
			for _, text := range texts {
				for _, p := range digest.Compare("in_coroutine.go", []byte(text), now) {
					t.Errorf("%s, although nothing has changed", p.Message)
				}
			}
			plain, err := format.Source(withoutComments(in))
			if err != nil {
				t.Fatal(err)
			}
			if again := analyzed(t, pkgs[0], string(plain), texts[0]); !slices.Equal(now, again) {
				t.Errorf("the digests %v become %v without comments:\n%s", now, again, plain)
			}
		})
	}
}

// TestDigestsCoverAll demands that a digest changes with every name, literal, operator and
// statement of a function.
func TestDigestsCoverAll(t *testing.T) {
	for _, g := range goldens(t) {
		pkgs, diags := load.FromSource(map[string]string{"in.go": g.file("in.go")})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		p := pkgs[0]
		changes := 0
		for _, f := range p.Async {
			compute := func() string { return digest.Function(p.Info, p.Types, f.File.Syntax, f.Decl) }
			want := compute()
			try := func(n ast.Node, change, undo func()) {
				changes++
				if change(); compute() == want {
					t.Errorf("%s: the digest does not cover the %T", p.Fset.Position(n.Pos()), n)
				}
				undo()
			}
			ast.Inspect(f.Decl, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CommentGroup:
					return false
				case *ast.Ident:
					if _, ok := p.Info.Uses[n].(*types.PkgName); !ok {
						old := n.Name
						try(n, func() { n.Name += "x" }, func() { n.Name = old })
					}
				case *ast.BasicLit:
					old := n.Value
					try(n, func() { n.Value += "1" }, func() { n.Value = old })
				case *ast.BinaryExpr:
					old := n.Op
					try(n, func() { n.Op++ }, func() { n.Op = old })
				case *ast.AssignStmt:
					old := n.Tok
					try(n, func() { n.Tok++ }, func() { n.Tok = old })
				case *ast.CallExpr:
					old := n.Ellipsis
					try(n, func() {
						if n.Ellipsis = token.NoPos; !old.IsValid() {
							n.Ellipsis = n.Rparen
						}
					}, func() { n.Ellipsis = old })
				case *ast.BlockStmt:
					if old := n.List; len(old) > 0 {
						try(n, func() { n.List = old[1:] }, func() { n.List = old })
					}
				}
				return true
			})
			if compute() != want {
				t.Fatalf("%s: the test does not undo its changes", g.name)
			}
		}
		if changes == 0 {
			t.Errorf("%s: nothing was changed", g.name)
		}
	}
}

// The generator does not import package machine, so each of them has the version.
func TestOutputVersion(t *testing.T) {
	if machine.OldestOutput > digest.Version || machine.NewestOutput != digest.Version {
		t.Errorf("the generator writes version %d, and package machine fits %d to %d", digest.Version, machine.OldestOutput, machine.NewestOutput)
	}
}
