package fuzzgen

// This file cuts sources into small programs, of which mutants are made.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// Cut returns a program for each async function of src. The program has the function and
// the declarations that the function needs, so that checking and generating are fast.
func Cut(src string) (programs []string) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "in.go", src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil
	}
	decls := map[string][]ast.Decl{} // by the name that they declare; methods by the name of their type, too
	add := func(name string, d ast.Decl) { decls[name] = append(decls[name], d) }
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name.Name, d)
				continue
			}
			ast.Inspect(d.Recv, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					add(id.Name, d)
				}
				return true
			})
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name.Name, d)
				case *ast.ValueSpec:
					for _, id := range s.Names {
						add(id.Name, d)
					}
				}
			}
		}
	}
	for _, d := range file.Decls {
		if fd, ok := d.(*ast.FuncDecl); ok && IsAsync(fd) {
			programs = append(programs, cutOne(fset, file, src, fd, decls))
		}
	}
	return programs
}

// IsAsync reports whether a directive marks fd.
func IsAsync(fd *ast.FuncDecl) bool {
	if fd.Doc == nil {
		return false
	}
	for _, c := range fd.Doc.List {
		if c.Text == "//coroutine:async" {
			return true
		}
	}
	return false
}

// cutOne returns fd and the part of file that fd needs, fd first.
func cutOne(fset *token.FileSet, file *ast.File, src string, fd *ast.FuncDecl, decls map[string][]ast.Decl) string {
	need, used := map[ast.Decl]bool{}, map[string]bool{}
	var visit func(d ast.Decl)
	visit = func(d ast.Decl) {
		if need[d] {
			return
		}
		need[d] = true
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				used[id.Name] = true
				for _, name := range []string{id.Name, strings.TrimSuffix(id.Name, "Async")} {
					for _, d := range decls[name] {
						visit(d)
					}
				}
			}
			return true
		})
	}
	visit(fd)
	text := func(from, to token.Pos) string { return src[fset.Position(from).Offset:fset.Position(to).Offset] }
	var b strings.Builder
	b.WriteString("package " + file.Name.Name + "\n\nimport (\n")
	for _, s := range file.Imports {
		path, _ := strconv.Unquote(s.Path.Value)
		name := path[strings.LastIndex(path, "/")+1:]
		if s.Name != nil {
			name = s.Name.Name
		}
		if used[name] || name == "." || name == "_" {
			b.WriteString("\t" + text(s.Pos(), s.End()) + "\n")
		}
	}
	b.WriteString(")\n")
	write := func(d ast.Decl) {
		from := d.Pos()
		if fd, ok := d.(*ast.FuncDecl); ok && fd.Doc != nil {
			from = fd.Doc.Pos()
		}
		b.WriteString("\n" + text(from, d.End()) + "\n")
	}
	write(fd)
	for _, d := range file.Decls {
		if need[d] && d != ast.Decl(fd) {
			write(d)
		}
	}
	return b.String()
}
