package asyncify

// This file takes back what coroutinegen refuses.

import (
	"go/ast"
	"go/token"
	"sort"
)

// GiveUp takes back what stands at the given offset of the text that
// [Program.Source] returned last: an await if it is one, else the innermost
// statement with an await in it, else the whole function. It reports whether
// there was something to take back. Several positions may be given up before
// the next call of Source.
func (p *Program) GiveUp(offset int, reason string) bool {
	i := sort.Search(len(p.segments), func(i int) bool { return p.segments[i].to > offset })
	if i == len(p.segments) {
		return false
	}
	s := p.segments[i]
	switch {
	case s.fn == nil:
		return false
	case s.src < 0 && s.site.fn != nil:
		p.off[s.site] = reason
		return true
	case s.src >= 0:
		at := s.src + offset - s.from
		if round := p.tried[at]; round == p.round {
			return true // a second diagnostic there
		} else if round > 0 {
			break // in vain
		}
		p.tried[at] = p.round
		if stmt := p.enclosing(s.fn, at); stmt != nil {
			p.whole[stmt] = reason
			return true
		}
	}
	if s.fn.left == "" {
		s.fn.left = reason
	}
	return true
}

// GiveUpAll leaves every function plain that has an await in it. It is the
// last resort when coroutinegen refuses a program without saying where.
func (p *Program) GiveUpAll(reason string) {
	for _, f := range p.funcs {
		if f.left == "" {
			f.left = reason
		}
	}
}

// enclosing returns the innermost statement of f around source offset at that
// has an await inside and is not given up yet.
func (p *Program) enclosing(f *function, at int) (found ast.Stmt) {
	pos := p.file.FileStart + token.Pos(at)
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		stmt, ok := n.(ast.Stmt)
		if !ok || stmt == f.decl.Body || p.whole[stmt] != "" {
			return true
		}
		switch stmt.(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause, *ast.LabeledStmt:
			return true
		}
		w := &walker{Program: p, fn: f}
		awaits := p.awaits
		w.stmt(stmt)
		p.awaits = awaits
		if len(w.edits) > 0 {
			found = stmt
		}
		return true
	})
	return found
}
