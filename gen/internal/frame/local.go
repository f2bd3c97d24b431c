package frame

// This file decides where the types and constants of a body are declared: in the
// block that mentions them, at the head of Poll or, because the frame or another
// method needs them, at package level.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// locals places the types and constants that the body declares, the last one
// first, for each may mention those before it.
func (p *placer) locals() {
	for _, l := range slices.Backward(p.fn.Types) {
		p.local(l)
	}
}

func (p *placer) local(l *ir.LocalDecl) {
	fn := p.fn
	l.Place, l.Blocks = ir.AtPackage, map[*ir.Block]bool{}
	outside, head := l.Outside, false
	for _, x := range fn.Fields {
		outside = outside || fn.TypeArgCode(x.TypeArgs).MentionsLocal(l) || x.TypeCode.MentionsLocal(l) ||
			x.Type != nil && fn.TypeCode(x.Type).MentionsLocal(l) || x.Dynamic != nil && fn.TypeCode(x.Dynamic).MentionsLocal(l)
	}
	for _, x := range fn.EntryFields {
		outside = outside || fn.TypeCode(x.Type).MentionsLocal(l)
	}
	for _, d := range fn.Defers {
		outside = outside || d.Call.MentionsLocal(l)
	}
	for _, v := range fn.Vars {
		if v.Home == ir.Hoisted {
			head = head || v.TypeCode.MentionsLocal(l) || v.Type != nil && fn.TypeCode(v.Type).MentionsLocal(l)
		}
	}
	for _, b := range fn.Blocks {
		b.Codes(func(c ir.Code) {
			if c.MentionsLocal(l) {
				l.Blocks[b] = true
			}
		})
		ir.Mentions(fn, b, func(v *ir.Var, _ bool) {
			if v.Home == ir.Inner && v.Type != nil && fn.TypeCode(v.Type).MentionsLocal(l) {
				l.Blocks[b] = true
			}
		})
	}
	for _, m := range fn.Types {
		if m == l || !m.Code.MentionsLocal(l) {
			continue
		}
		switch m.Place {
		case ir.AtPackage:
			outside = true
		case ir.AtHead:
			head = true
			outside = outside || m.Fixed && len(fn.Defers) > 0
		default:
			for b := range m.Blocks {
				l.Blocks[b] = true
			}
		}
	}
	mentioned := len(l.Blocks) > 0 || head
	var blocks []*ir.Block
	for _, b := range fn.Blocks {
		if !mentioned && b.Holds(l) {
			l.Blocks[b] = true // it is printed where it stands
		}
		if l.Blocks[b] {
			blocks = append(blocks, b)
		}
	}
	switch {
	case l.Fixed:
		l.Place = ir.AtHead
	case outside:
	case !mentioned && p.taken(l, blocks, true):
		l.Place = ir.Nowhere
	case len(blocks) <= 1 && !head && !p.taken(l, blocks, true):
		l.Place = ir.InBlocks
	case fn.Parts > 0 && !l.Copies: // each part would have a type of its own
	case !p.taken(l, fn.Blocks, false):
		l.Place = ir.AtHead
	case l.Copies && !head && !p.taken(l, blocks, true):
		l.Place = ir.InBlocks
	case l.Rename != nil:
		l.Place = ir.AtHead
		l.Renamed = true
	}
	p.logf("%s: %v: declared %s", fn.Name, l.Names, l.Place)
}

// Share moves to package level what several functions mention: a literal that is a
// function of its own, and the function that it stands in.
func Share(fns []*ir.Func) {
	for changed := true; changed; {
		changed = false
		move := func(l *ir.LocalDecl) {
			if l.Place != ir.AtPackage && !l.Fixed {
				l.Place, l.Renamed, changed = ir.AtPackage, false, true
			}
		}
		for _, fn := range fns {
			if len(fn.Locals) == 0 {
				continue
			}
			fn.Codes(func(c ir.Code) {
				c.Locals(func(l *ir.LocalDecl) {
					if !slices.Contains(fn.Types, l) {
						move(l)
					}
				})
			})
			for _, l := range fn.Types {
				if l.Place == ir.AtPackage {
					l.Code.Locals(move)
				}
			}
		}
	}
}

// taken reports whether a name of l means something else in the blocks, if each
// declares it, or at the head of Poll.
func (p *placer) taken(l *ir.LocalDecl, blocks []*ir.Block, inBlocks bool) (found bool) {
	check := func(c ir.Code) {
		found = found || c.Says(l.Names)
		for _, x := range c {
			switch x := x.(type) {
			case *ir.Name:
				found = found || x.Decl != l && x.Decl.Place != ir.InBlocks && slices.Contains(l.Names, x.Text)
			case *ir.Qual:
				found = found || slices.Contains(l.Names, x.Pkg)
			}
		}
	}
	for _, name := range l.Names {
		found = found || ir.Words[name]
	}
	for _, v := range p.fn.Results {
		check(p.fn.TypeCode(v.Type))
	}
	for _, b := range blocks {
		s := scan{fn: p.fn, decl: l, check: check, after: !inBlocks || !b.Holds(l)}
		s.seq(&b.Seq)
	}
	return found
}

// A scan looks at the code that stands behind a declaration.
type scan struct {
	fn    *ir.Func
	decl  *ir.LocalDecl
	after bool
	check func(ir.Code)
}

func (s *scan) code(c ir.Code) {
	if s.after {
		s.check(c)
	}
}

func (s *scan) seq(q *ir.Seq) {
	for _, n := range q.Nodes {
		switch n := n.(type) {
		case *ir.Plain:
			if n.Decl == nil {
				s.code(n.Code)
			} else if n.Decl != s.decl {
				// Its own names are declared, and not mentioned.
				for _, x := range n.Code {
					if name, ok := x.(*ir.Name); !ok || name.Decl != n.Decl {
						s.code(ir.Code{x})
					}
				}
			}
			s.after = s.after || n.Decl == s.decl
		case *ir.Guard:
			s.code(n.Cond)
			s.seq(&n.Then)
		case *ir.Dispatch:
			s.code(n.Head)
			for _, c := range n.Clauses {
				s.code(c.Case)
				s.seq(&c.Seq)
			}
		default:
			one := &ir.Block{Seq: ir.Seq{Nodes: []ir.Node{n}}}
			one.Codes(s.code)
			s.types(n)
		}
	}
	if q.Exit != nil && q.Exit.Return != nil {
		for _, r := range q.Exit.Return.Results {
			s.code(r)
		}
	}
}

// types looks at the types that the machine writes for n.
func (s *scan) types(n ir.Node) {
	switch n := n.(type) {
	case *ir.Define:
		for _, d := range n.Vars {
			if n.Rhs == nil && d.Var != nil && d.Var.Type != nil {
				s.code(s.fn.TypeCode(d.Var.Type))
			}
		}
	case *ir.Arm:
		if n.Await.Callee != nil {
			for _, v := range n.Await.Callee.Params {
				s.code(s.fn.CalleeCode(n.Await, v.Type))
			}
		}
	}
}
