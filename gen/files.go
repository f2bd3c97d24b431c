package gen

// This file puts the machines of a package into files, beside their sources or
// in a mirror of the package.

import (
	"errors"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// files returns the files of the output. The error is a diagnostic, or the error of reading
// a file.
func (g *generator) files() ([]File, error) {
	var out []File
	mirror := g.opts.Output != ""
	var called map[*load.Func]bool
	if mirror {
		called = g.called()
	}
	for src := range g.sources {
		if mirror && !g.hasAsync(src) {
			out = append(out, g.verbatim(src.Path, src.Src))
			continue
		}
		f := g.newFile(src)
		if g.declare(f, src, called); len(f.Decls) == 0 && !mirror {
			continue
		}
		path := g.target(src)
		if g.opts.Lines != "" {
			f.Lines = g.lineNames(src.Path, path)
		}
		f.Before = g.before.formatted[path]
		content, formatted, err := f.Bytes()
		if err != nil {
			return nil, internalError(err)
		}
		if mirror && g.opts.Backend == "goroutine" {
			// The places are arguments on one line, so other places move no code.
			changed, err := g.placeCopies(src, path, content)
			if err == nil && changed {
				content, formatted, err = f.Bytes()
			}
			if err != nil {
				return nil, internalError(err)
			}
		}
		out = append(out, File{Path: path, Content: content})
		g.after.formatted[path] = formatted
	}
	if err := g.verify(out); err != nil {
		if d := (diag.Diagnostic{}); errors.As(err, &d) {
			return nil, d
		}
		return nil, internalError(err)
	}
	switch {
	case mirror && g.pkg.External:
		return out, nil
	case mirror:
		return g.complete(append(out, g.external...))
	}
	return append(out, g.leftovers(out)...), nil
}

// newMachines makes a machine of every function in tests, or else of every other function, which
// must come first.
func (g *generator) newMachines(tests bool) {
	if !tests {
		g.machineOf = map[*ir.Func]*emit.Machine{}
	}
	for f, fn := range g.funcs {
		if load.IsTest(f.File.Path) != tests {
			continue
		}
		for _, t := range fn.TypeParams {
			g.scope[t.Name] = true
		}
	}
	var line func(token.Pos) int
	if g.opts.Lines != "" || g.explained {
		line = func(pos token.Pos) int { return g.pkg.Fset.PositionFor(pos, false).Line }
	}
	name := func(fn *ir.Func, outer *emit.Names) {
		layout := g.layouts[fn]
		g.machineOf[fn] = &emit.Machine{
			Fn:          layout,
			Names:       emit.NewNames(g.scope, layout, outer),
			Beside:      g.opts.Output == "",
			Tidy:        !g.opts.Baseline,
			Line:        line,
			Explained:   g.explained,
			CommentMark: g.commentMark,
			Of:          func(fn *ir.Func) *emit.Machine { return g.machineOf[fn] },
		}
	}
	for f, body := range g.all { // the names of literals derive from those of the functions
		if body.Outer == nil && load.IsTest(f.File.Path) == tests {
			name(body.Func, nil)
		}
	}
	for f, body := range g.all {
		if body.Outer != nil && load.IsTest(f.File.Path) == tests {
			name(body.Func, g.machineOf[body.Outer].Names)
		}
	}
}

// target returns the path of the file that is generated from src.
func (g *generator) target(src *load.File) string {
	if g.opts.Output != "" {
		return filepath.Join(g.opts.Output, filepath.Base(src.Path))
	}
	return load.TargetOf(src.Path)
}

// declare adds the declarations of the file generated from src to f. In a mirror, called are the
// functions that run as they are.
func (g *generator) declare(f *emit.File, src *load.File, called map[*load.Func]bool) {
	if g.opts.Output == "" {
		f.Decls = g.beside(src)
		return
	}
	f.Whole = true
	f.Doc = docText(src.Syntax.Doc)
	f.Decls = g.mirrored(src, called)
}

// newFile returns the file for src, without its declarations.
func (g *generator) newFile(src *load.File) *emit.File {
	return &emit.File{
		Pkg:    g.pkg.Name,
		Path:   g.pkg.Path,
		Source: g.sourceName(src.Path),
		Syntax: src.Syntax,
		Build:  src.BuildLine(),
		Scope:  g.scope,

		Digests: src.Digests(g.pkg.Info, g.pkg.Types),
	}
}

// internalError returns the diagnostic for err, which is a fault of the tool.
func internalError(err error) diag.Diagnostic {
	return diag.Diagnostic{Code: diag.Internal, Message: err.Error()}
}

// hasAsync reports whether something is generated from src.
func (g *generator) hasAsync(src *load.File) bool {
	return slices.ContainsFunc(g.pkg.Async, func(f *load.Func) bool { return f.File == src })
}

// leftovers returns the generated files beside the sources that are not part of out
// and must go.
func (g *generator) leftovers(out []File) (gone []File) {
next:
	for _, path := range g.pkg.Generated {
		for _, f := range out {
			if f.Path == path {
				continue next
			}
		}
		gone = append(gone, leftover(path, g.pkg.Name))
	}
	return gone
}

// machines returns the declarations that f and the literals in it become.
func (g *generator) machines(f *load.Func) (decls []emit.Decl) {
	if g.opts.Backend == "goroutine" {
		return []emit.Decl{{Reference: g.funcs[f]}}
	}
	for fn := range g.bodies[f].All {
		decls = append(decls, emit.Decl{Machine: g.machineOf[fn.Func]})
	}
	return decls
}

// beside returns the declarations of the file beside src.
func (g *generator) beside(src *load.File) (decls []emit.Decl) {
	for _, f := range g.pkg.Async {
		if f.File == src {
			decls = append(decls, g.machines(f)...)
		}
	}
	return decls
}

// lineNames returns the names of the files source and target in line directives of target. A
// relative name is that of the file as seen from the folder of target.
func (g *generator) lineNames(source, target string) *emit.LineNames {
	name := func(path string) string {
		abs, err := filepath.Abs(path)
		if err != nil {
			abs = path
		}
		if g.opts.Lines == "absolute" {
			return filepath.ToSlash(abs)
		}
		dir, err := filepath.Abs(filepath.Dir(target))
		if err != nil {
			return filepath.ToSlash(abs)
		}
		rel, err := filepath.Rel(dir, abs)
		if err != nil { // on another volume
			rel = abs
		}
		return filepath.ToSlash(rel)
	}
	return &emit.LineNames{Source: name(source), Target: name(target)}
}

// sourceName returns the name of the source for the second line of a generated file. In
// a mirror the name is the package path and the file, which are the same on every computer.
func (g *generator) sourceName(path string) string {
	if g.opts.Output == "" {
		return filepath.Base(path)
	}
	pkg := g.pkg.Path
	if g.pkg.External {
		pkg = strings.TrimSuffix(pkg, "_test")
	}
	return pkg + "/" + filepath.Base(path)
}
