package emit

// This file writes what one async function becomes: its constructor, its
// frame, its states and its methods.

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

const (
	rtPath      = "github.com/coroutinegen/coroutinegen/rt"
	machinePath = rtPath + "/machine"
)

// resultType returns the T of the rt.Coroutine[T] that fn is.
//
// Names are those of fn, nil if it has at most three results.
func resultType(fn *ir.Func, names *Names) ir.Code {
	n := fn.NumValues()
	if n == 1 {
		return fn.TypeCode(fn.Results[0].Type)
	}
	if n > 3 {
		return ir.Lit(names.Results + typeArgs(fn))
	}
	code := ir.Code{rtQual([...]string{0: "Void", 2: "Two", 3: "Three"}[n])}
	for i := range n {
		sep := ", "
		if i == 0 {
			sep = "["
		}
		code = append(append(code, ir.Text(sep)), fn.TypeCode(fn.Results[i].Type)...)
	}
	if n > 0 {
		code = append(code, ir.Text("]"))
	}
	return code
}

// signature writes the receiver, name, parameters and result of nameAsync and
// returns the names of the receiver and the parameters, which are not taken.
func signature(w *writer, fn *ir.Func, taken map[string]bool) (names []string) {
	for _, t := range fn.TypeParams {
		taken[t.Name] = true
	}
	w.text("func ")
	if fn.Recv != nil {
		names = append(names, inputName(fn.Recv, taken, "recv"))
		w.text("(" + names[0] + " ")
		w.plain(fn.TypeCode(fn.Recv.Type))
		w.text(") ")
	}
	w.text(fn.Async)
	w.plain(fn.OwnTypeParamList())
	w.text("(")
	names = append(names, parameters(w, fn, fn.Params, taken)...)
	w.text(") ")
	w.qual(rtQual("Coroutine"))
	w.text("[")
	w.plain(resultType(fn, nil))
	w.text("] {\n")
	return names
}

// inputName returns what to call the parameter v, which is not taken then.
func inputName(v *ir.Var, taken map[string]bool, spare string) string {
	if v.Name == "" || v.Name == "_" {
		return pick(taken, spare)
	}
	return pick(taken, v.Name)
}

// parameters writes the list of parameters vars of fn and returns their names.
func parameters(w *writer, fn *ir.Func, vars []*ir.Var, taken map[string]bool) (names []string) {
	for i, v := range vars {
		if i > 0 {
			w.text(", ")
		}
		names = append(names, inputName(v, taken, "arg"))
		w.text(names[i])
		last := i == len(vars)-1
		if !last && !(fn.Variadic && i == len(vars)-2) && types.Identical(v.Type, vars[i+1].Type) {
			continue // dst, src *netio.Conn
		}
		w.text(" ")
		code := fn.TypeCode(v.Type)
		if fn.Variadic && last {
			w.text("...")
			code = code[1:] // without []
			if s, ok := fn.TypeCode(v.Type)[0].(ir.Text); ok && s != "[]" {
				code = append(ir.Lit(strings.TrimPrefix(string(s), "[]")), code...)
			}
		}
		w.plain(code)
	}
	return names
}

// doc returns the doc comment of the constructor of fn.
func doc(fn *ir.Func, how string) string {
	s := fmt.Sprintf("// %s returns %s as a coroutine%s\n", fn.Async, fn.Name, how)
	if fn.Doc != "" {
		s += "//\n"
		for _, l := range strings.Split(strings.TrimRight(fn.Doc, "\n"), "\n") {
			if l == "" {
				s += "//\n"
			} else {
				s += "// " + l + "\n"
			}
		}
	}
	return s
}

