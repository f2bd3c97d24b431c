package gen

// This file type-checks the output before anybody sees it: a machine that does
// not compile is a bug of this tool, and is reported as one.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
)

// verify type-checks files together with the rest of the package.
func (g *generator) verify(files []File) error {
	var syntax []*ast.File
	content := map[string][]byte{}
	for _, f := range files {
		if strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		s, err := parser.ParseFile(g.pkg.Fset, f.Path, f.Content, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("internal error: the generated code does not parse: %w\n%s", err, numbered(f.Content, 0))
		}
		syntax = append(syntax, s)
		content[f.Path] = f.Content
	}
	if g.opts.Output == "" {
		for _, src := range g.pkg.Files {
			syntax = append(syntax, src.Syntax)
		}
	}
	var first *types.Error
	conf := types.Config{
		Importer:  g.importer(),
		GoVersion: g.pkg.GoVersion,
		Sizes:     g.pkg.Sizes,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok && first == nil {
				first = &e
			}
		},
	}
	conf.Check(g.pkg.Path, g.pkg.Fset, syntax, nil)
	if first == nil {
		return nil
	}
	at := g.pkg.Fset.Position(first.Pos)
	return fmt.Errorf("internal error: the generated code does not compile; please report this with its source: %s: %s\n%s",
		at, first.Msg, numbered(content[at.Filename], at.Line))
}

// numbered returns source with line numbers, the line at marked; only what
// surrounds it if at is known.
var numberedAll bool

func numbered(source []byte, at int) string {
	var b strings.Builder
	for i, line := range strings.Split(string(source), "\n") {
		n := i + 1
		if !numberedAll && at > 0 && (n < at-20 || n > at+10) {
			continue
		}
		mark := ' '
		if n == at {
			mark = '>'
		}
		fmt.Fprintf(&b, "%c%5d  %s\n", mark, n, line)
	}
	return b.String()
}

type importer map[string]*types.Package

func (m importer) Import(path string) (*types.Package, error) {
	if p := m[path]; p != nil {
		return p, nil
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	return nil, fmt.Errorf("package %s was not loaded", path)
}

// importer returns the packages that the output may import: those of the
// source, rt, and the one function of unicode/utf8 that a range over a string
// becomes.
func (g *generator) importer() importer {
	m := importer{}
	var add func(p *types.Package)
	add = func(p *types.Package) {
		if m[p.Path()] != nil {
			return
		}
		m[p.Path()] = p
		for _, q := range p.Imports() {
			if !m.has(q) {
				add(q)
			}
		}
	}
	for _, f := range g.pkg.Async {
		if f.Stub != nil {
			if n, ok := types.Unalias(f.Stub.Signature().Results().At(0).Type()).(*types.Named); ok {
				add(n.Obj().Pkg())
			}
		}
	}
	for _, p := range g.pkg.Types.Imports() {
		m[p.Path()] = p
		add(p)
	}
	if p := m["unicode/utf8"]; p == nil || !p.Complete() || p.Name() == "" {
		p := types.NewPackage("unicode/utf8", "utf8")
		param := func(t types.Type) *types.Var { return types.NewParam(token.NoPos, p, "", t) }
		p.Scope().Insert(types.NewFunc(token.NoPos, p, "DecodeRuneInString", types.NewSignatureType(nil, nil, nil,
			types.NewTuple(param(types.Typ[types.String])),
			types.NewTuple(param(types.Typ[types.Rune]), param(types.Typ[types.Int])), false)))
		p.MarkComplete()
		m["unicode/utf8"] = p
	}
	return m
}

func (m importer) has(p *types.Package) bool { return m[p.Path()] != nil }
