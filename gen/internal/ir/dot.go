package ir

// This file draws blocks.

import (
	"fmt"
	"strings"
)

// Dot returns the blocks of f as a graph for Graphviz. Blocks with an await are ellipses.
func (f *Graph) Dot() string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %q {\n\tnode [shape=box fontname=monospace];\n", f.Name)
	for _, x := range f.Blocks {
		p := &printer{}
		p.seq(&x.Seq)
		shape := ""
		if x.Await != nil {
			shape = " shape=ellipse"
		}
		text := strings.ReplaceAll(strings.ReplaceAll(x.name()+"\n"+p.String(), `\`, `\\`), `"`, `\"`)
		fmt.Fprintf(&b, "\t%q [label=\"%s\"%s];\n", x.name(), strings.ReplaceAll(text, "\n", `\l`), shape)
		drawn := map[*Block]bool{}
		x.Terminators(func(e *Terminator) {
			if e.Jump != nil && !drawn[e.Jump.To] {
				drawn[e.Jump.To] = true
				fmt.Fprintf(&b, "\t%q -> %q;\n", x.name(), e.Jump.To.name())
			}
		})
	}
	b.WriteString("}\n")
	return b.String()
}
