package frame

// This file decides where the types and constants of a body are declared: in the block
// that mentions them, at the head of Poll, or at package level, if the frame or another
// method needs them.

import (
	"fmt"
	"go/types"
	"maps"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// placeDecls places the types and constants that the body declares. It begins with the last,
// because each may mention those before it.
func (p *placer) placeDecls() {
	if len(p.fn.Types) == 0 {
		return
	}
	w := p.declUses()
	for _, l := range slices.Backward(p.fn.Types) {
		p.placeDecl(l, w)
		w.placed(p.fn.Body, l)
	}
}

// A declUses knows which parts of a machine need the types and constants of a body.
type declUses struct {
	outside, head map[*ir.LocalDecl]bool        // code outside Poll needs it; code at the head of Poll
	hoisted       map[*ir.LocalDecl]bool        // a hoisted variable needs it
	blocks        map[*ir.LocalDecl][]*ir.Block // the blocks that mention it
	holds         map[*ir.LocalDecl][]*ir.Block // the blocks that declare it
	order         map[*ir.Block]int
}

func (p *placer) declUses() *declUses {
	fn := p.fn
	w := &declUses{
		outside: map[*ir.LocalDecl]bool{}, head: map[*ir.LocalDecl]bool{}, hoisted: map[*ir.LocalDecl]bool{},
		blocks: map[*ir.LocalDecl][]*ir.Block{}, holds: map[*ir.LocalDecl][]*ir.Block{},
		order: map[*ir.Block]int{},
	}
	note := func(set map[*ir.LocalDecl]bool, codes ...ir.Code) {
		for _, c := range codes {
			c.LocalDecls(func(l *ir.LocalDecl) { set[l] = true })
		}
	}
	typeCode := func(t types.Type) ir.Code {
		if t == nil {
			return nil
		}
		return fn.TypeCode(t)
	}
	for _, x := range fn.Fields {
		note(w.outside, fn.TypeArgCode(x.TypeArgs), x.TypeCode, typeCode(x.Type), typeCode(x.Dynamic))
	}
	for _, x := range fn.EntryFields {
		note(w.outside, fn.TypeCode(x.Type))
	}
	for _, d := range fn.Defers {
		note(w.outside, d.Call)
	}
	inner := map[*ir.Var]ir.Code{}
	for _, v := range fn.Vars {
		switch fn.Home(v) {
		case ir.Hoisted:
			note(w.hoisted, v.TypeCode, typeCode(v.Type))
		case ir.Inner:
			inner[v] = typeCode(v.Type)
		}
	}
	maps.Copy(w.head, w.hoisted)
	for i, b := range fn.Blocks {
		w.order[b] = i
		mentioned := func(l *ir.LocalDecl) {
			if list := w.blocks[l]; len(list) == 0 || list[len(list)-1] != b {
				w.blocks[l] = append(list, b)
			}
		}
		b.Codes(func(c ir.Code) { c.LocalDecls(mentioned) })
		ir.Mentions(fn.Func, b, func(v *ir.Var, _ bool) { inner[v].LocalDecls(mentioned) })
		b.Decls(func(l *ir.LocalDecl) { w.holds[l] = append(w.holds[l], b) })
	}
	return w
}

// placed notes the declarations that l needs at its place.
func (w *declUses) placed(fn *ir.Body, l *ir.LocalDecl) {
	l.Code.LocalDecls(func(m *ir.LocalDecl) {
		switch {
		case m == l:
		case l.Place == ir.AtPackage:
			w.outside[m] = true
		case l.Place == ir.AtHead:
			w.head[m] = true
			w.hoisted[m] = w.hoisted[m] || l.Everywhere
			for b := range l.Blocks {
				w.blocks[m] = append(w.blocks[m], b)
			}
			w.outside[m] = w.outside[m] || l.Fixed && len(fn.Defers) > 0
		default:
			for b := range l.Blocks {
				w.blocks[m] = append(w.blocks[m], b)
			}
		}
	})
}

func (p *placer) placeDecl(l *ir.LocalDecl, w *declUses) {
	fn := p.fn
	outside, head, blocks := l.Outside || w.outside[l], w.head[l], w.blocks[l]
	mentioned := len(blocks) > 0 || head
	if !mentioned {
		blocks = w.holds[l] // the block that declares l prints it
	}
	slices.SortFunc(blocks, func(a, b *ir.Block) int { return w.order[a] - w.order[b] })
	blocks = slices.Compact(blocks)
	l.Place, l.Blocks, l.Everywhere = ir.AtPackage, map[*ir.Block]bool{}, w.hoisted[l] || l.Fixed
	for _, b := range blocks {
		l.Blocks[b] = true
	}
	switch {
	case l.Fixed && (mentioned || outside):
		l.Place = ir.AtHead // other methods that mention l declare it as well
		switch hides := p.taken(l, fn.Blocks, false) || p.atHead(l); {
		case hides && l.Rename != nil:
			l.Renamed = true
		case hides && !outside && !head && !p.taken(l, blocks, true):
			l.Place = ir.InBlocks
		case hides:
			p.refuseConst(l)
		}
	case outside:
	case !mentioned && p.taken(l, blocks, true):
		l.Place = ir.Nowhere
	case len(blocks) <= 1 && !head && !p.taken(l, blocks, true):
		l.Place = ir.InBlocks
	case fn.Parts > 0 && !l.Copies: // each part would declare another type
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

// atHead reports whether another declaration with a name of l stands at the head already.
func (p *placer) atHead(l *ir.LocalDecl) bool {
	return slices.ContainsFunc(p.fn.Types, func(m *ir.LocalDecl) bool {
		return m != l && m.Place == ir.AtHead && slices.ContainsFunc(m.Names, func(name string) bool {
			if m.Renamed {
				name = m.Rename[name]
			}
			return slices.Contains(l.Names, name)
		})
	})
}

// refuseConst refuses l, a constant of a local type of a generic function. It can neither
// move to package level, nor have another name.
func (p *placer) refuseConst(l *ir.LocalDecl) {
	p.diags.Add(diag.Diagnostic{
		Pos:  p.fn.Fset.Position(l.Pos),
		Code: diag.LocalTypeClash,
		Message: fmt.Sprintf("the coroutine of %s needs its declaration of %s in several places, but in some of them that name means something else",
			p.fn.Name, l.Names[0]),
		Remedy: "give it another name, or declare it outside the function",
	})
}

// Share moves to package level the declarations that several functions mention: a literal
// that becomes a function, and the function that it stands in.
func Share(fns []*ir.Layout) {
	for changed := true; changed; {
		changed = false
		move := func(l *ir.LocalDecl) {
			if l.Place != ir.AtPackage && !l.Fixed {
				l.Place, l.Renamed, changed = ir.AtPackage, false, true
			}
		}
		for _, fn := range fns {
			if !fn.HasDecls() {
				continue
			}
			fn.Codes(func(c ir.Code) {
				c.LocalDecls(func(l *ir.LocalDecl) {
					if !slices.Contains(fn.Types, l) {
						move(l)
					}
				})
			})
			for _, l := range fn.Types {
				if l.Place == ir.AtPackage {
					l.Code.LocalDecls(move)
				}
			}
		}
	}
}

// taken reports whether a name of l means something else in the blocks. If inBlocks is
// set, each block declares l. Otherwise the head of Poll declares l.
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
		s := scan{fn: p.fn.Func, decl: l, check: check, after: !inBlocks || !b.Holds(l)}
		s.seq(&b.Seq)
	}
	return found
}

// A scan looks at the code after a declaration.
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
	q.Walk(func(in *ir.Seq, i int) {
		switch {
		case i < len(in.Nodes):
			s.node(in.Nodes[i])
		case in.End != nil && in.End.Return != nil:
			for _, r := range in.End.Return.Results {
				s.code(r)
			}
		}
	})
}

// node looks at n without the sequences inside of n.
func (s *scan) node(n ir.Node) {
	p, ok := n.(*ir.Plain)
	switch {
	case !ok || p.Decl == nil:
		ir.NodeCodes(n, s.code)
		s.types(n)
	case p.Decl == s.decl:
		s.after = true
	default:
		// n declares its own names and does not mention them.
		for _, x := range p.Code {
			if name, ok := x.(*ir.Name); !ok || name.Decl != p.Decl {
				s.code(ir.Code{x})
			}
		}
	}
}

// types looks at the types that n has in the machine.
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
