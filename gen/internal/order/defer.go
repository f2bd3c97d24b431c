package order

// This file orders defer statements. The deferred call runs in the method unwind of the
// frame. The operands that Go evaluates at the defer statement are saved.

import (
	"go/ast"
	"go/token"
	"go/types"
	"unicode"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// deferred orders a defer statement.
//
//	[source]   defer handle(&x, y.z)
//	[ordered]  arg := y.z
//	           defer handle(&x, arg)
//
// In a loop the saved operands go to a list instead of the frame.
func (o *orderer) deferred(s *ast.DeferStmt) {
	call := s.Call
	inLoop := o.loops > 0 || o.inGotoLoop(s)
	if marker.IsAwait(o.Info, call) {
		o.deferredAwait(s, inLoop)
		return
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok && o.literals[lit].Kind == marker.Deferred {
		o.deferredLiteral(s, lit, inLoop)
		return
	}
	before := len(*o.out)
	o.visitAll(o.operands(call), false)
	d := &saver{orderer: o, Defer: o.newDefer(s), inLoop: inLoop}
	lit, isLit := ast.Unparen(call.Fun).(*ast.FuncLit)
	if isLit {
		d.Text = "defer " + o.withoutBody(call, lit)
	}

	// Save every operand that may change before the function ends.
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.FuncLit:
		if d.inLoop { // each execution captures other variables
			d.save(lit, "fn")
		}
	case *ast.SelectorExpr:
		if sel := o.Info.Selections[fun]; sel != nil && sel.Kind() == types.MethodVal {
			d.saveReceiver(fun, sel)
		} else if sel != nil {
			d.save(call.Fun, "fn")
		} else if _, isVar := o.Info.Uses[fun.Sel].(*types.Var); isVar {
			d.save(call.Fun, "fn")
		}
	case *ast.Ident:
		if _, isVar := o.Info.Uses[fun].(*types.Var); isVar {
			d.save(call.Fun, "fn")
		}
	default:
		if !o.isType(call.Fun) && !o.isInstance(call.Fun) {
			d.save(call.Fun, "fn")
		}
	}
	d.saveArgs(call.Args)
	o.late = call
	d.Call = o.code(call)
	if o.isRecover(call) {
		d.Call = ir.Lit("recover()") // unwind defers it in place of the function
		if o.exit != nil {
			d.Call = ir.Code{&ir.Ref{Var: o.exit, Operand: true}, ir.Text(".Recovers()")}
		}
	} else if o.mayBeNil(call.Fun) {
		d.Call = code(ir.Code{ofMachine("Callable")}, "(", o.code(call.Fun), ")()")
	}
	if d.inLoop {
		o.fn.DeferList = true
	} else {
		d.keep()
		d.Call.Refs(func(r *ir.Ref) { r.Var.Deferred = true })
		d.Always = o.leading(s) && len(*o.out) == before // the defer statement evaluates nothing
	}
	o.fn.Defers = append(o.fn.Defers, d.Defer)
	o.emit(&ir.DeferStmt{Defer: d.Defer})
}

func (o *orderer) newDefer(s *ast.DeferStmt) *ir.Defer {
	return &ir.Defer{Pos: s.Pos(), Text: o.headline(s.Pos(), s.End()), Name: o.deferName(s.Call)}
}

// A saver saves the operands of one deferred call.
type saver struct {
	*orderer
	*ir.Defer
	inLoop bool
}

func (d *saver) add(name string, t types.Type, e ast.Expr, value ir.Code) {
	v := &ir.Var{Name: name, Type: t, Kind: ir.Temp, Pos: e.Pos(), Entry: d.inLoop}
	if !d.inLoop {
		d.track(v)
	}
	d.Saved = append(d.Saved, ir.Saved{Var: v, Value: value})
	d.subst[e] = ir.Of(d.taken())
}

// taken returns the variable by which the deferred call refers to the operand that was saved
// last.
func (d *saver) taken() *ir.Var {
	last := &d.Saved[len(d.Saved)-1]
	if d.Await == nil || !d.inLoop {
		return last.Var
	}
	last.To = d.track(&ir.Var{Name: last.Var.Name, Type: last.Var.Type, Kind: ir.Temp, Pos: last.Var.Pos})
	return last.To
}

// saveArgs saves the arguments of the deferred call.
func (d *saver) saveArgs(args []ast.Expr) {
	for _, a := range args {
		if _, spread := d.Info.TypeOf(a).(*types.Tuple); spread {
			d.spread(a)
		} else if !d.isType(a) {
			d.save(a, "arg")
		}
	}
}

// save evaluates e at the defer statement, unless the value of e cannot change.
func (d *saver) save(e ast.Expr, name string) {
	if d.isConst(e) || d.Info.Types[e].IsNil() || !d.inLoop && (d.subst[e] != nil && !isMore(d.subst[e]) || d.isFinal(e)) {
		return
	}
	if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if _, isFunc := d.Info.Uses[id].(*types.Func); isFunc {
			return
		}
	}
	d.add(name, d.Info.TypeOf(e), e, d.code(e))
}

