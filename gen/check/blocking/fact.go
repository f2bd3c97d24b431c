package blocking

// This file follows calls from function to function, within a package and across packages.

import (
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// blocks is the fact that a function blocks its goroutine.
type blocks struct {
	Module  string // the module of the function
	Through []step // the functions that it calls, each the next
	Does    string // what the last of them does: "calls os.ReadFile"
}

func (*blocks) AFact() {}

func (b *blocks) String() string { return "blocks: " + b.in("") }

// in says what the function does, for a reader of the package with the given path.
func (b *blocks) in(path string) string {
	var text strings.Builder
	for _, s := range b.Through {
		text.WriteString("calls " + s.in(path) + ", which ")
	}
	return text.String() + b.Does
}

// A step is the name of a function.
type step struct{ Path, Package, Name string }

// stepOf returns the name of a function, or of a variable that holds one.
func stepOf(obj types.Object) step {
	name := obj.Name()
	if fn, ok := obj.(*types.Func); ok {
		name = methodName(fn)
	}
	return step{obj.Pkg().Path(), obj.Pkg().Name(), name}
}

// in returns the name as the package with the given path writes it.
func (s step) in(path string) string {
	if s.Path == path {
		return s.Name
	}
	return s.Package + "." + s.Name
}

// marked is what a function does that is marked //coroutine:blocking.
const marked = "is marked //coroutine:blocking"

// propagate returns why the functions of this package block, each in the fewest steps. all
// has the events of bodies.
func (p *pass) propagate(all map[*taskcode.Body][]event) map[types.Object]*blocks {
	p.known = make(map[types.Object]*blocks)
	for _, b := range p.code.Bodies {
		if b.Blocking && b.Callee != nil {
			p.known[b.Callee] = &blocks{Module: p.module(), Does: marked}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, b := range p.code.Bodies {
			if b.Callee == nil || b.Task || b.Blocking {
				continue
			}
			for _, e := range all[b] {
				if why := p.through(e); why != nil && (p.known[b.Callee] == nil || len(why.Through) < len(p.known[b.Callee].Through)) {
					p.known[b.Callee] = why
					changed = true
				}
			}
		}
	}
	return p.known
}

// through returns why code with the event e blocks, or nil if it does not.
func (p *pass) through(e event) *blocks {
	if e.callee == nil {
		return &blocks{Module: p.module(), Does: e.does}
	}
	why := p.why(e.callee)
	if why == nil {
		return nil
	}
	return &blocks{Module: p.module(), Through: append([]step{stepOf(e.callee)}, why.Through...), Does: why.Does}
}

// why returns why calls of obj, a function of any package or a variable of this one, block. It
// returns nil if they do not, or if obj belongs to another module.
func (p *pass) why(obj types.Object) *blocks {
	if obj.Pkg() == p.Pkg {
		return p.known[obj]
	}
	var fact blocks
	if p.module() == "" || !p.ImportObjectFact(obj, &fact) || fact.Module != p.module() {
		return nil
	}
	return &fact
}

// module returns the path of the module of this package, or "" if it is not known.
func (p *pass) module() string {
	if p.Module == nil {
		return ""
	}
	return p.Module.Path
}

// export exports the facts about the functions of this package.
func (p *pass) export() {
	for obj, why := range p.known {
		if fn, ok := obj.(*types.Func); ok {
			p.ExportObjectFact(fn, why)
		}
	}
}
