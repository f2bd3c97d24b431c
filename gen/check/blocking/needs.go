package blocking

// This file follows channels into the functions that are given them: a function that only sends
// to its parameter does not block if the channel has room.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// A need is an operation of a function on a channel that it is given.
type need struct {
	Param int
	Sends bool
}

// needs are the operations on parameters by which a function blocks. If always is set, it blocks
// by something else, too.
type needs struct {
	list   []need
	always bool
}

// needsOf returns the needs of b.
func (p *pass) needsOf(b *taskcode.Body) *needs {
	if known := p.needs[b]; known != nil {
		return known
	}
	found := &needs{always: true} // for the functions that it calls and that call it
	p.needs[b] = found
	all := &needs{always: b.Blocking}
	for _, e := range p.all[b] {
		all.add(p, b, e)
	}
	*found = *all
	return found
}

// add adds the needs of an event of b.
func (n *needs) add(p *pass, b *taskcode.Body, e event) {
	if n.always {
		return
	}
	if e.call == nil {
		n.addOp(p, b, e.channel, e.sends)
		return
	}
	of := p.needsOfCall(e)
	n.always = of.always
	for _, need := range of.list {
		if need.Param >= len(e.call.Args) {
			n.always = true
		} else if arg := e.call.Args[need.Param]; !p.has(b, arg, need.Sends) {
			n.addOp(p, b, arg, need.Sends)
		}
	}
}

// needsOfCall returns the needs of the function that e calls. There are none if it does not block.
func (p *pass) needsOfCall(e event) *needs {
	if called := p.code.Body(e.callee); called != nil {
		if called.Task {
			return new(needs) // check.Analyzer reports the call
		}
		return p.needsOf(called)
	}
	if e.callee.Pkg() == p.Pkg {
		return new(needs) // it has no body
	}
	why := p.why(e.callee)
	if why == nil {
		return new(needs)
	}
	return &needs{list: why.Needs, always: len(why.Needs) == 0}
}

// addOp adds an operation of b on the channel x.
func (n *needs) addOp(p *pass, b *taskcode.Body, x ast.Expr, sends bool) {
	v := p.code.Variable(x)
	i := slices.Index(p.params(b), v)
	if v == nil || i < 0 {
		n.always = true
	} else if op := (need{i, sends}); !slices.Contains(n.list, op) {
		n.list = append(n.list, op)
	}
}

func (p *pass) params(b *taskcode.Body) []*types.Var {
	if b.Lit != nil {
		return p.channels.params(b.Lit)
	}
	return p.channels.params(b.Decl)
}

// has reports whether b has reason to believe that an operation on the channel x does not block.
func (p *pass) has(b *taskcode.Body, x ast.Expr, sends bool) bool {
	if sends {
		return p.channels.mayHaveRoom(x)
	}
	return p.channels.ops(b).hasValue(x)
}

// isMet reports whether the call e in b gives the function that it calls, and that blocks by
// operations on its parameters only, channels for which these need not block.
func (p *pass) isMet(b *taskcode.Body, e event) bool {
	if e.call == nil {
		return false
	}
	of := p.needsOfCall(e)
	return !of.always && len(of.list) > 0 && !slices.ContainsFunc(of.list, func(n need) bool {
		return n.Param >= len(e.call.Args) || !p.has(b, e.call.Args[n.Param], n.Sends)
	})
}
