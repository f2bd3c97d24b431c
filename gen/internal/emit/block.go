package emit

// This file writes the blocks of a machine and their nodes.

import (
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A printer writes one method of a machine, or a part of one that may go into braces.
type printer struct {
	*Machine
	*writer
	scopes []*scope  // of the braces around what is written, innermost last
	block  *ir.Block // that is written, nil outside of the blocks
	bare   bool      // no braces will be put around the block
}

// printer returns a printer of a method.
func (m *Machine) printer() *printer { return &printer{Machine: m, writer: &writer{}} }

// unwindPrinter returns a printer of the method that runs deferred calls. Its locals have
// other names than those of the last block, which a reader has just seen.
func (m *Machine) unwindPrinter() *printer {
	p := m.printer()
	p.block = m.Fn.Blocks[len(m.Fn.Blocks)-1]
	return p
}

// apart returns a printer for what is written elsewhere than p writes, in the same scopes.
func (p *printer) apart() *printer {
	x := *p
	x.writer = &writer{}
	return &x
}

// inner returns a printer for what is written elsewhere than p writes, in a scope of its own.
func (p *printer) inner() *printer {
	x := p.apart()
	x.scopes = slices.Clone(p.scopes)
	x.push()
	return x
}

// A stop is what the machine calls an await.
type stop struct {
	state string // handleAwaitRead
	label string // awaitRead
}

// resultType returns the T of the rt.Coroutine[T].
func (m *Machine) resultType() ir.Code { return resultType(m.Fn.Func, m.Names) }

// A scope is what a pair of braces declares.
type scope struct {
	names    map[string]bool
	aliases  map[*ir.Var]alias
	declares bool
	braces   int // opened inside of it, to be closed at its end
}

// An alias is a local that stands for a variable of the frame.
type alias struct {
	name  string
	deref bool // it is the box, not the variable
	whole bool // for now it takes the place of the field, assignments included
}

func (p *printer) push() {
	p.scopes = append(p.scopes, &scope{names: map[string]bool{}, aliases: map[*ir.Var]alias{}})
}
func (p *printer) pop() *scope {
	s := p.scopes[len(p.scopes)-1]
	p.scopes = p.scopes[:len(p.scopes)-1]
	return s
}
func (p *printer) top() *scope { return p.scopes[len(p.scopes)-1] }

func (p *printer) alias(v *ir.Var) (alias, bool) {
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if a, ok := p.scopes[i].aliases[v]; ok {
			return a, true
		}
	}
	return alias{}, false
}

// local declares a local for v in the innermost scope and returns its name.
func (p *printer) local(v *ir.Var) string {
	if v.Name == "" || v.Name == "_" {
		return p.fresh("result")
	}
	if v.Kind != ir.Temp && !p.isVisible(v.Name) && !p.reserved[v.Name] && !p.isFixed(v.Name) {
		p.declare(v.Name)
		return v.Name
	}
	return p.fresh(v.Name)
}

// fresh declares a local in the innermost scope, called name if nothing in
// this block is, and returns its name.
func (p *printer) fresh(name string) string {
	base := name
	unfit := func(name string) bool {
		// A number may make it the name of something that verbatim text declares.
		return p.isVisible(name) || p.reserved[name] || p.isFixed(name) || name != base && p.isTaken(name)
	}
	if unfit(base) {
		name = number(base, 2, unfit)
	}
	p.declare(name)
	return name
}

func (p *printer) declare(name string) {
	p.top().names[name] = true
	p.top().declares = true
}

// isVisible reports whether name is a local that the current block may mean.
func (p *printer) isVisible(name string) bool {
	for _, s := range p.scopes {
		if s.names[name] {
			return true
		}
	}
	if p.hoistedNames[name] || p.visible[p.block][name] {
		return true
	}
	if p.bare && (name == p.value || name == p.err) {
		return true
	}
	return name == p.recv || name == p.task
}