// A Machine is what one async function becomes.
type Machine struct {
	Fn    *ir.Layout
	Names *Names
	// Of returns the machine of another async function of the package.
	Of func(*ir.Func) *Machine
	// Tidy allows what only makes the machine shorter or faster.
	Tidy bool

	// The rest is what prepare finds out.

	// What stands in the way of names.
	taken    map[string]bool // every name that a new local must avoid; methods add theirs
	reserved map[string]bool // names that even a variable of the user may not have
	fixed    map[string]bool // names that stand in verbatim text for something else than a tracked variable

	// What the blocks do with variables.
	blocks   map[*ir.Var]map[*ir.Block]bool // that mention the variable
	read     map[*ir.Var]bool               // somebody reads it
	readIn   map[*ir.Block]map[*ir.Var]bool
	written  map[*ir.Var]bool // verbatim text assigns it
	setIn    map[*ir.Block]map[*ir.Var]bool
	declared map[*ir.Block][]*ir.LocalDecl // the types and constants that the block declares

	// The names of what every method has.
	recv, task, ready string // f, t, ready
	ended             string // the last result of Poll, if unwind sets it
	self              string // m, what f is the frame of, if that is enclosed
	state             string // where Poll goes on
	value, err        string // the results of Poll, if unwind sets them
	entry             string // one of the list of what was deferred
	none              string // the zero result, if it has no literal
	named             bool   // results travel through the frame, for deferred calls

	// The names of locals, states and labels.
	idents       map[*ir.Var]string
	awaits       map[*ir.Await]stop
	states       map[*ir.Block]string // of those at which the function may go on
	labels       map[*ir.Block]string
	consts       map[*ir.Defer]string          // of the record of deferred calls
	visible      map[*ir.Block]map[string]bool // names of locals that each may mean
	hoistedNames map[string]bool               // and all of them
}

// write adds the machine to f. scope holds the names of the package.
func (m *Machine) write(f *jen.File, scope Scope) {
	if m.Fn.IsEnclosed() {
		if m.Fn.Outer == nil {
			m.enclosed(f, scope)
		}
		return
	}
	m.prepare(scope)
	for _, decl := range []*jen.Statement{
		m.constructor(), m.frameType(), m.resultsType(), m.initMethod(), m.beginMethod(), m.entryType(), m.stateType(), m.lineTable(), m.deferConstants(), m.localTypes(), m.pollMethod(), m.partMethods(), m.catchMethod(), m.leaveMethod(), m.unwindMethod(), m.whereMethod(scope),
	} {
		if decl != nil {
			f.Line()
			f.Add(decl)
		}
	}
}

// prepare chooses all names of the machine.
func (m *Machine) prepare(scope Scope) {
	m.chooseLocals()
	m.nameStates(scope)
	for _, name := range m.Names.all() {
		m.fixed[name] = true
	}
	for _, a := range m.Fn.Awaits {
		m.fixed[m.awaits[a].state] = true
		if a.Callee != nil {
			for _, name := range m.Of(a.Callee).Names.all() {
				m.fixed[name] = true
			}
		}
	}
	for _, b := range m.Fn.Blocks {
		if b.Across {
			m.fixed[m.states[b]] = true
		}
	}
	for _, d := range m.Fn.Recorded() {
		m.fixed[m.consts[d]] = true
	}
	for _, c := range m.Fn.Closures {
		m.fixed[m.Of(c.Func).Names.Frame] = true
	}
	m.nameLocals()
}

// constructor writes nameAsync. A literal has none: its frame is made where it
// stands.
func (m *Machine) constructor() *jen.Statement {
	if m.Fn.Outer != nil {
		return nil
	}
	w := &writer{}
	w.text(doc(m.Fn.Func, "."))
	names := signature(w, m.Fn.Func, map[string]bool{"rt": true, m.Names.Frame: true})
	if m.Fn.AtInit {
		for fn := range m.Fn.All {
			if !fn.Embedded { // else another Poll mentions it
				w.line("_ = (*", m.Of(fn.Func).Names.Frame, fn.TypeArgs(), ").Poll // so Go initialises what it uses before what calls this")
			}
		}
	}
	w.text("return ")
	w.qual(rtQual("NewCoroutine"))
	w.text("(&")
	m.own().literal(w, inputs(w, m.Fn, names))
	w.text(")\n}")
	return w.statement()
}

