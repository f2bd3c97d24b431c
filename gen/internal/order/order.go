// Package order rewrites the body of an async function or a generator so that every await and
// every yield is a statement of its own, keeping Go's order of evaluation:
//
//	return f() + co.Must(g())
//
// becomes
//
//	t1 := f()
//	t2 = await g()
//	return t1 + t2
//
// The name and the rule come from cmd/compile, where walk/order.go does the same job. The
// events in a statement are its calls, receives, awaits, && and ||, type assertions,
// conversions that copy, and the like. The events up to the last await move to temporaries,
// in lexical order. So do the operands that gc copies where they stand. Every other operand
// stays where it is and is read after the await, as gc reads it after a call. Operands that
// cannot change in the meantime stay as well. Statements without an await are kept as text.
//
// What is said of awaits here and in the later stages holds for yields, too.
package order

// This file defines the entry to the package and the state of one run.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A Source is the type-checked file that a function stands in.
type Source struct {
	Fset *token.FileSet
	Pkg  *types.Package
	Info *types.Info
	File *ast.File
	Text []byte
	// PerIteration: each iteration has its own loop variables (Go 1.22).
	PerIteration bool
	// Marks, if not nil, has the text that is cut marked: after each line break, an
	// ir.LineMark tells the line of the source.
	Marks *Marks
	// Coroutine returns the async function whose coroutine fn constructs, or nil if fn
	// is an ordinary function.
	Coroutine func(fn *types.Func) *ir.Func
	// Generator returns the generator of this package that fn is, as the source calls it, or nil.
	Generator func(fn *types.Func) *ir.Func
	// IsGenerator reports whether t is the type of a generator of any package, or an interface of
	// generators.
	IsGenerator func(t *types.TypeName) bool
	// Generators are facts about the generators of the package.
	Generators *Generators
	// Decl returns the declaration of fn if this package declares fn.
	Decl func(fn *types.Func) *ast.FuncDecl
	// Literal returns a new function for lit, which is called name in outer.
	Literal func(outer *ir.Func, lit *ast.FuncLit, name string) *ir.Func
}

// Func returns the ordered body of fn, whose declaration is decl.
func Func(src *Source, decl *ast.FuncDecl, fn *ir.Func) (*ir.Body, diag.List) {
	body := decl.Body
	if fn.Gen != nil && fn.Gen.Lit != nil {
		body = fn.Gen.Lit.Body
	}
	o := newOrderer(src, fn, body)
	o.literals = marker.Literals(src.Info, decl)
	o.moved = map[types.Object]bool{}
	o.uses = map[*ast.FuncLit]*uses{}
	o.findMoved(decl.Body)
	o.checkOrder(decl)
	return o.run(), o.diags
}

func newOrderer(src *Source, fn *ir.Func, body *ast.BlockStmt) *orderer {
	return &orderer{
		Source:  src,
		fn:      &ir.Body{Func: fn, Named: len(fn.Results) > 0 && fn.Results[0].Name != ""},
		body:    body,
		vars:    map[*types.Var]*ir.Var{},
		subst:   map[ast.Expr]ir.Code{},
		open:    map[ast.Node]bool{},
		stmts:   map[ast.Stmt]ir.Stmt{},
		iters:   map[ast.Stmt]*ir.Var{},
		eaches:  map[ast.Stmt]*each{},
		ordered: map[*ast.FuncLit]*ir.Body{},
		hidden:  map[string]string{},
		names:   map[string]int{},
	}
}

// run orders the body.
func (o *orderer) run() *ir.Body {
	fn := o.fn
	if fn.Gen != nil && fn.Gen.Lit != nil {
		o.setUp()
	} else {
		for _, v := range fn.Func.Inputs() {
			o.track(v)
		}
	}
	o.capture()
	for _, v := range fn.Results {
		o.track(v)
	}
	o.findOpen(o.body)
	o.openRanges(o.body)
	o.findFacts(o.body)
	o.findHidden()
	if fn.Gen != nil {
		known := o.Generators
		fn.Reenters, fn.Polite, fn.Late = !known.closed[fn.Func], known.polite[fn.Func], !known.timely[fn.Func]
	}
	fn.Stmts = o.list(o.body.Lbrace+1, o.body.List, o.body.Rbrace)
	o.parks()
	fn.DeferList = fn.DeferList || len(fn.Recorded()) > 64
	// If a deferred call recovers, fn returns the values that its results hold then. A
	// closure may outlive fn and see the values that fn returned.
	o.keepResults(o.body)
	if fn.Sends() {
		o.nameResults()
	}
	fn.Kept = fn.Sends() || fn.Named && (fn.Unwinds() || slices.ContainsFunc(fn.Results, (*ir.Var).Shared))
	for _, r := range fn.Results {
		r.Deferred = r.Deferred || fn.Kept
	}
	return fn
}

type orderer struct {
	*Source
	fn    *ir.Body // the function being ordered
	body  *ast.BlockStmt
	diags diag.List

	vars   map[*types.Var]*ir.Var
	facts  map[*types.Var]*facts
	subst  map[ast.Expr]ir.Code // replacements of hoisted expressions
	open   map[ast.Node]bool    // statements that cannot be kept as text, and expressions with an await
	stmts  map[ast.Stmt]ir.Stmt // the results of opened statements, for branches to them
	iters  map[ast.Stmt]*ir.Var // the iterators of opened loops over functions
	eaches map[ast.Stmt]*each   // the loops over Each
	out    *[]ir.Stmt           // the list that the next statement is appended to
	hidden map[string]string    // new names for declarations in text that hide words of the machine
	loops  int                  // opened loops around the current statement
	temps  int

	lit      *ast.FuncLit                    // the literal being ordered, nil for a declared function
	outer    *orderer                        // the orderer of the function that lit stands in
	literals map[*ast.FuncLit]marker.Literal // the literals that become functions
	ordered  map[*ast.FuncLit]*ir.Body       // the literals in this function that were ordered
	names    map[string]int                  // names of the literals in this function, with the last number of each
	uses     map[*ast.FuncLit]*uses          // see usesOf
	late     *ast.CallExpr                   // the call of the last defer statement, which runs outside of Poll
	exit     *ir.Var                         // see recovers
	moved    map[types.Object]bool           // types and constants that literals mention; see findMoved

	jumps *jumps // see findJumps

	inner []ast.Stmt // opened statements around the current one that a break or continue may refer to
}

// refuse reports that n cannot be translated.
func (o *orderer) refuse(n ast.Node, code diag.Code, message, remedy string) {
	o.diags.Add(diag.Diagnostic{
		Pos:     o.Fset.Position(n.Pos()),
		End:     o.Fset.Position(n.End()),
		Code:    code,
		Message: message,
		Remedy:  remedy,
	})
}

// track registers v, so that mentions of v become references.
func (o *orderer) track(v *ir.Var) *ir.Var {
	if v.Obj != nil {
		o.vars[v.Obj] = v
	}
	o.setFacts(v)
	o.fn.Vars = append(o.fn.Vars, v)
	return v
}

// declare registers the variable that id declares.
func (o *orderer) declare(id *ast.Ident) *ir.Var {
	obj, _ := o.Info.Defs[id].(*types.Var)
	if obj == nil {
		return nil
	}
	return o.declareObj(obj)
}

func (o *orderer) declareObj(obj *types.Var) *ir.Var {
	if v := o.vars[obj]; v != nil {
		return v
	}
	return o.track(&ir.Var{Name: obj.Name(), Type: obj.Type(), Obj: obj, Kind: ir.Local, Pos: obj.Pos()})
}

// temp makes a temporary of the given type, called hint if that is not empty.
func (o *orderer) temp(hint string, t types.Type, pos token.Pos) *ir.Var {
	switch {
	case hint == "":
		hint = "v"
	case token.IsKeyword(hint): // map, for asynciter.Map
		hint += "Op"
	}
	if t != nil {
		t = types.Default(t)
	}
	o.temps++
	return o.track(&ir.Var{Name: hint, Type: t, Kind: ir.Temp, Pos: pos, ID: o.temps})
}

func (o *orderer) emit(s ir.Stmt) { *o.out = append(*o.out, s) }

// collect returns the statements that do emits.
func (o *orderer) collect(do func()) []ir.Stmt {
	saved := o.out
	var list []ir.Stmt
	o.out = &list
	do()
	o.out = saved
	return list
}

// findOpen marks every node that contains an await or a defer statement outside
// function literals.
func (o *orderer) findOpen(body *ast.BlockStmt) {
	var stack []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n := n.(type) {
		case *ast.FuncLit:
			stack = stack[:len(stack)-1]
			return false
		case *ast.DeferStmt:
		case *ast.BranchStmt:
			if !o.leavesEach(n, stack) {
				return true
			}
		default:
			if !o.isAwait(n) {
				return true
			}
		}
		for i := len(stack) - 1; i >= 0 && !o.open[stack[i]]; i-- { // the nodes around an open node are open
			o.open[stack[i]] = true
		}
		return true
	})
}

// offset returns the offset of p in the text.
func (o *orderer) offset(p token.Pos) int { return o.Fset.File(p).Offset(p) }
