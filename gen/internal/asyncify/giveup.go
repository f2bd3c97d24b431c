package asyncify

// This file takes back awaits that coroutinegen refuses.

import (
	"go/ast"
	"go/token"
	"slices"
	"sort"
)

// GiveUp takes back the edits at the given offset of the file called name, as
// [Program.Source] returned it last. It takes back the await there, or else the awaits in
// the innermost statement that has any, or else those of the whole function. It reports
// whether there was something to take back. Several positions may be given up before
// the next call of Source.
func (p *Program) GiveUp(name string, offset int, reason string) bool {
	f := slices.IndexFunc(p.files, func(s *source) bool { return s.Name == name })
	if f < 0 {
		return false
	}
	segments := p.files[f].segments
	i := sort.Search(len(segments), func(i int) bool { return segments[i].to > offset })
	if i == len(segments) {
		return false
	}
	s := segments[i]
	switch {
	case s.fn == nil:
		return false
	case s.src == token.NoPos && s.site.fn != nil:
		p.off[s.site] = reason
		return true
	case s.src != token.NoPos:
		at := s.src + token.Pos(offset-s.from)
		if round := p.tried[at]; round == p.round {
			return true // a second diagnostic at this place
		} else if round > 0 {
			break // giving up this statement did not help
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

// GiveUpAll leaves all functions with awaits plain. It is the last resort if
// coroutinegen refuses a program without a position.
func (p *Program) GiveUpAll(reason string) {
	for _, f := range p.funcs {
		if f.left == "" {
			f.left = reason
		}
	}
}

// enclosing returns the innermost statement of f around pos that contains an await
// and is not given up yet.
func (p *Program) enclosing(f *function, pos token.Pos) (found ast.Stmt) {
	deferred := map[*ast.FuncLit]bool{} // their bodies are async as well
	ast.Inspect(f.decl.Body, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		if lit, ok := n.(*ast.FuncLit); ok {
			return deferred[lit]
		}
		if d, ok := n.(*ast.DeferStmt); ok {
			lit, _ := d.Call.Fun.(*ast.FuncLit)
			deferred[lit] = lit != nil
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
