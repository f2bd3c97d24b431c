package emit

// This file determines how the blocks of a machine use its variables, before the machine is
// written.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// findUses determines the variables that each block reads and assigns, and the types and
// constants that each block declares.
func (m *Machine) findUses() {
	fn := m.Fn
	m.blocks, m.read, m.written = map[*ir.Var]map[*ir.Block]bool{}, map[*ir.Var]bool{}, map[*ir.Var]bool{}
	m.readIn, m.setIn = map[*ir.Block]map[*ir.Var]bool{}, map[*ir.Block]map[*ir.Var]bool{}
	m.declared = map[*ir.Block][]*ir.LocalDecl{}
	for _, l := range fn.Types {
		if l.Place == ir.InBlocks {
			for b := range l.Blocks {
				m.declared[b] = append(m.declared[b], l)
			}
		}
	}
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
	// The text of an assignment needs the variable even if nothing reads it.
	fn.Codes(func(c ir.Code) {
		c.Refs(func(r *ir.Ref) { m.written[r.Var] = m.written[r.Var] || r.Set })
	})
}
