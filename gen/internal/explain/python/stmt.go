package python

// This file prints statements.

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// stmts prints a list of statements.
func (p *printer) stmts(list []ast.Stmt) {
	for i := 0; i < len(list); i++ {
		s := list[i]
		if d, ok := s.(*ast.DeferStmt); ok {
			p.deferred(d, list[i+1:])
			return
		}
		if a, ok := s.(*ast.AssignStmt); ok {
			var next ast.Stmt
			if i+1 < len(list) {
				next = list[i+1]
			}
			if used := p.awaitInto(a, next); used {
				i++ // next is what an exception does by itself
				continue
			}
		}
		p.stmt(s)
	}
}

// awaitInto prints s if it is an assignment of an await with an error, and reports whether next,
// which returns the error, belongs to it. It leaves other assignments alone.
func (p *printer) awaitInto(s *ast.AssignStmt, next ast.Stmt) bool {
	if len(s.Rhs) != 1 || s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		return false
	}
	f, operand := p.awaited(s.Rhs[0])
	values, fails, ok := f.Form()
	if !ok || !fails || len(s.Lhs) != values+1 {
		return false
	}
	id, ok := ast.Unparen(s.Lhs[values]).(*ast.Ident)
	if !ok || next == nil || !p.propagates(next, p.info.ObjectOf(id)) {
		return false
	}
	p.await(operand, p.targets(s.Lhs[:values]))
	return true
}

// targets returns the variables that are assigned.
func (p *printer) targets(list []ast.Expr) (names []string) {
	for _, x := range list {
		id, ok := ast.Unparen(x).(*ast.Ident)
		if !ok {
			p.refuse(x, "only variables are assigned to in Python as in Go")
			return nil
		}
		switch {
		case id.Name == "_":
			names = append(names, "_")
		case p.info.Defs[id] != nil:
			p.storable(id, p.info.TypeOf(id))
			names = append(names, p.declare(id))
		default:
			if v, ok := p.info.Uses[id].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				p.refuse(id, "an assignment to a variable of the package")
				return nil
			}
			p.storable(id, p.info.TypeOf(id))
			names = append(names, p.ident(id))
		}
	}
	return names
}

func (p *printer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.EmptyStmt:
	case *ast.BlockStmt:
		p.nested(s.List)
	case *ast.ExprStmt:
		p.exprStmt(s.X)
	case *ast.AssignStmt:
		p.assign(s)
	case *ast.IncDecStmt:
		id, ok := ast.Unparen(s.X).(*ast.Ident)
		if !ok || !p.counters[p.info.ObjectOf(id)] {
			p.refuse(s, "the result of %s may overflow, and wraps in Go", s.Tok)
			return
		}
		p.line("%s %s= 1", p.ident(id), s.Tok.String()[:1])
	case *ast.DeclStmt:
		p.decl(s)
	case *ast.ReturnStmt:
		p.returns(s)
	case *ast.IfStmt:
		p.ifStmt(s, "if")
	case *ast.ForStmt:
		p.forStmt(s)
	case *ast.RangeStmt:
		p.rangeStmt(s)
	case *ast.SwitchStmt:
		p.switchStmt(s)
	case *ast.BranchStmt:
		p.branch(s)
	case *ast.DeferStmt:
		p.refuse(s, "a deferred call in a block runs at the end of the function, not of the block")
	default:
		p.refuse(s, "this statement has no counterpart")
	}
}

// nested prints the statements of a block. A deferred call in it outlives it.
func (p *printer) nested(list []ast.Stmt) {
	for _, s := range list {
		if d, ok := s.(*ast.DeferStmt); ok {
			p.refuse(d, "a deferred call in a block runs at the end of the function, not of the block")
			return
		}
	}
	p.stmts(list)
}

// exprStmt prints a call that stands as a statement.
func (p *printer) exprStmt(x ast.Expr) {
	if f, operand := p.awaited(x); f != "" {
		if _, fails, _ := f.Form(); fails {
			p.refuse(x, "the error is dropped, and would be raised in Python")
			return
		}
		p.await(operand, nil)
		return
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		p.refuse(x, "this expression has no counterpart as a statement")
		return
	}
	if text, ok := p.action(call); ok {
		p.line("%s", text)
		return
	}
	if marker.Callee(p.info, call) == marker.Spawn {
		p.line("%s", p.expr(call))
		return
	}
	p.refuse(x, "the function that is called has no known counterpart")
}

