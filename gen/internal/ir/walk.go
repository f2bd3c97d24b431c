package ir

// This file walks over blocks.

// Mentions calls yield for every mention of a variable in b, and says whether
// it reads the variable. A naked return reads the results.
func Mentions(fn *Func, b *Block, yield func(v *Var, read bool)) {
	code := func(c Code) { c.Refs(func(r *Ref) { yield(r.Var, !r.Write) }) }
	dst := func(list []Dst) {
		for _, d := range list {
			if d.Var != nil {
				yield(d.Var, false)
			}
		}
	}
	naked := func(x *Exit) {
		if x.Return != nil && x.Return.Naked {
			for _, r := range fn.Results {
				yield(r, true)
			}
		}
	}
	if a := b.Await; a != nil {
		dst(a.Dst)
		if a.Direct != nil {
			yield(a.Direct, true)
		}
	}
	var seq func(s *Seq)
	seq = func(s *Seq) {
		for _, n := range s.Nodes {
			switch n := n.(type) {
			case *Plain:
				code(n.Code)
				n.Code.Exits(naked)
			case *Define:
				dst(n.Vars)
				code(n.Rhs)
				code(n.Type)
			case *DeferStmt:
				for _, x := range n.Defer.Saved {
					if x.Var.Entry {
						code(x.Value)
					}
				}
			case *Arm:
				code(n.Await.X)
				for _, a := range n.Await.Args {
					code(a)
				}
			case *Guard:
				code(n.Cond)
				seq(&n.Then)
			case *Dispatch:
				code(n.Head)
				for _, c := range n.Clauses {
					code(c.Case)
					if c.Bind != nil {
						yield(c.Bind, false)
					}
					dst(c.Recv)
					seq(&c.Seq)
				}
			case *Renew:
				yield(n.Var, false)
			}
		}
		if s.Exit != nil && s.Exit.Return != nil {
			naked(s.Exit)
			for _, r := range s.Exit.Return.Results {
				code(r)
			}
		}
	}
	seq(&b.Seq)
}

// Exits calls yield for every jump and return in b, those inside text included;
// the one at its end is b.Exit.
func (b *Block) Exits(yield func(*Exit)) {
	var seq func(s *Seq)
	seq = func(s *Seq) {
		for _, n := range s.Nodes {
			switch n := n.(type) {
			case *Plain:
				n.Code.Exits(yield)
			case *Guard:
				seq(&n.Then)
			case *Dispatch:
				for _, c := range n.Clauses {
					seq(&c.Seq)
				}
			}
		}
		if s.Exit != nil {
			yield(s.Exit)
		}
	}
	seq(&b.Seq)
}

// Tasks calls yield for every mention of the current task in b.
func Tasks(b *Block, yield func()) {
	b.codes(func(c Code) {
		for _, p := range c {
			switch p := p.(type) {
			case Task:
				yield()
			case *Exit:
				if p.Return != nil {
					for _, r := range p.Return.Results {
						for _, q := range r {
							if _, ok := q.(Task); ok {
								yield()
							}
						}
					}
				}
			}
		}
	})
}

// codes calls yield for every piece of code in b.
func (b *Block) codes(yield func(Code)) {
	var seq func(s *Seq)
	seq = func(s *Seq) {
		for _, n := range s.Nodes {
			switch n := n.(type) {
			case *Plain:
				yield(n.Code)
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
				seq(&n.Then)
			case *Dispatch:
				yield(n.Head)
				for _, c := range n.Clauses {
					yield(c.Case)
					seq(&c.Seq)
				}
			}
		}
		if s.Exit != nil && s.Exit.Return != nil {
			for _, r := range s.Exit.Return.Results {
				yield(r)
			}
		}
	}
	seq(&b.Seq)
}

// Codes calls yield for every piece of code of fn, its types included.
func (f *Func) Codes(yield func(Code)) {
	for _, b := range f.Blocks {
		b.codes(yield)
	}
	for _, d := range f.Defers {
		yield(d.Call)
		for _, x := range d.Saved {
			yield(TypeCode(x.Var.Type, f.Pkg))
		}
	}
	for _, l := range f.Types {
		yield(l.Code)
	}
	vars := append(append([]*Var{f.Recv}, f.Params...), append(f.Results, f.Vars...)...)
	for _, v := range vars {
		switch {
		case v == nil:
		case v.TypeCode != nil:
			yield(v.TypeCode)
		case v.Type != nil:
			yield(TypeCode(v.Type, f.Pkg))
		}
	}
	for _, x := range f.Fields {
		switch {
		case x.Dynamic != nil:
			yield(TypeCode(x.Dynamic, f.Pkg))
		case x.Type != nil:
			yield(TypeCode(x.Type, f.Pkg))
		}
	}
}
