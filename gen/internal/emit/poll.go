package emit

// This file writes the Poll method: its head, its blocks and their nodes.

import (
	"maps"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A poll writes the methods of one frame.
type poll struct {
	*writer
	fn       *ir.Layout
	names    *Names
	taken    map[string]bool // every name that a new local must avoid
	reserved map[string]bool // names that even a variable of the user may not have
	fixed    map[string]bool // names that stand in verbatim text for something else than a tracked variable
	blocks   map[*ir.Var]map[*ir.Block]bool
	read     map[*ir.Var]bool // somebody reads it
	readIn   map[*ir.Block]map[*ir.Var]bool
	written  map[*ir.Var]bool // verbatim text assigns it
	setIn    map[*ir.Block]map[*ir.Var]bool
	declared map[*ir.Block][]*ir.LocalDecl // the types and constants that it declares

	recv, task, ready string             // f, t, ready
	machine           string             // m, what f is the frame of, if that is enclosed
	state             string             // where Poll goes on
	value, err        string             // the results of Poll, if unwind sets them
	entry             string             // one of the list of what was deferred
	none              string             // the zero result, if it has no literal
	idents            map[*ir.Var]string // the names of variables as locals
	awaits            map[*ir.Await]stop
	states            map[*ir.Block]string // of those at which the function may go on
	labels            map[*ir.Block]string
	labelled          map[*ir.Block]bool            // those whose labels are written
	visible           map[*ir.Block]map[string]bool // names of locals that each may mean
	hoistedNames      map[string]bool               // and all of them
	named             bool                          // results travel through the frame, for deferred calls
	tidy              bool

	scopes []*scope  // of the braces around the current node, innermost last
	cur    *ir.Block // being written
	bare   bool      // no braces will be put around it

	machineOf func(*ir.Func) *Machine // of another coroutine of this package
}

// A stop is what the machine calls an await.
type stop struct {
	state string // handleAwaitRead
	label string // awaitRead
}

// resultType returns the T of the rt.Coroutine[T].
func (p *poll) resultType() ir.Code { return resultType(p.fn.Func, p.names) }

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

func newPoll(fn *ir.Layout, names *Names, tidy bool) *poll {
	p := &poll{
		writer: &writer{}, fn: fn, names: names, tidy: tidy,
		taken: map[string]bool{}, fixed: map[string]bool{}, reserved: maps.Clone(ir.Words),
		blocks: map[*ir.Var]map[*ir.Block]bool{}, read: map[*ir.Var]bool{}, readIn: map[*ir.Block]map[*ir.Var]bool{}, setIn: map[*ir.Block]map[*ir.Var]bool{}, written: map[*ir.Var]bool{},
		labelled: map[*ir.Block]bool{}, declared: map[*ir.Block][]*ir.LocalDecl{},
	}
	tracked := fn.Tracked()
	for id, objs := range fn.Idents {
		p.taken[id] = true
		for _, obj := range objs {
			// What verbatim text declares for itself, it hides by itself.
			if !tracked[obj] && !fn.Declares(obj) {
				p.fixed[id] = true
			}
		}
	}
	for _, t := range fn.TypeParams {
		p.fixed[t.Name], p.taken[t.Name] = true, true
	}
	for _, l := range fn.Types {
		for _, name := range l.Names {
			p.fixed[name] = true
		}
		if l.Place == ir.InBlocks {
			for b := range l.Blocks {
				p.declared[b] = append(p.declared[b], l)
			}
		}
	}
	for name := range names.root.body.OtherNames {
		p.fixed[name], p.taken[name] = true, true
	}
	fn.Codes(func(c ir.Code) { c.Quals(func(q *ir.Qual) { p.fixed[q.Pkg] = true }) })
	for _, b := range fn.Blocks {
		p.setIn[b] = map[*ir.Var]bool{}
		b.Codes(func(c ir.Code) {
			c.Refs(func(r *ir.Ref) { p.setIn[b][r.Var] = p.setIn[b][r.Var] || r.Set })
		})
		ir.Mentions(fn.Func, b, func(v *ir.Var, read bool) {
			if p.blocks[v] == nil {
				p.blocks[v] = map[*ir.Block]bool{}
			}
			p.blocks[v][b] = true
			if read {
				p.read[v] = true
				if p.readIn[b] == nil {
					p.readIn[b] = map[*ir.Var]bool{}
				}
				p.readIn[b][v] = true
			}
		})
	}
	for _, d := range fn.Defers {
		d.Call.Refs(func(r *ir.Ref) { p.read[r.Var] = p.read[r.Var] || !r.Set })
	}
	// The text of a dead assignment still needs the variable.
	fn.Codes(func(c ir.Code) {
		c.Refs(func(r *ir.Ref) { p.written[r.Var] = p.written[r.Var] || r.Set })
	})
	if fn.DeferList {
		p.reserved["append"] = true
	}
	p.recv = p.pick("f", "fr", "frame")
	p.task = p.pick("t", "task")
	p.ready = p.pick("ready", "done")
	p.state = p.pick("state", "at")
	for _, name := range []string{p.recv, p.task, p.ready, p.state} {
		p.reserved[name] = true
	}
	if fn.IsEnclosed() {
		p.machine = p.pick("m", "machine")
		p.reserved[p.machine] = true
	}
	p.entry = p.pick("d", "entry")
	if len(fn.Awaits) > 0 && fn.NumValues() == 1 && isTypeParam(fn.Results[0].Type) {
		p.none = p.pick("zero", "none")
		p.reserved[p.none] = true
	}
	p.named = fn.Named && len(fn.Defers) > 0
	if p.named {
		p.value, p.err = p.pick("result"), p.pick("err", "failure")
		p.reserved[p.value], p.reserved[p.err] = true, true
	}
	return p
}

func (p *poll) push() {
	p.scopes = append(p.scopes, &scope{names: map[string]bool{}, aliases: map[*ir.Var]alias{}})
}
func (p *poll) pop() *scope {
	s := p.scopes[len(p.scopes)-1]
	p.scopes = p.scopes[:len(p.scopes)-1]
	return s
}
func (p *poll) top() *scope { return p.scopes[len(p.scopes)-1] }

func (p *poll) alias(v *ir.Var) (alias, bool) {
	for i := len(p.scopes) - 1; i >= 0; i-- {
		if a, ok := p.scopes[i].aliases[v]; ok {
			return a, true
		}
	}
	return alias{}, false
}

// local declares a local for v in the innermost scope and returns its name.
func (p *poll) local(v *ir.Var) string {
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
func (p *poll) fresh(name string) string {
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

func (p *poll) declare(name string) {
	p.top().names[name] = true
	p.top().declares = true
}

// isVisible reports whether name is a local that the current block may mean.
func (p *poll) isVisible(name string) bool {
	for _, s := range p.scopes {
		if s.names[name] {
			return true
		}
	}
	if p.hoistedNames[name] || p.visible[p.cur][name] {
		return true
	}
	if p.bare && (name == p.value || name == p.err) {
		return true
	}
	return name == p.recv || name == p.task
}

// ref writes a mention of a variable.
func (p *poll) ref(r *ir.Ref) {
	v := r.Var
	amp := ""
	if r.Addr {
		amp = "&"
	}
	a, hasAlias := p.alias(v)
	switch {
	case v.Entry:
		p.text(p.entry + "." + p.fn.Field(v).Name)
	case p.fn.Home(v) == ir.Inner || p.fn.Home(v) == ir.Hoisted:
		if hasAlias {
			p.text(amp + a.name)
			return
		}
		p.text(amp + p.idents[v])
	case p.fn.Home(v) == ir.InFrame:
		if hasAlias && (a.whole || r.InLit || !v.Given() && !v.Assigned) {
			p.text(amp + a.name)
			return
		}
		p.text(amp + p.recv + "." + p.fn.Field(v).Name)
	case hasAlias && !a.deref:
		p.text(amp + a.name)
	default:
		box := p.recv + "." + p.fn.Field(v).Name
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
func (p *poll) emitCode(c ir.Code) {
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
func (p *poll) exitInText(x *ir.Exit, rest ir.Code) {
	inner, declares := p.inScope(func() {
		if x.Jump != nil && x.Return != nil {
			p.toUnwind(x.Return)
		}
		p.exit(x)
	})
	p.braced(inner, declares && !rest.EndsList())
}

// capture declares a local for each variable of the frame that a function
// literal in the codes captures: the literal must not reach into the frame.
func (p *poll) capture(codes ...ir.Code) {
	for _, c := range codes {
		c.Refs(func(r *ir.Ref) {
			v := r.Var
			if !r.InLit || p.fn.Home(v) == ir.Inner || p.fn.Home(v) == ir.Hoisted {
				return
			}
			if _, ok := p.alias(v); ok {
				return
			}
			name := p.local(v)
			p.line(name, " := ", p.recv, ".", p.fn.Field(v).Name)
			p.top().aliases[v] = alias{name: name, deref: p.fn.Home(v) == ir.Boxed}
		})
	}
}

// body writes blocks, which are all of Poll or one part of the function.
func (p *poll) body(blocks []*ir.Block) {
	for i, b := range blocks {
		if b.Await != nil || b.Across || b == p.fn.Unwind {
			p.labelled[b] = true
		}
		p.jumpsOf(blocks, i)
	}
	for i, b := range blocks {
		p.cur = b
		if p.labelled[b] {
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
		// A jump back from the last block would leave with it what its await has set.
		p.bare = i == len(blocks)-1 && !p.fn.Parks && p.fn.Parts == 0
		inner, declares := p.inScope(func() {
			if b.Await != nil {
				p.await(b.Await)
			}
			if b == p.fn.Blocks[0] {
				p.boxResults()
			}
			p.localDecls(b)
			if b.Await == nil || !p.passesOn(b.Await) {
				p.seq(&b.Seq, next)
			}
		})
		p.braced(inner, declares && !p.bare)
	}
}

// inScope returns what write writes, in a scope of its own, and whether that declares
// anything there.
func (p *poll) inScope(write func()) (w *writer, declares bool) {
	outer := p.writer
	p.writer = &writer{}
	p.push()
	write()
	w, p.writer = p.writer, outer
	return w, p.pop().declares
}

// braced writes what w collected, in braces if wrap is set.
func (p *poll) braced(w *writer, wrap bool) {
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
func (p *poll) boxResults() {
	for _, v := range p.fn.Results {
		if p.fn.Home(v) == ir.Boxed {
			p.zero(ir.Dst{Var: v, New: true}, nil)
		}
	}
}

// jumpsOf notes the blocks that the i-th of blocks jumps to otherwise than by falling
// into the next.
func (p *poll) jumpsOf(blocks []*ir.Block, i int) {
	b := blocks[i]
	b.Exits(func(x *ir.Exit) {
		falls := x == b.Exit && i+1 < len(blocks) && x.Jump != nil && x.Jump.To == blocks[i+1]
		if x.Jump != nil && !falls && x.Jump.To.Part == b.Part {
			p.labelled[x.Jump.To] = true
		}
	})
}

// seq writes nodes and their exit; control may fall into the block fall.
func (p *poll) seq(s *ir.Seq, fall *ir.Block) {
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

func (p *poll) node(n ir.Node) {
	switch n := n.(type) {
	case *ir.Comment:
		p.line(n.Text)
	case *ir.Plain:
		if n.Decl != nil {
			if l := n.Decl; l.Place == ir.InBlocks && l.Blocks[p.cur] {
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
		if p.fn.Home(n.Var) != ir.Boxed {
			return
		}
		name := p.fresh(n.Var.Name)
		p.line(name, " := *", p.recv, ".", p.fn.Field(n.Var).Name)
		p.line(p.recv, ".", p.fn.Field(n.Var).Name, " = &", name)
		delete(p.top().aliases, n.Var)
	}
}

// copyIn makes locals of the frame's variables that a hot loop uses, and
// returns what copies back those that it assigns. Nobody else can look at them
// meanwhile: the loop calls nothing, and what a deferred call needs is left out.
func (p *poll) copyIn(n *ir.Plain) (back []func()) {
	if !p.tidy || len(n.Hot) == 0 {
		return nil
	}
	written := map[*ir.Var]bool{}
	for _, v := range n.Assigns {
		written[v] = true
	}
	var vars []*ir.Var
	n.Code.Refs(func(r *ir.Ref) {
		v := r.Var
		if n.Hot[v] && p.fn.Home(v) == ir.InFrame && !v.Deferred && !v.Captured && !slices.Contains(vars, v) {
			if _, ok := p.alias(v); !ok {
				vars = append(vars, v)
			}
		}
	})
	for _, v := range vars {
		name := p.local(v)
		p.line(name, " := ", p.recv, ".", p.fn.Field(v).Name)
		p.top().aliases[v] = alias{name: name, whole: true}
		if written[v] && !n.Ends {
			back = append(back, func() { p.line(p.recv, ".", p.fn.Field(v).Name, " = ", name) })
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
func (p *poll) dispatch(d *ir.Dispatch) {
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
			switch p.fn.Home(c.Bind) {
			case ir.Inner:
				p.top().aliases[c.Bind] = alias{name: bound}
				p.use(c.Bind, bound)
			case ir.Hoisted:
				p.line(p.idents[c.Bind], " = ", bound)
			case ir.InFrame:
				p.line(p.recv, ".", p.fn.Field(c.Bind).Name, " = ", bound)
			case ir.Boxed:
				p.line(p.recv, ".", p.fn.Field(c.Bind).Name, " = &", bound)
			}
		}
		p.seq(&c.Seq, nil)
		p.pop()
	}
	p.text("}\n")
}

// use mentions the local name of v if nothing reads it: Go would complain.
func (p *poll) use(v *ir.Var, name string) {
	if !p.reads(v) {
		p.line("_ = ", name)
	}
}

// reads reports whether somebody reads v, as far as it is the variable of the
// block at hand.
func (p *poll) reads(v *ir.Var) bool {
	if p.fn.Place(v).PerBlock {
		return p.readIn[p.cur][v]
	}
	return p.read[v]
}

// caseHead writes the head of a clause and returns what must be done with what
// it receives.
func (p *poll) caseHead(c *ir.DispatchClause) (after []func()) {
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
