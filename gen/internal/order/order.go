// Package order rewrites the body of an async function so that every await is a
// statement of its own, keeping Go's order of evaluation:
//
//	return f() + co.Must(g())
//
// becomes
//
//	t1 := f()
//	t2 = await g()
//	return t1 + t2
//
// The name is cmd/compile's for the same job, and so is the rule: of the events
// in a statement (calls, receives, awaits, && and ||, type assertions, conversions
// that copy, and the like) those up to the last await move to temporaries, in
// lexical order, as do the operands that gc copies where they stand; every other
// operand stays where it is and is read after the await, as gc reads it after a
// call. What nobody can change in the meantime stays as well. Statements without an
// await are kept as text.
package order

// This file defines the entry to the package and the state of one run.

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// A Source is the file that a function stands in, type-checked.
type Source struct {
	Fset *token.FileSet
	Pkg  *types.Package
	Info *types.Info
	File *ast.File
	Text []byte
	// PerIteration: each iteration has its own loop variables (Go 1.22).
	PerIteration bool
	// Coroutine returns the async function that fn constructs the coroutine of,
	// nil if fn is an ordinary function.
	Coroutine func(fn *types.Func) *ir.Func
	// Decl returns the declaration of fn if it is one of this package.
	Decl func(fn *types.Func) *ast.FuncDecl
	// Literal returns a new function for lit, which is called name in outer.
	Literal func(outer *ir.Func, lit *ast.FuncLit, name string) *ir.Func
}

// Func returns the ordered body of fn, whose declaration is decl.
func Func(src *Source, decl *ast.FuncDecl, fn *ir.Func) (*ir.Body, diag.List) {
	o := newOrderer(src, fn, decl.Body)
	o.literals = marker.Literals(src.Info, decl)
	o.moved = map[types.Object]bool{}
	o.uses = map[*ast.FuncLit]*uses{}
	o.findMoved(decl.Body)
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
		ordered: map[*ast.FuncLit]*ir.Body{},
		hidden:  map[string]string{},
		names:   map[string]int{},
	}
}

// run orders the body.
func (o *orderer) run() *ir.Body {
	fn := o.fn
	if fn.Recv != nil {
		o.track(fn.Recv)
	}
	for _, v := range fn.Params {
		o.track(v)
	}
	o.capture()
	for _, v := range fn.Results {
		o.track(v)
	}
	o.findOpen(o.body)
	o.openRanges(o.body)
	o.findFacts(o.body)
	o.findHidden()
	fn.Stmts = o.list(o.body.Lbrace+1, o.body.List, o.body.Rbrace)
	o.parks()
	fn.DeferList = fn.DeferList || len(fn.Recorded()) > 64
	// Should a deferred call recover, fn returns what its results hold by then;
	// and a closure may outlive fn and see what it returned.
	o.keepResults(o.body)
	fn.Kept = fn.Named && (len(fn.Defers) > 0 || slices.ContainsFunc(fn.Results, (*ir.Var).Shared))
	for _, r := range fn.Results {
		r.Deferred = r.Deferred || fn.Kept
	}
	return fn
}

type orderer struct {
	*Source
	fn    *ir.Body // what becomes of the function
	body  *ast.BlockStmt
	diags diag.List

	vars   map[*types.Var]*ir.Var
	facts  map[*types.Var]*facts
	subst  map[ast.Expr]ir.Code // what an expression has become
	open   map[ast.Node]bool    // statements that cannot be kept as text, and expressions with an await
	stmts  map[ast.Stmt]ir.Stmt // what an opened statement has become, for branches to it
	iters  map[ast.Stmt]*ir.Var // of the opened loops over functions
	out    *[]ir.Stmt           // where the next statement goes
	hidden map[string]string    // other names for what hides words of the machine in text
	loops  int                  // opened loops around the current statement
	temps  int

	lit      *ast.FuncLit                    // that the body is of, if it is not that of a declared function
	outer    *orderer                        // of the function that lit stands in
	literals map[*ast.FuncLit]marker.Literal // those that become functions of their own
	ordered  map[*ast.FuncLit]*ir.Body       // what they have become
	names    map[string]int                  // of those in this function, with the last number of each
	uses     map[*ast.FuncLit]*uses          // what they do with variables, and the others; see usesOf
	exit     *ir.Var                         // see recovers
	moved    map[types.Object]bool           // types and constants that they mention

	jumps *jumps // those in the body, found when needed

	inner []ast.Stmt // opened statements around the current one that a bare break or continue may mean
}

// refuse reports that the node at n cannot be translated.
func (o *orderer) refuse(n ast.Node, code diag.Code, message, remedy string) {
	o.diags.Add(diag.Diagnostic{
		Pos:     o.Fset.Position(n.Pos()),
		End:     o.Fset.Position(n.End()),
		Code:    code,
		Message: message,
		Remedy:  remedy,
	})
}

// track makes v known, so that mentions of it become references.
func (o *orderer) track(v *ir.Var) *ir.Var {
	if v.Obj != nil {
		o.vars[v.Obj] = v
	}
	o.setFacts(v)
	o.fn.Vars = append(o.fn.Vars, v)
	return v
}

// declare makes the variable that id declares known.
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
	if hint == "" {
		hint = "v"
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

// findOpen marks every node that holds an await or a defer statement outside
// function literals, and the labels that a goto may want to reach.
func (o *orderer) findOpen(body *ast.BlockStmt) {
	var stack []ast.Node
	ast.Inspect(body, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		switch n.(type) {
		case *ast.FuncLit:
			stack = stack[:len(stack)-1]
			return false
		case *ast.DeferStmt:
		default:
			if !o.isAwait(n) {
				return true
			}
		}
		for i := len(stack) - 1; i >= 0 && !o.open[stack[i]]; i-- { // what is around an open node is open
			o.open[stack[i]] = true
		}
		return true
	})
}

// offset returns where p is in the text.
func (o *orderer) offset(p token.Pos) int { return o.Fset.File(p).Offset(p) }

// oneLine returns the text from pos to end with its white space folded, cut to
// a readable length.
func (o *orderer) oneLine(pos, end token.Pos) string {
	const most = 60
	var b strings.Builder
	n, space := 0, false // runes; white space that is not written yet
	for rest := o.Text[o.offset(pos):o.offset(end)]; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if unicode.IsSpace(r) {
			space = n > 0
			continue
		}
		if space {
			b.WriteByte(' ')
			space, n = false, n+1
		}
		b.WriteRune(r)
		if n++; n > most { // what is left may be long, and is not looked at
			return string([]rune(b.String())[:most-3]) + "..."
		}
	}
	return b.String()
}
