package lower

// This file merges blocks. Blocks that need no label join the block before them, short
// blocks at the end move to the only guard that jumps to them, and jumps to blocks that
// only jump go to the final target.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// prune removes the blocks that control cannot reach.
func prune(fn *ir.Graph) {
	seen := map[*ir.Block]bool{}
	var visit func(x *ir.Block)
	visit = func(x *ir.Block) {
		if seen[x] {
			return
		}
		seen[x] = true
		x.Terminators(func(e *ir.Terminator) {
			if e.Jump != nil {
				visit(e.Jump.To)
			}
		})
	}
	visit(fn.Blocks[0])
	if fn.Unwind != nil {
		visit(fn.Unwind) // a panic may lead there
	}
	var kept []*ir.Block
	for _, x := range fn.Blocks {
		if seen[x] {
			kept = append(kept, x)
		}
	}
	fn.Blocks = kept
	var awaits []*ir.Await
	for _, x := range kept {
		if x.Await != nil {
			awaits = append(awaits, x.Await)
		}
	}
	fn.Awaits = awaits
	count(fn)
}

// count sets the number of ways into each block.
func count(fn *ir.Graph) {
	for _, x := range fn.Blocks {
		x.Jumps = 0
	}
	for _, x := range fn.Blocks {
		x.Terminators(func(e *ir.Terminator) {
			if e.Jump != nil {
				e.Jump.To.Jumps++
			}
		})
	}
	if fn.Unwind != nil {
		fn.Unwind.Jumps++
	}
}

func merge(fn *ir.Graph) {
	for changed := true; changed; {
		changed = thread(fn)
		prune(fn)
		changed = fuse(fn) || changed
		prune(fn)
		changed = tuck(fn) || changed
		prune(fn)
	}
}

// thread redirects jumps to blocks that only jump: they go where those blocks jump.
func thread(fn *ir.Graph) (changed bool) {
	for _, x := range fn.Blocks {
		x.Terminators(func(e *ir.Terminator) {
			for n := 0; e.Jump != nil && n < len(fn.Blocks); n++ {
				to := e.Jump.To
				if to.Await != nil || !empty(to.Nodes) || to.End == nil || to.End.Jump == nil || to.End.Return != nil || to.End.Jump.To == to {
					break
				}
				e.Jump.To = to.End.Jump.To
				changed = true
			}
		})
	}
	return changed
}

func empty(nodes []ir.Node) bool {
	for _, n := range nodes {
		if _, ok := n.(*ir.Comment); !ok {
			return false
		}
	}
	return true
}

// fuse appends a block to the one before it if that is the only way in.
func fuse(fn *ir.Graph) (changed bool) {
	for i := 0; i < len(fn.Blocks)-1; i++ {
		x, y := fn.Blocks[i], fn.Blocks[i+1]
		if y.Await == nil && y.Jumps == 1 && x.End != nil && x.End.Jump != nil && x.End.Return == nil && x.End.Jump.To == y {
			x.Nodes = append(x.Nodes, y.Nodes...)
			x.End = y.End
			fn.Blocks = append(fn.Blocks[:i+1], fn.Blocks[i+2:]...)
			changed = true
			i--
		}
	}
	return changed
}

// tuck moves a short block that returns into the only guard that jumps to it.
//
//	    if i >= n { goto endLoop }      if i >= n { return sum, nil }
//	    ...                             ...
//	endLoop:
//	    return sum, nil
func tuck(fn *ir.Graph) (changed bool) {
	for _, x := range fn.Blocks {
		x.Walk(func(in *ir.Seq, i int) {
			if i == len(in.Nodes) {
				return
			}
			g, ok := in.Nodes[i].(*ir.Guard)
			if !ok || g.Then.End == nil || g.Then.End.Jump == nil {
				return
			}
			to := g.Then.End.Jump.To
			if to.Jumps != 1 || to.Await != nil || to.End == nil || to.End.Return == nil || len(to.Nodes) > 4 || !straight(to.Nodes) {
				return
			}
			g.Then.Nodes = append(g.Then.Nodes, to.Nodes...)
			g.Then.End = to.End
			to.Nodes, to.End = nil, nil
			to.Jumps = 0
			changed = true
		})
	}
	return changed
}

// straight reports whether nodes are only comments, text and definitions.
func straight(nodes []ir.Node) bool {
	for _, n := range nodes {
		switch n.(type) {
		case *ir.Comment, *ir.Plain, *ir.Define:
		default:
			return false
		}
	}
	return true
}
