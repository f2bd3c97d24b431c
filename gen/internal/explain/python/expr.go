package python

// This file prints expressions.

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

func (p *printer) exprs(list []ast.Expr) (texts []string) {
	for _, x := range list {
		texts = append(texts, p.expr(x))
	}
	return texts
}

// expr returns x in Python, with parentheses if it is an operation.
func (p *printer) expr(x ast.Expr) string {
	x = ast.Unparen(x)
	if f, _ := p.awaited(x); f != "" {
		p.refuse(x, "an await inside an expression: Go may evaluate the other operands before or after it")
		return ""
	}
	if tv := p.info.Types[x]; tv.Value != nil {
		return p.constant(x, tv)
	} else if tv.IsNil() {
		if _, isSlice := types.Unalias(typeOr(tv.Type)).Underlying().(*types.Slice); isSlice {
			return "[]"
		}
		return "None"
	}
	switch x := x.(type) {
	case *ast.Ident:
		return p.ident(x)
	case *ast.SelectorExpr:
		if s := p.info.Selections[x]; s != nil && s.Kind() == types.FieldVal && len(s.Index()) == 1 {
			p.plain(x.Sel)
			return p.expr(x.X) + "." + pythonName(x.Sel.Name)
		}
		if v, ok := p.info.Uses[x.Sel].(*types.Var); ok && !v.IsField() {
			p.refuse(x, "%s belongs to another package", x.Sel.Name)
			return ""
		}
		p.refuse(x, "%s is not a field that stands in the struct itself", x.Sel.Name)
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			return "(not " + p.expr(x.X) + ")"
		}
		p.refuse(x, "the operator %s has no counterpart", x.Op)
	case *ast.BinaryExpr:
		return p.binary(x)
	case *ast.CallExpr:
		return p.call(x)
	case *ast.IndexExpr:
		return p.index(x)
	case *ast.CompositeLit:
		return p.literal(x)
	case *ast.FuncLit:
		p.refuse(x, "a function literal: closures bind variables in another way")
	default:
		p.refuse(x, "this expression has no counterpart")
	}
	return ""
}

