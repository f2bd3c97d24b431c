package lower

// This file tidies the blocks of generators.

import "github.com/coroutinegen/coroutinegen/gen/internal/ir"

// dropIdle removes what only leaves a generator where it ends anyway.
//
//	[source]  for v := range t.right.All() { if !yield(v) { return } }
//	          }
//	[blocks]  yieldFromAll:
//	              return
func dropIdle(g *ir.Graph) {
	if g.Gen == nil || len(g.Results) > 0 {
		return
	}
	for _, b := range g.Blocks {
		if n := len(b.Nodes); n > 0 && b.End != nil && b.End.Return != nil && len(b.End.Return.Stops) == 0 && ir.Idle(b.Nodes[n-1]) {
			b.Nodes = b.Nodes[:n-1]
		}
	}
}