// action returns a call that does something and has no result, in Python.
func (p *printer) action(call *ast.CallExpr) (text string, ok bool) {
	if recv, name := p.method(call, actions); name != "" {
		return p.expr(recv) + "." + name + "(" + strings.Join(p.exprs(call.Args), ", ") + ")", true
	}
	args, file := call.Args, ""
	name := p.stdFunc(call)
	if strings.HasPrefix(name, "fmt.Fprint") && len(args) > 0 {
		file, args = ", file="+p.expr(args[0]), args[1:]
		name = "fmt.P" + strings.TrimPrefix(name, "fmt.Fp")
	}
	switch {
	case call.Ellipsis.IsValid():
	case name == "fmt.Println":
		for _, arg := range args {
			if !p.printsAsInt(arg) && !p.printsAsString(arg) {
				p.refuse(arg, "only integers and strings print in the same way")
			}
		}
		return "print(" + strings.TrimPrefix(strings.Join(p.exprs(args), ", ")+file, ", ") + ")", true
	case name == "fmt.Printf" && len(args) > 0:
		return "print(" + p.formatted(call, args) + `, end=""` + file + ")", true
	}
	return "", false
}

func (p *printer) assign(s *ast.AssignStmt) {
	switch s.Tok {
	case token.DEFINE, token.ASSIGN:
	case token.ADD_ASSIGN, token.SUB_ASSIGN:
		id, ok := ast.Unparen(s.Lhs[0]).(*ast.Ident)
		switch {
		case ok && s.Tok == token.ADD_ASSIGN && p.isBasic(id, types.IsString), ok && p.counters[p.info.ObjectOf(id)]:
			p.line("%s %s %s", p.ident(id), s.Tok, p.expr(s.Rhs[0]))
		default:
			p.refuse(s, "the result of %s may overflow, and wraps in Go", s.Tok)
		}
		return
	default:
		p.refuse(s, "the result of %s may overflow, and wraps in Go, or is rounded in another way", s.Tok)
		return
	}
	if len(s.Rhs) == 1 {
		if f, operand := p.awaited(s.Rhs[0]); f != "" {
			if _, fails, _ := f.Form(); fails {
				p.blame(s, s.Lhs, "the error is not returned at once: in Python it would be on its way already")
				return
			}
			p.await(operand, p.targets(s.Lhs))
			return
		}
	}
	if len(s.Lhs) != len(s.Rhs) {
		p.blame(s, s.Lhs, "a call with several results has no counterpart")
		return
	}
	if len(s.Lhs) == 1 {
		if x, ok := ast.Unparen(s.Lhs[0]).(*ast.IndexExpr); ok && s.Tok == token.ASSIGN {
			p.setElement(x, s.Rhs[0])
			return
		}
		if p.append(s) {
			return
		}
	}
	var values []string
	for i, x := range s.Rhs {
		if isError(p.info.TypeOf(s.Lhs[i])) {
			p.blame(s, s.Lhs, "the error is a value here, and would be an exception")
			return
		}
		if _, shared := typeOr(p.info.TypeOf(x)).Underlying().(*types.Slice); shared && !p.isNil(x) && !isLiteral(x) {
			p.refuse(x, "two slices may share elements in Go, and are one list in Python")
		}
		values = append(values, p.value(x))
	}
	p.line("%s = %s", strings.Join(p.targets(s.Lhs), ", "), strings.Join(values, ", "))
}

func isLiteral(x ast.Expr) bool {
	_, ok := ast.Unparen(x).(*ast.CompositeLit)
	return ok
}

// setElement prints m[k] = v.
func (p *printer) setElement(x *ast.IndexExpr, value ast.Expr) {
	if _, ok := typeOr(p.info.TypeOf(x.X)).Underlying().(*types.Map); !ok || !p.comparable(x.Index) {
		p.refuse(x, "only elements of maps with integers, strings and booleans as keys are assigned to in the same way")
		return
	}
	if _, shared := typeOr(p.info.TypeOf(value)).Underlying().(*types.Slice); shared {
		p.refuse(value, "two slices may share elements in Go, and are one list in Python")
	}
	p.line("%s[%s] = %s", p.expr(x.X), p.expr(x.Index), p.value(value))
}

