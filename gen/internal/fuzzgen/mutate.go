package fuzzgen

// This file makes mutants, which are written programs with a few changes.

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"strings"
)

// A Stock is a program to make mutants of.
type Stock struct {
	src    string
	from   int // where the function that changes begins
	tokens []stretch
	exprs  []stretch
	stmts  []stretch
	stmtOf []int // the number of the statement list of each statement
}

// A stretch is a part of the source. Stretches of the same kind can replace each other.
type stretch struct {
	from, to int
	kind     string
}

// NewStock returns src as a stock. typeOf returns the type of the expression at the given
// offsets, or "" if the type is not known. Expressions of the same type can replace each
// other.
func NewStock(src string, typeOf func(from, to int) string) *Stock {
	s := &Stock{src: src}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "in.go", src, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	var fd *ast.FuncDecl
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && fd == nil && IsAsync(f) {
			fd = f
		}
	}
	if fd == nil {
		return nil
	}
	s.from = offset(fd.Pos())
	to := offset(fd.End())
	var sc scanner.Scanner
	sc.Init(token.NewFileSet().AddFile("in.go", -1, to), []byte(src[:to]), nil, 0)
	for {
		pos, tok, lit := sc.Scan()
		if tok == token.EOF {
			break
		}
		at := int(pos) - 1
		if lit == "" {
			lit = tok.String()
		}
		if at < s.from || lit == "\n" {
			continue
		}
		kind := tok.String()
		if tok.IsOperator() {
			kind = "operator"
		}
		s.tokens = append(s.tokens, stretch{at, at + len(lit), kind})
	}
	lists := 0
	list := func(stmts []ast.Stmt) {
		lists++
		for _, x := range stmts {
			s.stmts = append(s.stmts, stretch{offset(x.Pos()), offset(x.End()), ""})
			s.stmtOf = append(s.stmtOf, lists)
		}
	}
	ast.Inspect(fd, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			list(n.List)
		case *ast.CaseClause:
			list(n.Body)
		case *ast.CommClause:
			list(n.Body)
		case ast.Expr:
			from, to := offset(n.Pos()), offset(n.End())
			s.exprs = append(s.exprs, stretch{from, to, typeOf(from, to)})
		}
		return true
	})
	return s
}

// Source returns the program that the mutants are made of.
func (s *Stock) Source() string { return s.src }

// Mutant returns the program with one to three changes that do not overlap. Most mutants do
// not compile.
func (s *Stock) Mutant(r *rand.Rand) string {
	var edits []Edit
	for range 1 + r.IntN(3) {
	next:
		for range 10 {
			more := s.change(r)
			for i, e := range more {
				for _, x := range append(edits[:len(edits):len(edits)], more[:i]...) {
					if e.From < x.To && x.From < e.To || e.From == x.From {
						continue next
					}
				}
			}
			edits = append(edits, more...)
			break
		}
	}
	src := s.src
	for len(edits) > 0 { // the last one first
		last := 0
		for i, e := range edits {
			if e.From > edits[last].From {
				last = i
			}
		}
		src = edits[last].Apply(src)
		edits = append(edits[:last], edits[last+1:]...)
	}
	return src
}

// change returns the edits of one change.
func (s *Stock) change(r *rand.Rand) []Edit {
	text := func(x stretch) string { return s.src[x.from:x.to] }
	put := func(x stretch, text string) Edit { return Edit{x.from, x.to, text} }
	pick := func(list []stretch) stretch { return list[r.IntN(len(list))] }
	// alike returns a stretch of list of the same kind as x.
	alike := func(list []stretch, x stretch) stretch {
		var same []stretch
		for _, y := range list {
			if y.kind == x.kind && text(y) != text(x) {
				same = append(same, y)
			}
		}
		if len(same) == 0 {
			return x
		}
		return pick(same)
	}
	tok := pick(s.tokens)
	if len(s.exprs) == 0 || len(s.stmts) == 0 {
		return []Edit{put(tok, "")}
	}
	expr, stmt := pick(s.exprs), pick(s.stmts)
	switch r.IntN(16) {
	case 0:
		return []Edit{put(tok, "")}
	case 1:
		return []Edit{put(tok, text(tok)+" "+text(tok))}
	case 2:
		other := pick(s.tokens)
		return []Edit{put(tok, text(other)), put(other, text(tok))}
	case 3:
		return []Edit{put(tok, text(alike(s.tokens, tok)))}
	case 4:
		return []Edit{put(expr, "("+text(expr)+")")}
	case 5, 6:
		return []Edit{put(expr, text(alike(s.exprs, expr)))}
	case 7:
		other := alike(s.exprs, expr)
		return []Edit{put(expr, text(other)), put(other, text(expr))}
	case 8:
		return []Edit{put(expr, "any("+text(expr)+")")}
	case 9:
		if expr.kind == "" || strings.ContainsAny(expr.kind, "(,") {
			return []Edit{put(expr, "("+text(expr)+")")}
		}
		return []Edit{put(expr, "func() "+expr.kind+" { return "+text(expr)+" }()")}
	case 10:
		return []Edit{put(stmt, "")}
	case 11:
		return []Edit{put(stmt, text(stmt)+"\n"+text(stmt))}
	case 12:
		other := pick(s.stmts)
		return []Edit{put(stmt, text(other)), put(other, text(stmt))}
	case 13:
		other := pick(s.stmts)
		return []Edit{{stmt.from, stmt.from, text(other) + "\n"}}
	case 14:
		around := [...]string{"{\n%\n}", "if true {\n%\n}", "for range 2 {\n%\n}", "switch {\ncase true:\n%\n}", "func() {\n%\n}()",
			"defer func() {\n%\n}()", "switch {\ndefault:\n%\nfallthrough\ncase false:\n}", "for {\n%\nbreak\n}", "L9:\n%", "select {\ndefault:\n%\n}"}
		return []Edit{put(stmt, strings.Replace(around[r.IntN(len(around))], "%", text(stmt), 1))}
	default: // consecutive statements become a block
		first := r.IntN(len(s.stmts))
		last := first
		for last+1 < len(s.stmts) && s.stmtOf[last+1] == s.stmtOf[first] && r.IntN(3) > 0 {
			last++
		}
		row := stretch{s.stmts[first].from, max(s.stmts[first].to, s.stmts[last].to), ""}
		return []Edit{put(row, "{\n"+text(row)+"\n}")}
	}
}
