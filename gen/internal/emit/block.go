package emit

// This file writes the blocks of a machine and their nodes.

import (
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// A printer writes one method of a machine, or a part of a method that may need braces.
type printer struct {
	*Machine
	*writer
	scopes []*scope  // the scopes around the current code, innermost last
	block  *ir.Block // the block being written, nil outside the blocks
	bare   bool      // the block has no braces
}

// printer returns a printer of a method.
func (m *Machine) printer() *printer { return &printer{Machine: m, writer: &writer{}} }

// unwindPrinter returns a printer of the method that runs deferred calls. The names of its
// locals differ from those in the last block, which stands just before the method.
func (m *Machine) unwindPrinter() *printer {
	p := m.printer()
	p.block = m.Fn.Blocks[len(m.Fn.Blocks)-1]
	return p
}

// apart returns a printer with the scopes of p and a writer of its own.
func (p *printer) apart() *printer {
	x := *p
	x.writer = &writer{}
	return &x
}

// inner returns a printer with a new scope inside those of p and a writer of its own.
func (p *printer) inner() *printer {
	x := p.apart()
	x.scopes = slices.Clone(p.scopes)
	x.push()
	return x
}

// A stop holds the names of an await in the machine.
type stop struct {
	state string // handleAwaitRead
	label string // awaitRead
}

// resultType returns the type T if the coroutine is an rt.Coroutine[T].
func (m *Machine) resultType() ir.Code { return resultType(m.Fn.Func, m.Names) }

// A scope holds the declarations of a pair of braces.
type scope struct {
	names    map[string]bool
	aliases  map[*ir.Var]alias
	declares bool
	braces   int // number of inner braces to close at the end of the scope
}

// An alias is a local that stands for a variable of the frame.
type alias struct {
	name  string
	deref bool // the local is the box, not the variable
	whole bool // the local replaces the field for now, also in assignments
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
	if v.Kind != ir.Temp && !p.hidden[v] && !p.isVisible(v.Name) && !p.reserved[v.Name] && !p.isFixed(v.Name) {
		p.declare(v.Name)
		return v.Name
	}
	if p.hidden[v] {
		name := naming.Numbered(p.isUnfit, v.Name, 2)
		p.declare(name)
		return name
	}
	return p.fresh(v.Name)
}

// isUnfit reports whether no local of the current block may have the name.
func (p *printer) isUnfit(name string) bool {
	return p.isVisible(name) || p.reserved[name] || p.isFixed(name) || p.isTaken(name)
}

// fresh declares a local in the innermost scope and returns its name. That is name, unless
// the current block uses name already.
func (p *printer) fresh(name string) string {
	base := name
	unfit := func(name string) bool {
		// With a number, it may be a name that verbatim text declares.
		if name == base {
			return p.isVisible(name) || p.reserved[name] || p.isFixed(name)
		}
		return p.isUnfit(name)
	}
	name = naming.Free(unfit, base)
	p.declare(name)
	return name
}

func (p *printer) declare(name string) {
	p.top().names[name] = true
	p.top().declares = true
}

// isVisible reports whether name is a local that the current block may mention.
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
			if p.Fn.Gen != nil { // it belongs to no task
				p.text("nil")
				continue
			}
			p.text(p.task)
		case ir.More:
			p.text(p.more())
		case *ir.Closure:
			p.closure(x)
		case ir.Deferred:
			p.text(p.recv + ".deferred")
		case ir.Marks:
			p.text(x.Operand(p.constant))
		case ir.ExitPtr:
			p.text("&" + p.recv + ".exit")
		case *ir.Terminator:
			p.terminateInText(x, c[i+1:])
		}
	}
}

// terminateInText writes a terminator that stands inside verbatim text. rest is the text after it.
// Declarations of the terminator are in braces if more statements follow. These statements may
// declare the same name, or a goto before the terminator may jump to a label among them.
func (p *printer) terminateInText(x *ir.Terminator, rest ir.Code) {
	in := p.inner()
	if x.Jump != nil && x.Return != nil {
		in.toUnwind(x.Return)
	}
	in.terminate(x)
	wrap := in.top().declares && !rest.EndsList()
	body := in.writer
	if wrap && x.Return != nil { // the brace has a line of its own
		marked := p.apart()
		marked.at(x.Return.Pos)
		marked.append(body)
		body = marked.writer
	}
	p.braced(body, wrap)
}

// capture declares a local for each variable of the frame that a function literal in codes
// captures, because the literal must not refer to the frame.
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

