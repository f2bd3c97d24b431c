package layered

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

// TestLayout lays out random graphs. No two nodes may overlap, edges must begin and end at the
// border of their nodes, and the same graph must always look the same.
func TestLayout(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(40)
		nodes := make([]Node, n)
		for i := range nodes {
			nodes[i] = Node{Width: float64(20 + r.IntN(200)), Height: float64(10 + r.IntN(40))}
		}
		var edges []Edge
		for i := 1; i < n; i++ {
			edges = append(edges, Edge{From: r.IntN(i), To: i, Width: float64(r.IntN(80)), Height: 12})
		}
		for range r.IntN(n + 1) {
			edges = append(edges, Edge{From: r.IntN(n), To: r.IntN(n)})
		}
		again, more := append([]Node(nil), nodes...), append([]Edge(nil), edges...)
		w, h := Layout(nodes, edges)
		if w2, h2 := Layout(again, more); w != w2 || h != h2 || !reflect.DeepEqual(nodes, again) || !reflect.DeepEqual(edges, more) {
			t.Fatalf("seed %d: two layouts of one graph differ", seed)
		}
		const slack = 1e-6
		for i, a := range nodes {
			if a.X-a.Width/2 < -slack || a.X+a.Width/2 > w+slack || a.Y-a.Height/2 < -slack || a.Y+a.Height/2 > h+slack {
				t.Errorf("seed %d: node %d is outside", seed, i)
			}
			for j, b := range nodes[:i] {
				if abs(a.X-b.X) < (a.Width+b.Width)/2-slack && abs(a.Y-b.Y) < (a.Height+b.Height)/2-slack {
					t.Errorf("seed %d: nodes %d and %d overlap", seed, j, i)
				}
			}
		}
		for i, e := range edges {
			for _, end := range []struct {
				node Node
				at   Point
			}{{nodes[e.From], e.Points[0]}, {nodes[e.To], e.Points[len(e.Points)-1]}} {
				dx, dy := abs(end.at.X-end.node.X), abs(end.at.Y-end.node.Y)
				if dx > end.node.Width/2+slack || dy > end.node.Height/2+slack {
					t.Errorf("seed %d: edge %d ends beside its node", seed, i)
				}
			}
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

// TestDirection demands that control flows downwards, but for edges that lead back.
func TestDirection(t *testing.T) {
	nodes := []Node{{Width: 50, Height: 20}, {Width: 50, Height: 20}, {Width: 50, Height: 20}}
	edges := []Edge{{From: 0, To: 1}, {From: 1, To: 2}, {From: 2, To: 1, Width: 30, Height: 10}, {From: 1, To: 1}}
	Layout(nodes, edges)
	if !(nodes[0].Y < nodes[1].Y && nodes[1].Y < nodes[2].Y) {
		t.Errorf("the nodes are at %v", nodes)
	}
	if back := edges[2].Points; back[0].Y < back[len(back)-1].Y {
		t.Errorf("the edge that leads back goes %v", back)
	}
}

func TestEmpty(t *testing.T) {
	if w, h := Layout(nil, nil); w != 0 || h != 0 {
		t.Errorf("nothing has the size %v, %v", w, h)
	}
}
