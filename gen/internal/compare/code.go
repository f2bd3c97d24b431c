package compare

// This file finds the declarations of frames, and counts their lines.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// code is the source of the packages that declare frames.
type code struct {
	fset  *token.FileSet
	types map[typeName]*declared
	notes []string
	text  map[string]lineSet // by file, the lines with code
}

type typeName struct{ pkg, name string }

// declared is the type of a frame.
type declared struct {
	pkg  *packages.Package
	obj  types.Object
	file string // base name
	line int
}

// loadCode loads the packages that declare the frames of compared.
func loadCode(ctx context.Context, dir string, compared []recording.Comparison) (*code, error) {
	wanted := make(map[typeName]bool)
	var paths []string
	for _, c := range compared {
		for _, v := range c.Versions {
			for _, l := range v.Frames {
				wanted[typeName{l.Package, l.Type}] = true
				paths = append(paths, strings.TrimSuffix(l.Package, "_test"))
			}
		}
	}
	c := &code{fset: token.NewFileSet(), types: make(map[typeName]*declared), text: make(map[string]lineSet)}
	if len(paths) == 0 {
		return c, nil
	}
	slices.Sort(paths)
	pkgs, err := packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Fset: c.fset, Tests: true,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps,
	}, slices.Compact(paths)...)
	if err != nil {
		return nil, errors.Join(context.Cause(ctx), err)
	}
	// The variant of a package that is compiled with its tests has more files, and more types.
	slices.SortStableFunc(pkgs, func(a, b *packages.Package) int { return cmp.Compare(len(b.Syntax), len(a.Syntax)) })
	for _, p := range pkgs {
		if p.Types == nil {
			continue
		}
		for w := range wanted {
			if w.pkg != p.PkgPath || c.types[w] != nil {
				continue
			}
			if obj := p.Types.Scope().Lookup(w.name); obj != nil {
				pos := c.fset.PositionFor(obj.Pos(), false)
				c.types[w] = &declared{pkg: p, obj: obj, file: filepath.Base(pos.Filename), line: pos.Line}
			}
		}
	}
	for w := range wanted {
		if c.types[w] == nil {
			c.notes = append(c.notes, fmt.Sprintf("the declaration of %s.%s is not found: its lines are not counted", w.pkg, w.name))
		}
	}
	slices.Sort(c.notes)
	return c, nil
}

// A lineSet is lines of files.
type lineSet map[filePosition]bool

type filePosition struct {
	file string
	line int
}

func (s lineSet) add(other lineSet) {
	for l := range other {
		s[l] = true
	}
}

// lines returns the lines of code that belong to the frame d: its type, its methods, the functions
// that make one, and the unexported constants, types and variables that these mention. Types with
// a method Poll are other frames, or operations. Blank lines and comments do not count.
func (c *code) lines(d *declared) lineSet {
	lines := make(lineSet)
	seen := make(map[ast.Node]bool)
	var include func(node, mentions ast.Node)
	byObject := declarations(d.pkg)
	include = func(node, mentions ast.Node) {
		if seen[node] {
			return
		}
		seen[node] = true
		lines.add(c.between(node.Pos(), node.End()))
		ast.Inspect(mentions, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if decl := byObject[d.pkg.TypesInfo.Uses[id]]; decl != nil && !id.IsExported() {
					include(decl, decl)
				}
			}
			return true
		})
	}
	for _, file := range d.pkg.Syntax {
		if name := c.fset.File(file.Pos()).Name(); strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(d.file, "_test.go") {
			continue // it tests the frame
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if spec, ok := spec.(*ast.TypeSpec); ok && d.pkg.TypesInfo.Defs[spec.Name] == d.obj {
						include(outer(decl, spec), spec)
					}
				}
			case *ast.FuncDecl:
				if decl.Recv != nil && receiver(d.pkg.TypesInfo, decl) == d.obj || makes(d.pkg.TypesInfo, decl, d.obj) {
					include(decl, decl)
				}
			}
		}
	}
	return lines
}

// declarations returns the declaration of each constant, variable and type of p that is neither a
// frame nor an operation.
func declarations(p *packages.Package) map[types.Object]ast.Node {
	found := make(map[types.Object]ast.Node)
	for _, file := range p.Syntax {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						found[p.TypesInfo.Defs[name]] = outer(decl, spec)
					}
				case *ast.TypeSpec:
					if obj := p.TypesInfo.Defs[spec.Name]; obj != nil && !polls(obj) {
						found[obj] = outer(decl, spec)
					}
				}
			}
		}
	}
	delete(found, nil)
	return found
}

// outer returns what is counted for spec: its declaration, if that stands for spec alone or is a
// list of constants, which belong together.
func outer(decl *ast.GenDecl, spec ast.Spec) ast.Node {
	if len(decl.Specs) == 1 || decl.Tok == token.CONST {
		return decl
	}
	return spec
}

// polls reports whether a pointer to the type obj has the method Poll.
func polls(obj types.Object) bool {
	m, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), false, obj.Pkg(), "Poll")
	return m != nil
}

// receiver returns the type of which decl is a method, or nil.
func receiver(info *types.Info, decl *ast.FuncDecl) types.Object {
	if decl.Recv == nil {
		return nil
	}
	fn, ok := info.Defs[decl.Name].(*types.Func)
	if !ok {
		return nil
	}
	return named(fn.Signature().Recv().Type())
}

// named returns the type t, or the one that t points to.
func named(t types.Type) types.Object {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj()
	}
	return nil
}

// makes reports whether decl contains a literal of the type obj. A method of another frame that
// does is a part of that frame.
func makes(info *types.Info, decl *ast.FuncDecl, obj types.Object) bool {
	if r := receiver(info, decl); decl.Body == nil || r != nil && polls(r) {
		return false
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if literal, ok := n.(*ast.CompositeLit); ok && named(info.TypeOf(literal)) == obj {
			found = true
		}
		return !found
	})
	return found
}

// between returns the lines with code from pos to end.
func (c *code) between(pos, end token.Pos) lineSet {
	file := c.fset.File(pos)
	name := file.Name()
	if c.text[name] == nil {
		c.text[name] = codeLines(name)
	}
	lines := make(lineSet)
	last := file.PositionFor(end-1, false).Line // without line directives
	for line := file.PositionFor(pos, false).Line; line <= last; line++ {
		if at := (filePosition{name, line}); c.text[name][at] {
			lines[at] = true
		}
	}
	return lines
}

// codeLines returns the lines of a file on which something else than a comment stands.
func codeLines(name string) lineSet {
	lines := make(lineSet)
	src, err := os.ReadFile(name)
	if err != nil {
		return lines
	}
	file := token.NewFileSet().AddFile(name, -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, nil, 0)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			return lines
		}
		if tok == token.SEMICOLON && literal == "\n" {
			continue
		}
		first := file.PositionFor(pos, false).Line
		for line := first; line <= first+strings.Count(literal, "\n"); line++ {
			lines[filePosition{name, line}] = true
		}
	}
}