// ref writes a mention of a variable.
func (p *printer) ref(r *ir.Ref) {
	v := r.Var
	amp := ""
	if r.Addr {
		amp = "&"
	}
	a, hasAlias := p.alias(v)
	switch {
	case v.Entry:
		p.text(p.entry + "." + p.Fn.Field(v).Name)
	case p.Fn.Home(v) == ir.Inner || p.Fn.Home(v) == ir.Hoisted:
		if hasAlias {
			p.text(amp + a.name)
			return
		}
		p.text(amp + p.idents[v])
	case p.Fn.Home(v) == ir.InFrame:
		if hasAlias && (a.whole || r.InLit || !v.Given() && !v.Assigned) {
			p.text(amp + a.name)
			return
		}
		p.text(amp + p.recv + "." + p.Fn.Field(v).Name)
	case hasAlias && !a.deref:
		p.text(amp + a.name)
	default:
		box := p.recv + "." + p.Fn.Field(v).Name
		if hasAlias {
			box = a.name
		}
		switch {
		case r.Addr || r.Auto:
			p.text(box)
		case r.Operand:
			p.text("(*" + box + ")")
		default:
			if p.last() == '/' { // x/*p would begin a comment
				p.text(" ")
			}
			p.text("*" + box)
		}
	}
}

// emitCode writes code.
func (p *printer) emitCode(c ir.Code) {
	for i, x := range c {
		switch x := x.(type) {
		case ir.Text:
			p.text(string(x))
		case *ir.Ref:
			p.ref(x)
		case *ir.Qual:
			p.qual(x)
		case *ir.Name:
			p.plain(x.Spelled())
		case *ir.Hidden:
			p.text(x.Spelled())
		case ir.Task:
			p.text(p.task)
		case *ir.Closure:
			p.closure(x)
		case ir.Deferred:
			p.text(p.recv + ".deferred")
		case ir.Marks:
			p.text(x.Operand(p.constant))
		case ir.ExitPtr:
			p.text("&" + p.recv + ".exit")
		case *ir.Exit:
			p.exitInText(x, c[i+1:])
		}
	}
}

// exitInText writes an exit that stands inside verbatim text; rest follows it there. What the
// exit declares is in braces if more statements follow: they may declare the same name, or be
// behind a label that a goto before the exit jumps to.
func (p *printer) exitInText(x *ir.Exit, rest ir.Code) {
	in := p.inner()
	if x.Jump != nil && x.Return != nil {
		in.toUnwind(x.Return)
	}
	in.exit(x)
	p.braced(in.writer, in.top().declares && !rest.EndsList())
}

// capture declares a local for each variable of the frame that a function
// literal in the codes captures: the literal must not reach into the frame.
func (p *printer) capture(codes ...ir.Code) {
	for _, c := range codes {
		c.Refs(func(r *ir.Ref) {
			v := r.Var
			if !r.InLit || p.Fn.Home(v) == ir.Inner || p.Fn.Home(v) == ir.Hoisted {
				return
			}
			if _, ok := p.alias(v); ok {
				return
			}
			name := p.local(v)
			p.line(name, " := ", p.recv, ".", p.Fn.Field(v).Name)
			p.top().aliases[v] = alias{name: name, deref: p.Fn.Home(v) == ir.Boxed}
		})
	}
}

// body writes blocks, which are all of Poll or one part of the function.
func (p *printer) body(blocks []*ir.Block) {
	labelled := p.labelled(blocks)
	for i, b := range blocks {
		if labelled[b] {
			p.text("\n" + p.labels[b] + ":")
			if b.Head != "" && b.Await == nil {
				p.text(" // " + b.Head)
			}
			p.text("\n")
		}
		var next *ir.Block
		if i+1 < len(blocks) {
			next = blocks[i+1]
		}
		in := p.inner()
		in.block = b
		// A jump back from the last block would leave with it what its await has set.
		in.bare = next == nil && !p.Fn.Parks && p.Fn.Parts == 0
		in.content(next)
		p.braced(in.writer, in.top().declares && !in.bare)
	}
}

