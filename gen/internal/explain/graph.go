package explain

// This file draws the ways through a machine: its blocks, and the jumps and returns in them.

import (
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
)

// The blocks that stand for the ends of a function.
const (
	returned = -1
	failed   = -2
	panicked = -3
)

// The kinds of edges.
const (
	next    = "next"
	onError = "error"
	cancel  = "cancel"
	suspend = "suspend"
)

type graph struct {
	source  *Source
	machine *emit.Machine
	nodes   []page.Node
	edges   []page.Edge
	ends    map[int]int        // indexes of nodes, by block
	seen    map[page.Edge]bool // edges that are there already
}

// A way is how control gets to a jump or a return.
type way struct {
	cond string
	err  *ir.Var // the condition holds if this error is not nil
}

func (g *graph) build() ([]page.Node, []page.Edge) {
	g.seen = map[page.Edge]bool{}
	fn := g.machine.Fn
	for i, b := range fn.Blocks {
		n := page.Node{Block: b.Index, Kind: "code", Title: g.machine.Label(b), Text: b.Head}
		if b.Pos.IsValid() {
			n.Line = g.source.place(b.Pos).Line
		}
		switch {
		case b.Await != nil:
			n.Kind, n.Text = "await", b.Await.Text
		case i == 0:
			n.Kind, n.Title, n.Text, n.Line = "start", "start", "", g.source.place(fn.Pos).Line
		case b == fn.Unwind:
			n.Kind, n.Text = "unwind", "deferred calls"
		}
		g.ends[b.Index] = len(g.nodes)
		g.nodes = append(g.nodes, n)
	}
	for _, state := range g.machine.States()[1:] {
		if state.Block != nil {
			g.nodes[g.ends[state.Block.Index]].State = state.Name
		}
	}
	for _, b := range fn.Blocks {
		if b.Await != nil {
			g.edge(b, b.Index, suspend, "not ready")
		}
		g.seq(b, &b.Seq, way{})
		if a := b.Await; a != nil && !a.Form.Err && (a.Operand != ir.Child || a.Callee.Fallible) {
			g.edge(b, g.end(panicked), onError, "err != nil")
			if !a.Deferred {
				g.edge(b, g.end(panicked), cancel, "cancelled")
			}
		}
	}
	return g.nodes, g.edges
}

// end returns the block of an end of the function, for which it makes a node.
func (g *graph) end(block int) int {
	if _, ok := g.ends[block]; !ok {
		n := page.Node{Block: block, Kind: "end", Title: "returns", State: g.machine.Names.Done}
		switch block {
		case failed:
			n.Kind, n.Title = "fail", "returns an error"
		case panicked:
			n.Kind, n.Title = "fail", "panics"
		}
		var calls []string
		if !g.machine.Fn.Parks {
			for _, d := range g.machine.Fn.Defers {
				calls = append([]string{strings.TrimPrefix(d.Text, "defer ")}, calls...)
			}
		}
		if len(calls) > 0 {
			n.Text = "after " + strings.Join(calls, ", ")
		}
		g.ends[block] = len(g.nodes)
		g.nodes = append(g.nodes, n)
	}
	return block
}

func (g *graph) edge(from *ir.Block, to int, kind, label string) {
	e := page.Edge{From: g.ends[from.Index], To: g.ends[to], Kind: kind, Label: label}
	if !g.seen[e] {
		g.seen[e] = true
		g.edges = append(g.edges, e)
	}
}

// seq draws the ways out of s, a part of b to which control comes by w.
func (g *graph) seq(b *ir.Block, s *ir.Seq, w way) {
	for _, n := range s.Nodes {
		switch n := n.(type) {
		case *ir.Guard:
			g.seq(b, &n.Then, way{oneLine(n.Cond.String()), errorOf(n.Cond)})
		case *ir.Dispatch:
			for _, c := range n.Clauses {
				g.seq(b, &c.Seq, way{cond: strings.TrimSuffix(oneLine(c.Case.String()), ":")})
			}
		case *ir.Plain:
			for i, p := range n.Code {
				if x, ok := p.(*ir.Terminator); ok {
					g.leave(b, x, before(n.Code[:i]))
				}
			}
		}
	}
	if s.End != nil {
		g.leave(b, s.End, w)
	}
}

// leave draws the jump or the return x in b.
func (g *graph) leave(b *ir.Block, x *ir.Terminator, w way) {
	kind := next
	to := 0
	switch {
	case x.Jump != nil:
		to = x.Jump.To.Index
	case g.fails(x.Return, w):
		kind, to = onError, g.end(failed)
	default:
		to = g.end(returned)
	}
	// A cancellation is an error of an await.
	mine := w.err != nil && b.Await != nil && b.Await.Form.Err && b.Await.Dst[len(b.Await.Dst)-1].Var == w.err
	if mine {
		kind = onError
	}
	g.edge(b, to, kind, w.cond)
	if mine && !b.Await.Deferred {
		g.edge(b, to, cancel, "cancelled")
	}
}

// fails reports whether a return to which control comes by w returns an error.
func (g *graph) fails(r *ir.Return, w way) bool {
	if !g.machine.Fn.Fallible || len(r.Results) == 0 {
		return w.err != nil && g.machine.Fn.Fallible
	}
	last := r.Results[len(r.Results)-1].String()
	return last != "nil" && (w.err != nil || strings.HasPrefix(last, "fmt.Errorf(") || strings.HasPrefix(last, "errors.New("))
}

// errorOf returns the error that is not nil if cond holds, or nil.
func errorOf(cond ir.Code) *ir.Var {
	if len(cond) != 2 {
		return nil
	}
	r, ok := cond[0].(*ir.Ref)
	if text, isText := cond[1].(ir.Text); ok && isText && strings.TrimSpace(string(text)) == "!= nil" && isError(r.Var.Type) {
		return r.Var
	}
	return nil
}

func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

// before returns the way to what stands behind c: the condition of the last if or case in c.
func before(c ir.Code) way {
	lines := strings.Split(strings.TrimRight(c.String(), " \t\n"), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		head, isIf := strings.CutSuffix(line, "{")
		head, isCase := strings.CutSuffix(head, ":")
		if !isIf && !isCase {
			continue
		}
		head = strings.TrimSpace(head)
		w := way{cond: strings.TrimPrefix(head, "if ")}
		if name, ok := strings.CutSuffix(w.cond, " != nil"); ok {
			c.Refs(func(r *ir.Ref) {
				if r.Var.Name == name && isError(r.Var.Type) {
					w.err = r.Var
				}
			})
		}
		return w
	}
	return way{}
}

// oneLine returns text without line breaks, cut if it is long.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
