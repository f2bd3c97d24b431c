package explain

// This file draws the ways through a machine: its blocks, and the jumps and returns in them.

import (
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
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
	mayFail  = -4
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
			if len(fn.Eaches) > 0 {
				n.Text = fn.AtEnd()
			}
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
		switch {
		case b.Await == nil:
		case fn.Sends():
			g.edge(b, b.Index, suspend, "until Next, Send, Throw or Close")
			g.seq(b, &b.Seq, way{})
			g.cancellation(b)
			continue
		case fn.Gen != nil:
			g.edge(b, b.Index, suspend, "until Next or Stop")
			g.seq(b, &b.Seq, way{})
			continue // nothing fails
		default:
			g.edge(b, b.Index, suspend, "not ready")
		}
		g.seq(b, &b.Seq, way{})
		g.cancellation(b)
		if a := b.Await; a != nil && !a.Form.Err && (a.Operand != ir.Child || a.Callee.Fallible) {
			g.edge(b, g.end(panicked), onError, "err != nil")
			if !a.Deferred {
				g.edge(b, g.end(panicked), cancel, g.cancelled())
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
		case mayFail:
			n.Title = "returns an error or nil"
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
			g.seq(b, &n.Then, way{oneLine(spelled(n.Cond)), errorOf(n.Cond)})
		case *ir.Dispatch:
			for _, c := range n.Clauses {
				g.seq(b, &c.Seq, way{cond: strings.TrimSuffix(oneLine(spelled(c.Case)), ":")})
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
	kind, to := next, g.target(x, w)
	// A cancellation is an error of an await.
	mine := w.err != nil && w.err == boundError(b)
	if mine || to == failed {
		kind = onError
	}
	g.edge(b, to, kind, w.cond)
	if mine && !b.Await.Deferred {
		g.edge(b, to, cancel, g.cancelled())
	}
}

// cancelled returns the label of the way of a cancellation. A generator that takes values is closed
// instead, or an error is thrown into it.
func (g *graph) cancelled() string {
	if g.machine.Fn.Sends() {
		return "closed"
	}
	return "cancelled"
}

// boundError returns the variable that holds the error of the await of b, or nil.
func boundError(b *ir.Block) *ir.Var {
	if b.Await == nil || !b.Await.Form.Err || len(b.Await.Dst) < b.Await.Form.Results() {
		return nil
	}
	return b.Await.Dst[b.Await.Form.Results()-1].Var
}

// cancellation draws the way of a cancellation at the await of b if no condition asks for its
// error: the function goes on with it.
func (g *graph) cancellation(b *ir.Block) {
	if b.Await == nil || b.Await.Deferred || b.End == nil || !b.Await.Form.Err {
		return
	}
	from := g.ends[b.Index]
	if slices.ContainsFunc(g.edges, func(e page.Edge) bool { return e.From == from && e.Kind == cancel }) {
		return
	}
	g.edge(b, g.target(b.End, way{}), cancel, g.cancelled())
}

// target returns the block to which x leads, if control comes to it by w.
func (g *graph) target(x *ir.Terminator, w way) int {
	if x.Jump != nil {
		return x.Jump.To.Index
	}
	return g.end(g.result(x.Return, w))
}

// result returns the end to which a return leads, if control comes to it by w.
func (g *graph) result(r *ir.Return, w way) int {
	switch {
	case !g.machine.Fn.Fallible:
		return returned
	case len(r.Results) == 0 || r.Many: // a naked return, or that of the results of a call
		return mayFail
	}
	switch last := r.Results[len(r.Results)-1].String(); {
	case last == "nil":
		return returned
	case strings.HasPrefix(last, "fmt.Errorf("), strings.HasPrefix(last, "errors.New("), w.err != nil && last == w.err.Name:
		return failed
	}
	return mayFail
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

// before returns the way to what stands behind c, the beginning of a statement: the condition of
// the innermost if or case around it. It returns no condition if there is none.
func before(c ir.Code) way {
	text := spelled(c)
	var sc scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	sc.Init(file, []byte(text), nil, 0)
	var heads []string // of the open blocks: a condition, or ""
	start := 0         // of the current statement or clause
	closed := ""       // the condition of the block that was closed last, for an else
	for {
		pos, tok, _ := sc.Scan()
		at := file.Offset(pos)
		switch tok {
		case token.EOF:
			return nearest(heads, c)
		case token.SEMICOLON:
			if head := strings.TrimSpace(text[start:at]); !strings.HasPrefix(head, "if ") && !strings.HasPrefix(head, "for ") && !strings.HasPrefix(head, "switch ") && !strings.HasPrefix(head, "else if ") {
				start = at + 1
			}
		case token.LBRACE:
			heads = append(heads, condition(text[start:at], closed))
			start = at + 1
		case token.RBRACE:
			closed = ""
			if len(heads) > 0 {
				closed, heads = heads[len(heads)-1], heads[:len(heads)-1]
			}
			start = at + 1
		case token.COLON:
			head := strings.TrimSpace(text[start:at])
			if len(heads) > 0 && (strings.HasPrefix(head, "case ") || head == "default") {
				heads[len(heads)-1] = oneLine(head)
				start = at + 1
			}
		}
	}
}

// condition returns the condition of the block that head opens, or "" if the block has none.
// closed is the condition of the block before it.
func condition(head, closed string) string {
	head = oneLine(head)
	if head == "else" && closed != "" {
		return "not: " + closed
	}
	head = strings.TrimPrefix(head, "else ")
	cond, ok := strings.CutPrefix(head, "if ")
	if !ok {
		return ""
	}
	if i := strings.LastIndex(cond, "; "); i >= 0 {
		cond = cond[i+2:]
	}
	return cond
}

// nearest returns the way through blocks, in the code c, that have the given conditions.
func nearest(heads []string, c ir.Code) (w way) {
	for _, head := range slices.Backward(heads) {
		if head == "" {
			continue
		}
		w.cond = head
		if name, ok := strings.CutSuffix(head, " != nil"); ok {
			c.Refs(func(r *ir.Ref) {
				if r.Var.Name == name && isError(r.Var.Type) {
					w.err = r.Var
				}
			})
		}
		break
	}
	return w
}

// spelled returns c with the names of variables, temporaries as they are called in the machine.
func spelled(c ir.Code) string {
	var b strings.Builder
	for _, p := range c {
		if r, ok := p.(*ir.Ref); ok && !r.Addr {
			b.WriteString(r.Var.Name)
			continue
		}
		b.WriteString(ir.Code{p}.String())
	}
	return b.String()
}

// oneLine returns text without line breaks, cut if it is long.
func oneLine(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