// content writes the block of p. Control may fall into the block next.
func (p *printer) content(next *ir.Block) {
	b := p.block
	if b.Await != nil {
		p.await(b.Await)
	}
	if b == p.Fn.Blocks[0] {
		p.boxResults()
	}
	p.localDecls(b)
	if b.Await == nil || !p.passesOn(b.Await) {
		p.seq(&b.Seq, next)
	}
}

// braced writes what w collected, in braces if wrap is set.
func (p *printer) braced(w *writer, wrap bool) {
	if wrap {
		p.text("{\n")
	}
	ended := w.last() == '\n'
	p.append(w)
	if wrap && !ended {
		p.text("\n")
	}
	if wrap {
		p.text("}\n")
	}
}

// boxResults makes the boxes of named results, which exist from the start.
func (p *printer) boxResults() {
	for _, v := range p.Fn.Results {
		if p.Fn.Home(v) == ir.Boxed {
			p.zero(ir.Dst{Var: v, New: true}, nil)
		}
	}
}

// labelled returns those of blocks that need a label: control comes to them otherwise than by
// falling into them from the block before.
func (m *Machine) labelled(blocks []*ir.Block) map[*ir.Block]bool {
	labelled := map[*ir.Block]bool{}
	for i, b := range blocks {
		if b.Await != nil || b.Across || b == m.Fn.Unwind {
			labelled[b] = true
		}
		b.Exits(func(x *ir.Exit) {
			falls := x == b.Exit && i+1 < len(blocks) && x.Jump != nil && x.Jump.To == blocks[i+1]
			if x.Jump != nil && !falls && x.Jump.To.Part == b.Part {
				labelled[x.Jump.To] = true
			}
		})
	}
	return labelled
}

// seq writes nodes and their exit; control may fall into the block fall.
func (p *printer) seq(s *ir.Seq, fall *ir.Block) {
	for _, n := range s.Nodes {
		p.node(n)
	}
	if s.Exit != nil && s.Exit.Jump != nil && s.Exit.Return != nil {
		p.toUnwind(s.Exit.Return)
	}
	if s.Exit != nil && (s.Exit.Jump == nil || fall == nil || s.Exit.Jump.To != fall) {
		p.exit(s.Exit)
		p.text("\n")
	}
	for range p.top().braces {
		p.line("}")
	}
	p.top().braces = 0
}

func (p *printer) node(n ir.Node) {
	switch n := n.(type) {
	case *ir.Comment:
		p.line(n.Text)
	case *ir.Plain:
		if n.Decl != nil {
			if l := n.Decl; l.Place == ir.InBlocks && l.Blocks[p.block] {
				p.localDecl(n.Decl)
			}
			return
		}
		p.capture(n.Code)
		back := p.copyIn(n)
		p.emitCode(n.Code)
		p.text("\n")
		for _, do := range back {
			do()
		}
	case *ir.Define:
		p.capture(n.Rhs)
		p.define(n)
	case *ir.DeferStmt:
		p.deferStmt(n.Defer)
	case *ir.Arm:
		p.arm(n.Await)
	case *ir.Release:
		p.release(n.Defer)
	case ir.Released:
		p.line(p.recv, ".exit.Unshield()")
	case *ir.Unwind:
		p.runUnwind(n)
	case *ir.Guard:
		p.capture(n.Cond)
		p.text("if ")
		p.emitCode(n.Cond)
		p.text(" {\n")
		p.push()
		p.seq(&n.Then, nil)
		p.pop()
		p.text("}\n")
	case *ir.Dispatch:
		p.dispatch(n)
	case *ir.Renew:
		if p.Fn.Home(n.Var) != ir.Boxed {
			return
		}
		name := p.fresh(n.Var.Name)
		p.line(name, " := *", p.recv, ".", p.Fn.Field(n.Var).Name)
		p.line(p.recv, ".", p.Fn.Field(n.Var).Name, " = &", name)
		delete(p.top().aliases, n.Var)
	}
}

