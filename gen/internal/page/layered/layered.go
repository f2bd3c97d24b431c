// Package layered places the nodes and edges of a directed graph on a plane: layer below layer,
// in the direction of most edges.
//
// The steps are those of Sugiyama, Tagawa and Toda (IEEE Transactions on Systems, Man, and
// Cybernetics, 1981): edges that close a cycle are turned round, each node gets a layer, long
// edges get a bend in each layer between, layers are ordered such that few edges cross, and the
// nodes of each layer move towards their neighbours. The last step is the pool-adjacent-violators
// algorithm: the nearest places, in the sense of least squares, that keep order and distance.
//
// The result depends on the input only. The package is meant for the graphs of functions, of up
// to a few hundred nodes.
package layered

// This file defines the graph and the steps.

import "slices"

// A Point is a place. X grows to the right and Y downwards.
type Point struct{ X, Y float64 }

// A Node is a box. Layout sets its centre.
type Node struct {
	Width, Height float64
	Point
}

// An Edge leads from one node to another, or to the same one. Its label is a box, which may be
// empty. Layout sets the points of the edge, from the border of the one node to that of the
// other, and the centre of the label.
type Edge struct {
	From, To      int
	Width, Height float64
	Points        []Point
	Label         Point
}

// The distances between what is placed.
const (
	gapX = 18 // between neighbours in a layer
	gapY = 14 // between layers; labels have layers of their own
	loop = 16 // how far an edge from a node to itself stands out
)

// Layout places nodes and edges, and returns the size of the whole. The first node is where
// control begins.
func Layout(nodes []Node, edges []Edge) (width, height float64) {
	if len(nodes) == 0 {
		return 0, 0
	}
	g := &graph{nodes: nodes, edges: edges}
	g.turn()
	g.rank()
	g.bend()
	g.order()
	g.place()
	return g.draw()
}

type graph struct {
	nodes  []Node
	edges  []Edge
	turned []bool // edges that close a cycle
	rankOf []int  // of each node

	cells  []*cell
	chains [][]*cell // of each edge, from the upper end to the lower one
	layers [][]*cell
}

// A cell is a node, or the place where an edge passes through a layer.
type cell struct {
	node          int // -1 for an edge
	width, height float64
	x, y          float64
	layer, index  int
	up, down      []*cell
}

// turn finds the edges that lead back to a node from which control came.
func (g *graph) turn() {
	g.turned = make([]bool, len(g.edges))
	const open, done = 1, 2
	state := make([]int, len(g.nodes))
	var visit func(n int)
	visit = func(n int) {
		state[n] = open
		for i, e := range g.edges {
			switch {
			case e.From != n || e.To == n:
			case state[e.To] == open:
				g.turned[i] = true
			case state[e.To] == 0:
				visit(e.To)
			}
		}
		state[n] = done
	}
	for n := range g.nodes {
		if state[n] == 0 {
			visit(n)
		}
	}
}

// ends returns the upper and the lower end of edge i.
func (g *graph) ends(i int) (upper, lower int) {
	if g.turned[i] {
		return g.edges[i].To, g.edges[i].From
	}
	return g.edges[i].From, g.edges[i].To
}

// rank gives every node the layer behind all nodes that lead to it.
func (g *graph) rank() {
	g.rankOf = make([]int, len(g.nodes))
	for changed := true; changed; {
		changed = false
		for i := range g.edges {
			if a, b := g.ends(i); a != b && g.rankOf[b] < g.rankOf[a]+1 {
				g.rankOf[b] = g.rankOf[a] + 1
				changed = true
			}
		}
	}
}

// bend makes the cells. Nodes are in even layers, and each edge passes through at least one odd
// layer, where its label is.
func (g *graph) bend() {
	add := func(c *cell) *cell {
		g.cells = append(g.cells, c)
		for len(g.layers) <= c.layer {
			g.layers = append(g.layers, nil)
		}
		c.index = len(g.layers[c.layer])
		g.layers[c.layer] = append(g.layers[c.layer], c)
		return c
	}
	for i, n := range g.nodes {
		add(&cell{node: i, width: n.Width, height: n.Height, layer: 2 * g.rankOf[i]})
	}
	g.chains = make([][]*cell, len(g.edges))
	for i, e := range g.edges {
		a, b := g.ends(i)
		if a == b {
			continue
		}
		chain := []*cell{g.cells[a]}
		first, last := 2*g.rankOf[a]+1, 2*g.rankOf[b]-1
		label := first // of an edge that leads back, the label is at its beginning, too
		if g.turned[i] {
			label = last
		}
		for l := first; l <= last; l++ {
			c := &cell{node: -1, layer: l}
			if l == label {
				c.width, c.height = e.Width, e.Height
			}
			chain = append(chain, add(c))
		}
		chain = append(chain, g.cells[b])
		for j := range len(chain) - 1 {
			chain[j].down = append(chain[j].down, chain[j+1])
			chain[j+1].up = append(chain[j+1].up, chain[j])
		}
		g.chains[i] = chain
	}
}

// sweeps is how often the layers are gone through. More hardly ever helps.
const sweeps = 12

// order orders the layers by the average position of their neighbours, and keeps the order with
// the fewest crossings.
func (g *graph) order() {
	best, least := g.saved(), g.crossings()
	for s := range sweeps {
		for i := range g.layers {
			if s%2 == 0 {
				g.sort(i, func(c *cell) []*cell { return c.up })
			} else {
				g.sort(len(g.layers)-1-i, func(c *cell) []*cell { return c.down })
			}
		}
		if n := g.crossings(); n < least {
			best, least = g.saved(), n
		}
	}
	for i, layer := range best {
		g.layers[i] = layer
		for j, c := range layer {
			c.index = j
		}
	}
}

