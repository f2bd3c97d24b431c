package order

// This file finds facts about the generators of a package that depend on those that they call. A
// fact holds for generators that call each other unless something in one of them is against it.

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Generators are facts about the generators of a package.
type Generators struct {
	// polite: once a yield has returned false, the generator calls no yield again.
	polite map[*ir.Func]bool
	// timely: no generator hands its yield to the generator after that may have returned false.
	timely map[*ir.Func]bool
	// quiet: nothing of the generator runs when a panic goes through it.
	quiet map[*ir.Func]bool
	// closed: the generator calls only code that is known, which cannot resume it.
	closed map[*ir.Func]bool
}

// FindGenerators returns the facts about list, the generators of the package of src.
func FindGenerators(src *Source, list []*ir.Func) *Generators {
	o := &orderer{Source: src}
	g := &Generators{}
	callers, callees := map[*ir.Func][]*ir.Func{}, map[*ir.Func][]*ir.Func{}
	handing, handed := map[*ir.Func][]*ir.Func{}, map[*ir.Func][]*ir.Func{}
	noisy := map[*ir.Func]bool{}
	for _, fn := range list {
		noisy[fn] = o.callees(fn, func(callee *ir.Func, hands bool) {
			callers[callee] = append(callers[callee], fn)
			callees[fn] = append(callees[fn], callee)
			if hands {
				handing[callee] = append(handing[callee], fn)
				handed[fn] = append(handed[fn], callee)
			}
		})
	}
	g.quiet = spread(list, func(fn *ir.Func, holds func(*ir.Func) bool) bool {
		return !noisy[fn] && !slices.ContainsFunc(callees[fn], func(callee *ir.Func) bool { return !holds(callee) })
	}, callers)
	g.polite = spread(list, o.isPoliteIf, callers)
	g.timely = spread(list, func(fn *ir.Func, holds func(*ir.Func) bool) bool {
		return !slices.ContainsFunc(handing[fn], func(by *ir.Func) bool { return !g.polite[by] || !holds(by) })
	}, handed)
	g.closed = o.findClosed(list)
	return g
}

// spread returns the members of list for which a fact holds. holdsIf reports whether it holds for
// fn if it holds for the others as assumed. If it does not, those that rely on fn are looked at again.
func spread[F comparable](list []F, holdsIf func(fn F, assumed func(F) bool) bool, relying map[F][]F) map[F]bool {
	holds := map[F]bool{}
	for _, fn := range list {
		holds[fn] = true
	}
	assumed := func(fn F) bool { return holds[fn] }
	for work := list; len(work) > 0; {
		fn := work[len(work)-1]
		work = work[: len(work)-1 : len(work)-1]
		if holds[fn] && !holdsIf(fn, assumed) {
			holds[fn] = false
			work = append(work, relying[fn]...)
		}
	}
	return holds
}

// callees calls yield for each generator that fn hands its yield to or ranges over; hands says
// which. It reports whether fn has something to run when a panic goes through it: it defers calls,
// or ranges over another iterator function.
func (o *orderer) callees(fn *ir.Func, yield func(callee *ir.Func, hands bool)) (noisy bool) {
	ast.Inspect(bodyOf(o.Decl(fn.Obj), fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			noisy = true
		case *ast.RangeStmt:
			if !o.overFunc(n) {
				break
			}
			if x := o.ranged(n.X); x != nil {
				yield(x.fn, false)
			} else {
				noisy = true
			}
		case *ast.CallExpr:
			if x, _ := o.handsTo(n, fn.Gen.Yield); x != nil {
				yield(x.fn, true)
			}
		}
		return true
	})
	return noisy
}

// findClosed returns the members of list that call only known code, however deep.
func (o *orderer) findClosed(list []*ir.Func) map[*ir.Func]bool {
	type code struct {
		body  *ast.BlockStmt
		yield *types.Var
	}
	var all []code
	unknown := map[code]bool{}
	callers := map[code][]code{}
	seen := map[code]bool{}
	add := func(c code) {
		if !seen[c] {
			seen[c] = true
			all = append(all, c)
		}
	}
	codeOf := func(fn *ir.Func) code { return code{bodyOf(o.Decl(fn.Obj), fn), fn.Gen.Yield} }
	for _, fn := range list {
		add(codeOf(fn))
	}
	calls := map[code][]code{}
	for i := 0; i < len(all); i++ { // all grows
		c := all[i]
		unknown[c] = o.calls(c.body, c.yield, func(body *ast.BlockStmt, yield *types.Var) {
			callee := code{body, yield}
			add(callee)
			calls[c] = append(calls[c], callee)
			callers[callee] = append(callers[callee], c)
		})
	}
	holds := spread(all, func(c code, assumed func(code) bool) bool {
		return !unknown[c] && !slices.ContainsFunc(calls[c], func(callee code) bool { return !assumed(callee) })
	}, callers)
	closed := map[*ir.Func]bool{}
	for _, fn := range list {
		closed[fn] = holds[codeOf(fn)]
	}
	return closed
}
