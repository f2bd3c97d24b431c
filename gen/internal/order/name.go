package order

// This file chooses names for awaited operations and deferred calls from the words of the
// source.

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// awaitName returns the name of the operation x: fetch for s.fetchAsync(url), read for
// conn.Read(buf), task for task.
func (o *orderer) awaitName(x ast.Expr) string {
	name := "value"
	for {
		switch e := ast.Unparen(x).(type) {
		case *ast.CallExpr:
			x = e.Fun
			continue
		case *ast.IndexExpr:
			x = e.X
			continue
		case *ast.IndexListExpr:
			x = e.X
			continue
		case *ast.SelectorExpr:
			name = e.Sel.Name
		case *ast.Ident:
			name = e.Name
		}
		break
	}
	if s := strings.TrimSuffix(name, "Async"); s != "" {
		name = s
	}
	return naming.LowerFirst(name)
}

// said returns the name that says most about the awaited operation x. A call of package rt
// is named after its arguments, if they all have the same name: dial for
// rt.Timeout(d, netio.Dial(addr)), commit for rt.ToThread(tx.Commit), fetch for
// rt.Gather2(fetchAsync(a), fetchAsync(b)).
func (o *orderer) said(x ast.Expr) string {
	name := o.awaitName(x)
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return name
	}
	id := marker.NameIn(marker.Unindexed(call.Fun))
	if id == nil {
		return name
	}
	fn, ok := o.Info.Uses[id].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != marker.RT {
		return name
	}
	given := ""
	for _, arg := range call.Args {
		s := o.givenName(arg)
		switch {
		case s == "":
		case given == "" || given == s:
			given = s
		default:
			return name
		}
	}
	if given == "" {
		return name
	}
	return given
}

// givenName returns the name of the operation or the function that arg is, or "" if arg is
// neither or has no name.
func (o *orderer) givenName(arg ast.Expr) string {
	arg = ast.Unparen(arg)
	t := o.Info.TypeOf(arg)
	if _, ok := t.Underlying().(*types.Signature); ok {
		lit, ok := arg.(*ast.FuncLit)
		if !ok {
			return o.awaitName(arg)
		}
		if call := onlyCall(lit.Body); call != nil {
			return o.awaitName(call)
		}
		return ""
	}
	if _, ok := arg.(*ast.CallExpr); ok && o.exprArg(t) != nil {
		return o.said(arg)
	}
	return ""
}

// onlyCall returns the call that body consists of, or nil if body does something else.
func onlyCall(body *ast.BlockStmt) *ast.CallExpr {
	if len(body.List) != 1 {
		return nil
	}
	var x ast.Expr
	switch s := body.List[0].(type) {
	case *ast.ExprStmt:
		x = s.X
	case *ast.ReturnStmt:
		if len(s.Results) > 0 {
			x = s.Results[0]
		}
	}
	call, _ := x.(*ast.CallExpr)
	return call
}

// deferName returns the name of a deferred call: closeServer for server.Close(), func for the
// call of a literal, and the name of the operation for an await.
func (o *orderer) deferName(call *ast.CallExpr) string {
	if marker.IsAwait(o.Info, call) {
		if x, ok := ast.Unparen(call.Args[0]).(*ast.CallExpr); ok {
			call = x
		}
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		return "func"
	case *ast.SelectorExpr:
		if sel := o.Info.Selections[fun]; sel != nil && sel.Kind() == types.MethodVal {
			switch fun.X.(type) {
			case *ast.Ident, *ast.SelectorExpr:
				if of := o.awaitName(fun.X); len(of) > 1 { // one letter says nothing
					return o.awaitName(fun) + naming.UpperFirst(of)
				}
			}
		}
	}
	return o.awaitName(call.Fun)
}
