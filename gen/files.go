package gen

// This file puts the machines of a package into files, beside their sources or
// in a mirror of the package.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/order"
)

func (g *generator) files() ([]File, error) {
	g.names = map[*ir.Func]*emit.Names{}
	for _, fn := range g.funcs {
		for _, t := range fn.TypeParams {
			g.scope[t.Name] = true
		}
	}
	for _, f := range g.pkg.Async {
		if g.opts.Backend != "goroutine" {
			g.names[g.funcs[f]] = g.scope.Name(g.funcs[f], nil)
		}
	}
	for _, fn := range g.all {
		if fn.Outer != nil {
			g.names[fn] = g.scope.Name(fn, g.names[fn.Outer])
		}
	}
	var out []File
	mirror := g.opts.Output != ""
	var called map[*load.Func]bool
	if mirror {
		called = g.called()
	}
	for _, src := range g.pkg.Files {
		f := &emit.File{
			Pkg:    g.pkg.Name,
			Path:   g.pkg.Path,
			Source: g.sourceName(src.Path),
			Syntax: src.Syntax,
			Build:  src.BuildLine(),
			Scope:  g.scope,
		}
		path := load.TargetOf(src.Path)
		if mirror {
			path = filepath.Join(g.opts.Output, filepath.Base(src.Path))
			f.Doc = docText(src.Syntax.Doc)
			f.Decls = g.mirrored(src, called)
		} else if f.Decls = g.beside(src); len(f.Decls) == 0 {
			continue
		}
		content, err := f.Bytes()
		if err != nil {
			return nil, err
		}
		out = append(out, File{Path: path, Content: content})
	}
	if mirror {
		tests, err := g.tests()
		if err != nil {
			return nil, err
		}
		out = append(out, tests...)
	}
	if err := g.verify(out); err != nil {
		return nil, err
	}
	return append(out, g.leftovers(out)...), nil
}

// leftovers returns the generated files beside the sources that have no
// reason to exist any more.
func (g *generator) leftovers(out []File) (gone []File) {
	if g.opts.Output != "" {
		return nil
	}
next:
	for _, path := range g.pkg.Generated {
		for _, f := range out {
			if f.Path == path {
				continue next
			}
		}
		gone = append(gone, File{Path: path})
	}
	return gone
}

// machines returns what f, and the literals in it, become.
func (g *generator) machines(f *load.Func) (decls []emit.Decl) {
	if g.opts.Backend == "goroutine" {
		return []emit.Decl{{Reference: g.funcs[f]}}
	}
	for fn := range g.funcs[f].All {
		decls = append(decls, emit.Decl{Machine: &emit.Machine{
			Fn:     fn,
			Names:  g.names[fn],
			Tidy:   !g.opts.Baseline,
			NameOf: func(fn *ir.Func) *emit.Names { return g.names[fn] },
		}})
	}
	return decls
}

func (g *generator) beside(src *load.File) (decls []emit.Decl) {
	for _, f := range g.pkg.Async {
		if f.File == src {
			decls = append(decls, g.machines(f)...)
		}
	}
	return decls
}

// mirrored returns every declaration of src, the async functions as what they
// become. The function itself stays only if something else calls it.
func (g *generator) mirrored(src *load.File, called map[*load.Func]bool) (decls []emit.Decl) {
	text := &order.Source{Fset: g.pkg.Fset, Pkg: g.pkg.Types, Info: g.pkg.Info, File: src.Syntax, Text: src.Src}
	async := map[*ast.FuncDecl]*load.Func{}
	for _, f := range g.pkg.Async {
		async[f.Decl] = f
	}
	for _, d := range src.Syntax.Decls {
		if gd, ok := d.(*ast.GenDecl); ok && gd.Tok == token.IMPORT {
			continue
		}
		fd, _ := d.(*ast.FuncDecl)
		f := async[fd]
		if fd != nil && f != nil {
			if g.opts.Backend == "goroutine" || called[f] {
				decls = append(decls, emit.Decl{Text: order.Text(text, d)})
			}
			decls = append(decls, g.machines(f)...)
			continue
		}
		decls = append(decls, emit.Decl{Text: order.Text(text, d)})
	}
	return decls
}

// called returns the functions that something besides themselves mentions: they
// stay in a mirror, for they can still be called as they are.
func (g *generator) called() map[*load.Func]bool {
	funcs := map[types.Object]*load.Func{}
	for _, f := range g.pkg.Async {
		funcs[f.Obj] = f
	}
	called := map[*load.Func]bool{}
	for id, obj := range g.pkg.Info.Uses {
		if fn, ok := obj.(*types.Func); ok {
			obj = fn.Origin() // of the method of an instance
		}
		if f := funcs[obj]; f != nil && (id.Pos() < f.Decl.Pos() || f.Decl.End() <= id.Pos()) {
			called[f] = true
		}
	}
	return called
}

// tests returns the test files of the package: they run on the mirror as well.
func (g *generator) tests() (out []File, err error) {
	entries, err := os.ReadDir(g.pkg.Dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		path := filepath.Join(g.pkg.Dir, e.Name())
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		header := fmt.Sprintf("// %s\n// Source: %s\n\n", emit.Header, g.sourceName(path))
		out = append(out, File{Path: filepath.Join(g.opts.Output, e.Name()), Content: append([]byte(header), text...)})
	}
	return out, nil
}

// sourceName returns how the second line of a generated file names its source:
// by package and file, which is the same on every machine.
func (g *generator) sourceName(path string) string {
	if g.opts.Output == "" {
		return filepath.Base(path)
	}
	return g.pkg.Path + "/" + filepath.Base(path)
}

// docText returns a package comment without what it tells the go command.
func docText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	var lines []string
	for _, c := range doc.List {
		if !strings.HasPrefix(c.Text, "//go:") {
			lines = append(lines, c.Text)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
