package order

// This file finds the targets of the jumps in a function, once for all labels.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"sort"
)

// jumps describes the branch statements with labels in a body.
type jumps struct {
	gotos, breaks map[*types.Label]bool // labels of gotos; labels of breaks and continues
	back          []backJump            // in the order of the labels
}

// A backJump is a goto to a label before it.
type backJump struct{ label, last token.Pos } // last: the last backward goto to this label or to an earlier one

func (o *orderer) findJumps() *jumps {
	if o.jumps != nil {
		return o.jumps
	}
	j := &jumps{gotos: map[*types.Label]bool{}, breaks: map[*types.Label]bool{}}
	o.jumps = j
	ast.Inspect(o.body, func(n ast.Node) bool {
		b, ok := n.(*ast.BranchStmt)
		if !ok || b.Label == nil {
			return true
		}
		label, ok := o.Info.Uses[b.Label].(*types.Label)
		if !ok {
			return true
		}
		if b.Tok != token.GOTO {
			j.breaks[label] = true
			return true
		}
		j.gotos[label] = true
		if label.Pos() < b.Pos() {
			j.back = append(j.back, backJump{label.Pos(), b.Pos()})
		}
		return true
	})
	slices.SortFunc(j.back, func(a, b backJump) int { return int(a.label - b.label) })
	for i := 1; i < len(j.back); i++ {
		j.back[i].last = max(j.back[i].last, j.back[i-1].last)
	}
	return j
}

// isGotoTarget reports whether a goto mentions label.
func (o *orderer) isGotoTarget(label *types.Label) bool { return o.findJumps().gotos[label] }

// isBreakTarget reports whether a break or continue mentions label.
func (o *orderer) isBreakTarget(label *types.Label) bool { return o.findJumps().breaks[label] }

// inGotoLoop reports whether a backward goto may run s twice.
func (o *orderer) inGotoLoop(s ast.Stmt) bool {
	back := o.findJumps().back
	i := sort.Search(len(back), func(i int) bool { return back[i].label >= s.Pos() })
	return i > 0 && back[i-1].last > s.Pos()
}