// isMore reports whether c is what a yield has returned, which the next yield replaces.
func isMore(c ir.Code) bool {
	return len(c) == 1 && c[0] == ir.Piece(ir.More{})
}

// spread evaluates a call whose results are the arguments of the deferred call.
func (d *saver) spread(e ast.Expr) {
	if d.subst[e] == nil {
		d.subst[e] = d.toTemps(e)
	}
	if !d.inLoop {
		return
	}
	var code ir.Code
	for _, p := range d.subst[e] {
		r, ok := p.(*ir.Ref)
		if !ok {
			code = append(code, p)
			continue
		}
		v := &ir.Var{Name: "arg", Type: r.Var.Type, Kind: ir.Temp, Pos: e.Pos(), Entry: true}
		d.Saved = append(d.Saved, ir.Saved{Var: v, Value: ir.Of(r.Var)})
		code = append(code, &ir.Ref{Var: d.taken()})
	}
	d.subst[e] = code
}

// keep assigns the saved operands to variables of the frame. It emits one assignment for
// all of them, because gc makes the calls among the values before it reads the rest.
func (d *saver) keep() {
	if len(d.Saved) == 0 {
		return
	}
	def := &ir.Define{Pos: d.Pos}
	for i, x := range d.Saved {
		def.Vars = append(def.Vars, ir.Dst{Var: x.Var, New: true})
		if i > 0 {
			def.Rhs = append(def.Rhs, ir.Text(", "))
		}
		def.Rhs = append(def.Rhs, x.Value...)
	}
	d.emit(def)
}

// isFinal reports whether e is a variable that is never assigned after its declaration, or
// the address of a variable.
func (o *orderer) isFinal(e ast.Expr) bool {
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok && u.Op == token.AND {
		id, ok := ast.Unparen(u.X).(*ast.Ident)
		return ok && o.vars[o.varOf(id)] != nil
	}
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	switch obj := o.Info.Uses[id].(type) {
	case *types.Var:
		v := o.vars[obj]
		return v != nil && !v.Assigned && !v.Addr
	case *types.Func:
		return true
	}
	return false
}

// saveReceiver saves the receiver of the method of sel as the defer statement evaluates it:
// the pointer, a copy of the value, or the interface, which must not be nil.
func (d *saver) saveReceiver(fun *ast.SelectorExpr, sel *types.Selection) {
	t := d.fieldPath(sel)
	want := sel.Obj().(*types.Func).Signature().Recv().Type()
	direct := len(sel.Index()) == 1 && !d.inLoop
	final := d.subst[fun.X] != nil || d.isFinal(fun.X) // the receiver is never assigned again
	switch {
	case types.IsInterface(t):
		// A method value of a nil interface panics, like the defer statement in Go.
		d.emit(&ir.Plain{Pos: fun.Pos(), Code: append(ir.Lit("_ = "), d.code(fun)...)})
		want = t
		if direct && final {
			return
		}
	case isPointer(want) && direct && isPointer(t):
		if final {
			return
		}
	case isPointer(want) && direct:
		// The address of a variable of the function stays the same.
		if id, ok := ast.Unparen(fun.X).(*ast.Ident); ok && d.vars[d.varOf(id)] != nil {
			return
		}
	case !isPointer(want) && direct && !isPointer(t):
		if final {
			return
		}
	}
	name := receiverName(fun.X)
	if path := sel.Index(); len(path) > 1 {
		name = fieldName(typeName(t), name) // the embedded field that has the method
	}
	d.add(name, want, fun.X, d.receiver(fun.X, sel))
}

