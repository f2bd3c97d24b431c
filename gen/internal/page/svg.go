package page

// This file draws the states of a machine.

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/gen/internal/page/layered"
)

// What the drawing is made of, in units of the picture.
const (
	charWidth  = 6.7 // of a letter of the title
	smallWidth = 5.6 // of a letter of other text
	nodeHeight = 36
	margin     = 10
	longest    = 36 // letters in a line of text
)

// maxNodes is the size from which a picture helps nobody.
const maxNodes = 160

// drawn says whether there is a picture of m.
func (m *Machine) drawn() bool { return len(m.Nodes) > 0 && len(m.Nodes) <= maxNodes }

// SVG returns the picture of m, which stands by itself. Of a machine with too many blocks there is
// none, and the result is "".
func (m *Machine) SVG() string { return m.svg(0, true) }

// svg returns the picture of m as an element. The index is that of m among the machines of its
// function. Without tools, the picture lacks the style and the tips of arrows: those of another
// one on the page serve it, too. Coordinates are whole numbers, as a page of a large machine has
// thousands of them.
func (m *Machine) svg(index int, tools bool) string {
	if !m.drawn() {
		return ""
	}
	nodes := make([]layered.Node, len(m.Nodes))
	for i, n := range m.Nodes {
		width := max(float64(utf8.RuneCountInString(n.Title))*charWidth, float64(utf8.RuneCountInString(shortened(n.Text)))*smallWidth)
		nodes[i] = layered.Node{Width: max(width+24, 70), Height: nodeHeight}
		if n.Text == "" {
			nodes[i].Height = nodeHeight - 12
		}
	}
	edges := make([]layered.Edge, len(m.Edges))
	for i, e := range m.Edges {
		edges[i] = layered.Edge{From: e.From, To: e.To}
		if e.Label != "" {
			edges[i].Width, edges[i].Height = float64(utf8.RuneCountInString(shortened(e.Label)))*smallWidth+6, 13
		}
	}
	width, height := layered.Layout(nodes, edges)
	width, height = width+2*margin, height+2*margin

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="graph" viewBox="%d %d %.0f %.0f" width="%.0f" height="%.0f" role="img" aria-label="%s">`,
		-margin, -margin, width, height, width, height, escaped("the states of "+m.Name))
	b.WriteString("\n")
	if tools {
		fmt.Fprintf(&b, "<style>%s</style>\n<defs>", svgStyle)
		for _, kind := range []string{"next", "error", "cancel", "suspend"} {
			fmt.Fprintf(&b, `<marker id="tip-%s" class="tip %s" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`, kind, kind)
		}
		b.WriteString("</defs>\n")
	}
	for i, e := range m.Edges {
		fmt.Fprintf(&b, `<g class="edge %s"><path d="%s"/>`, escaped(e.Kind), curve(edges[i].Points))
		if e.Label != "" {
			at := edges[i].Label
			fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">%s%s</text>`, at.X, at.Y+4, titleOf(e.Label), escaped(shortened(e.Label)))
		}
		b.WriteString("</g>\n")
	}
	for i, n := range m.Nodes {
		at := nodes[i]
		fmt.Fprintf(&b, `<g class="node %s" data-block="%d.%d"`, escaped(n.Kind), index, n.Block)
		if s := slices.IndexFunc(m.States, func(s State) bool { return s.Name == n.State }); s >= 0 {
			fmt.Fprintf(&b, ` data-state="%d"`, m.States[s].Value)
		}
		b.WriteString(` tabindex="0">`)
		radius := 4.0
		if n.Kind == "await" {
			radius = at.Height / 2
		}
		fmt.Fprintf(&b, `<rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="%.0f"/>`, at.X-at.Width/2, at.Y-at.Height/2, at.Width, at.Height, radius)
		y := at.Y + 4
		if n.Text != "" {
			y = at.Y - 3
		}
		fmt.Fprintf(&b, `<text x="%.0f" y="%.0f">%s</text>`, at.X, y, escaped(n.Title))
		if n.Text != "" {
			fmt.Fprintf(&b, `<text class="small" x="%.0f" y="%.0f">%s%s</text>`, at.X, at.Y+11, titleOf(n.Text), escaped(shortened(n.Text)))
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// escaped returns text for XML, which cannot have control characters.
func escaped(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError))))
}

// titleOf returns the whole of text as the title of an element, if the element shows less.
func titleOf(text string) string {
	if shortened(text) == text {
		return ""
	}
	return "<title>" + escaped(text) + "</title>"
}

// shortened returns text, cut if it is long.
func shortened(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// curve returns the path through points: straight lines with round corners. A corner is a Q, or a
// T if the corner before it says where it bends. A line downwards is a V, over as many points as
// there are on it.
func curve(points []layered.Point) string {
	whole := func(i int) layered.Point {
		return layered.Point{X: math.Round(points[i].X), Y: math.Round(points[i].Y)}
	}
	at, last := whole(0), whole(len(points)-1)
	path := fmt.Sprintf("M%v %v", at.X, at.Y)
	down, bent := "", false // the line that has begun; whether the path ends with a corner
	for i := 1; i < len(points)-1; i++ {
		p, q := whole(i), whole(i+1)
		next := layered.Point{X: (p.X + q.X) / 2, Y: (p.Y + q.Y) / 2}
		switch {
		case at.X == p.X && p.X == next.X:
			down, bent = fmt.Sprintf("V%v", next.Y), false
		case bent:
			path += fmt.Sprintf("T%v %v", next.X, next.Y)
		default:
			path += down + fmt.Sprintf("Q%v %v %v %v", p.X, p.Y, next.X, next.Y)
			down, bent = "", true
		}
		at = next
	}
	if at.X == last.X {
		return path + fmt.Sprintf("V%v", last.Y)
	}
	return path + down + fmt.Sprintf("L%v %v", last.X, last.Y)
}

// svgStyle has the colours as variables, so that a page can choose others.
const svgStyle = `
.graph{font:11px ui-monospace,Menlo,Consolas,monospace;--ink:var(--fg,#1d2330);--dim:var(--muted,#667085);--box:var(--panel,#fff);--wait:var(--await,#1d6fd6);--bad:var(--error,#c0362c);--stop:var(--cancel,#b26a00)}
.graph text{text-anchor:middle;fill:var(--ink)}.graph .small,.graph .edge text{font-size:9.5px;fill:var(--dim)}.graph .edge text{paint-order:stroke;stroke:var(--box);stroke-width:3px}
.graph rect{fill:var(--box);stroke:var(--dim)}.graph .await rect{stroke:var(--wait);stroke-width:1.6}.graph .fail rect{stroke:var(--bad)}.graph .start rect,.graph .end rect{stroke-width:1.6}
.graph .edge path{fill:none;stroke:var(--dim)}.graph .edge.error path{stroke:var(--bad)}.graph .edge.cancel path{stroke:var(--stop);stroke-dasharray:4 3}.graph .edge.suspend path{stroke:var(--wait);stroke-dasharray:1.5 2.5}
.graph .edge.next path{marker-end:url(#tip-next)}.graph .edge.error path{marker-end:url(#tip-error)}.graph .edge.cancel path{marker-end:url(#tip-cancel)}.graph .edge.suspend path{marker-end:url(#tip-suspend)}
.graph .tip path{fill:var(--dim)}.graph .tip.error path{fill:var(--bad)}.graph .tip.cancel path{fill:var(--stop)}.graph .tip.suspend path{fill:var(--wait)}
`