// append prints "list = append(list, x)" for a list that only this function has.
func (p *printer) append(s *ast.AssignStmt) bool {
	call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr)
	if !ok || len(call.Args) != 2 || call.Ellipsis.IsValid() || s.Tok != token.ASSIGN {
		return false
	}
	if !p.isBuiltin(call, "append") {
		return false
	}
	list, ok := ast.Unparen(s.Lhs[0]).(*ast.Ident)
	v, isVar := p.info.ObjectOf(list).(*types.Var)
	if !ok || !isVar || !p.refersTo(call.Args[0], v) || v.Kind() != types.LocalVar || p.shared[v] {
		p.refuse(s, "append may write to a slice that others share")
		return true
	}
	p.line("%s.append(%s)", p.ident(list), p.value(call.Args[1]))
	return true
}

// decl prints the declaration of variables.
func (p *printer) decl(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR {
		if ok && d.Tok == token.CONST {
			return // their values are where they are used
		}
		p.refuse(s, "a declaration that is not of a variable")
		return
	}
	for _, spec := range d.Specs {
		spec, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		if len(spec.Values) > 0 {
			if len(spec.Values) != len(spec.Names) {
				p.refuse(spec, "a call with several results has no counterpart")
				continue
			}
			define := &ast.AssignStmt{TokPos: spec.Pos(), Tok: token.DEFINE, Rhs: spec.Values}
			for _, name := range spec.Names {
				define.Lhs = append(define.Lhs, name)
			}
			p.assign(define)
			continue
		}
		for _, name := range spec.Names {
			if isError(p.info.TypeOf(name)) {
				p.refuse(name, "the error is a value here, and would be an exception")
				continue
			}
			if zero, ok := p.zero(name, p.info.TypeOf(name)); ok {
				p.line("%s = %s", p.declare(name), zero)
			}
		}
	}
}

// returns prints a return statement. An error as the last result is raised.
func (p *printer) returns(s *ast.ReturnStmt) {
	n := p.results.Len()
	fails := n > 0 && isError(p.results.At(n-1).Type())
	if len(s.Results) == 0 {
		if n > 0 {
			p.refuse(s, "the results are those in the variables at the end, which a deferred call may still change")
			return
		}
		p.line("return")
		return
	}
	if len(s.Results) == 1 {
		if f, operand := p.awaited(s.Results[0]); f != "" {
			values, awaitFails, _ := f.Form()
			if awaitFails != fails || values != n-btoi(fails) {
				p.refuse(s, "the results of the await are not those of the function")
				return
			}
			p.returnAwait(operand, values)
			return
		}
	}
	if len(s.Results) != n {
		p.refuse(s, "a call with several results has no counterpart")
		return
	}
	values := s.Results
	if fails {
		last := ast.Unparen(s.Results[n-1])
		values = s.Results[:n-1]
		if f, operand := p.awaited(last); f == marker.Wait && len(values) > 0 && !slices.ContainsFunc(values, func(x ast.Expr) bool { return !p.local(x) }) {
			p.await(operand, nil) // which changes no variable of this function
		} else if !p.isNil(last) {
			for _, x := range values {
				if !p.idle(x) {
					p.refuse(x, "a value beside an error")
					return
				}
			}
			p.raise(last)
			return
		}
	}
	var texts []string
	for _, x := range values {
		texts = append(texts, p.value(x))
	}
	switch {
	case len(texts) == 0:
		p.line("return")
	case len(texts) == 1:
		p.line("return %s", texts[0])
	default:
		p.line("return %s", strings.Join(texts, ", "))
	}
}

