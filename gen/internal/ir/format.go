package ir

// This file prints a function after each stage, for human readers.

import (
	"fmt"
	"strings"
)

// String returns c with the names of variables as in the source.
func (c Code) String() string {
	var b strings.Builder
	for _, p := range c {
		switch p := p.(type) {
		case Text:
			b.WriteString(string(p))
		case *Ref:
			if p.Addr {
				b.WriteByte('&')
			}
			b.WriteString(p.Var.String())
		case *Qual:
			b.WriteString(p.Pkg + "." + p.Name)
		case *Hidden:
			b.WriteString(p.Obj.Name())
		case *Name:
			b.WriteString(p.Text)
		case Task:
			b.WriteString("t")
		case More:
			b.WriteString("more")
		case *Closure:
			b.WriteString(p.Func.Name + "{" + commas(p.Captures) + "}")
		case Deferred:
			b.WriteString("deferred")
		case Marks:
			b.WriteString(p.Operand(func(d *Defer) string { return d.Name }))
		case ExitPtr:
			b.WriteString("&exit")
		case *Terminator:
			b.WriteString(p.String())
		}
	}
	return b.String()
}

func (x *Terminator) String() string {
	if x.Jump != nil && x.Return != nil && len(x.Return.Results) > 0 {
		return "results = " + commas(x.Return.Results) + "; " + (&Terminator{Jump: x.Jump}).String()
	}
	if x.Jump != nil {
		if x.Jump.To != nil {
			return "goto " + x.Jump.To.name()
		}
		if x.Jump.Label != nil {
			return x.Jump.Tok.String() + " " + x.Jump.Label.Name()
		}
		return x.Jump.Tok.String()
	}
	if x.Return == nil {
		return "nowhere" // Verify reports it
	}
	if len(x.Return.Results) == 0 {
		return "return"
	}
	return "return " + commas(x.Return.Results)
}

func commas(list []Code) string {
	var s []string
	for _, c := range list {
		s = append(s, c.String())
	}
	return strings.Join(s, ", ")
}

func (b *Block) name() string { return fmt.Sprintf("%s.%d", b.Kind, b.Index) }

func dsts(list []Dst) string {
	var s []string
	for _, d := range list {
		if d.Var == nil {
			s = append(s, "_")
		} else {
			s = append(s, d.Var.String())
		}
	}
	return strings.Join(s, ", ")
}

func (a *Await) operand() string {
	if a.Foreign {
		return a.Name + "(" + commas(a.Args) + ")"
	}
	if a.Operand == Yield {
		return commas(a.Args)
	}
	if a.Operand != Child {
		return a.X.String()
	}
	s := a.Callee.Name + "(" + commas(a.Args) + ")"
	if a.Callee.Recv != nil {
		s = "(" + a.X.String() + ")." + s
	}
	return s
}

// A printer collects indented lines.
type printer struct {
	strings.Builder
	depth int
}

// line writes text at the depth of p. The lines after the first may be indented as in the
// source. line shifts them so that the last has the depth of the first.
func (p *printer) line(format string, args ...any) {
	lines := strings.Split(strings.TrimRight(fmt.Sprintf(format, args...), "\n "), "\n")
	last := lines[len(lines)-1]
	base := last[:len(last)-len(strings.TrimLeft(last, "\t"))]
	for _, l := range lines {
		p.WriteString(strings.Repeat("\t", p.depth) + strings.TrimPrefix(l, base) + "\n")
	}
}

func (p *printer) nest(do func()) {
	p.depth++
	do()
	p.depth--
}

// FormatOrder returns the body after order: one await per statement.
func (f *Body) FormatOrder() string {
	p := &printer{}
	p.stmts(f.Stmts)
	return p.String()
}

func (p *printer) stmts(list []Stmt) {
	for _, s := range list {
		p.stmt(s)
	}
}

