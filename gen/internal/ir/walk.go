package ir

// This file walks over blocks.

import "slices"

// Walk calls visit for every node in s and in the sequences inside of s: node i of the sequence
// in. At the end of each sequence it calls visit with the number of its nodes, for its terminator.
//
// It is the only recursion over nodes, but for those that a nesting must show in: what prints
// nodes, and frame's liveness, which goes backward and joins the ways out of each sequence.
func (s *Seq) Walk(visit func(in *Seq, i int)) {
	for i, n := range s.Nodes {
		visit(s, i)
		switch n := n.(type) {
		case *Guard:
			n.Then.Walk(visit)
		case *Dispatch:
			for _, c := range n.Clauses {
				c.Walk(visit)
			}
		}
	}
	visit(s, len(s.Nodes))
}

// nodes calls yield for every node in s, including those inside guards and clauses. It
// calls end for every terminator at the end of a sequence.
func (s *Seq) nodes(yield func(Node), end func(*Terminator)) {
	s.Walk(func(in *Seq, i int) {
		switch {
		case i < len(in.Nodes):
			yield(in.Nodes[i])
		case in.End != nil:
			end(in.End)
		}
	})
}

// Codes calls yield for every piece of code in b, including the results of returns.
func (b *Block) Codes(yield func(Code)) {
	b.nodes(func(n Node) { NodeCodes(n, yield) }, func(x *Terminator) {
		if x.Return != nil {
			for _, r := range x.Return.Results {
				yield(r)
			}
		}
	})
}

// NodeCodes calls yield for every piece of code of n, without the sequences inside of n.
func NodeCodes(n Node, yield func(Code)) {
	switch n := n.(type) {
	case *Plain:
		if n.Decl == nil { // Body.Types has the code of declarations
			yield(n.Code)
		}
	case *Define:
		yield(n.Rhs)
		yield(n.Type)
	case *DeferStmt:
		for _, x := range n.Defer.Saved {
			if x.Var.Entry {
				yield(x.Value)
			}
		}
	case *Arm:
		yield(n.Await.X)
		for _, a := range n.Await.Args {
			yield(a)
		}
	case *Guard:
		yield(n.Cond)
	case *Dispatch:
		yield(n.Head)
		for _, c := range n.Clauses {
			yield(c.Case)
		}
	}
}

// Mentions calls yield for every mention of a variable in b. read says whether the
// mention reads the variable. A naked return reads the results.
func Mentions(fn *Func, b *Block, yield func(v *Var, read bool)) {
	dst := func(list []Dst) {
		for _, d := range list {
			if d.Var != nil {
				yield(d.Var, false)
			}
		}
	}
	if a := b.Await; a != nil {
		dst(a.Dst)
		if a.Direct != nil {
			yield(a.Direct, true)
		}
	}
	b.Codes(func(c Code) { c.Refs(func(r *Ref) { yield(r.Var, !r.Set) }) })
	b.Terminators(func(x *Terminator) {
		if x.Return != nil && x.Return.Naked {
			for _, r := range fn.Results {
				yield(r, true)
			}
		}
	})
	b.nodes(func(n Node) {
		switch n := n.(type) {
		case *Define:
			dst(n.Vars)
		case *Dispatch:
			for _, c := range n.Clauses {
				if c.Bind != nil {
					yield(c.Bind, false)
				}
				dst(c.Recv)
			}
		case *Renew:
			yield(n.Var, false)
		case *Release:
			for _, x := range n.Defer.Saved {
				if x.To != nil {
					yield(x.To, false)
				}
			}
		}
	}, func(*Terminator) {})
}

// Terminators calls yield for every jump and return in b, including those inside text. b.End
// is the one at the end.
func (b *Block) Terminators(yield func(*Terminator)) {
	b.nodes(func(n Node) {
		if n, ok := n.(*Plain); ok {
			n.Code.Terminators(yield)
		}
	}, yield)
}

// Tasks calls yield for every mention of the current task in b.
func Tasks(b *Block, yield func()) {
	b.Codes(func(c Code) {
		for p := range c.All {
			if _, ok := p.(Task); ok {
				yield()
			}
		}
	})
}

// Codes calls yield for every type that the signature of f mentions.
func (f *Func) Codes(yield func(Code)) {
	for _, v := range slices.Concat(f.Inputs(), f.Results) {
		v.typeCode(f, yield)
	}
	if f.Gen != nil {
		for _, v := range f.Gen.Values {
			yield(f.TypeCode(v))
		}
		if f.Sends() {
			yield(f.TypeCode(f.Gen.In))
		}
	}
	yield(f.TypeParamList())
}

// typeCode calls yield for the type of v as code in the machine of f.
func (v *Var) typeCode(f *Func, yield func(Code)) {
	switch {
	case v.TypeCode != nil:
		yield(v.TypeCode)
	case v.Type != nil:
		yield(f.TypeCode(v.Type))
	}
}

// Codes calls yield for every piece of code of f, including types.
func (f *Layout) Codes(yield func(Code)) {
	for _, b := range f.Blocks {
		b.Codes(yield)
	}
	for _, d := range f.Defers {
		yield(d.Call)
		for _, x := range d.Saved {
			yield(f.TypeCode(x.Var.Type))
		}
	}
	for _, l := range f.Types {
		yield(l.Code)
	}
	f.Func.Codes(yield)
	for _, v := range f.Vars {
		v.typeCode(f.Func, yield)
	}
	for _, x := range f.Fields {
		switch {
		case x.Child != nil:
			yield(f.TypeArgCode(x.TypeArgs))
		case x.Dynamic != nil:
			yield(f.TypeCode(x.Dynamic))
		case x.Type != nil:
			yield(f.TypeCode(x.Type))
		}
	}
}

// Decls calls yield for every declaration of types or constants in s.
func (s *Seq) Decls(yield func(*LocalDecl)) {
	s.nodes(func(n Node) {
		if n, ok := n.(*Plain); ok && n.Decl != nil {
			yield(n.Decl)
		}
	}, func(*Terminator) {})
}

// Holds reports whether s contains the declaration l.
func (s *Seq) Holds(l *LocalDecl) (found bool) {
	s.Decls(func(m *LocalDecl) { found = found || m == l })
	return found
}

// Reaches returns the functions whose machines the code of g mentions: those that it awaits, and
// the literals that it makes coroutines of. Code that control cannot reach is not part of g.
func (g *Graph) Reaches() map[*Func]bool {
	reached := map[*Func]bool{}
	for _, a := range g.Awaits {
		reached[a.Callee] = true
	}
	for _, b := range g.Blocks {
		b.Codes(func(c Code) {
			for p := range c.All {
				if x, ok := p.(*Closure); ok {
					reached[x.Func] = true
				}
			}
		})
	}
	return reached
}