// local reports whether x is a constant, nil, or a variable of this function.
func (p *printer) local(x ast.Expr) bool {
	if p.info.Types[ast.Unparen(x)].Value != nil || p.isNil(x) {
		return true
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := p.info.ObjectOf(id).(*types.Var)
	return ok && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// returnAwait prints the return of what an await delivers.
func (p *printer) returnAwait(operand ast.Expr, values int) {
	if _, name := p.rtCall(operand); strings.HasPrefix(name, "Gather") {
		if values == 1 {
			if name != "Gather" {
				p.refuse(operand, "the results are a struct here")
			}
			p.await(operand, nil)
			p.line("return [task.result() for task in tasks]")
			return
		}
		p.await(operand, nil)
		if values > 1 {
			p.line("return tuple([task.result() for task in tasks])")
		} else {
			p.line("return")
		}
		return
	}
	if values == 0 {
		p.await(operand, nil)
		p.line("return")
		return
	}
	p.line("return await %s", p.awaitable(operand, true))
}

// raise prints the return of an error.
func (p *printer) raise(x ast.Expr) {
	if p.isBlamed(x) {
		return
	}
	call, ok := x.(*ast.CallExpr)
	if ok && len(call.Args) > 0 && !call.Ellipsis.IsValid() {
		switch p.stdFunc(call) {
		case "errors.New":
			if tv := p.info.Types[call.Args[0]]; tv.Value != nil && tv.Value.Kind() == constant.String {
				p.line("raise Exception(%s)", p.expr(call.Args[0]))
				return
			}
		case "fmt.Errorf":
			p.line("raise Exception(%s)", p.formatted(call, call.Args))
			return
		}
	}
	p.refuse(x, "the error is a value here: only a new one, or that of an await that has just failed, is raised in Python")
}

func (p *printer) ifStmt(s *ast.IfStmt, word string) {
	if s.Init != nil {
		a, ok := s.Init.(*ast.AssignStmt)
		bare := *s
		bare.Init = nil
		if ok && word == "if" && p.awaitInto(a, &bare) {
			return
		}
		if word != "if" {
			p.refuse(s.Init, "a statement between the branches has no place in Python")
			return
		}
		p.stmts([]ast.Stmt{s.Init})
	}
	p.line("%s %s:", word, p.expr(s.Cond))
	p.block(func() { p.nested(s.Body.List) })
	switch e := s.Else.(type) {
	case nil:
	case *ast.IfStmt:
		p.ifStmt(e, "elif")
	case *ast.BlockStmt:
		p.line("else:")
		p.block(func() { p.nested(e.List) })
	}
}

// body prints the body of a loop.
func (p *printer) body(list []ast.Stmt, continues bool) {
	p.loops = append(p.loops, &loop{continues})
	inSwitch := p.inSwitch
	p.inSwitch = false
	p.block(func() { p.nested(list) })
	p.inSwitch = inSwitch
	p.loops = p.loops[:len(p.loops)-1]
}

func (p *printer) forStmt(s *ast.ForStmt) {
	if s.Init != nil && s.Post != nil && s.Cond != nil && p.countingLoop(s) {
		return
	}
	if s.Init != nil {
		p.stmts([]ast.Stmt{s.Init})
	}
	cond := "True"
	if s.Cond != nil {
		cond = p.expr(s.Cond)
	}
	p.line("while %s:", cond)
	p.body(s.Body.List, s.Post == nil)
	if s.Post != nil {
		p.depth++
		p.stmts([]ast.Stmt{s.Post})
		p.depth--
	}
}

// countingLoop prints "for i := a; i < b; i++" as a range, if the body changes neither i nor b.
func (p *printer) countingLoop(s *ast.ForStmt) bool {
	init, ok := s.Init.(*ast.AssignStmt)
	post, ok2 := s.Post.(*ast.IncDecStmt)
	cond, ok3 := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || !ok2 || !ok3 || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 || post.Tok != token.INC || cond.Op != token.LSS {
		return false
	}
	id, ok := init.Lhs[0].(*ast.Ident)
	if !ok || p.info.Defs[id] == nil || !p.refersTo(post.X, p.info.Defs[id]) || !p.refersTo(cond.X, p.info.Defs[id]) {
		return false
	}
	if p.writes[p.info.Defs[id]] != 1 || !p.isBasic(id, types.IsInteger) || !p.fixed(cond.Y) {
		return false
	}
	first, last := p.expr(init.Rhs[0]), p.expr(cond.Y)
	if first == "0" {
		p.line("for %s in range(%s):", p.declare(id), last)
	} else {
		p.line("for %s in range(%s, %s):", p.declare(id), first, last)
	}
	p.body(s.Body.List, true)
	return true
}

// fixed reports whether x has one value throughout the function.
func (p *printer) fixed(x ast.Expr) bool {
	x = ast.Unparen(x)
	if p.info.Types[x].Value != nil {
		return true
	}
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	v, ok := p.info.ObjectOf(id).(*types.Var)
	return ok && p.writes[v] == 0 && v.Pkg() != nil && v.Parent() != v.Pkg().Scope()
}

func (p *printer) rangeStmt(s *ast.RangeStmt) {
	if s.Tok == token.ASSIGN {
		p.refuse(s, "the loop assigns to variables that were declared before")
		return
	}
	name := func(x ast.Expr) string {
		if id, ok := x.(*ast.Ident); ok {
			return p.declare(id)
		}
		return "_"
	}
	t := typeOr(p.info.TypeOf(s.X))
	switch t.Underlying().(type) {
	case *types.Basic:
		if !p.isBasic(s.X, types.IsInteger) {
			p.refuse(s.X, "a string is ranged over by its bytes in Go, with their indexes")
			return
		}
		x := p.expr(s.X)
		p.line("for %s in range(%s):", name(s.Key), x)
	case *types.Slice:
		if !p.fixed(s.X) && !isLiteral(s.X) {
			p.refuse(s.X, "the slice may be another one in the course of the loop, which Go does not see")
			return
		}
		x := p.expr(s.X)
		switch {
		case s.Value != nil && s.Key != nil && name(s.Key) == "_":
			p.storable(s.Value, p.info.TypeOf(s.Value))
			p.line("for %s in %s:", name(s.Value), x)
		case s.Value != nil:
			p.storable(s.Value, p.info.TypeOf(s.Value))
			p.line("for %s, %s in enumerate(%s):", name(s.Key), name(s.Value), x)
		default:
			p.line("for %s in range(len(%s)):", name(s.Key), x)
		}
	case *types.Map:
		p.refuse(s, "the order of a map is random in Go")
		return
	default:
		p.refuse(s, "a range over this type has no counterpart")
		return
	}
	p.body(s.Body.List, true)
}

func (p *printer) switchStmt(s *ast.SwitchStmt) {
	if s.Init != nil {
		p.stmts([]ast.Stmt{s.Init})
	}
	tag := ""
	if s.Tag != nil {
		if !p.comparable(s.Tag) || !p.fixed(s.Tag) {
			p.refuse(s.Tag, "the tag must be a variable that is not assigned to, or a constant")
			return
		}
		tag = p.expr(s.Tag)
	}
	var last *ast.CaseClause
	word := "if"
	body := func(c *ast.CaseClause) {
		inSwitch := p.inSwitch
		p.inSwitch = true
		p.block(func() { p.nested(c.Body) })
		p.inSwitch = inSwitch
	}
	for _, c := range s.Body.List {
		c, ok := c.(*ast.CaseClause)
		if !ok {
			continue
		}
		if c.List == nil {
			last = c
			continue
		}
		var conds []string
		for _, x := range c.List {
			cond := p.expr(x)
			if tag != "" {
				if !p.comparable(x) {
					p.refuse(x, "only integers, strings and booleans are compared in the same way")
				}
				cond = tag + " == " + cond
			}
			conds = append(conds, cond)
		}
		p.line("%s %s:", word, strings.Join(conds, " or "))
		body(c)
		word = "elif"
	}
	switch {
	case last != nil && word == "if":
		p.line("if True:")
		body(last)
	case last != nil:
		p.line("else:")
		body(last)
	}
}

func (p *printer) branch(s *ast.BranchStmt) {
	switch {
	case s.Label != nil || s.Tok == token.GOTO || s.Tok == token.FALLTHROUGH:
		p.refuse(s, "Python has no %s of this kind", s.Tok)
	case s.Tok == token.BREAK && p.inSwitch:
		p.refuse(s, "break leaves the switch in Go, and would leave the loop in Python")
	case len(p.loops) == 0:
		p.refuse(s, "%s stands outside of a loop", s.Tok)
	case s.Tok == token.CONTINUE && !p.loops[len(p.loops)-1].continues:
		p.refuse(s, "continue would skip the post statement of the loop in Python")
	default:
		p.line("%s", s.Tok)
	}
}

// deferred prints a deferred call, and the statements after it, rest.
func (p *printer) deferred(s *ast.DeferStmt, rest []ast.Stmt) {
	text, ok := p.action(s.Call)
	if !ok {
		p.refuse(s, "the function that is deferred has no known counterpart")
	}
	for _, x := range s.Call.Args {
		if !p.fixed(x) {
			p.refuse(x, "the argument is evaluated now, and the call comes later")
		}
	}
	if sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr); ok && p.info.Selections[sel] != nil && !p.fixed(sel.X) {
		p.refuse(sel.X, "the receiver is evaluated now, and the call comes later")
	}
	p.line("try:")
	p.block(func() { p.stmts(rest) })
	p.line("finally:")
	p.block(func() { p.line("%s", text) })
}
