package asyncify

// This file decides where awaits are put in a function: between its
// statements and around the calls in them.

import (
	"go/ast"
	"go/token"
	"go/types"
	"hash/fnv"
	"unicode"
)

// A walker collects the edits of one function.
type walker struct {
	*Program
	fn    *function
	edits []edit
	calm  bool // nothing in the current expression has to happen in order
}

// body returns the edits that make f's copy async.
func (p *Program) body(f *function) []edit {
	w := &walker{Program: p, fn: f}
	w.list(f.decl.Body.List, f.decl.Body.Lbrace+1)
	return w.edits
}

// list edits a statement list that begins at start.
func (w *walker) list(stmts []ast.Stmt, start token.Pos) {
	last := -1
	for i, stmt := range stmts {
		if _, ok := stmt.(*ast.EmptyStmt); ok {
			continue
		}
		last = i
		w.await(stmt.Pos(), "", "; ", opening)
		w.stmt(stmt)
	}
	switch {
	case last < 0:
		w.await(start, " ", ";", opening)
	case w.goesOn(stmts[last]):
		w.await(stmts[last].End(), "; ", "", after)
	}
}

// await inserts an await as a statement at pos.
func (w *walker) await(pos token.Pos, before, behind string, r rank) {
	site := siteKey{w.fn, "await", pos, token.Pos(r)}
	if w.opts.Sparse || w.off[site] != "" {
		return
	}
	h := fnv.New64a()
	at := site.pos - w.fn.file.syntax.FileStart
	h.Write([]byte{byte(w.opts.Seed), byte(w.opts.Seed >> 8), byte(at), byte(at >> 8), byte(at >> 16), byte(r)})
	text := w.names.here()
	switch h.Sum64() >> 32 % 8 {
	case 0, 1:
		text = w.names.twice()
	case 2:
		if w.fn == w.main() { // only here, because rt.Yield suspends each time
			text = w.names.yield()
		}
	}
	w.awaits++
	if before != "" {
		w.edit(site, pos, r, before)
	}
	w.edit(site, pos, r, text)
	if behind != "" {
		w.edit(site, pos, r, behind)
	}
}

func (w *walker) edit(site siteKey, pos token.Pos, r rank, text string) {
	if c := w.fn.file.before(pos); r == opening && (c == '_' || c >= 0x80 || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c))) {
		text = " " + text // as in "if(f())"
	}
	w.edits = append(w.edits, edit{from: pos, to: pos, rank: r, seq: len(w.edits), text: text, site: site})
}

// goesOn reports whether a statement may follow stmt without making the
// function lack a terminating statement.
func (w *walker) goesOn(stmt ast.Stmt) bool {
	switch stmt := stmt.(type) {
	case *ast.AssignStmt, *ast.IncDecStmt, *ast.DeclStmt, *ast.SendStmt, *ast.GoStmt, *ast.DeferStmt:
		return true
	case *ast.ExprStmt:
		call, ok := ast.Unparen(stmt.X).(*ast.CallExpr)
		if !ok {
			return true
		}
		id, ok := ast.Unparen(call.Fun).(*ast.Ident)
		return !ok || w.info.Uses[id] != types.Universe.Lookup("panic")
	}
	return false
}

// stmt edits the parts of stmt.
func (w *walker) stmt(stmt ast.Stmt) {
	if stmt == nil || w.whole[stmt] != "" {
		return
	}
	if kind, why := w.leaveWhole(stmt); kind {
		w.whole[stmt] = why
		return
	}
	switch s := stmt.(type) {
	case *ast.BlockStmt:
		w.list(s.List, s.Lbrace+1)
	case *ast.IfStmt:
		w.stmt(s.Init)
		w.condition(s.Cond)
		w.stmt(s.Body)
		w.stmt(s.Else)
	case *ast.ForStmt:
		w.stmt(s.Init)
		w.condition(s.Cond)
		w.stmt(s.Post)
		w.stmt(s.Body)
	case *ast.RangeStmt:
		w.expr(s.Key)
		w.expr(s.Value)
		w.operand(s.X, s)
		w.stmt(s.Body)
	case *ast.SwitchStmt:
		w.stmt(s.Init)
		w.operand(s.Tag, s)
		w.clauses(s.Body)
	case *ast.TypeSwitchStmt:
		w.stmt(s.Init)
		w.stmt(s.Assign)
		w.clauses(s.Body)
	case *ast.SelectStmt:
		for _, clause := range s.Body.List {
			clause := clause.(*ast.CommClause)
			w.stmt(clause.Comm)
			w.list(clause.Body, clause.Colon+1)
		}
	case *ast.LabeledStmt:
		w.stmt(s.Stmt)
	case *ast.GoStmt:
		w.callOperands(s.Call)
	case *ast.DeferStmt:
		w.callOperands(s.Call)
		if lit, ok := s.Call.Fun.(*ast.FuncLit); ok && !w.traces {
			w.list(lit.Body.List, lit.Body.Lbrace+1)
		}
	case *ast.DeclStmt:
		if decl, ok := s.Decl.(*ast.GenDecl); ok && decl.Tok == token.VAR {
			for _, spec := range decl.Specs {
				w.exprs(s, spec.(*ast.ValueSpec).Values)
			}
		}
	case *ast.AssignStmt:
		for _, x := range s.Lhs {
			w.target(x, s)
		}
		w.exprs(s, s.Rhs)
	case *ast.ReturnStmt:
		w.exprs(s, s.Results)
	case *ast.IncDecStmt:
		w.target(s.X, s)
	case *ast.SendStmt:
		w.exprs(s, []ast.Expr{s.Chan})
		w.exprs(s, []ast.Expr{s.Value})
	case *ast.ExprStmt:
		w.expr(s.X)
	}
}

