package gen

// This file leaves out of the files of a package what is not to be checked.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"sort"
)

// A reduced is a generated file without what is not to be checked.
type reduced struct {
	text    []byte
	syntax  *ast.File
	units   []*unit         // those there
	starts  []int           // where they begin in text
	imports map[string]bool // the names of the imports that are used, perhaps by what is not there
}

// reduce returns the generated file at path with the given units, or nil if it does not parse.
func (p *partial) reduce(g *generator, path string, units []*unit) *reduced {
	r := &reduced{text: []byte(g.after.formatted[path].Head), imports: map[string]bool{}}
	for _, u := range units {
		text := u.text
		if !p.checked[u] {
			p.now.imports[u] = p.before.imports[u]
			maps.Copy(r.imports, p.before.imports[u])
			text = u.stub
		}
		if p.needed[u] {
			r.text = append(r.text, "\n\n"...)
			r.units, r.starts = append(r.units, u), append(r.starts, len(r.text))
			r.text = append(r.text, text...)
		}
	}
	var err error
	if r.syntax, err = parser.ParseFile(g.pkg.Fset, path, r.text, parser.SkipObjectResolution); err != nil {
		return nil
	}
	return r
}

// reduceSource returns the source file f with the given units, without bodies.
func (p *partial) reduceSource(f *ast.File, units []*unit) *ast.File {
	file := *f
	file.Decls = nil
	for i, d := range f.Decls {
		if gd, ok := d.(*ast.GenDecl); p.needed[units[i]] || ok && gd.Tok == token.IMPORT {
			file.Decls = append(file.Decls, d)
		}
	}
	return withoutBodies(&file)
}

// has reports whether pos lies in r.
func (r *reduced) has(pos token.Pos) bool {
	return r.syntax.FileStart <= pos && pos <= r.syntax.FileEnd
}

// noteImport records that id uses an import, if it lies in r.
func (p *partial) noteImport(r *reduced, id *ast.Ident, obj *types.PkgName) {
	if !r.has(id.Pos()) {
		return
	}
	r.imports[obj.Name()] = true
	i := sort.SearchInts(r.starts, int(id.Pos()-r.syntax.FileStart)+1) - 1
	if i < 0 || !p.checked[r.units[i]] {
		return
	}
	u := r.units[i]
	if p.now.imports[u] == nil {
		p.now.imports[u] = map[string]bool{}
	}
	p.now.imports[u][obj.Name()] = true
}

// usesImports reports whether something uses each import of r.
func (r *reduced) usesImports(info *types.Info) bool {
	for _, spec := range r.syntax.Imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		} else if obj := info.Implicits[spec]; obj != nil {
			name = obj.Name()
		}
		if name != "_" && !r.imports[name] {
			return false
		}
	}
	return true
}