func (p *printer) stmt(s Stmt) {
	block := func(head string, list []Stmt) {
		p.line("%s {", head)
		p.nest(func() { p.stmts(list) })
		p.line("}")
	}
	switch s := s.(type) {
	case *Comment:
	case *Plain:
		p.line("%s", s.Code)
	case *Define:
		p.line("%s", s.format())
	case *AwaitStmt:
		p.line("%s", s.Await.format())
	case *If:
		block("if "+s.Cond.String(), s.Then)
		if len(s.Else) > 0 {
			block("else", s.Else)
		}
	case *Loop:
		p.line("loop {")
		p.nest(func() {
			for _, t := range s.Tests {
				p.stmts(t.Pre)
				p.line("if %s { break }", t.Neg)
			}
			p.stmts(s.Body)
			if len(s.Post) > 0 {
				block("post", s.Post)
			}
		})
		p.line("}")
	case *Switch:
		p.line("%s{", s.Code)
		for _, c := range s.Clauses {
			p.line("%s", c.head())
			p.nest(func() {
				p.stmts(c.Body)
				if c.Through {
					p.line("fallthrough")
				}
			})
		}
		p.line("}")
	case *Chain:
		p.line("switch {")
		for _, c := range s.Clauses {
			for _, t := range c.Tests {
				p.stmts(t.Pre)
				p.line("case %s:", t.Cond)
			}
			if c.Default {
				p.line("default:")
			}
			p.nest(func() {
				p.stmts(c.Body)
				if c.Through {
					p.line("fallthrough")
				}
			})
		}
		p.line("}")
	case *Scope:
		block(s.Label.Name()+":", s.List)
	case *Mark:
		p.line("%s:", s.Name)
	case *Branch:
		p.line("%s", (&Terminator{Jump: s.Jump}).String())
	case *Return:
		p.line("%s", (&Terminator{Return: s}).String())
	case *DeferStmt:
		p.line("%s", s.Defer)
	case *Arm:
		p.line("arm %s: %s", s.Await.Name, s.Await.operand())
	}
}

// String returns d as a statement.
func (d *Defer) String() string {
	if d.Await == nil {
		return "defer " + d.Call.String()
	}
	if d.Await.Early {
		return "defer await " + d.Await.Name
	}
	return "defer " + d.Await.format()
}

// head returns the head of a clause, including the variables that the clause declares.
func (c *Clause) head() string {
	switch {
	case len(c.Recv) > 0:
		return "case " + dsts(c.Recv) + " := " + c.Case.String() + ":"
	case c.Bind != nil:
		return c.Case.String() + " # " + c.Bind.Name
	}
	return c.Case.String()
}

func (s *Define) format() string {
	if s.Rhs == nil {
		return "var " + dsts(s.Vars)
	}
	op := " = "
	for _, d := range s.Vars {
		if d.Var != nil && d.New {
			op = " := "
		}
	}
	return dsts(s.Vars) + op + s.Rhs.String()
}

func (a *Await) format() string {
	s := "await " + a.operand()
	if len(a.Dst) > 0 {
		s = dsts(a.Dst) + " = " + s
	}
	return s
}

// FormatBlocks returns the blocks after lower.
func (f *Graph) FormatBlocks() string {
	p := &printer{}
	for _, b := range f.Blocks {
		head := b.name() + ":"
		if b.Head != "" {
			head += " # " + b.Head
		}
		p.line("%s", head)
		p.nest(func() {
			if b.Await != nil {
				if len(b.Await.Dst) > 0 {
					p.line("%s = poll %s", dsts(b.Await.Dst), b.Await.Name)
				} else {
					p.line("poll %s", b.Await.Name)
				}
			}
			p.seq(&b.Seq)
		})
	}
	return p.String()
}

func (p *printer) seq(s *Seq) {
	for _, n := range s.Nodes {
		switch n := n.(type) {
		case *Plain:
			p.line("%s", n.Code)
		case *Define:
			p.line("%s", n.format())
		case *DeferStmt:
			p.line("%s", n.Defer)
		case *Release:
			p.line("release %s", n.Defer)
		case *Unwind:
			for _, d := range n.Defers {
				p.line("run %s", d)
			}
		case *Arm:
			p.line("arm %s: %s", n.Await.Name, n.Await.operand())
		case *Guard:
			p.line("if %s {", n.Cond)
			p.nest(func() { p.seq(&n.Then) })
			p.line("}")
		case *Dispatch:
			p.line("%s{", n.Head)
			for _, c := range n.Clauses {
				p.line("%s", c.Case)
				p.nest(func() { p.seq(&c.Seq) })
			}
			p.line("}")
		case *Renew:
			p.line("renew %s", n.Var.Name)
		}
	}
	if s.End != nil {
		p.line("%s", s.End.String())
	}
}

// FormatFrame returns the home of every variable, and the fields of the frame.
func (f *Layout) FormatFrame() string {
	p := &printer{}
	for _, v := range f.Vars {
		if v.Name == "" {
			continue
		}
		at := ""
		if x := f.Field(v); x != nil {
			at = " " + x.Name
		}
		p.line("%s: %s%s", v, f.Home(v), at)
	}
	for _, a := range f.Awaits {
		if x := f.Ops[a]; x != nil {
			p.line("await %s: field %s", a.Name, x.Name)
		}
	}
	return p.String()
}