func (w *walker) clauses(body *ast.BlockStmt) {
	for _, clause := range body.List {
		clause := clause.(*ast.CaseClause)
		for _, x := range clause.List {
			if !w.info.Types[x].IsType() {
				w.expr(x)
			}
		}
		w.list(clause.Body, clause.Colon+1)
	}
}

func (w *walker) exprs(stmt ast.Stmt, list []ast.Expr) {
	for _, x := range list {
		w.operand(x, stmt)
	}
}

// expr edits an expression that is evaluated by itself.
func (w *walker) expr(x ast.Expr) {
	if x != nil {
		w.calm = !w.events(x)
		w.calls(x)
	}
}

// calls turns the static calls in x into awaits. Function literals stay plain.
func (w *walker) calls(x ast.Expr) {
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ArrayType, *ast.StructType, *ast.FuncType, *ast.InterfaceType:
			return false
		case *ast.CallExpr:
			w.call(n)
			w.arguments(n)
		case *ast.BinaryExpr:
			w.binary(n)
		}
		return true
	})
}

// callOperands edits the operands of call that a go or defer statement evaluates at
// once.
func (w *walker) callOperands(call *ast.CallExpr) {
	if _, ok := ast.Unparen(call.Fun).(*ast.FuncLit); !ok {
		w.expr(call.Fun)
	}
	for _, arg := range call.Args {
		w.expr(arg)
	}
}

// call makes call an await if it calls an async function.
func (w *walker) call(call *ast.CallExpr) {
	id, f := w.callee(call)
	if f == nil || f.left != "" {
		w.awaitIO(call)
		return
	}
	site := siteKey{w.fn, "call", call.Pos(), call.End()}
	if w.off[site] != "" {
		return
	}
	w.awaits++
	w.edit(site, call.Pos(), opening, w.names.co+"."+f.form.await+"(")
	w.edits = append(w.edits, edit{from: id.Pos(), to: id.End(), rank: opening, seq: len(w.edits), text: f.name + "Async", site: site})
	w.edit(site, call.End(), closing, ")")
}

// callee returns the function of the program that call calls statically, and
// the identifier that names it.
func (p *Program) callee(call *ast.CallExpr) (*ast.Ident, *function) {
	fun := ast.Unparen(call.Fun)
	switch x := fun.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	}
	switch x := fun.(type) {
	case *ast.Ident:
		if obj, ok := p.info.Uses[x].(*types.Func); ok {
			return x, p.byObj[obj.Origin()]
		}
	case *ast.SelectorExpr:
		if sel := p.info.Selections[x]; sel != nil && sel.Kind() == types.MethodVal {
			return x.Sel, p.byObj[sel.Obj().(*types.Func).Origin()]
		}
	}
	return nil, nil
}

// leaveWhole reports whether stmt is left without awaits, and why.
func (w *walker) leaveWhole(stmt ast.Stmt) (bool, string) {
	switch s := stmt.(type) {
	case *ast.SelectStmt:
		return w.opts.Whole[Select], string(Select)
	case *ast.RangeStmt:
		if t := w.info.TypeOf(s.X); t != nil && w.opts.Whole[RangeFunc] {
			if _, ok := t.Underlying().(*types.Signature); ok {
				return true, string(RangeFunc)
			}
		}
	case *ast.ForStmt:
	default:
		return false, ""
	}
	return w.opts.Whole[DeferInLoop] && hasDefer(stmt), string(DeferInLoop)
}

// hasDefer reports whether n has a defer statement outside of function literals.
func hasDefer(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}