// receiverName returns a name for the receiver e of a deferred call: the name of the
// variable or field in e.
func receiverName(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return fieldName(x.Name, "receiver")
	case *ast.SelectorExpr:
		return fieldName(x.Sel.Name, "receiver")
	case *ast.ParenExpr:
		return receiverName(x.X)
	case *ast.StarExpr:
		return receiverName(x.X)
	case *ast.UnaryExpr:
		return receiverName(x.X)
	case *ast.IndexExpr:
		return receiverName(x.X)
	}
	return "receiver"
}

// typeName returns the name of t, or of the type that t points to, or "" if it has none.
func typeName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name()
	}
	return ""
}

// fieldName returns name with a lower-case first letter, like other fields of the frame. It
// returns other if that is not an identifier.
func fieldName(name, other string) string {
	r, n := utf8.DecodeRuneInString(name)
	if name = string(unicode.ToLower(r)) + name[n:]; token.IsIdentifier(name) && name != "_" {
		return name
	}
	return other
}

// mayBeNil reports whether fun is a func() that may be nil. Deferring a nil function is no
// mistake until it is called. If unwind deferred it, the runtime would call it within a
// panic within a panic, and Go 1.26 crashes ("bad panic stack") if the stack grows after
// that. So unwind does not defer it directly. (The compiler wraps calls with arguments or
// results.)
func (o *orderer) mayBeNil(fun ast.Expr) bool {
	sig, ok := typeset.Core(o.Info.TypeOf(fun)).(*types.Signature)
	if !ok || o.Info.Types[fun].IsBuiltin() || sig.Params().Len() > 0 || sig.Results().Len() > 0 || o.isInstance(fun) {
		return false
	}
	switch x := ast.Unparen(fun).(type) {
	case *ast.FuncLit:
		return false
	case *ast.SelectorExpr:
		if _, isFunc := o.Info.Uses[x.Sel].(*types.Func); isFunc {
			return false
		}
	case *ast.CallExpr:
		return !o.makesFuncs(x)
	case *ast.Ident:
		if _, isFunc := o.Info.Uses[x].(*types.Func); isFunc {
			return false
		}
		return !o.isFinal(x) || o.mayBeNilAt(o.varOf(x))
	}
	return true
}

// mayBeNilAt is mayBeNil for the value that the declaration of v gives to v. v is never
// assigned otherwise.
func (o *orderer) mayBeNilAt(v *types.Var) bool {
	may := true
	ast.Inspect(o.body, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok && s.Tok == token.DEFINE {
			for i, l := range s.Lhs {
				id, ok := l.(*ast.Ident)
				switch {
				case !ok || o.Info.Defs[id] != v:
				case len(s.Rhs) == len(s.Lhs):
					may = o.mayBeNil(s.Rhs[i])
				default:
					call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr)
					may = !ok || !o.makesFuncs(call)
				}
			}
		}
		return may
	})
	return may
}

// makesFuncs reports whether call calls a function that is known never to return a nil
// function, such as context.WithCancel.
func (o *orderer) makesFuncs(call *ast.CallExpr) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	fn, ok := o.Info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "context", "iter", "os/signal", "sync":
		return true
	}
	return false
}

// isInstance reports whether e is an explicit instantiation of a function.
func (o *orderer) isInstance(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return o.isType(x.Index)
	case *ast.IndexListExpr:
		return true
	}
	return false
}

// leading reports whether only defer statements stand before s in the function, and the
// evaluation of s cannot panic.
func (o *orderer) leading(s *ast.DeferStmt) bool {
	if sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr); ok && o.Info.Selections[sel] != nil && types.IsInterface(o.Info.TypeOf(sel.X)) {
		return false
	}
	for _, d := range o.fn.Defers {
		if !d.Always {
			return false
		}
	}
	for _, x := range o.body.List {
		if x == s {
			return true
		}
		if _, ok := x.(*ast.DeferStmt); !ok {
			return false
		}
	}
	return false
}