// frameName returns the type of the frame, as the methods of the frame write it.
func (m *Machine) frameName() string { return m.Names.Frame + typeArgs(m.Fn.Func) }

// own is the coroutine in its own machine.
func (m *Machine) own() instance { return instance{fn: m.Fn, names: m.Names, in: m.Fn.Func} }

// inputs returns what writes the value of each input of fn in a function that has them as
// parameters.
func inputs(w *writer, fn *ir.Layout, names []string) (values []func()) {
	for i, v := range fn.Inputs() {
		name := names[i]
		if fn.Home(v) == ir.Boxed {
			name = "&" + name
		}
		values = append(values, func() { w.text(name) })
	}
	return values
}

// initMethod writes how a coroutine of another package begins the frame that it holds, whose
// receiver has the name that it has in the other methods.
func (m *Machine) initMethod() *jen.Statement {
	if m.Fn.Frame == "" {
		return nil
	}
	w := &writer{}
	taken := m.beginningNames()
	f := pick(taken, m.recv, "frame")
	w.line("// Init sets ", f, " to the beginning of ", m.Fn.Name, ", for a coroutine of another package that holds it.")
	w.text("func (" + f + " *" + m.frameName() + ") Init(")
	params := parameters(w, m.Fn.Func, m.Fn.Inputs(), taken)
	w.text(") {\n")
	m.own().begin(w, "*"+f, f, inputs(w, m.Fn, params))
	w.text("}")
	return w.statement()
}

// frameType writes the frame: variables, then what is awaited, then what the
// machine itself needs.
func (m *Machine) frameType() *jen.Statement {
	w := &writer{}
	w.line("// ", m.Names.Frame, " is what ", m.Fn.Name, " keeps across an await.")
	w.text("type " + m.Names.Frame)
	w.plain(typeParamList(m.Fn.Func))
	w.line(" struct {")
	for i, f := range m.Fn.Fields {
		typ := m.fieldType(f)
		w.text(f.Name)
		if next := i + 1; next < len(m.Fn.Fields) && m.Fn.Fields[next].Param && m.fieldType(m.Fn.Fields[next]).String() == typ.String() {
			w.text(", ") // client, server *netio.Conn
			continue
		}
		w.text(" ")
		w.plain(typ)
		w.text("\n")
	}
	if n := len(m.Fn.Recorded()); m.Fn.DeferList {
		w.line("deferred []", m.Names.Defer, typeArgs(m.Fn.Func))
	} else if n > 0 {
		w.line("deferred ", bitsType(n))
	}
	if m.Fn.Parks {
		w.text("exit ")
		w.qual(machineQual("Exit"))
		w.text("\n")
	}
	w.line("state ", m.Names.State)
	w.text("}")
	return w.statement()
}

// fieldType returns the type of f.
func (m *Machine) fieldType(f *ir.Field) (code ir.Code) {
	if f.Pointer {
		code = ir.Lit("*")
	}
	switch {
	case f.Child != nil && f.Child.IsEnclosed():
		return append(code, machineType(f.Child, m.Of(f.Child).Names)...)
	case f.Child != nil:
		return append(append(code, ir.Text(m.Of(f.Child).Names.Frame)), m.Fn.TypeArgCode(f.TypeArgs)...)
	case f.Dynamic != nil:
		code = append(code, rtQual("Awaitable"), ir.Text("["))
		code = append(code, m.Fn.TypeCode(f.Dynamic)...)
		return append(code, ir.Text("]"))
	case f.TypeCode != nil:
		return append(code, f.TypeCode...)
	}
	return append(code, m.Fn.TypeCode(f.Type)...)
}

// entryType writes the type of what is recorded for a deferred call, if a bit does
// not say enough.
func (m *Machine) entryType() *jen.Statement {
	if !m.Fn.DeferList {
		return nil
	}
	w := &writer{}
	w.line("// ", m.Names.Defer, " is a call that ", m.Fn.Name, " has deferred: which, and its operands.")
	w.text("type " + m.Names.Defer)
	w.plain(typeParamList(m.Fn.Func))
	w.line(" struct {")
	w.line("site int")
	for _, f := range m.Fn.EntryFields {
		w.text(f.Name + " ")
		w.plain(m.Fn.TypeCode(f.Type))
		w.text("\n")
	}
	w.text("}")
	return w.statement()
}

