package gen

// This file type-checks the output before it is returned. A machine that does not compile
// is a bug of this tool, and is reported as such.

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// stubErrors reports type errors in the stubs of p, the declarations that stand in for the
// code to generate. If the source is right, they are a fault of this tool.
func stubErrors(p *load.Package) (diags diag.List) {
	for _, err := range p.StubErrors {
		diags.Add(diag.Diagnostic{
			Pos:     p.Fset.Position(err.Pos),
			Code:    diag.Internal,
			Message: "internal error: the stubs for the code to generate do not compile; please report this with its source: " + err.Msg,
		})
	}
	return diags
}

// verify type-checks files together with the rest of the package. The error is a diagnostic if a
// test is to blame.
func (g *generator) verify(files []File) error {
	if g.verifyChanges(files) {
		return nil
	}
	return g.verifyAll(files)
}

// verifyAll is verify for a run that knows nothing.
func (g *generator) verifyAll(files []File) error {
	var syntax []*ast.File
	content := map[string][]byte{}
	for _, f := range files {
		s, err := parser.ParseFile(g.pkg.Fset, f.Path, f.Content, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("internal error: the generated code does not parse: %w\n%s", err, emit.Numbered(f.Content, 0))
		}
		syntax = append(syntax, s)
		content[f.Path] = f.Content
	}
	if err := g.takenByTests(files, syntax); err != nil {
		return err
	}
	if g.opts.Output == "" {
		for _, src := range g.pkg.Files {
			syntax = append(syntax, withoutBodies(src.Syntax))
		}
	}
	var first *types.Error
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	if g.compiled != nil {
		info.Defs = map[*ast.Ident]types.Object{}
	}
	g.checkOutput(syntax, info, true, func(err types.Error) {
		// The user's files have been checked already, bodies and all.
		if first == nil && content[g.written(err.Pos).Filename] != nil {
			first = &err
		}
	})
	for id, obj := range info.Defs {
		if t, ok := obj.(*types.TypeName); ok && content[g.written(id.Pos()).Filename] != nil {
			g.compiled[id.Name] = t
		}
	}
	if first == nil {
		return g.leftover(info, content)
	}
	at := g.written(first.Pos)
	return fmt.Errorf("internal error: the generated code does not compile; please report this with its source: %s: %s\n%s",
		at, first.Msg, emit.Numbered(content[at.Filename], at.Line))
}

// checkOutput type-checks syntax, the package with its generated files. imports says whether it
// reports imports that nothing uses.
func (g *generator) checkOutput(syntax []*ast.File, info *types.Info, imports bool, report func(types.Error)) {
	conf := types.Config{
		Importer:  importerFunc(g.pkg.Import),
		GoVersion: g.pkg.GoVersion,
		FakeImportC: slices.ContainsFunc(syntax, func(f *ast.File) bool {
			return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
		}),
		Sizes:                    g.pkg.Sizes,
		DisableUnusedImportCheck: !imports,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				report(e)
			}
		},
	}
	_, _ = conf.Check(g.pkg.Path, g.pkg.Fset, syntax, info) // every error was reported
}

// written returns the position of pos, without regard to line directives of the user.
func (g *generator) written(pos token.Pos) token.Position { return g.pkg.Fset.PositionFor(pos, false) }

// withoutBodies returns f with an endless loop as the body of every function.
func withoutBodies(f *ast.File) *ast.File {
	file := *f
	file.Decls = slices.Clone(f.Decls)
	for i, d := range file.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Body != nil {
			decl := *fd
			decl.Body = &ast.BlockStmt{Lbrace: fd.Body.Lbrace, Rbrace: fd.Body.Rbrace, List: []ast.Stmt{
				&ast.ForStmt{For: fd.Body.Lbrace, Body: &ast.BlockStmt{}}, // needs no return after it
			}}
			file.Decls[i] = &decl
		}
	}
	return &file
}

// leftover returns an error if an await is left in the generated code. That await would
// block the loop.
func (g *generator) leftover(info *types.Info, content map[string][]byte) error {
	if g.opts.Output != "" || g.opts.Backend == "goroutine" {
		return nil
	}
	var first *ast.Ident
	for id, obj := range info.Uses {
		if marker.IsAwaitFunc(obj) && content[g.written(id.Pos()).Filename] != nil && (first == nil || id.Pos() < first.Pos()) {
			first = id
		}
	}
	if first != nil {
		at := g.written(first.Pos())
		return fmt.Errorf("internal error: an await was left in the generated code; please report this with its source: %s\n%s",
			at, emit.Numbered(content[at.Filename], at.Line))
	}
	return nil
}

// An importerFunc is a types.Importer.
type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }
