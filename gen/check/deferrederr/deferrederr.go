// Package deferrederr defines an analyzer that reports errors which deferred awaits lose or do
// not see.
//
// A deferred literal that assigns the error of an await to a result of the function replaces
// the error that the function returns, also by nil:
//
//	func send(conn *netio.Conn) (err error) {
//		defer func() { err = co.Wait(closeAsync(conn)) }() // the error of Write is lost
//		_, err = co.Await(conn.Write(data))
//		return err
//	}
//
// Write err = errors.Join(err, co.Wait(closeAsync(conn))). Nothing is reported if the literal
// reads the result, as it does in the call of errors.Join, if it calls recover, or if the
// function returns no other error.
//
// A deferred literal that reads a variable to decide what to await sees that variable alone. A
// return of another variable of the same name does not set it:
//
//	var err error
//	defer func() {
//		if err != nil {
//			co.Must(rollbackAsync(tx)) // never runs
//		}
//	}()
//	if err := co.Wait(insertAsync(tx)); err != nil {
//		return err // another err
//	}
//
// Make err a result of the function: each return sets it. Nothing is reported if the variable
// is such a result. A return of a call that is given the other variable, such as wrap(err),
// counts as a return of the variable.
//
// The analyzer looks at async functions, and at the literals of coroutines.
//
// # What the analyzer cannot see
//
//   - Deferred literals without an await, which lose and miss errors likewise.
//   - Literals that are deferred by a variable, and functions to which the address of the
//     variable is passed.
//   - An error that is assigned by way of another variable.
//   - Whether the deferred await can fail, or whether the first error matters.
package deferrederr

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// Analyzer reports errors that deferred awaits lose or do not see.
var Analyzer = &analysis.Analyzer{
	Name: "deferrederr",
	Doc: `report errors that deferred awaits lose or do not see

The deferrederr analyzer reports a deferred literal that replaces the error of its function
by that of an await, and one that decides by a variable what to await, while the function
returns another variable of the same name.`,
	URL:      "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check/deferrederr",
	Requires: []*analysis.Analyzer{taskcode.Analyzer},
	Run:      run,
}

// function is the code of one body.
type function struct {
	*analysis.Pass
	code    *taskcode.Code
	body    *taskcode.Body
	results []*types.Var
	returns []*ast.ReturnStmt // those of the body, not of the literals in it
}

func run(pass *analysis.Pass) (any, error) {
	code := taskcode.Of(pass)
	for _, b := range code.Bodies {
		if b.Task {
			f := &function{Pass: pass, code: code, body: b}
			f.check()
		}
	}
	return nil, nil
}

// check checks the deferred literals of the function that await.
func (f *function) check() {
	typ := f.body.Type()
	if typ.Results != nil {
		for _, field := range typ.Results.List {
			for _, id := range field.Names {
				if v, ok := f.TypesInfo.Defs[id].(*types.Var); ok {
					f.results = append(f.results, v)
				}
			}
		}
	}
	var deferred []*ast.FuncLit
	f.code.Walk(f.body.Block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ReturnStmt:
			f.returns = append(f.returns, n)
		case *ast.DeferStmt:
			if lit, ok := ast.Unparen(n.Call.Fun).(*ast.FuncLit); ok && f.awaits(lit) {
				deferred = append(deferred, lit)
			}
			return false
		case *ast.FuncLit:
			return false // its returns are its own
		}
		return true
	})
	for _, lit := range deferred {
		f.loses(lit)
		f.misses(lit)
	}
}

func (f *function) awaits(lit *ast.FuncLit) (found bool) {
	f.code.Walk(lit.Body, func(n ast.Node) bool {
		found = found || marker.Suspends(f.TypesInfo, n)
		return !found
	})
	return found
}

// loses reports the assignments in lit, a deferred literal, of the error of an await to a result
// of the function, if the function may return another error.
func (f *function) loses(lit *ast.FuncLit) {
	assigned := make(map[*types.Var]*ast.AssignStmt)
	written := make(map[*ast.Ident]bool)
	recovers := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				id, ok := ast.Unparen(l).(*ast.Ident)
				if !ok || n.Tok != token.ASSIGN {
					continue
				}
				written[id] = true
				if v := f.code.Variable(id); slices.Contains(f.results, v) && isError(v.Type()) && i == len(n.Lhs)-1 && len(n.Rhs) == 1 && marker.IsAwait(f.TypesInfo, ast.Unparen(n.Rhs[0])) {
					assigned[v] = n
				}
			}
		case *ast.CallExpr:
			recovers = recovers || f.code.IsBuiltin(n, "recover")
		}
		return true
	})
	if recovers {
		return
	}
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !written[id] {
			delete(assigned, f.code.Variable(id))
		}
		return true
	})
	for _, v := range f.results {
		if stmt := assigned[v]; stmt != nil && f.mayReturnError(v, lit) {
			f.Report(analysis.Diagnostic{Pos: stmt.Pos(), End: stmt.End(),
				Message: fmt.Sprintf("this deferred await replaces %[1]s, the error that the function returns, also by nil; write %[1]s = errors.Join(%[1]s, ...), or assign only if %[1]s is nil", v.Name())})
		}
	}
}

// mayReturnError reports whether the function returns an error by the result v, which the
// deferred literal lit assigns.
func (f *function) mayReturnError(v *types.Var, lit *ast.FuncLit) bool {
	if slices.ContainsFunc(f.returns, func(r *ast.ReturnStmt) bool {
		return len(r.Results) > 0 && !f.TypesInfo.Types[r.Results[len(r.Results)-1]].IsNil()
	}) {
		return true
	}
	found := false
	ast.Inspect(f.body.Block, func(n ast.Node) bool {
		if n == lit {
			return false
		}
		if assign, ok := n.(*ast.AssignStmt); ok {
			found = found || slices.ContainsFunc(assign.Lhs, func(l ast.Expr) bool { return f.code.Variable(l) == v })
		}
		return !found
	})
	return found
}

// misses reports the variables that lit, a deferred literal, reads while the function returns
// another variable of the same name.
func (f *function) misses(lit *ast.FuncLit) {
	seen := make(map[*types.Var]bool)
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		v, ok := f.TypesInfo.Uses[id].(*types.Var)
		if !ok || seen[v] || v.Kind() != types.LocalVar || !isError(v.Type()) || lit.Pos() <= v.Pos() && v.Pos() < lit.End() || v.Pos() < f.body.Block.Pos() {
			return true
		}
		seen[v] = true
		for _, r := range f.returns {
			if r.Pos() < lit.End() || len(r.Results) == 0 {
				continue
			}
			if other := f.returned(r, v.Name()); other != nil && other != v && !slices.Contains(f.results, other) {
				f.Report(analysis.Diagnostic{Pos: id.Pos(), End: id.End(),
					Message: fmt.Sprintf("this deferred literal reads the %[1]s of line %[2]d, and the return in line %[3]d returns another %[1]s, which shadows it; make %[1]s a result of the function", v.Name(), f.line(v.Pos()), f.line(r.Pos())),
					Related: []analysis.RelatedInformation{{Pos: other.Pos(), Message: "the other " + v.Name()}}})
				break
			}
		}
		return true
	})
}

// returned returns the variable with the given name that r returns as the error, or that it gives
// to a function that makes the error, as in return nil, wrap(err). It returns nil if there is none.
func (f *function) returned(r *ast.ReturnStmt, name string) *types.Var {
	last := ast.Unparen(r.Results[len(r.Results)-1])
	operands := []ast.Expr{last}
	if call, ok := last.(*ast.CallExpr); ok {
		operands = call.Args
	}
	for _, x := range operands {
		if id, ok := ast.Unparen(x).(*ast.Ident); ok && id.Name == name {
			if v, ok := f.TypesInfo.Uses[id].(*types.Var); ok && isError(v.Type()) {
				return v
			}
		}
	}
	return nil
}

func (f *function) line(pos token.Pos) int { return f.Fset.Position(pos).Line }

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }
