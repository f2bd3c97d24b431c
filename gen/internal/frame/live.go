package frame

// This file finds out which variables are needed after which await: backward
// liveness over the blocks, to a fixed point.

import (
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A set is a set of variables, by their index in ir.Func.Vars.
type set []uint64

func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s set) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) remove(i int)   { s[i/64] &^= 1 << (i % 64) }
func (s set) clone() set     { return append(set(nil), s...) }

// union adds t to s and reports whether that changed s.
func (s set) union(t set) (changed bool) {
	for i, w := range t {
		if s[i]|w != s[i] {
			s[i] |= w
			changed = true
		}
	}
	return changed
}

type liveness struct {
	fn    *ir.Func
	index map[*ir.Var]int
	in    map[*ir.Block]set // live where the block begins, before its await is polled
	// enters has the variables that are live where some block begins.
	enters set
	trace  *tracer // if not nil, it is shown the live set at every program point
	spans  []spans // what it found
}

func newLiveness(fn *ir.Func) *liveness {
	l := &liveness{fn: fn, index: map[*ir.Var]int{}, in: map[*ir.Block]set{}}
	for i, v := range fn.Vars {
		l.index[v] = i
	}
	for _, b := range fn.Blocks {
		l.in[b] = l.none()
	}
	return l
}

func (l *liveness) none() set { return make(set, (len(l.fn.Vars)+63)/64) }

func (l *liveness) solve() {
	for changed := true; changed; {
		changed = false
		for i := len(l.fn.Blocks) - 1; i >= 0; i-- {
			b := l.fn.Blocks[i]
			if l.in[b].union(l.block(b)) {
				changed = true
			}
		}
	}
	l.enters = l.none()
	for _, b := range l.fn.Blocks {
		l.enters.union(l.in[b])
	}
}

// block returns what is live where b begins.
func (l *liveness) block(b *ir.Block) set {
	s := l.seq(&b.Seq, l.none())
	if b.Await != nil {
		l.gives(s, b.Await.Dst)
		if b.Await.Direct != nil {
			s.add(l.index[b.Await.Direct])
		}
		l.point(s)
	}
	return s
}

func (l *liveness) point(s set) {
	if l.trace != nil {
		l.trace.point(s)
	}
}

// seq returns what is live before s, given what is live where control comes
// out of its end.
func (l *liveness) seq(s *ir.Seq, after set) set {
	var live set
	switch {
	case s.Exit != nil:
		live = l.exit(s.Exit)
	default:
		live = after.clone()
	}
	l.point(live)
	for i := len(s.Nodes) - 1; i >= 0; i-- {
		live = l.node(s.Nodes[i], live)
		l.point(live)
	}
	return live
}

func (l *liveness) exit(x *ir.Exit) set {
	live := l.none()
	if x.Jump != nil {
		live.union(l.in[x.Jump.To])
	}
	if x.Return == nil {
		return live
	}
	if x.Return.Naked {
		for _, r := range l.fn.Results {
			if i, ok := l.index[r]; ok {
				live.add(i)
			}
		}
	}
	for _, r := range x.Return.Results {
		l.use(live, r)
	}
	return live
}

// use makes what c reads live.
func (l *liveness) use(s set, c ir.Code) {
	c.Refs(func(r *ir.Ref) {
		if !r.Write {
			s.add(l.index[r.Var])
		}
	})
}

func (l *liveness) kill(s set, dst []ir.Dst) {
	for _, d := range dst {
		if d.Var != nil {
			s.remove(l.index[d.Var])
		}
	}
}

// gives makes dst dead before they are given their values. What is assigned
// clashes with what lives on behind it, whether anybody uses it or not.
func (l *liveness) gives(live set, dst []ir.Dst) {
	s := live.clone()
	for _, d := range dst {
		if d.Var != nil {
			s.add(l.index[d.Var])
		}
	}
	l.point(s)
	l.kill(live, dst)
}

func (l *liveness) node(n ir.Node, live set) set {
	switch n := n.(type) {
	case *ir.Plain:
		n.Code.Refs(func(r *ir.Ref) {
			if r.Write {
				l.point(live) // the old and the new value may not share a field
				live.remove(l.index[r.Var])
			}
		})
		n.Code.Exits(func(x *ir.Exit) { live.union(l.exit(x)) })
		l.use(live, n.Code)
	case *ir.Define:
		l.gives(live, n.Vars)
		l.use(live, n.Rhs)
		l.use(live, n.Type)
	case *ir.DeferStmt:
		for _, x := range n.Defer.Saved {
			if x.Var.Entry {
				l.use(live, x.Value)
			}
		}
	case *ir.Arm:
		l.use(live, n.Await.X)
		for _, a := range n.Await.Args {
			l.use(live, a)
		}
	case *ir.Guard:
		live = live.clone()
		live.union(l.seq(&n.Then, live))
		l.use(live, n.Cond)
	case *ir.Dispatch:
		after := live.clone()
		for _, c := range n.Clauses {
			s := l.seq(&c.Seq, after)
			given := c.Recv
			if c.Bind != nil {
				given = []ir.Dst{{Var: c.Bind}}
			}
			l.gives(s, given)
			l.use(s, c.Case)
			live.union(s)
		}
		l.use(live, n.Head)
	case *ir.Release:
		var taken []ir.Dst
		for _, x := range n.Defer.Saved {
			if x.To != nil {
				taken = append(taken, ir.Dst{Var: x.To})
			}
		}
		l.gives(live, taken)
	case *ir.Renew:
		live.add(l.index[n.Var])
	}
	return live
}

// acrossAwaits returns the variables that are live while some await is pending, or
// while control goes from one part of the function to another.
func (l *liveness) acrossAwaits() set {
	all := l.none()
	for _, b := range l.fn.Blocks {
		if b.Await != nil || b.Entry || b == l.fn.Unwind && l.fn.Parts > 0 {
			all.union(l.in[b])
		}
	}
	return all
}

// local reports whether every one of blocks, which are those that mention v, begins by
// giving it a value, so that each may have a variable of its own.
func (l *liveness) local(v *ir.Var, blocks []*ir.Block) bool {
	if v.Shared() || v.Captured || v.Lent || v.Deferred || v.Given() || l.enters.has(l.index[v]) {
		return false
	}
	for _, b := range blocks {
		if !givesFirst(b, v) {
			return false
		}
	}
	return true
}

// givesFirst reports whether b declares v before it mentions it otherwise, at
// its top level and with the type of v.
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
		ir.Mentions(l.fn, b, func(v *ir.Var, _ bool) {
			if n := len(m[v]); n == 0 || m[v][n-1] != b {
				m[v] = append(m[v], b)
			}
		})
	}
	return m
}
