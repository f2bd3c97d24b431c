// Package gate has the simplest operation there is, for the benchmarks of
// package awaits: it is ready at once, or suspends once.
package gate

import "github.com/coroutinegen/coroutinegen/rt"

// A Gate is passed by one task at a time. The zero Gate lets every one pass at
// once.
type Gate struct {
	Every  int                                    // if positive, every one of so many suspends once
	Script func(*rt.Task) (err error, ready bool) // if not nil, is what a pass does

	passed int
}

// Pass returns the operation that passes g. Its result is how many have done
// so before.
func (g *Gate) Pass() PassOp { return PassOp{gate: g} }

// A PassOp is the operation that [Gate.Pass] returns.
type PassOp struct {
	gate  *Gate
	begun bool
}

// Poll implements [rt.Awaitable].
func (o *PassOp) Poll(t *rt.Task) (n int, err error, ready bool) {
	g := o.gate
	if !o.begun {
		if err, ready := t.Checkpoint(); err != nil || !ready {
			return 0, err, ready
		}
		o.begun = true
		if g.Every > 0 && (g.passed+1)%g.Every == 0 {
			t.Wake()
			return 0, nil, false
		}
	}
	if g.Script != nil {
		if err, ready := g.Script(t); err != nil || !ready {
			return 0, err, ready
		}
	}
	g.passed++
	return g.passed - 1, nil, true
}

// Awaitable implements [rt.Expr].
func (o PassOp) Awaitable() rt.Awaitable[int] { return &o }
