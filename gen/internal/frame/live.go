package frame

// This file computes backward liveness, one variable after the other. The cost of a
// variable is proportional to the number of stretches in which it is live. The result is
// the spans of the variable.

import (
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A liveness knows where each variable is live. A walk over the function, against the
// direction of control, numbers the program points.
type liveness struct {
	fn    *ir.Graph
	index map[*ir.Var]int // indexes in ir.Body.Vars

	stretches []stretch
	points    int
	events    [][]event           // for each variable, in the order of the walk
	head      map[*ir.Block]int   // the stretch that the block begins with
	jumps     map[*ir.Block][]int // the stretches that end with a jump to the block

	spans  []spans // for each variable
	enters []bool  // whether the variable is live where some block begins
	across []bool  // whether it is live where a pending block begins
}

// A stretch is a row of program points. Control enters it only at its beginning and leaves
// it only at its end. The points of the next stretch follow.
type stretch struct {
	from   int
	before []int     // the stretches from whose ends control comes to this one
	block  *ir.Block // the block that begins with the stretch, or nil
}

// An event is a use or an assignment of a variable in a stretch. Against the direction of
// control, a use makes the variable live, and an assignment makes it dead.
type event struct {
	stretch int
	point   int // the first point at which the event has its effect
	use     bool
}

func newLiveness(fn *ir.Graph) *liveness {
	l := &liveness{fn: fn, index: map[*ir.Var]int{}, head: map[*ir.Block]int{}, jumps: map[*ir.Block][]int{}}
	for i, v := range fn.Vars {
		l.index[v] = i
	}
	l.events = make([][]event, len(fn.Vars))
	return l
}

func (l *liveness) solve() {
	for _, b := range slices.Backward(l.fn.Blocks) {
		l.block(b)
	}
	for b, from := range l.jumps {
		if i, ok := l.head[b]; ok {
			l.stretches[i].before = append(l.stretches[i].before, from...)
		}
	}
	n := len(l.fn.Vars)
	l.spans, l.enters, l.across = make([]spans, n), make([]bool, n), make([]bool, n)
	s := &solver{liveness: l, first: make([]*event, len(l.stretches)), after: make([]int, len(l.stretches))}
	for i := range l.fn.Vars {
		s.variable(i)
	}
}

// open begins a stretch. From its end, control goes to the stretches next.
func (l *liveness) open(next ...int) {
	i := len(l.stretches)
	l.stretches = append(l.stretches, stretch{from: l.points})
	for _, n := range next {
		l.stretches[n].before = append(l.stretches[n].before, i)
	}
}

// cur returns the stretch that was opened last.
func (l *liveness) cur() int { return len(l.stretches) - 1 }

// end returns the first point after stretch i.
func (l *liveness) end(i int) int {
	if i+1 < len(l.stretches) {
		return l.stretches[i+1].from
	}
	return l.points
}

func (l *liveness) point() { l.points++ }

func (l *liveness) add(v *ir.Var, use bool) {
	if i, ok := l.index[v]; ok { // otherwise v has no place in the frame
		l.events[i] = append(l.events[i], event{l.cur(), l.points, use})
	}
}

// block walks over b.
func (l *liveness) block(b *ir.Block) {
	l.seq(&b.Seq)
	if b.Await != nil {
		l.gives(b.Await.Dst)
		if b.Await.Direct != nil {
			l.add(b.Await.Direct, true)
		}
		l.point()
	}
	l.head[b] = l.cur()
	l.stretches[l.cur()].block = b
}

// seq walks over s. From the end of s, control goes to the stretches next.
func (l *liveness) seq(s *ir.Seq, next ...int) {
	if s.End != nil {
		l.open()
		l.terminate(s.End)
	} else {
		l.open(next...)
	}
	l.point()
	for _, n := range slices.Backward(s.Nodes) {
		l.node(n)
		l.point()
	}
}

// terminate records that the current stretch ends with x.
func (l *liveness) terminate(x *ir.Terminator) {
	if x.Jump != nil {
		l.jumps[x.Jump.To] = append(l.jumps[x.Jump.To], l.cur())
	}
	if x.Return == nil {
		return
	}
	if x.Return.Naked {
		for _, r := range l.fn.Results {
			l.add(r, true)
		}
	}
	for _, r := range x.Return.Results {
		l.use(r)
	}
}

// use makes the variables that c reads live.
func (l *liveness) use(c ir.Code) {
	c.Refs(func(r *ir.Ref) {
		if !r.Write {
			l.add(r.Var, true)
		}
	})
}

// gives makes dst dead before their assignment. At the point of the assignment they are
// live even if their values are never used, so they share no field with a variable that is
// live after it.
func (l *liveness) gives(dst []ir.Dst) {
	for _, use := range []bool{true, false} {
		for _, d := range dst {
			if d.Var != nil {
				l.add(d.Var, use)
			}
		}
		if use {
			l.point()
		}
	}
}

func (l *liveness) node(n ir.Node) {
	switch n := n.(type) {
	case *ir.Plain:
		n.Code.Refs(func(r *ir.Ref) {
			if r.Write {
				l.point() // the old and the new value may not share a field
				l.add(r.Var, false)
			}
		})
		leaves := false
		n.Code.Terminators(func(x *ir.Terminator) {
			if !leaves {
				l.open(l.cur())
				leaves = true
			}
			l.terminate(x)
		})
		l.use(n.Code)
	case *ir.Define:
		l.gives(n.Vars)
		l.use(n.Rhs)
		l.use(n.Type)
	case *ir.DeferStmt:
		for _, x := range n.Defer.Saved {
			if x.Var.Entry {
				l.use(x.Value)
			}
		}
	case *ir.Arm:
		l.use(n.Await.X)
		for _, a := range n.Await.Args {
			l.use(a)
		}
	case *ir.Guard:
		after := l.cur()
		l.seq(&n.Then, after)
		l.open(after, l.cur())
		l.use(n.Cond)
	case *ir.Dispatch:
		next := []int{l.cur()}
		for _, c := range n.Clauses {
			l.seq(&c.Seq, next[0])
			given := c.Recv
			if c.Bind != nil {
				given = []ir.Dst{{Var: c.Bind}}
			}
			l.gives(given)
			l.use(c.Case)
			next = append(next, l.cur())
		}
		l.open(next...)
		l.use(n.Head)
	case *ir.Release:
		var taken []ir.Dst
		for _, x := range n.Defer.Saved {
			if x.To != nil {
				taken = append(taken, ir.Dst{Var: x.To})
			}
		}
		l.gives(taken)
	case *ir.Renew:
		l.add(n.Var, true)
	}
}

// begins reports whether variable i is live where b begins, before its await is polled.
func (l *liveness) begins(b *ir.Block, i int) bool {
	at := l.end(l.head[b]) - 1
	return l.spans[i].meets(spans{{at, at + 1}})
}

// pending reports whether control comes to b from outside the method: when Poll resumes
// after a suspension, or from another part of the function.
func (l *liveness) pending(b *ir.Block) bool {
	return b.Await != nil || b.Across || b == l.fn.Unwind && l.fn.Parts > 0
}

// A solver computes the liveness of one variable after the other.
type solver struct {
	*liveness
	first []*event // for each stretch, the first event of the variable, or nil
	after []int    // for each stretch, the last variable that is live after it, plus one
	todo  []int    // stretches at whose beginnings the variable is live
	found spans    // where the variable is live, not tidy yet
}

func (s *solver) variable(i int) {
	found := s.found[:0]
	events := s.events[i]
	for n := range events {
		e := &events[n]
		if n == 0 || events[n-1].stretch != e.stretch {
			s.first[e.stretch] = e
		}
		last := n+1 == len(events) || events[n+1].stretch != e.stretch
		switch {
		case e.use && last:
			found = found.append(e.point, s.end(e.stretch))
			s.todo = append(s.todo, e.stretch)
		case e.use:
			found = found.append(e.point, events[n+1].point)
		}
	}
	for len(s.todo) > 0 {
		x := s.stretches[s.todo[len(s.todo)-1]]
		s.todo = s.todo[:len(s.todo)-1]
		if x.block != nil {
			s.enters[i] = true
			s.across[i] = s.across[i] || s.pending(x.block)
		}
		for _, b := range x.before {
			if s.after[b] == i+1 {
				continue
			}
			s.after[b] = i + 1
			from := s.stretches[b].from
			if e := s.first[b]; e != nil {
				found = found.append(from, e.point)
				continue
			}
			found = found.append(from, s.end(b))
			s.todo = append(s.todo, b)
		}
	}
	for _, e := range events {
		s.first[e.stretch] = nil
	}
	s.spans[i], s.found = found.tidy(), found
}

// perBlock reports whether each of blocks may have its own variable for v, because each gives v
// a value before it reads v. blocks are all blocks that mention v.
func (l *liveness) perBlock(v *ir.Var, blocks []*ir.Block) bool {
	if v.Shared() || v.Captured || v.Lent || v.Deferred || v.Given() || l.enters[l.index[v]] {
		return false
	}
	for _, b := range blocks {
		if !givesFirst(b, v) {
			return false
		}
	}
	return true
}

// givesFirst reports whether the first mention of v in b is a declaration at the top level
// of b, with the type of v.
func givesFirst(b *ir.Block, v *ir.Var) bool {
	if a := b.Await; a != nil {
		if a.Direct == v {
			return false
		}
		for i, d := range a.Dst {
			if d.Var != v {
				continue
			}
			if i == a.Form.Values {
				return types.Identical(v.Type, types.Universe.Lookup("error").Type())
			}
			return d.New || a.Form.Values == 1 && a.Result != nil && types.Identical(v.Type, a.Result)
		}
	}
	for _, n := range b.Nodes {
		if d, ok := n.(*ir.Define); ok {
			for _, x := range d.Vars {
				if x.Var == v {
					return x.New && !mentions(d.Rhs, v)
				}
			}
		}
		probe := &ir.Block{Seq: ir.Seq{Nodes: []ir.Node{n}}}
		found := false
		ir.Mentions(&ir.Func{}, probe, func(w *ir.Var, _ bool) { found = found || w == v })
		if found {
			return false
		}
	}
	return false
}

func mentions(c ir.Code, v *ir.Var) (found bool) {
	c.Refs(func(r *ir.Ref) { found = found || r.Var == v })
	return found
}

// blocksOf returns the blocks that mention each variable.
func (l *liveness) blocksOf() map[*ir.Var][]*ir.Block {
	m := map[*ir.Var][]*ir.Block{}
	for _, b := range l.fn.Blocks {
		ir.Mentions(l.fn.Func, b, func(v *ir.Var, _ bool) {
			if n := len(m[v]); n == 0 || m[v][n-1] != b {
				m[v] = append(m[v], b)
			}
		})
	}
	return m
}
