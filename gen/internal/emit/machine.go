package emit

// This file writes what one async function becomes: its constructor, its
// frame, its states and its methods.

import (
	"github.com/dave/jennifer/jen"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

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
	m.findTaken()
	m.findUses()
	m.nameOwn()
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

// frameName returns the type of the frame, as the methods of the frame write it.
func (m *Machine) frameName() string { return m.Names.Frame + typeArgs(m.Fn.Func) }