// resultsType writes the type of the results of a literal that runs where it stands, if there are
// more than rt has types for.
func (m *Machine) resultsType() *jen.Statement {
	if m.Fn.NumValues() <= 3 {
		return nil
	}
	w := &writer{}
	w.line("// ", m.Names.Results, " is what ", m.Fn.Name, " results in.")
	w.text("type " + m.Names.Results)
	w.plain(typeParamList(m.Fn.Func))
	w.line(" struct {")
	for i, r := range m.Fn.Results[:m.Fn.NumValues()] {
		w.text(fmt.Sprintf("V%d ", i+1))
		w.plain(m.Fn.TypeCode(r.Type))
		w.text("\n")
	}
	w.text("}")
	return w.statement()
}

// bitsType returns the type that has n bits.
func bitsType(n int) string {
	for _, size := range []int{8, 16, 32} {
		if n <= size {
			return fmt.Sprintf("uint%d", size)
		}
	}
	return "uint64"
}

// stateType writes the state constants.
func (m *Machine) stateType() *jen.Statement {
	fn := m.Fn
	w := &writer{}
	typ := "uint8"
	if len(fn.Awaits) > 250 || fn.Parts > 0 {
		typ = "uint16"
	}
	w.line("// ", m.Names.State, " says where ", fn.Name, " goes on.")
	w.line("type ", m.Names.State, " ", typ, "\n")
	w.line("const (")
	w.line(m.Names.Start, " ", m.Names.State, " = iota")
	for _, b := range fn.Blocks {
		switch {
		case b.Await != nil:
			w.line(m.states[b])
		case b.Across:
			w.line(m.states[b], " // not an await: another part goes on there")
		case b == fn.Unwind && fn.Parts > 0:
			w.line(m.Names.Unwind, " // what was deferred")
		}
	}
	if fn.Parks && fn.Parts == 0 {
		w.line(m.Names.Unwind, " // what was deferred, after a panic")
	}
	w.line(m.Names.Done)
	w.text(")")
	return w.statement()
}

// localTypes writes the types and constants that the function declares.
func (m *Machine) localTypes() *jen.Statement {
	if !slices.ContainsFunc(m.Fn.Types, func(l *ir.LocalDecl) bool { return l.Place == ir.AtPackage }) {
		return nil
	}
	w := &writer{}
	sep := ""
	for _, l := range m.Fn.Types {
		if l.Place != ir.AtPackage {
			continue
		}
		w.text(sep)
		sep = "\n\n"
		if len(l.Names) > 0 {
			kind := "is a constant"
			if l.Tok == token.TYPE {
				kind = "is a type"
			}
			w.line("// ", l.Names[0], " ", kind, " of ", m.Fn.Name, ".")
		}
		w.plain(l.Code)
	}
	return w.statement()
}

func (m *Machine) pollMethod() *jen.Statement {
	fn := m.Fn
	p := m.printer()
	p.line("// ", m.methodName("Poll"), " runs ", fn.Name, " to its next await or its return.")
	task := p.task
	if len(fn.Awaits) == 0 && fn.Parts == 0 && !p.usesTask() {
		task = "_"
	}
	p.method("Poll", task+" *")
	p.qual(rtQual("Task"))
	p.text(") (")
	value, err, ended := "", "", ""
	if len(fn.Defers) > 0 {
		value, err, ended = "_ ", "_ ", p.ended+" "
	}
	if p.named {
		if fn.NumValues() > 0 {
			value = p.value + " "
		}
		if fn.Fallible {
			err = p.err + " "
		}
	}
	p.text(value)
	p.plain(p.resultType())
	p.line(", ", err, "error, ", ended, "bool) {")
	p.bindFrame()
	p.push()
	if fn.Parts > 0 {
		p.runParts()
	} else {
		p.head(fn.Blocks)
		p.resume()
		p.body(fn.Blocks)
	}
	p.pop()
	p.text("}")
	return p.statement()
}