// copyIn makes locals of the frame's variables that a hot loop uses, and
// returns what copies back those that it assigns. Nobody else can look at them
// meanwhile: the loop calls nothing, and what a deferred call needs is left out.
func (p *printer) copyIn(n *ir.Plain) (back []func()) {
	if !p.Tidy || len(n.Hot) == 0 {
		return nil
	}
	written := map[*ir.Var]bool{}
	for _, v := range n.Assigns {
		written[v] = true
	}
	var vars []*ir.Var
	n.Code.Refs(func(r *ir.Ref) {
		v := r.Var
		if n.Hot[v] && p.Fn.Home(v) == ir.InFrame && !v.Deferred && !v.Captured && !slices.Contains(vars, v) {
			if _, ok := p.alias(v); !ok {
				vars = append(vars, v)
			}
		}
	})
	for _, v := range vars {
		name := p.local(v)
		p.line(name, " := ", p.recv, ".", p.Fn.Field(v).Name)
		p.top().aliases[v] = alias{name: name, whole: true}
		if written[v] && !n.Ends {
			back = append(back, func() { p.line(p.recv, ".", p.Fn.Field(v).Name, " = ", name) })
		}
	}
	at := p.top()
	return append(back, func() {
		for _, v := range vars {
			delete(at.aliases, v)
		}
	})
}

// dispatch writes a switch whose clauses leave the block.
func (p *printer) dispatch(d *ir.Dispatch) {
	p.capture(d.Head)
	for _, c := range d.Clauses {
		p.capture(c.Case)
	}
	head := d.Head
	bound := ""
	for _, c := range d.Clauses {
		if c.Bind != nil && (p.read[c.Bind] || p.written[c.Bind]) {
			bound = c.Bind.Name
		}
	}
	if bound != "" {
		head = append(ir.Code{ir.Text("switch " + bound + " := ")}, afterSwitch(head)...)
	}
	p.emitCode(head)
	p.text("{\n")
	for _, c := range d.Clauses {
		p.push()
		after := p.caseHead(c)
		for _, do := range after {
			do()
		}
		if c.Bind != nil && (p.read[c.Bind] || p.written[c.Bind]) {
			switch p.Fn.Home(c.Bind) {
			case ir.Inner:
				p.top().aliases[c.Bind] = alias{name: bound}
				p.use(c.Bind, bound)
			case ir.Hoisted:
				p.line(p.idents[c.Bind], " = ", bound)
			case ir.InFrame:
				p.line(p.recv, ".", p.Fn.Field(c.Bind).Name, " = ", bound)
			case ir.Boxed:
				p.line(p.recv, ".", p.Fn.Field(c.Bind).Name, " = &", bound)
			}
		}
		p.seq(&c.Seq, nil)
		p.pop()
	}
	p.text("}\n")
}

// use mentions the local name of v if nothing reads it: Go would complain.
func (p *printer) use(v *ir.Var, name string) {
	if !p.reads(v) {
		p.line("_ = ", name)
	}
}

// reads reports whether somebody reads v, as far as it is the variable of the
// block at hand.
func (p *printer) reads(v *ir.Var) bool {
	if p.Fn.Place(v).PerBlock {
		return p.readIn[p.block][v]
	}
	return p.read[v]
}

// caseHead writes the head of a clause and returns what must be done with what
// it receives.
func (p *printer) caseHead(c *ir.DispatchClause) (after []func()) {
	if len(c.Recv) == 0 {
		p.emitCode(c.Case)
		p.text("\n")
		return nil
	}
	var names []string
	some := false
	for _, d := range c.Recv {
		name, assign := p.receive(d)
		some = some || name != "_"
		names = append(names, name)
		if assign != nil {
			after = append(after, assign)
		}
	}
	p.text("case ")
	if some {
		p.text(strings.Join(names, ", ") + " := ")
	}
	p.emitCode(c.Case)
	p.text(":\n")
	return after
}

// afterSwitch returns head without its keyword.
func afterSwitch(head ir.Code) ir.Code {
	rest := append(ir.Code(nil), head...)
	rest[0] = ir.Text(strings.TrimPrefix(string(rest[0].(ir.Text)), "switch "))
	return rest
}
