package gen

// This file decides where the frame of an awaited coroutine, a child, lives: in the frame of
// the function that awaits it, or in an allocation of its own.

import (
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
)

// placeChildren returns the awaits whose child is allocated, and the functions whose frames other
// frames hold. A frame counts as held only if that is so in all builds that have it. So the
// machines of a package do not depend on its tests (see scope.go for their names), nor on its
// files for other systems, which another run generates. A child is allocated if its frame would
// otherwise hold itself. It is also allocated if its frame holds so many frames that one more
// would cost too much: go/types and gc go through all that a struct holds, for each struct anew,
// and two calls on each level double what the level above has to hold.
func (g *generator) placeChildren(graphs []*ir.Graph) (byPointer map[*ir.Await]bool, held map[*ir.Func]bool) {
	const active, done = 1, 2
	limit := g.opts.limits.orDefault().frames
	byPointer, held = map[*ir.Await]bool{}, map[*ir.Func]bool{}
	graphOf := map[*ir.Func]*ir.Graph{}
	for _, graph := range graphs {
		graphOf[graph.Func] = graph
	}
	state := map[*ir.Func]int{}
	size := map[*ir.Func]int{} // frames in the frame of the function, that frame included
	var visit func(fn *ir.Func)
	visit = func(fn *ir.Func) {
		state[fn] = active
		size[fn] = 1
		holds := map[*ir.Func]bool{}
		for _, a := range graphOf[fn].Awaits {
			if a.Callee == nil {
				continue
			}
			if state[a.Callee] == 0 {
				visit(a.Callee)
			}
			switch {
			case state[a.Callee] == active:
				byPointer[a] = true
				g.opts.Logf("%s: the frame of %s is allocated: it is recursive", fn.Name, a.Callee.Name)
			case size[a.Callee] > limit:
				byPointer[a] = true
				g.opts.Logf("%s: the frame of %s is allocated: it holds %d frames", fn.Name, a.Callee.Name, size[a.Callee])
			case !holds[a.Callee]:
				holds[a.Callee] = true
				held[a.Callee] = held[a.Callee] || g.sameBuilds(fn, a.Callee)
				size[fn] += size[a.Callee]
			}
		}
		state[fn] = done
	}
	for _, graph := range graphs {
		if state[graph.Func] == 0 {
			visit(graph.Func)
		}
	}
	return byPointer, held
}

// handed returns the generators to which other generators, or they themselves, hand their yields.
func handed(graphs []*ir.Graph) map[*ir.Func]bool {
	handed := map[*ir.Func]bool{}
	for _, graph := range graphs {
		for _, a := range graph.Awaits {
			if graph.Gen != nil && a.Handed {
				handed[a.Callee] = true
			}
		}
	}
	return handed
}

// sameBuilds reports whether every build that has the function of also has the function by.
func (g *generator) sameBuilds(by, of *ir.Func) bool {
	holder, held := g.fileOf(by), g.fileOf(of)
	if holder == nil || held == nil || holder == held {
		return holder == held
	}
	build := holder.BuildLine()
	return (build == "" || build == held.BuildLine()) && (!load.IsTest(holder.Path) || load.IsTest(held.Path))
}

// fileOf returns the source file that fn stands in.
func (g *generator) fileOf(fn *ir.Func) *load.File {
	i := slices.IndexFunc(g.pkg.Files, func(f *load.File) bool {
		return f.Syntax.FileStart <= fn.Pos && fn.Pos < f.Syntax.FileEnd
	})
	if i < 0 {
		return nil
	}
	return g.pkg.Files[i]
}
