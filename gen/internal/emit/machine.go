package emit

// This file writes the machine of one async function: its constructor, its frame, its states
// and its methods.

import (
	"go/token"

	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// A Machine is the machine of one async function.
type Machine struct {
	Fn    *ir.Layout
	Names *Names
	// Of returns the machine of another async function of the package.
	Of func(*ir.Func) *Machine
	// Beside: the source stands beside the machine, so a build from source can run it.
	Beside bool
	// Line returns the line of the source at pos. It is nil if nobody asks where lines come
	// from.
	Line func(pos token.Pos) int
	// Explained: the marks are for [File.Origins], which also wants to know reasons and blocks.
	Explained bool
	// CommentMark is the mark of comments, if Explained. See the function of this name.
	CommentMark string
	// Tidy permits the steps that only make the machine shorter or faster.
	Tidy bool

	// prepare sets the other fields.

	deep bool // see ir.Graph.IsDeep

	// Names to avoid.
	taken    naming.Set       // names that a new local must avoid; methods add theirs
	reserved naming.Set       // names that even a variable of the user must avoid
	fixed    naming.Set       // names in verbatim text that do not denote tracked variables
	hidden   map[*ir.Var]bool // results whose names text with a return in it declares anew

	// Uses of variables.
	blocks   map[*ir.Var]map[*ir.Block]bool // the blocks that mention the variable
	read     map[*ir.Var]bool               // variables that are read
	readIn   map[*ir.Block]map[*ir.Var]bool
	written  map[*ir.Var]bool // variables that verbatim text assigns
	setIn    map[*ir.Block]map[*ir.Var]bool
	declared map[*ir.Block][]*ir.LocalDecl // the types and constants that the block declares

	// Names that all methods share.
	recv, task, ready string // f, t, ready
	ended             string // the last result of Poll, if unwind sets it
	sent, thrown      string // the parameters of a generator that takes values: what its Yield returns
	wants             string // more, the parameter of a deep generator that tells whether its caller wants more
	self              string // m, the enclosed machine whose frame is f
	state             string // the state at which Poll resumes
	value, err        string // the results of Poll, if unwind sets them
	entry             string // an entry in the list of deferred calls
	none              string // the zero result, if it has no literal
	named             bool   // results are returned through the frame, because deferred calls may set them

	// Names of locals, states and labels.
	idents       map[*ir.Var]string
	awaits       map[*ir.Await]stop
	states       map[*ir.Block]string // states of blocks at which the function may resume
	labels       map[*ir.Block]string
	consts       map[*ir.Defer]string          // constants in the record of deferred calls
	visible      map[*ir.Block]map[string]bool // names of locals that the block may mention
	hoistedNames map[string]bool               // names of hoisted locals
}

// A part is a declaration of a machine, and what it is for.
type part struct {
	why  Reason
	code *jen.Statement
}

// write adds the machine to f. scope holds the names of the package.
func (m *Machine) write(f *jen.File, scope naming.Set) {
	if m.Fn.IsEnclosed() {
		if m.Fn.Outer == nil {
			m.enclosed(f, scope)
		}
		return
	}
	m.prepare(scope)
	if m.Fn.Gen != nil {
		m.add(f, m.generator(scope))
		return
	}
	m.add(f, []part{
		{constructs, m.constructor()}, {keeps, m.frameType()}, {returnsMany, m.resultsType()}, {begins, m.initMethod()}, {begins, m.beginMethod()},
		{records, m.entryType()}, {numbers, m.stateType()}, {locates, m.lineTable()}, {records, m.deferConstants()}, {moves, m.localTypes()},
		{polls, m.pollMethod()}, {polls, m.partMethods()}, {catches, m.catchMethod()}, {unwinds, m.leaveMethod()}, {unwinds, m.unwindMethod()}, {locates, m.whereMethod(scope)},
	})
}

// generator returns the declarations of a generator.
func (m *Machine) generator(scope naming.Set) []part {
	return []part{
		{constructs, m.pullMethod()}, {keeps, m.frameType()}, {begins, m.beginMethod()}, {records, m.entryType()}, {numbers, m.stateType()}, {locates, m.lineTable()},
		{records, m.deferConstants()}, {moves, m.localTypes()}, {polls, m.deepMethods()}, {polls, m.nextMethod()}, {polls, m.partMethods()}, {unwinds, m.generatorUnwind()},
		{hands, m.sendMethods()}, {stops, m.stopMethod()}, {hands, m.allMethod()}, {locates, m.yieldOf(scope)}, {locates, m.stringMethod()},
	}
}

// add adds declarations to f.
func (m *Machine) add(f *jen.File, decls []part) {
	for _, decl := range decls {
		if decl.code != nil {
			m.begin(f)
			if m.Line != nil {
				f.Add(jen.Op(m.mark(decl.why) + "\n"))
				f.Line()
			}
			f.Add(decl.code)
		}
	}
}

// begin separates the next declaration in f from the one before it.
func (m *Machine) begin(f *jen.File) {
	f.Line()
	if m.Line == nil {
		f.Add(jen.Op(cut))
	}
}

// prepare chooses the names in the machine.
func (m *Machine) prepare(scope naming.Set) {
	m.deep = m.Fn.IsDeep()
	m.findTaken()
	m.findUses()
	m.nameOwn()
	m.nameLabels(scope)
	m.fixed.Add(m.Names.all()...)
	for _, a := range m.Fn.Awaits {
		m.fixed[m.awaits[a].state] = true
		if a.Callee != nil {
			m.fixed.Add(m.Of(a.Callee).Names.all()...)
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

// frameName returns the type of the frame as code in the methods of the frame.
func (m *Machine) frameName() string { return m.Names.Frame + typeArgs(m.Fn.Func) }
