package gen

// This file type-checks the output of a session. A declaration that was found to compile still
// does if its text is the same, and so is everything that the names in it mean, and the names
// there. So what is checked is what has changed, with the declarations that it mentions, and
// those that these mention. Bodies of functions that have not changed are endless loops there.
//
// Five errors concern more than that. An import that nothing uses: it is known what else uses it.
// An import with the name of a declaration: if imports have changed, all declarations are there. A
// test that takes a name: so it is in a package with tests. An initialization cycle: it leads
// through a variable, and none may mention a generated function. Instances without end: what has
// type parameters is always checked.
//
// If anything is not certain, or wrong, all of the output is checked as in a run that keeps
// nothing, which also says what is wrong.

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/inputs"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// A verified is output that compiles.
type verified struct {
	outside inputs.Sum                  // of the rest of the world: see load.Package
	means   map[string]inputs.Sum       // what the package declares, by name
	heads   map[string]inputs.Sum       // of the files, by path
	units   map[string]map[string]*unit // of the generated files, by path and text
	imports map[*unit]map[string]bool   // the names of the imports that a unit uses
}

func newVerified(outside inputs.Sum) *verified {
	return &verified{outside, map[string]inputs.Sum{}, map[string]inputs.Sum{}, map[string]map[string]*unit{}, map[*unit]map[string]bool{}}
}

// A partial is the part of a package that is type-checked.
type partial struct {
	now, before *verified
	outputs     [][]*unit // the units of the generated files
	sources     [][]*unit // and of the source files
	checked     map[*unit]bool
	needed      map[*unit]bool
	whole       bool // all units are needed
	generic     bool // a generated unit has type parameters
}

// all calls yield for all units.
func (p *partial) all(yield func(*unit) bool) {
	for _, list := range slices.Concat(p.outputs, p.sources) {
		for _, u := range list {
			if !yield(u) {
				return
			}
		}
	}
}

// verifyChanges is like verify. It returns false if it is not certain.
func (g *generator) verifyChanges(files []File) bool {
	if g.pkg.Outside == (inputs.Sum{}) || g.opts.Output != "" || g.compiled != nil {
		return false
	}
	p := &partial{before: g.before.verified, now: newVerified(g.pkg.Outside), checked: map[*unit]bool{}, needed: map[*unit]bool{}}
	if p.before == nil || p.before.outside != g.pkg.Outside {
		p.before = newVerified(g.pkg.Outside)
	}
	if !p.split(g, files) || !p.define() {
		return false
	}
	p.choose()
	var shown []*reduced
	var syntax []*ast.File
	content := map[string][]byte{}
	for i, f := range files {
		r := p.reduce(g, f.Path, p.outputs[i])
		if r == nil {
			return false
		}
		shown, syntax = append(shown, r), append(syntax, r.syntax)
		content[f.Path] = r.text
	}
	if g.takenByTests(files, syntax) != nil {
		return false
	}
	for i, src := range g.pkg.Files {
		syntax = append(syntax, p.reduceSource(src.Syntax, p.sources[i]))
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}}
	certain := true
	g.checkOutput(syntax, info, false, func(err types.Error) {
		ours := slices.ContainsFunc(shown, func(r *reduced) bool { return r.has(err.Pos) })
		// After any error, the type checker does not look for instances without end.
		certain = certain && !ours && !p.generic && g.written(err.Pos).Filename != ""
	})
	if !certain || g.leftover(info, content) != nil {
		return false
	}
	for id, obj := range info.Uses {
		if obj, ok := obj.(*types.PkgName); ok {
			for _, r := range shown {
				p.noteImport(r, id, obj)
			}
		}
	}
	if slices.ContainsFunc(shown, func(r *reduced) bool { return !r.usesImports(info) }) {
		return false
	}
	g.after.verified = p.now
	return true
}

// split finds the units of the package. It returns false if a generated file cannot be split.
func (p *partial) split(g *generator, files []File) bool {
	for _, f := range files {
		by := g.after.formatted[f.Path]
		if by == nil {
			return false
		}
		head, units := inputs.SumOf([]byte(by.Head)), map[string]*unit{}
		var list []*unit
		for _, text := range by.Pieces {
			u := p.before.units[f.Path][text]
			if u == nil || p.before.heads[f.Path] != head {
				if u = outputUnit(text, head); u == nil {
					return false
				}
				p.checked[u] = true
			}
			units[text] = u
			list = append(list, u)
		}
		p.now.units[f.Path], p.now.heads[f.Path] = units, head
		p.outputs = append(p.outputs, list)
	}
	for _, src := range g.pkg.Files {
		units, head := sourceUnits(src)
		p.sources = append(p.sources, units)
		p.now.heads[src.Path] = head
		p.whole = p.whole || load.IsTest(src.Path)
	}
	p.whole = p.whole || !maps.Equal(p.now.heads, p.before.heads)
	return true
}

// define finds out what the names mean now. It returns false if a variable mentions a generated
// function.
func (p *partial) define() bool {
	funcs := map[string]bool{}
	for _, list := range p.outputs {
		for _, u := range list {
			for _, name := range u.funcs {
				funcs[name] = true
			}
		}
	}
	for u := range p.all {
		if u.variable && slices.ContainsFunc(u.mentions, func(name string) bool { return funcs[name] }) {
			return false
		}
		for _, name := range u.names {
			sum := p.now.means[name]
			p.now.means[name] = inputs.SumOf(append(sum[:], u.sum[:]...))
		}
	}
	return true
}

// choose chooses the units to check, and those that are needed for that.
func (p *partial) choose() {
	stale := reach{names: map[string]bool{}}
	for name, sum := range p.now.means {
		if p.before.means[name] != sum {
			stale.add(name)
		}
	}
	for name := range p.before.means {
		if _, still := p.now.means[name]; !still {
			stale.add(name)
		}
	}
	stale.close(p.all, func(u *unit) (from, to []string) { return u.mentions, u.names })
	for _, list := range p.outputs {
		for _, u := range list {
			p.generic = p.generic || u.generic
			if u.generic || slices.ContainsFunc(u.inBodies, func(name string) bool { return stale.names[name] }) {
				p.checked[u] = true
			}
		}
	}
	needed := reach{names: map[string]bool{}}
	for u := range p.all {
		if p.checked[u] {
			needed.add(u.inBodies...)
		}
	}
	needed.close(p.all, func(u *unit) (from, to []string) { return u.names, slices.Concat(u.names, u.mentions) })
	for u := range p.all {
		p.needed[u] = p.whole || p.checked[u] || slices.ContainsFunc(u.names, func(name string) bool { return needed.names[name] })
	}
}

// A reach is a set of names that grows.
type reach struct {
	names map[string]bool
	todo  []string // names to which nothing was added yet
}

func (r *reach) add(names ...string) {
	for _, name := range names {
		if !r.names[name] && name != "_" {
			r.names[name] = true
			r.todo = append(r.todo, name)
		}
	}
}

// close adds the names to that each unit has if it has a name from that is in r.
func (r *reach) close(units func(func(*unit) bool), leads func(*unit) (from, to []string)) {
	if len(r.todo) == 0 {
		return
	}
	at := map[string][]*unit{}
	for u := range units {
		from, _ := leads(u)
		for _, name := range from {
			at[name] = append(at[name], u)
		}
	}
	done := map[*unit]bool{}
	for len(r.todo) > 0 {
		name := r.todo[len(r.todo)-1]
		r.todo = r.todo[:len(r.todo)-1]
		for _, u := range at[name] {
			if !done[u] {
				done[u] = true
				_, to := leads(u)
				r.add(to...)
			}
		}
	}
}