func typeOr(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

func (p *printer) ident(id *ast.Ident) string {
	obj := p.info.ObjectOf(id)
	if name, ok := p.names[obj]; ok && obj != nil && !isError(obj.Type()) {
		return name
	}
	v, ok := obj.(*types.Var)
	switch {
	case p.blamed[obj]:
	case !ok:
		p.refuse(id, "%s is not a variable", id.Name)
	case isError(v.Type()):
		p.refuse(id, "the error %s is a value here, and would be an exception", id.Name)
	case v.Pkg() == nil || v.Parent() != v.Pkg().Scope():
		p.refuse(id, "%s is not declared where Python would see it", id.Name)
	default:
		p.refuse(id, "%s belongs to another package", id.Name)
	}
	return ""
}

// constInt returns the value of x if x is an integer constant.
func (p *printer) constInt(x ast.Expr) (int64, bool) {
	tv := p.info.Types[x]
	if tv.Value == nil || tv.Value.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(tv.Value)
}

// constant returns the value of the constant x.
func (p *printer) constant(x ast.Expr, tv types.TypeAndValue) string {
	if isDuration(tv.Type) {
		p.refuse(x, "a duration is a number of seconds in Python, and prints as such")
		return ""
	}
	basic, ok := typeOr(tv.Type).Underlying().(*types.Basic)
	if !ok {
		p.refuse(x, "a constant that is not of a basic type")
		return ""
	}
	switch {
	case tv.Value.Kind() == constant.Bool:
		if constant.BoolVal(tv.Value) {
			return "True"
		}
		return "False"
	case tv.Value.Kind() == constant.String:
		return p.quoted(x, constant.StringVal(tv.Value))
	case basic.Info()&types.IsInteger != 0 && constant.ToInt(tv.Value).Kind() == constant.Int:
		return constant.ToInt(tv.Value).ExactString()
	}
	p.refuse(x, "numbers other than integers print in another way")
	return ""
}

// quoted returns text as a literal of Python.
func (p *printer) quoted(n ast.Node, text string) string {
	if !utf8.ValidString(text) {
		p.refuse(n, "a string with bytes that are no UTF-8")
		return ""
	}
	return strconv.Quote(text)
}

func (p *printer) binary(x *ast.BinaryExpr) string {
	if p.isBlamed(x.X) || p.isBlamed(x.Y) {
		return ""
	}
	switch x.Op {
	case token.LAND:
		return "(" + p.expr(x.X) + " and " + p.expr(x.Y) + ")"
	case token.LOR:
		return "(" + p.expr(x.X) + " or " + p.expr(x.Y) + ")"
	case token.EQL, token.NEQ:
		if p.isNil(x.X) || p.isNil(x.Y) {
			return p.isNone(x)
		}
		if !p.comparable(x.X) || !p.comparable(x.Y) {
			p.refuse(x, "only integers, strings and booleans are compared in the same way")
			return ""
		}
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		if !p.comparable(x.X) || !p.comparable(x.Y) {
			p.refuse(x, "only integers and strings are compared in the same way")
			return ""
		}
	case token.ADD:
		if p.isBasic(x.X, types.IsString) {
			break
		}
		fallthrough
	default:
		if x.Op == token.QUO || x.Op == token.REM {
			p.refuse(x, "integer division rounds in another direction, and floating-point numbers print in another way")
		} else {
			p.refuse(x, "the result of %s may overflow, and wraps in Go", x.Op)
		}
		return ""
	}
	return "(" + p.expr(x.X) + " " + x.Op.String() + " " + p.expr(x.Y) + ")"
}

func (p *printer) isBasic(x ast.Expr, kind types.BasicInfo) bool {
	b, ok := typeOr(p.info.TypeOf(x)).Underlying().(*types.Basic)
	return ok && b.Info()&kind != 0 && !isDuration(p.info.TypeOf(x))
}

func (p *printer) comparable(x ast.Expr) bool {
	return p.isBasic(x, types.IsInteger|types.IsString|types.IsBoolean)
}

// isNone prints a comparison with nil.
func (p *printer) isNone(x *ast.BinaryExpr) string {
	operand := x.X
	if p.isNil(operand) {
		operand = x.Y
	}
	t := typeOr(p.info.TypeOf(operand))
	if _, isPtr := t.Underlying().(*types.Pointer); !isPtr {
		if isError(t) {
			p.refuse(x, "the error is a value here, and would be an exception: only returning it at once means the same")
		} else {
			p.refuse(x, "only a pointer is None if and only if it is nil")
		}
		return ""
	}
	op := map[token.Token]string{token.EQL: "is", token.NEQ: "is not"}[x.Op]
	return "(" + p.expr(operand) + " " + op + " None)"
}

// call prints a call that does not await.
func (p *printer) call(call *ast.CallExpr) string {
	if marker.Callee(p.info, call) == marker.Spawn && len(call.Args) == 1 {
		return "asyncio.create_task(" + p.awaitable(call.Args[0], false) + ")"
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && len(call.Args) == 1 {
		if b, isBuiltin := p.info.Uses[id].(*types.Builtin); isBuiltin && b.Name() == "len" {
			switch typeOr(p.info.TypeOf(call.Args[0])).Underlying().(type) {
			case *types.Slice, *types.Map:
				return "len(" + p.expr(call.Args[0]) + ")"
			}
			p.refuse(call, "the length of a string counts bytes in Go, and code points in Python")
			return ""
		}
	}
	if text, ok := p.format(call); ok {
		return text
	}
	if _, name := p.method(call, actions); name != "" {
		p.refuse(call, "%s is a statement in Python", name)
		return ""
	}
	p.refuse(call, "the function that is called has no known counterpart")
	return ""
}

// stdFunc returns the name of the function of the standard library that call calls, as in
// "fmt.Sprintf", or "".
func (p *printer) stdFunc(call *ast.CallExpr) string {
	fn := p.callee(call)
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return ""
	}
	return fn.Pkg().Path() + "." + fn.Name()
}

// format prints fmt.Sprintf and fmt.Sprint of a single string.
func (p *printer) format(call *ast.CallExpr) (text string, ok bool) {
	if p.stdFunc(call) != "fmt.Sprintf" || len(call.Args) == 0 || call.Ellipsis.IsValid() {
		return "", false
	}
	return p.formatted(call, call.Args), true
}

// formatted prints a format and its operands as an f-string.
func (p *printer) formatted(n ast.Node, args []ast.Expr) string {
	tv := p.info.Types[args[0]]
	if tv.Value == nil || tv.Value.Kind() != constant.String {
		p.refuse(n, "the format is not a constant")
		return ""
	}
	format, operands := constant.StringVal(tv.Value), args[1:]
	var parts []string
	for format != "" {
		before, rest, found := strings.Cut(format, "%")
		if before != "" {
			parts = append(parts, p.quoted(n, before))
		}
		if !found {
			break
		}
		if rest == "" {
			p.refuse(n, "the format ends in a verb")
			return ""
		}
		verb := rest[0]
		format = rest[1:]
		if verb == '%' {
			parts = append(parts, `"%"`)
			continue
		}
		if len(operands) == 0 {
			p.refuse(n, "the format has more verbs than there are operands")
			return ""
		}
		x := operands[0]
		operands = operands[1:]
		isInt, isString := p.printsAsInt(x), p.printsAsString(x)
		if !(verb == 'v' && (isInt || isString) || verb == 'd' && isInt || verb == 's' && isString) {
			p.refuse(x, "only %%v, %%d and %%s of integers and strings print in the same way")
			return ""
		}
		parts = append(parts, "str("+p.expr(x)+")")
	}
	if len(operands) > 0 {
		p.refuse(n, "the format has fewer verbs than there are operands")
	}
	if len(parts) == 0 {
		return `""`
	}
	return "(" + strings.Join(parts, " + ") + ")"
}

// printsAsInt reports whether package fmt prints x as an integer: its type has no methods.
func (p *printer) printsAsInt(x ast.Expr) bool {
	return p.isBasic(x, types.IsInteger) && hasNoMethods(p.info.TypeOf(x))
}

func (p *printer) printsAsString(x ast.Expr) bool {
	return p.isBasic(x, types.IsString) && hasNoMethods(p.info.TypeOf(x))
}

func hasNoMethods(t types.Type) bool {
	return types.NewMethodSet(t).Len() == 0
}

// index prints an element of a map. Elements of slices are refused: an index that is out of range
// panics, and a negative one counts from the end in Python.
func (p *printer) index(x *ast.IndexExpr) string {
	m, ok := typeOr(p.info.TypeOf(x.X)).Underlying().(*types.Map)
	if !ok {
		p.refuse(x, "an index that is out of range panics in Go, and may count from the end in Python")
		return ""
	}
	if !p.comparable(x.Index) {
		p.refuse(x, "only integers, strings and booleans are the same as keys")
		return ""
	}
	zero, ok := p.zero(x, m.Elem())
	if !ok {
		return ""
	}
	return p.expr(x.X) + ".get(" + p.expr(x.Index) + ", " + zero + ")"
}

// literal prints a slice.
func (p *printer) literal(x *ast.CompositeLit) string {
	if _, ok := typeOr(p.info.TypeOf(x)).Underlying().(*types.Slice); !ok {
		p.refuse(x, "only literals of slices are printed: structs and arrays are copied where Python shares them")
		return ""
	}
	var elems []string
	for _, e := range x.Elts {
		if _, keyed := e.(*ast.KeyValueExpr); keyed {
			p.refuse(e, "an element with an index")
			return ""
		}
		if lit, ok := e.(*ast.CompositeLit); ok && lit.Type == nil {
			p.refuse(e, "a literal inside a literal")
			return ""
		}
		elems = append(elems, p.value(e))
	}
	return "[" + strings.Join(elems, ", ") + "]"
}

func (p *printer) values(list []ast.Expr) (texts []string) {
	for _, x := range list {
		texts = append(texts, p.value(x))
	}
	return texts
}

// value prints x, which is stored. What Go copies and Python shares is refused.
func (p *printer) value(x ast.Expr) string {
	p.storable(x, p.info.TypeOf(x))
	return p.expr(x)
}

func (p *printer) storable(n ast.Node, t types.Type) {
	switch typeOr(t).Underlying().(type) {
	case *types.Struct, *types.Array:
		p.refuse(n, "a value of type %s is copied in Go, and shared in Python", types.TypeString(t, types.RelativeTo(nil)))
	}
}

// zero returns the zero value of t.
func (p *printer) zero(n ast.Node, t types.Type) (string, bool) {
	switch u := typeOr(t).Underlying().(type) {
	case *types.Basic:
		switch {
		case isDuration(t):
			return "0", true
		case u.Info()&types.IsInteger != 0:
			return "0", true
		case u.Info()&types.IsString != 0:
			return `""`, true
		case u.Info()&types.IsBoolean != 0:
			return "False", true
		}
	case *types.Slice:
		return "[]", true
	case *types.Pointer:
		return "None", true
	}
	p.refuse(n, "the zero value of this type has no counterpart")
	return "", false
}

func isError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

func isDuration(t types.Type) bool {
	if t == nil {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time" && named.Obj().Name() == "Duration"
}
