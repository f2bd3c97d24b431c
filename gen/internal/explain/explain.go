// Package explain says what a machine is made of: which line comes from where, in which states
// the machine can be and how it gets from one to the next, and what its frame keeps and why.
//
// It reads the values of the stages and changes none.
package explain

// This file makes the page of a function.

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/emit"
	"github.com/coroutinegen/coroutinegen/gen/internal/explain/python"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/page"
)

// A Source is an async function as the user wrote it.
type Source struct {
	Fset *token.FileSet
	Pkg  *types.Package
	Info *types.Info
	Name string // handle, or Server.handle
	Decl *ast.FuncDecl
	Text []byte // of the file
}

// An Output is what was generated from a function.
type Output struct {
	Machines []*emit.Machine // of the function, and then of the literals in it
	File     string          // the name of the generated file
	Text     []byte          // its text
	Origins  []emit.Origin   // of the lines of the text

	// Compiled has the type of every frame, by name, if the text was compiled.
	Compiled map[string]*types.TypeName
	Arch     string
}

// Page returns the page of a function without its machine.
func (s *Source) Page() *page.Function {
	start := s.Decl.Pos()
	if s.Decl.Doc != nil {
		start = s.Decl.Doc.Pos()
	}
	first, last := s.place(start), s.place(s.Decl.End())
	fn := &page.Function{Name: s.Name, Package: s.Pkg.Path(), SourceFile: filepath.Base(first.Filename)}
	if s.Decl.Doc != nil {
		fn.Doc = strings.TrimSpace(s.Decl.Doc.Text())
	}
	lines := strings.Split(string(s.Text), "\n")
	for no := first.Line; no <= min(last.Line, len(lines)); no++ {
		fn.Source = append(fn.Source, page.SourceLine{No: no, Text: strings.TrimSuffix(lines[no-1], "\r")})
	}
	return fn
}

// place returns the position of pos, without regard to line directives.
func (s *Source) place(pos token.Pos) token.Position { return s.Fset.PositionFor(pos, false) }

// Explain returns the page of the function that became out.
func Explain(s *Source, out *Output) *page.Function {
	fn := s.Page()
	fn.MachineFile = filepath.Base(out.File)
	index := map[string]int{} // of machines, by the names of their frames
	for i, m := range out.Machines {
		index[m.Names.Frame] = i
	}
	ends := s.ends()
	for i, text := range strings.Split(string(out.Text), "\n") {
		at := out.Origins[i]
		if n := len(fn.Machine); text == "" && n > 0 && fn.Machine[n-1].No == i {
			fn.Machine = append(fn.Machine, page.OutputLine{No: i + 1, Why: string(at.Why), Machine: fn.Machine[n-1].Machine, Block: -1})
			continue
		}
		m, ok := index[at.Frame]
		if !ok {
			continue
		}
		fn.Machine = append(fn.Machine, page.OutputLine{
			No: i + 1, Text: text, From: from(fn, text, at, ends), Why: string(at.Why), Machine: m, Block: at.Block, Label: at.Target,
		})
	}
	fn.Machine = trimmed(fn.Machine)
	for _, m := range out.Machines {
		fn.Machines = append(fn.Machines, s.machine(m, out))
		fn.Decisions = append(fn.Decisions, s.decisions(m)...)
		s.mark(fn, m.Fn)
	}
	fn.Python = s.python()
	return fn
}

// ends returns the last line of what begins in a line of the function, by that line.
func (s *Source) ends() map[int]int {
	ends := map[int]int{}
	ast.Inspect(s.Decl, func(n ast.Node) bool {
		if n != nil {
			line := s.place(n.Pos()).Line
			ends[line] = max(ends[line], s.place(n.End()).Line)
		}
		return true
	})
	return ends
}

// from returns the line of the source from which text comes, a line of a machine. at counts lines
// from the last mark, and gofmt may have made several lines of one line there.
func from(fn *page.Function, text string, at emit.Origin, ends map[int]int) int {
	if at.Line <= max(at.Marked, ends[at.Marked]) {
		return at.Line
	}
	closes := func(text string) bool {
		text = strings.TrimSpace(text)
		return text != "" && strings.Contains(")]}", text[:1])
	}
	if i := at.Line - fn.Source[0].No; i < len(fn.Source) && closes(text) && closes(fn.Source[i].Text) {
		return at.Line // the end of what began above the mark
	}
	return at.Marked
}

// python returns the function in Python, or why there is none.
func (s *Source) python() *page.Python {
	p := &page.Python{}
	var reasons []python.Reason
	p.Text, reasons = python.Print(s.Fset, s.Info, s.Decl)
	for _, r := range reasons {
		p.Reasons = append(p.Reasons, page.Remark{Line: r.Pos.Line, Text: r.Message})
	}
	if p.Text != "" {
		for _, d := range python.Differences {
			p.Differences = append(p.Differences, page.Difference{Subject: d.Subject, Go: d.Go, Python: d.Python})
		}
	}
	return p
}

// trimmed returns lines without the empty ones at their end.
func trimmed(lines []page.OutputLine) []page.OutputLine {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1].Text) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// mark notes which lines of the source have awaits and defer statements.
func (s *Source) mark(fn *page.Function, m *ir.Layout) {
	kinds := map[int]string{}
	for _, d := range m.Defers {
		kinds[s.place(d.Pos).Line] = "defer"
	}
	for _, a := range m.Awaits {
		kinds[s.place(a.Pos).Line] = "await"
	}
	for i := range fn.Source {
		if kind := kinds[fn.Source[i].No]; kind != "" {
			fn.Source[i].Kind = kind
		}
	}
}

// machine explains m.
func (s *Source) machine(m *emit.Machine, out *Output) *page.Machine {
	x := &page.Machine{Name: m.Fn.Name}
	for i, state := range m.States() {
		p := page.State{Name: state.Name, Value: i, Block: -1}
		if b := state.Block; b != nil {
			p.Block = b.Index
			if b.Await != nil && i > 0 {
				p.Line, p.Text = s.place(b.Await.Pos).Line, b.Await.Text
			}
		}
		x.States = append(x.States, p)
	}
	g := &graph{source: s, machine: m, ends: map[int]int{}}
	x.Nodes, x.Edges = g.build()
	x.Frame, x.NoFrame = s.frame(m, out)
	return x
}
