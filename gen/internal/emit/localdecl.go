package emit

// This file writes the types and constants of a body that stay in a block of Poll.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// localDecls writes the declarations that b mentions and does not contain.
func (p *printer) localDecls(b *ir.Block) {
	for _, l := range p.declared[b] {
		if !b.Holds(l) {
			p.localDecl(l)
		}
	}
}

// localDecl writes the declaration l. If a name of l has another meaning in the current scope,
// l stands in inner braces, up to the end of that scope.
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

// deferredDecls writes the declarations that the deferred calls mention and that cannot stand
// at package level.
func (p *printer) deferredDecls() {
	for _, l := range p.Fn.Types {
		if l.Fixed && slices.ContainsFunc(p.Fn.Defers, func(d *ir.Defer) bool { return d.Call.MentionsDecl(l) }) {
			p.plain(l.Code)
			p.text("\n\n")
		}
	}
}
