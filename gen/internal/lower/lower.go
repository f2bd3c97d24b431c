// Package lower turns ordered statements into blocks: the stretches of Poll, or of Next in a
// generator, between two labels.
//
//	for i < n {            loop:
//	    x := await a           if i >= n { goto endLoop }
//	    use(x)                 arm a
//	}                      awaitA:
//	                           x := poll a
//	                           use(x)
//	                           goto loop
//	                       endLoop:
//
// Every visitor shows its [source] and the [blocks] that it becomes.
package lower

// This file defines the entry to the package and the straight-line statements.

import (
	"go/token"
	"go/types"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// Func returns the body fn as blocks. If tidy is false, blocks are not merged, which makes
// the result long.
func Func(fn *ir.Body, tidy bool) *ir.Graph {
	b := &builder{
		fn:      fn,
		tidy:    tidy,
		targets: map[ir.Stmt]target{},
		labels:  map[*types.Label]*ir.Block{},
	}
	if fn.Parks {
		head := "what " + fn.Name + " deferred, last one first"
		switch {
		case len(fn.Eaches) > 0 && len(fn.Defers) > 0:
			head = "what " + fn.Name + " has open, and what it deferred, last one first"
		case len(fn.Eaches) > 0:
			head = "what " + fn.Name + " has open, last one first"
		}
		b.unwind = b.block("unwind", fn.Pos, head)
	}
	b.start(b.block("start", fn.Pos, ""))
	b.list(fn.Stmts)
	b.finish()
	g := &ir.Graph{Body: fn, Blocks: b.blocks, Unwind: b.unwind}
	prune(g)
	if tidy {
		merge(g)
		dropIdle(g)
	}
	for i, x := range g.Blocks {
		x.Index = i
	}
	return g
}

type builder struct {
	fn      *ir.Body
	tidy    bool
	blocks  []*ir.Block
	cur     *ir.Block
	targets map[ir.Stmt]target
	labels  map[*types.Label]*ir.Block
	unwind  *ir.Block // where the deferred calls begin, if they are blocks
}

// A target holds the targets of break and continue.
type target struct{ brk, cont *ir.Block }

func (b *builder) block(kind string, pos token.Pos, head string) *ir.Block {
	return &ir.Block{Kind: kind, Pos: pos, Head: head}
}

// start begins x. Control falls into x from the block before.
func (b *builder) start(x *ir.Block) {
	if b.cur != nil {
		b.jump(x)
	}
	b.blocks = append(b.blocks, x)
	b.cur = x
}

// jump ends the current block with a jump to x, unless it has ended already.
func (b *builder) jump(x *ir.Block) {
	b.terminate(&ir.Terminator{Jump: &ir.Jump{Tok: token.GOTO, To: x}})
}

// terminate ends the current block. The source after it is unreachable up to the next label.
func (b *builder) terminate(e *ir.Terminator) {
	b.cur.End = e
	b.cur = nil
}

func (b *builder) add(n ir.Node) {
	if b.cur == nil {
		b.start(b.block("dead", token.NoPos, ""))
	}
	b.cur.Nodes = append(b.cur.Nodes, n)
}

// finish ends the function.
func (b *builder) finish() {
	if b.cur != nil && len(b.fn.Results) == 0 {
		b.terminate(b.ret(&ir.Return{}))
	}
	// Otherwise Go has checked that control does not come here.
	b.cur = nil
	if b.unwind != nil {
		b.deferred()
	}
}

// ret returns the terminator for r.
func (b *builder) ret(r *ir.Return) *ir.Terminator {
	x := &ir.Terminator{Return: r}
	if b.unwind != nil {
		x.Jump = &ir.Jump{Tok: token.GOTO, To: b.unwind}
	}
	return x
}

func (b *builder) list(list []ir.Stmt) {
	for _, s := range list {
		b.stmt(s)
	}
}

func (b *builder) stmt(s ir.Stmt) {
	switch s := s.(type) {
	case *ir.Comment:
		if b.cur != nil {
			b.add(s)
		}
	case *ir.Plain:
		b.resolve(s.Code)
		b.add(s)
		if s.Ends {
			b.cur = nil
		}
	case *ir.Define:
		b.add(s)
	case *ir.DeferStmt:
		b.add(s)
	case *ir.Arm:
		b.add(s)
	case *ir.AwaitStmt:
		b.await(s.Await)
	case *ir.Return:
		if b.cur != nil {
			b.terminate(b.ret(s))
		}
	case *ir.Branch:
		if b.cur != nil {
			b.jump(b.to(s.Jump))
		}
	case *ir.Mark:
		b.start(b.label(s.Label))
	case *ir.Scope:
		end := b.block("end", token.NoPos, "")
		b.targets[s] = target{brk: end}
		b.list(s.List)
		b.start(end)
	case *ir.If:
		b.ifStmt(s)
	case *ir.Loop:
		b.loop(s)
	case *ir.Switch:
		b.switchStmt(s)
	case *ir.Chain:
		b.chain(s)
	}
}

// await:
//
//	[source]  x, err := co.Await(op)
//	[blocks]      arm op
//	          awaitOp:
//	              x, err := poll op
func (b *builder) await(a *ir.Await) {
	if a.Direct == nil && !a.Early {
		b.add(&ir.Arm{Await: a})
	} else if b.cur == nil {
		b.start(b.block("dead", token.NoPos, ""))
	}
	x := b.block("await", a.Pos, a.Text)
	x.Await = a
	b.start(x)
}

// label returns the block that a goto to l leads to.
func (b *builder) label(l *types.Label) *ir.Block {
	x := b.labels[l]
	if x == nil {
		x = b.block(l.Name(), l.Pos(), "")
		x.User = true
		b.labels[l] = x
	}
	return x
}

// to returns the block that j leads to.
func (b *builder) to(j *ir.Jump) *ir.Block {
	switch {
	case j.Tok == token.GOTO:
		j.To = b.label(j.Label)
	case j.Tok == token.CONTINUE:
		j.To = b.targets[j.Of].cont
	default:
		j.To = b.targets[j.Of].brk
	}
	return j.To
}

// resolve finds the targets of the jumps in verbatim text.
func (b *builder) resolve(c ir.Code) {
	c.Terminators(func(x *ir.Terminator) {
		switch {
		case x.Return != nil:
			x.Jump = b.ret(x.Return).Jump
		case x.Jump != nil:
			b.to(x.Jump)
		}
	})
}
