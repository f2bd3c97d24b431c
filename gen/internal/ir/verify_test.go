package ir

// This file breaks blocks in every way that Verify knows.

import (
	"go/token"
	"strings"
	"testing"
)

// twoBlocks returns the graph of a function that awaits once.
//
//	start.0: arm get; goto await.1
//	await.1: poll get; return
func twoBlocks() *Graph {
	a := &Await{Text: "co.Must(q.Get())", Name: "get", Form: Form{Values: 1}}
	await := &Block{Kind: "await", Index: 1, Await: a, Seq: Seq{End: &Terminator{Return: &Return{Pos: 1}}}}
	start := &Block{Kind: "start", Seq: Seq{
		Nodes: []Node{&Arm{Await: a}},
		End:   &Terminator{Jump: &Jump{Tok: token.GOTO, To: await}},
	}}
	return &Graph{Body: &Body{Func: &Func{Name: "f"}}, Blocks: []*Block{start, await}, Awaits: []*Await{a}}
}

func TestVerify(t *testing.T) {
	if err := twoBlocks().Verify(); err != nil {
		t.Errorf("right blocks: %v", err)
	}
	for _, c := range []struct {
		name, want string
		spoil      func(*Graph)
	}{
		{"no blocks", "f has no blocks", func(g *Graph) { g.Blocks = nil }},
		{"nothing before the await", "begins with an await", func(g *Graph) { g.Blocks = g.Blocks[1:] }},
		{"an await that is not made ready", "is made ready 0 times", func(g *Graph) { g.Blocks[0].Nodes = nil }},
		{"an await that is made ready twice", "is made ready 2 times", func(g *Graph) {
			g.Awaits[0].Early = true
			g.Blocks[0].Nodes = append(g.Blocks[0].Nodes, g.Blocks[0].Nodes[0])
		}},
		{"a direct await that is made ready", "polled where it is, yet made ready", func(g *Graph) {
			g.Awaits[0].Direct = &Var{Name: "task"}
			g.Vars = []*Var{g.Awaits[0].Direct}
		}},
		{"another await is next", "made ready in start.0 but not awaited next", func(g *Graph) {
			g.Blocks[0].End.Jump.To = g.Blocks[0]
		}},
		{"too many results", "has 1 results for 2", func(g *Graph) { g.Awaits[0].Dst = make([]Dst, 2) }},
		{"a variable that nobody declared", "v is mentioned but not declared", func(g *Graph) {
			g.Blocks[1].Nodes = []Node{&Plain{Code: Of(&Var{Name: "v"})}}
		}},
		{"a terminator that is nothing", "neither a jump nor a return", func(g *Graph) { g.Blocks[1].End = &Terminator{} }},
		{"a jump without a target", "a break leads nowhere", func(g *Graph) {
			g.Blocks[1].End = &Terminator{Jump: &Jump{Tok: token.BREAK}}
		}},
		{"a jump to a block that is gone", "removed block dead.7", func(g *Graph) {
			g.Blocks[1].End = &Terminator{Jump: &Jump{Tok: token.GOTO, To: &Block{Kind: "dead", Index: 7}}}
		}},
		{"a return past the deferred calls", "does not run the deferred calls", func(g *Graph) { g.Parks = true }},
		{"text behind its end", "something follows a statement", func(g *Graph) {
			g.Blocks[1].Nodes = []Node{&Plain{Code: Lit("panic(1)"), Ends: true}, &Plain{Code: Lit("f()")}}
		}},
	} {
		g := twoBlocks()
		c.spoil(g)
		if err := g.Verify(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, and should say %q", c.name, err, c.want)
		}
	}
}