// body writes blocks: all blocks of Poll, or those of one part of the function.
func (p *printer) body(blocks []*ir.Block) {
	labelled := p.labelled(blocks)
	for i, b := range blocks {
		if labelled[b] {
			p.text("\n")
			p.markLabel(b)
			p.text(p.labels[b] + ":")
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
		// Otherwise a jump back from the last block would keep the results of Poll that the
		// await of the block has set.
		in.bare = next == nil && !p.Fn.Parks && p.Fn.Parts == 0
		in.content(next)
		p.inside(b).because(joins)
		p.braced(in.writer, in.top().declares && !in.bare)
	}
}

// content writes the block of p. Control may fall through to the block next.
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

// braced writes the text of w, in braces if wrap is set.
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

// boxResults writes the boxes of named results, which exist from the start of the function.
func (p *printer) boxResults() {
	for _, v := range p.Fn.Results {
		if p.Fn.Home(v) == ir.Boxed {
			p.zero(ir.Dst{Var: v, New: true}, nil)
		}
	}
}

// labelled returns the blocks that need a label, because a jump leads to them.
func (m *Machine) labelled(blocks []*ir.Block) map[*ir.Block]bool {
	labelled := map[*ir.Block]bool{}
	for i, b := range blocks {
		if b.Await != nil || b.Across || b == m.Fn.Unwind {
			labelled[b] = true
		}
		b.Terminators(func(x *ir.Terminator) {
			falls := x == b.End && i+1 < len(blocks) && x.Jump != nil && x.Jump.To == blocks[i+1]
			if x.Jump != nil && !falls && x.Jump.To.Part == b.Part {
				labelled[x.Jump.To] = true
			}
		})
	}
	return labelled
}

// seq writes the nodes and the terminator of s. Control may fall through to the block fall.
func (p *printer) seq(s *ir.Seq, fall *ir.Block) {
	for _, n := range s.Nodes {
		p.node(n)
	}
	if s.End != nil && s.End.Jump != nil && s.End.Return != nil {
		p.at(s.End.Return.Pos)
		p.toUnwind(s.End.Return)
		p.own()
	}
	if s.End != nil && (s.End.Jump == nil || fall == nil || s.End.Jump.To != fall) {
		if s.End.Return != nil {
			p.at(s.End.Return.Pos)
		}
		p.terminate(s.End)
		p.text("\n")
		p.own()
	}
	for range p.top().braces {
		p.line("}")
	}
	p.top().braces = 0
}

func (p *printer) node(n ir.Node) {
	switch n := n.(type) {
	case *ir.Comment:
		p.comment(n)
	case *ir.Plain:
		if n.Decl != nil {
			if l := n.Decl; l.Place == ir.InBlocks && l.Blocks[p.block] {
				p.localDecl(n.Decl)
			}
			return
		}
		p.capture(n.Code)
		back := p.copyIn(n)
		p.at(n.Pos)
		p.emitCode(n.Code)
		p.text("\n")
		p.own()
		for _, do := range back {
			do()
		}
	case *ir.Define:
		p.capture(n.Rhs)
		p.at(n.Pos)
		p.define(n)
		p.own()
	case *ir.DeferStmt:
		p.deferStmt(n.Defer)
	case *ir.Arm:
		p.arm(n.Await)
		p.own()
	case *ir.Release:
		p.release(n.Defer)
	case ir.Released:
		p.line(p.recv, ".exit.Unshield()")
	case *ir.Unwind:
		p.runUnwind(n)
	case *ir.Guard:
		p.capture(n.Cond)
		p.at(n.Pos)
		p.text("if ")
		p.emitCode(n.Cond)
		p.text(" {\n")
		p.own()
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

// copyIn declares locals for the variables of the frame that a hot loop uses. back writes
// the code that copies back those that the loop assigns. No other code reads these variables
// while the loop runs: the loop only calls functions that gc inlines, and variables of
// deferred calls are left out.
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
	p.at(d.Pos)
	p.emitCode(head)
	p.text("{\n")
	p.own()
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

// use writes a use of the local name of v if nothing reads v. Otherwise the code would not
// compile.
func (p *printer) use(v *ir.Var, name string) {
	if !p.reads(v) || v.Kind == ir.Result && p.Fn.Gen != nil { // a generator may return without reading it
		p.line("_ = ", name)
	}
}

// reads reports whether v is read: in the current block if each block has its own v.
func (p *printer) reads(v *ir.Var) bool {
	if p.Fn.Place(v).PerBlock {
		return p.readIn[p.block][v]
	}
	return p.read[v]
}

// caseHead writes the head of a clause. after writes the code for the received values.
func (p *printer) caseHead(c *ir.DispatchClause) (after []func()) {
	if len(c.Recv) == 0 {
		p.at(c.Pos)
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
	p.at(c.Pos)
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