// head declares what blocks, which are all of Poll or one part of the function, have
// in common.
func (p *printer) head(blocks []*ir.Block) {
	for _, l := range p.Fn.Types {
		if l.Place == ir.AtHead && (p.Fn.Parts == 0 || isFor(l, blocks[0].Part)) {
			p.plain(l.Code)
			p.text("\n\n")
		}
	}
	p.hoisted(blocks)
}

// isFor reports whether the part of the function declares l.
func isFor(l *ir.LocalDecl, part int) bool {
	for b := range l.Blocks {
		if b.Part == part {
			return true
		}
	}
	return l.Everywhere
}

// hoisted declares the variables that several blocks use, those of a type in a
// row together, and the zero value of a type parameter that Poll returns when it
// has no result.
func (p *printer) hoisted(blocks []*ir.Block) {
	if p.none != "" {
		p.text("var " + p.none + " ")
		p.plain(p.resultType())
		p.text("\n")
		if p.Fn.Parts > 0 {
			p.line("_ = ", p.none)
		}
	}
	mentioned, read := map[*ir.Var]bool{}, map[*ir.Var]bool{} // by the first of those that share a local
	for _, b := range blocks {
		ir.Mentions(p.Fn.Func, b, func(v *ir.Var, reads bool) {
			if twin := p.Fn.Place(v).Twin; twin != nil {
				v = twin
			}
			mentioned[v] = true
			read[v] = read[v] || reads
		})
	}
	var last *ir.Var
	end := func() {
		if last == nil {
			return
		}
		p.text(" ")
		if last.TypeCode != nil {
			p.plain(last.TypeCode)
		} else {
			p.plain(p.Fn.TypeCode(last.Type))
		}
		p.text("\n")
	}
	for _, v := range p.Fn.Vars {
		if p.Fn.Home(v) != ir.Hoisted || !mentioned[v] || p.Fn.Place(v).Twin != nil {
			continue
		}
		if last != nil && last.Type != nil && v.Type != nil && types.Identical(last.Type, v.Type) {
			p.text(", " + p.idents[v])
			continue
		}
		end()
		p.text("var " + p.idents[v])
		last = v
	}
	end()
	for _, v := range p.Fn.Vars {
		if p.Fn.Home(v) == ir.Hoisted && mentioned[v] && p.Fn.Place(v).Twin == nil && !(p.Fn.Parts > 0 && read[v]) {
			if p.Fn.Parts > 0 {
				p.line("_ = ", p.idents[v])
			} else {
				p.use(v, p.idents[v])
			}
		}
	}
}

// usesTask reports whether the body mentions the current task.
func (p *printer) usesTask() (found bool) {
	for _, b := range p.Fn.Blocks {
		ir.Tasks(b, func() { found = true })
	}
	return found
}

// prologue writes what comes before the jump to where the function goes on. From here on the
// state says that it is done: only a suspension takes that back, so a return,
// a panic and a second call need nothing more.
func (p *printer) prologue(early bool) {
	names, f := p.Names, p.recv
	if early {
		p.line("if ", f, ".state == ", names.Done, " {")
		p.resumed()
		p.line("}")
	}
	if len(p.Fn.Awaits) > 0 || p.Fn.Parts > 0 {
		p.line(p.state, " := ", f, ".state")
	}
	p.line(f, ".state = ", names.Done, " // unless it suspends")
	if len(p.Fn.Defers) > 0 {
		if p.Fn.Parks {
			p.text("defer " + p.call("catch") + p.task + ", ")
		} else {
			p.text("defer " + p.call("unwind"))
		}
		if p.named {
			if p.Fn.NumValues() > 0 {
				p.text("&" + p.value + ", ")
			}
			if p.Fn.Fallible {
				p.text("&" + p.err + ", ")
			}
		}
		p.line("&", p.ended, ")")
	}
	if len(p.Fn.Iters) > 0 && (p.Fn.Parks || len(p.Fn.Defers) == 0) {
		p.line("defer ", strings.TrimSuffix(p.call(leaver(p.Fn)), ", "), ")")
	}
}

// resume writes the jump to where the function goes on.
func (p *printer) resume() {
	names := p.Names
	// What is deferred must not run again, so the check comes before it.
	early := len(p.Fn.Defers) > 0 || len(p.Fn.Iters) > 0 || len(p.Fn.Awaits) == 0
	p.prologue(early)
	switch {
	case len(p.Fn.Awaits) == 0:
	case early && len(p.Fn.Awaits) == 1 && !p.Fn.Parks:
		a := p.Fn.Awaits[0]
		p.line("if ", p.state, " == ", p.awaits[a].state, " {\ngoto ", p.awaits[a].label, "\n}")
	default:
		p.line("switch ", p.state, " {")
		for _, a := range p.Fn.Awaits {
			p.line("case ", p.awaits[a].state, ":\ngoto ", p.awaits[a].label)
		}
		if p.Fn.Parks {
			p.line("case ", names.Unwind, ":\ngoto ", p.labels[p.Fn.Unwind])
		}
		if !early {
			p.line("case ", names.Done, ":")
			p.resumed()
		}
		p.line("}")
	}
	p.text("\n")
}

func (p *printer) resumed() {
	p.text("panic(")
	p.qual(machineQual("Resumed"))
	p.line(fmt.Sprintf("(%q))", p.Fn.Root().Name))
}

func (m *Machine) unwindMethod() *jen.Statement {
	fn := m.Fn
	if len(fn.Defers) == 0 {
		return nil
	}
	if fn.Parks {
		return m.unwindParked()
	}
	p := m.unwindPrinter()
	p.line("// ", m.methodName("unwind"), " runs what ", fn.Name, " deferred, when ", m.methodName("Poll"), " ends it and does not only suspend.")
	p.method("unwind", "")
	p.resultPointers()
	p.line(p.ended, " *bool) {")
	p.bindFrame()
	p.push()
	for _, l := range fn.Types {
		if l.Fixed && slices.ContainsFunc(fn.Defers, func(d *ir.Defer) bool { return d.Call.MentionsLocal(l) }) {
			p.plain(l.Code)
			p.text("\n\n")
		}
	}
	p.unwindBody()
	p.pop()
	p.text("}")
	return p.statement()
}

// leaver returns the name of the method that leaveMethod writes: if the deferred calls
// are blocks, a panic must have left the loops before it is parked.
func leaver(fn *ir.Layout) string {
	if fn.Parks {
		return "leave"
	}
	return "unwind"
}

// leaveMethod writes the method that lets a panic go through the loops over functions,
// unless unwind does it.
//
//	func (f *findFrame) unwind() {
//		if f.state == findDone {
//			machine.Unwind(recover(), f.iter)
//		}
//	}
func (m *Machine) leaveMethod() *jen.Statement {
	fn := m.Fn
	if len(fn.Iters) == 0 || len(fn.Defers) > 0 && !fn.Parks {
		return nil
	}
	p := m.printer()
	name := leaver(fn)
	p.line("// ", m.methodName(name), " lets a panic of ", m.methodName("Poll"), " go through the iterators of ", fn.Name, ".")
	p.method(name, "")
	p.line(") {")
	p.bindFrame()
	p.line("if ", p.recv, ".state == ", m.Names.Done, " {")
	p.unwindIters()
	p.text("}\n}")
	return p.statement()
}

// resultPointers writes the parameters by which the results of Poll are set.
func (p *printer) resultPointers() {
	if !p.named {
		return
	}
	if p.Fn.NumValues() > 0 {
		p.text(p.value + " *")
		p.plain(p.resultType())
		p.text(", ")
	}
	if p.Fn.Fallible {
		p.text(p.err + " *error, ")
	}
}
