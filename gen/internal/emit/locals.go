package emit

// This file finds out what a machine does with its variables, before any of it is written.

import (
	"maps"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// chooseLocals finds out which names the locals of the machine must avoid, and which blocks
// read and assign which variables. It chooses the names of what every method has.
func (m *Machine) chooseLocals() {
	fn := m.Fn
	m.taken, m.fixed, m.reserved = map[string]bool{}, map[string]bool{}, maps.Clone(ir.Words)
	m.blocks, m.read, m.written = map[*ir.Var]map[*ir.Block]bool{}, map[*ir.Var]bool{}, map[*ir.Var]bool{}
	m.readIn, m.setIn = map[*ir.Block]map[*ir.Var]bool{}, map[*ir.Block]map[*ir.Var]bool{}
	m.declared = map[*ir.Block][]*ir.LocalDecl{}
	tracked := fn.Tracked()
	for id, objs := range fn.Idents {
		m.taken[id] = true
		for _, obj := range objs {
			// What verbatim text declares for itself, it hides by itself.
			if !tracked[obj] && !fn.Declares(obj) {
				m.fixed[id] = true
			}
		}
	}
	for _, t := range fn.TypeParams {
		m.fixed[t.Name], m.taken[t.Name] = true, true
	}
	for _, l := range fn.Types {
		for _, name := range l.Names {
			m.fixed[name] = true
		}
		if l.Place == ir.InBlocks {
			for b := range l.Blocks {
				m.declared[b] = append(m.declared[b], l)
			}
		}
	}
	for name := range m.Names.root.body.OtherNames {
		m.fixed[name], m.taken[name] = true, true
	}
	m.taken["machine"] = true
	fn.Codes(func(c ir.Code) {
		c.Quals(func(q *ir.Qual) {
			if q.Path != machinePath { // which gives way to the user's names
				m.fixed[q.Pkg] = true
			}
		})
	})
	for _, b := range fn.Blocks {
		m.setIn[b] = map[*ir.Var]bool{}
		b.Codes(func(c ir.Code) {
			c.Refs(func(r *ir.Ref) { m.setIn[b][r.Var] = m.setIn[b][r.Var] || r.Set })
		})
		ir.Mentions(fn.Func, b, func(v *ir.Var, read bool) {
			if m.blocks[v] == nil {
				m.blocks[v] = map[*ir.Block]bool{}
			}
			m.blocks[v][b] = true
			if read {
				m.read[v] = true
				if m.readIn[b] == nil {
					m.readIn[b] = map[*ir.Var]bool{}
				}
				m.readIn[b][v] = true
			}
		})
	}
	for _, d := range fn.Defers {
		d.Call.Refs(func(r *ir.Ref) { m.read[r.Var] = m.read[r.Var] || !r.Set })
	}
	// The text of a dead assignment still needs the variable.
	fn.Codes(func(c ir.Code) {
		c.Refs(func(r *ir.Ref) { m.written[r.Var] = m.written[r.Var] || r.Set })
	})
	if fn.DeferList {
		m.reserved["append"] = true
	}
	m.recv = m.pick("f", "fr", "frame")
	m.task = m.pick("t", "task")
	m.ready = m.pick("ready", "done")
	m.state = m.pick("state", "at")
	if len(fn.Defers) > 0 {
		m.ended = m.pick("ended", "over")
		m.reserved[m.ended] = true
	}
	for _, name := range []string{m.recv, m.task, m.ready, m.state} {
		m.reserved[name] = true
	}
	if fn.IsEnclosed() {
		m.self = m.pick("m")
		m.reserved[m.self] = true
	}
	m.entry = m.pick("d", "entry")
	if len(fn.Awaits) > 0 && fn.NumValues() == 1 && isTypeParam(fn.Results[0].Type) {
		m.none = m.pick("zero", "none")
		m.reserved[m.none] = true
	}
	m.named = fn.Named && len(fn.Defers) > 0
	if m.named {
		m.value, m.err = m.pick("result"), m.pick("err", "failure")
		m.reserved[m.value], m.reserved[m.err] = true, true
	}
}