func (g *graph) saved() [][]*cell {
	var layers [][]*cell
	for _, l := range g.layers {
		layers = append(layers, slices.Clone(l))
	}
	return layers
}

// sort orders a layer by the neighbours of its cells on one side.
func (g *graph) sort(layer int, neighbours func(*cell) []*cell) {
	key := map[*cell]float64{}
	for _, c := range g.layers[layer] {
		key[c] = float64(c.index)
		if list := neighbours(c); len(list) > 0 {
			sum := 0
			for _, n := range list {
				sum += n.index
			}
			key[c] = float64(sum) / float64(len(list))
		}
	}
	slices.SortStableFunc(g.layers[layer], func(a, b *cell) int {
		switch {
		case key[a] < key[b]:
			return -1
		case key[a] > key[b]:
			return 1
		}
		return 0
	})
	for i, c := range g.layers[layer] {
		c.index = i
	}
}

// crossings counts the pairs of edges that cross between two layers.
func (g *graph) crossings() (n int) {
	for _, layer := range g.layers {
		var ends []int // the lower ends of edges, in the order of their upper ends
		for _, c := range layer {
			own := len(ends)
			for _, d := range c.down {
				for _, e := range ends[:own] {
					if e > d.index {
						n++
					}
				}
				ends = append(ends, d.index)
			}
		}
	}
	return n
}

// place chooses coordinates.
func (g *graph) place() {
	y := 0.0
	for _, layer := range g.layers {
		x, height := 0.0, 0.0
		for _, c := range layer {
			c.x = x + c.width/2
			x += c.width + gapX
			height = max(height, c.height)
		}
		for _, c := range layer {
			c.y = y + height/2
		}
		y += height + gapY
	}
	for s := range 4 * sweeps {
		for i := range g.layers {
			if s%2 == 0 {
				settle(g.layers[i], func(c *cell) []*cell { return c.up })
			} else {
				settle(g.layers[len(g.layers)-1-i], func(c *cell) []*cell { return c.down })
			}
		}
	}
	least := g.cells[0].x - g.cells[0].width/2
	for _, c := range g.cells {
		least = min(least, c.x-c.width/2)
	}
	for _, c := range g.cells {
		c.x -= least
	}
}

// settle moves the cells of a layer towards their neighbours on one side. Bends weigh more than
// nodes, so that long edges are straight.
func settle(layer []*cell, neighbours func(*cell) []*cell) {
	type pool struct {
		sum, weight float64 // of the wishes of its cells, less their offsets
		cells       int
	}
	var pools []pool
	offset := 0.0
	offsets := make([]float64, len(layer))
	for i, c := range layer {
		if i > 0 {
			offset += layer[i-1].width/2 + gapX + c.width/2
		}
		offsets[i] = offset
		wish, weight := c.x, 0.2
		if list := neighbours(c); len(list) > 0 {
			wish = 0
			for _, n := range list {
				wish += n.x / float64(len(list))
			}
			weight = 1
			if c.node < 0 {
				weight = 4
			}
		}
		pools = append(pools, pool{(wish - offset) * weight, weight, 1})
		for n := len(pools); n > 1 && pools[n-2].sum/pools[n-2].weight > pools[n-1].sum/pools[n-1].weight; n-- {
			last := pools[n-1]
			pools = pools[:n-1]
			pools[n-2].sum += last.sum
			pools[n-2].weight += last.weight
			pools[n-2].cells += last.cells
		}
	}
	i := 0
	for _, p := range pools {
		for range p.cells {
			layer[i].x = p.sum/p.weight + offsets[i]
			i++
		}
	}
}

// draw sets the results and returns the size of the whole.
func (g *graph) draw() (width, height float64) {
	for i := range g.nodes {
		g.nodes[i].Point = Point{g.cells[i].x, g.cells[i].y}
	}
	for i := range g.edges {
		e := &g.edges[i]
		if e.From == e.To {
			n := g.nodes[e.From]
			right := n.X + n.Width/2
			e.Points = []Point{{right, n.Y - 5}, {right + loop, n.Y - 5}, {right + loop, n.Y + 5}, {right, n.Y + 5}}
			e.Label = Point{right + loop + e.Width/2 + 4, n.Y}
			width = max(width, e.Label.X+e.Width/2)
			continue
		}
		e.Points = g.points(g.chains[i])
		for _, c := range g.chains[i] {
			if c.node < 0 && c.width == e.Width && c.height == e.Height {
				e.Label = Point{c.x, c.y}
			}
		}
		if g.turned[i] {
			slices.Reverse(e.Points)
		}
	}
	for _, c := range g.cells {
		width, height = max(width, c.x+c.width/2), max(height, c.y+c.height/2)
	}
	return width, height
}

// points returns the points of an edge. It leaves a node at its border, spread over the width of
// the node in the order of the edges there.
func (g *graph) points(chain []*cell) (points []Point) {
	first, last := chain[0], chain[len(chain)-1]
	points = append(points, Point{port(first, first.down, chain[1]), first.y + first.height/2})
	for _, c := range chain[1 : len(chain)-1] {
		points = append(points, Point{c.x, c.y})
	}
	return append(points, Point{port(last, last.up, chain[len(chain)-2]), last.y - last.height/2})
}

// port returns where the edge to the neighbour next leaves c.
func port(c *cell, neighbours []*cell, next *cell) float64 {
	sorted := slices.Clone(neighbours)
	slices.SortStableFunc(sorted, func(a, b *cell) int { return a.index - b.index })
	at := slices.Index(sorted, next)
	step := min(24, c.width/float64(len(sorted)+1))
	return c.x + step*(float64(at)-float64(len(sorted)-1)/2)
}
