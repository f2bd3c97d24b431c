package blocking

// This file finds mutexes that are held across an await.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/cfg"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// A mutex is a mutex by its name: the variable with which the name begins, and its spelling. A
// mutex that is locked for reading has another name.
type mutex struct {
	root     types.Object
	spelling string
	reading  bool
}

// held has the mutexes that are certainly held at one place, with the calls that locked them.
type held map[mutex]*ast.CallExpr

// heldLocks reports the mutexes that b holds across an await.
func (p *pass) heldLocks(b *taskcode.Body) {
	found := make(map[*ast.CallExpr]*ast.CallExpr) // the first await for each call that locks
	p.followLocks(b.Block, found)
	p.code.Walk(b.Block, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			p.followLocks(lit.Body, found) // it is called where it stands, and locks for itself
		}
		return true
	})
	for _, lock := range slices.SortedFunc(maps.Keys(found), func(a, b *ast.CallExpr) int { return int(a.Pos() - b.Pos()) }) {
		if p.silence.covers(p.Fset, lock.Pos(), lock.End()) {
			continue
		}
		await := found[lock]
		p.Report(analysis.Diagnostic{
			Pos: lock.Pos(), End: lock.End(),
			Message: fmt.Sprintf("%s is held across the await in line %d: the next task that locks it blocks the goroutine that runs all tasks; unlock it before the await, or use a locks.Lock%s",
				types.ExprString(lock.Fun.(*ast.SelectorExpr).X), p.Fset.Position(await.Pos()).Line, orSilence),
			Related: []analysis.RelatedInformation{{Pos: await.Pos(), End: await.End(), Message: "the await"}},
		})
	}
}

// followLocks follows the mutexes through block, on all ways at once.
func (p *pass) followLocks(block *ast.BlockStmt, found map[*ast.CallExpr]*ast.CallExpr) {
	locks := false
	p.code.Walk(block, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		locks = locks || ok && p.action(call) != nothing
		return true
	})
	if !locks {
		return
	}
	graph := p.code.Flow(block)
	into := map[*cfg.Block]held{graph.Blocks[0]: {}}
	work := []*cfg.Block{graph.Blocks[0]}
	for len(work) > 0 {
		at := work[0]
		work = work[1:]
		state := maps.Clone(into[at])
		for _, n := range at.Nodes {
			p.step(n, state, nil)
		}
		for _, next := range at.Succs {
			before, seen := into[next]
			after := meet(before, state)
			if !seen {
				after = maps.Clone(state)
			}
			if !seen || len(after) < len(before) {
				into[next] = after
				work = append(work, next)
			}
		}
	}
	for _, at := range graph.Blocks {
		if state, ok := into[at]; ok {
			for _, n := range at.Nodes {
				p.step(n, state, found)
			}
		}
	}
}

// meet returns what is held on both of two ways.
func meet(a, b held) held {
	both := make(held)
	for m, call := range a {
		if b[m] != nil {
			both[m] = call
		}
	}
	return both
}

// step changes state as n does. If found is not nil, it records the awaits in n.
func (p *pass) step(n ast.Node, state held, found map[*ast.CallExpr]*ast.CallExpr) {
	switch n.(type) {
	case *ast.DeferStmt, *ast.GoStmt:
		return
	}
	var calls []*ast.CallExpr
	inLit := make(map[*ast.CallExpr]bool)
	p.code.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			p.code.Walk(n.Body, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					inLit[call] = true
				}
				return true
			})
		case *ast.CallExpr:
			calls = append(calls, n)
		}
		return true
	})
	// Arguments are evaluated before the call. A literal that is called where it stands
	// unlocks before it awaits, as far as is known.
	slices.SortStableFunc(calls, func(a, b *ast.CallExpr) int {
		if inLit[a] && inLit[b] {
			return rank(p.action(a)) - rank(p.action(b))
		}
		return int(a.End() - b.End())
	})
	for _, call := range calls {
		switch act := p.action(call); act {
		case lock, readLock:
			if m, ok := p.mutexOf(call, act == readLock); ok && !inLit[call] {
				state[m] = call
			}
		case unlock, readUnlock:
			if m, ok := p.mutexOf(call, act == readUnlock); ok {
				delete(state, m)
			}
		case awaits:
			for _, by := range state {
				if found != nil && (found[by] == nil || call.Pos() < found[by].Pos()) {
					found[by] = call
				}
			}
		}
	}
}

// An action is what a call does that matters here.
type action uint8

const (
	nothing action = iota
	lock
	readLock
	unlock
	readUnlock
	awaits
)

func rank(a action) int {
	if a == unlock || a == readUnlock {
		return 0
	}
	return 1
}

func (p *pass) action(call *ast.CallExpr) action {
	if marker.IsAwait(p.TypesInfo, call) || marker.Callee(p.TypesInfo, call) == marker.Each {
		return awaits
	}
	fn, ok := typeutil.Callee(p.TypesInfo, call).(*types.Func)
	if !ok {
		return nothing
	}
	switch fullName(fn) {
	case "sync.Mutex.Lock", "sync.RWMutex.Lock":
		return lock
	case "sync.RWMutex.RLock":
		return readLock
	case "sync.Mutex.Unlock", "sync.RWMutex.Unlock":
		return unlock
	case "sync.RWMutex.RUnlock":
		return readUnlock
	}
	return nothing
}

// mutexOf returns the mutex whose method call calls. ok is false if the name of the mutex does
// not say which one it is.
func (p *pass) mutexOf(call *ast.CallExpr, reading bool) (m mutex, ok bool) {
	sel, isSel := call.Fun.(*ast.SelectorExpr)
	if !isSel {
		return mutex{}, false
	}
	m = mutex{spelling: types.ExprString(sel.X), reading: reading}
	for x := sel.X; ; {
		switch e := ast.Unparen(x).(type) {
		case *ast.Ident:
			m.root = p.TypesInfo.ObjectOf(e)
			return m, m.root != nil
		case *ast.SelectorExpr:
			x = e.X
		case *ast.StarExpr:
			x = e.X
		case *ast.UnaryExpr:
			if e.Op != token.AND {
				return mutex{}, false
			}
			x = e.X
		default:
			return mutex{}, false // an element, or the result of a call
		}
	}
}
