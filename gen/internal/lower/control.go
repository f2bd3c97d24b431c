package lower

// This file lowers if, for and switch.

import (
	"go/token"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// flat reports whether list can stand inside an if or a case as it is, because no block
// begins in it.
func flat(list []ir.Stmt) bool {
	for _, s := range list {
		switch s.(type) {
		case *ir.Comment, *ir.Plain, *ir.Define, *ir.DeferStmt, *ir.Arm, *ir.Return, *ir.Branch:
		default:
			return false
		}
	}
	return true
}

// seq returns a flat list as a sequence, and whether control comes out of it.
func (b *builder) seq(list []ir.Stmt) (s ir.Seq, joins bool) {
	for _, x := range list {
		switch x := x.(type) {
		case *ir.Comment:
			s.Nodes = append(s.Nodes, x)
		case *ir.Plain:
			b.resolve(x.Code)
			s.Nodes = append(s.Nodes, x)
			if x.Ends {
				return s, false
			}
		case *ir.Define:
			s.Nodes = append(s.Nodes, x)
		case *ir.DeferStmt:
			s.Nodes = append(s.Nodes, x)
		case *ir.Arm:
			s.Nodes = append(s.Nodes, x)
		case *ir.Return:
			s.End = b.ret(x)
			return s, false
		case *ir.Branch:
			s.End = &ir.Terminator{Jump: &ir.Jump{Tok: token.GOTO, To: b.to(x.Jump)}}
			return s, false
		}
	}
	return s, true
}

func jumpTo(x *ir.Block) *ir.Terminator {
	return &ir.Terminator{Jump: &ir.Jump{Tok: token.GOTO, To: x}}
}

// ifStmt:
//
//	[source]  if c { A } else { B }
//	[blocks]      if !c { goto else }
//	              A
//	              goto endIf
//	          else:
//	              B
//	          endIf:
//
// A branch without an await stays inside the if.
func (b *builder) ifStmt(s *ir.If) {
	end := b.block("endIf", s.Pos, "")
	inline := func(cond ir.Code, list []ir.Stmt, last bool) {
		seq, joins := b.seq(list)
		if joins && !last {
			seq.End = jumpTo(end)
			joins = false
		}
		b.add(&ir.Guard{Pos: s.Pos, Cond: cond, Then: seq, Joins: joins})
	}
	switch {
	case b.tidy && flat(s.Then) && len(s.Else) == 0:
		inline(s.Cond, s.Then, true)
	case b.tidy && flat(s.Then):
		inline(s.Cond, s.Then, false)
		b.list(s.Else)
	case b.tidy && flat(s.Else) && len(s.Else) > 0:
		inline(s.Neg, s.Else, false)
		b.list(s.Then)
	case len(s.Else) == 0:
		b.add(&ir.Guard{Pos: s.Pos, Cond: s.Neg, Then: ir.Seq{End: jumpTo(end)}})
		b.list(s.Then)
	default:
		other := b.block("otherwise", s.Pos, "else")
		b.add(&ir.Guard{Pos: s.Pos, Cond: s.Neg, Then: ir.Seq{End: jumpTo(other)}})
		b.list(s.Then)
		if b.cur != nil {
			b.jump(end)
		}
		b.start(other)
		b.list(s.Else)
	}
	b.start(end)
}

// loop:
//
//	[source]  for init; c; post { A }
//	[blocks]      init
//	          loop:
//	              if !c { goto endLoop }
//	              A
//	          next:
//	              post
//	              goto loop
//	          endLoop:
func (b *builder) loop(s *ir.Loop) {
	name := "loop"
	if s.Label != nil {
		name = s.Label.Name()
	}
	head := b.block(name, s.Pos, s.Head)
	head.User = s.Label != nil && b.labels[s.Label] == nil
	end := b.block("end"+naming.UpperFirst(name), s.Pos, "")
	next := head
	if len(s.Post) > 0 || len(s.PerIter) > 0 {
		next = b.block("next", s.Pos, "")
	}
	b.targets[s] = target{brk: end, cont: next}
	b.start(head)
	for _, t := range s.Tests {
		b.list(t.Pre)
		b.add(&ir.Guard{Pos: s.Pos, Cond: t.Neg, Then: ir.Seq{End: jumpTo(end)}})
	}
	b.list(s.Body)
	if next != head {
		b.start(next)
		for _, v := range s.PerIter {
			b.add(&ir.Renew{Var: v})
		}
		b.list(s.Post)
	}
	if b.cur != nil {
		b.jump(head)
	}
	b.start(end)
}

// switchStmt:
//
//	[source]  switch x { case 1: A; default: B }
//	[blocks]      switch x { case 1: goto case1; default: goto case2 }
//	          case1:
//	              A
//	              goto endSwitch
//	          case2:
//	              B
//	          endSwitch:
//
// A clause without an await stays inside the switch.
func (b *builder) switchStmt(s *ir.Switch) {
	end := b.block("endSwitch", s.Pos, "")
	b.targets[s] = target{brk: end}
	d := &ir.Dispatch{Pos: s.Pos, Head: s.Code}
	bodies := make([]*ir.Block, len(s.Clauses))
	for i, c := range s.Clauses {
		if !b.tidy || !flat(c.Body) || i > 0 && s.Clauses[i-1].Through {
			bodies[i] = b.block(caseName(c), c.Pos, c.Head)
		}
	}
	out := !s.Select // control may come out of the switch
	for i, c := range s.Clauses {
		k := &ir.DispatchClause{Pos: c.Pos, Case: c.Case, Bind: c.Bind, Recv: c.Recv}
		joins := false
		if bodies[i] != nil {
			k.End = jumpTo(bodies[i])
		} else if k.Seq, joins = b.seq(c.Body); joins && c.Through {
			k.End, joins = jumpTo(bodies[i+1]), false
		}
		d.Clauses = append(d.Clauses, k)
		if c.Default {
			out = false
		}
	}
	for i, k := range d.Clauses {
		if bodies[i] == nil && k.End == nil && !endsPlain(k.Seq) {
			out = true
		}
	}
	b.add(d)
	if out {
		b.jump(end)
	} else {
		b.cur = nil
	}
	b.clauses(s.Clauses, bodies, end)
}

// endsPlain reports whether the last node of s is text whose end control does not reach.
func endsPlain(s ir.Seq) bool {
	for i := len(s.Nodes) - 1; i >= 0; i-- {
		switch n := s.Nodes[i].(type) {
		case *ir.Comment:
		case *ir.Plain:
			return n.Ends
		default:
			return false
		}
	}
	return false
}

// chain:
//
//	[source]  switch x { case co.Must(a): A; default: B }
//	[blocks]      tag := x
//	              v := await a
//	              if tag == v { goto case1 }
//	              goto case2
//	          ...as for a switch
func (b *builder) chain(s *ir.Chain) {
	end := b.block("endSwitch", s.Pos, "")
	b.targets[s] = target{brk: end}
	bodies := make([]*ir.Block, len(s.Clauses))
	other := end
	for i, c := range s.Clauses {
		bodies[i] = b.block(caseName(c), c.Pos, c.Head)
		if c.Default {
			other = bodies[i]
		}
	}
	for i, c := range s.Clauses {
		for _, t := range c.Tests {
			b.list(t.Pre)
			b.add(&ir.Guard{Pos: c.Pos, Cond: t.Cond, Then: ir.Seq{End: jumpTo(bodies[i])}})
		}
	}
	if b.cur == nil {
		b.start(b.block("dead", token.NoPos, ""))
	}
	b.jump(other)
	b.clauses(s.Clauses, bodies, end)
}

// clauses lowers the clauses that have a block, and begins what follows them.
func (b *builder) clauses(clauses []*ir.Clause, bodies []*ir.Block, end *ir.Block) {
	for i, c := range clauses {
		if bodies[i] == nil {
			continue
		}
		b.cur = nil
		b.start(bodies[i])
		b.list(c.Body)
		if b.cur != nil && c.Through {
			b.jump(bodies[i+1])
		} else if b.cur != nil {
			b.jump(end)
		}
	}
	b.cur = nil
	b.start(end)
}

// caseName returns the label of a clause, without a number.
func caseName(c *ir.Clause) string {
	if c.Default {
		return "caseDefault"
	}
	return "case"
}
