package blocking

// This file follows calls from function to function, within a package and across packages.

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// blocks is the fact that a function blocks its goroutine.
type blocks struct {
	Module  string // the module of the function
	Through []step // the functions that it calls, each the next; at most maxThrough
	Steps   int    // how many these are in all
	Does    string // what the last of them does: "calls os.ReadFile"
	Needs   []need // if it blocks only by operations on its parameters
}

// maxThrough is how many functions a message names.
const maxThrough = 6

func (*blocks) AFact() {}

func (b *blocks) String() string { return "blocks: " + b.in("") }

// in says what the function does, for a reader of the package with the given path.
func (b *blocks) in(path string) string {
	var text strings.Builder
	for _, s := range b.Through {
		text.WriteString("calls " + s.in(path) + ", which ")
	}
	switch n := b.Steps - len(b.Through); n {
	case 0:
	case 1:
		text.WriteString("calls another function, which ")
	default:
		fmt.Fprintf(&text, "calls, through %d others, a function that ", n-1)
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

// propagate finds out why the functions of this package block, each in the fewest steps.
func (p *pass) propagate() {
	p.known = make(map[types.Object]*blocks)
	steps := make(map[*taskcode.Body]int)
	var found [][]*taskcode.Body // by the number of steps
	add := func(b *taskcode.Body, n int) {
		if old, ok := steps[b]; ok && old <= n {
			return
		}
		steps[b] = n
		for len(found) <= n {
			found = append(found, nil)
		}
		found[n] = append(found[n], b)
	}
	callers := make(map[types.Object][]*taskcode.Body)
	for _, b := range p.code.Bodies {
		switch {
		case b.Callee == nil:
		case b.Blocking:
			p.known[b.Callee] = &blocks{Module: p.module(), Does: marked}
			add(b, 0)
		case !b.Task:
			for _, e := range p.all[b] {
				if e.callee != nil && e.callee.Pkg() == p.Pkg {
					callers[e.callee] = append(callers[e.callee], b)
				} else if why := p.through(e); why != nil {
					add(b, why.Steps)
				}
			}
		}
	}
	for n := 0; n < len(found); n++ {
		for _, b := range found[n] {
			if steps[b] < n {
				continue // found again, in fewer steps
			}
			if !b.Blocking {
				for _, e := range p.all[b] {
					if why := p.through(e); why != nil && why.Steps == n {
						p.known[b.Callee] = why
						break
					}
				}
			}
			for _, caller := range callers[b.Callee] {
				add(caller, n+1)
			}
		}
	}
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
	names := append([]step{stepOf(e.callee)}, why.Through...)
	return &blocks{Module: p.module(), Through: names[:min(len(names), maxThrough)], Steps: why.Steps + 1, Does: why.Does}
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
			if b := p.code.Body(fn); b != nil && !p.needsOf(b).always {
				why.Needs = p.needsOf(b).list
			}
			p.ExportObjectFact(fn, why)
		}
	}
}
