package emit

// This file writes the types and constants of a body that stay in a block.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// localDecls declares what b mentions but does not hold the declaration of.
func (p *printer) localDecls(b *ir.Block) {
	for _, l := range p.declared[b] {
		if !b.Holds(l) {
			p.localDecl(l)
		}
	}
}

// localDecl declares l; in braces of its own, up to the end of the current ones,
// if a name of it has another meaning there.
func (p *printer) localDecl(l *ir.LocalDecl) {
	if slices.ContainsFunc(l.Names, func(name string) bool { return p.top().names[name] }) {
		p.line("{")
		p.top().braces++
		for _, name := range l.Names {
			delete(p.top().names, name)
		}
	}
	p.plain(l.Code)
	p.text("\n")
	for _, name := range l.Names {
		p.declare(name)
	}
}

// deferredDecls declares what the deferred calls mention and cannot stand at package level.
func (p *printer) deferredDecls() {
	for _, l := range p.Fn.Types {
		if l.Fixed && slices.ContainsFunc(p.Fn.Defers, func(d *ir.Defer) bool { return d.Call.MentionsLocal(l) }) {
			p.plain(l.Code)
			p.text("\n\n")
		}
	}
}
