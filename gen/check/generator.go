package check

// This file checks the declarations of generators, and where their yields stand.

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/coroutinegen/coroutinegen/gen/internal/diag"
	"github.com/coroutinegen/coroutinegen/gen/internal/load"
	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// generatorSignature checks the parameters and results of decl, which m marks as a generator.
func (c *checker) generatorSignature(m *mark, decl *ast.FuncDecl) {
	name := decl.Name.Name
	yield := load.YieldOf(decl)
	if m.async != nil {
		if yield = load.AsyncYieldOf(decl); yield == nil && !c.hiddenYielder(decl) {
			c.report(decl.Name, diag.GeneratorSignature, fmt.Sprintf("%s is async and has no AsyncYielder to hand values to", name),
				"give it one parameter y "+c.write("AsyncYielder", decl)+"[Out, In], with the type written out")
		}
		if yield != nil {
			c.yielderSignature(decl, yield, "AsyncYielder")
		}
		return
	}
	switch {
	case yield == nil:
		c.noYield(decl)
		return
	case !load.CanName(m.file, decl):
		c.report(decl.Name, diag.GeneratorSignature, fmt.Sprintf("the type parameters of %s cannot be repeated: the type of its receiver is declared in another file, or with other names", name),
			"declare the type in the file of the method, and use the same names")
		return
	}
	if c.secondYielder(decl, yield) {
		return
	}
	if yield.In != nil {
		c.yielderSignature(decl, yield, "Yielder")
		return
	}
	if fn, ok := c.object(decl); ok {
		results := fn.Signature().Results()
		if yield.Lit != nil {
			if _, isFunc := results.At(0).Type().Underlying().(*types.Signature); !isFunc {
				c.report(decl.Type.Results, diag.GeneratorSignature, fmt.Sprintf("%s returns the iterator function as %s", name, types.TypeString(results.At(0).Type(), types.RelativeTo(c.pkg))),
					"return it as iter.Seq[V] or iter.Seq2[K, V]")
				return
			}
			c.returnsOnce(decl, yield.Lit)
			return
		}
		if results.Len() > 1 || results.Len() == 1 && !types.Identical(results.At(0).Type(), types.Typ[types.Bool]) {
			c.report(decl.Type.Results, diag.GeneratorSignature, fmt.Sprintf("%s returns more than whether to go on", name),
				"return nothing, or one bool; hand other results over in a variable")
		}
	}
}

// secondYielder reports a parameter of decl, besides yield, that is a Yielder. A Yielder belongs to
// one run of its function, so no caller of the constructor could hand over another. It reports
// whether there is one.
func (c *checker) secondYielder(decl *ast.FuncDecl, yield *load.Yield) bool {
	if c.info == nil {
		return false
	}
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			v := c.info.Defs[name]
			if name == yield.Name || v == nil || marker.YielderOf(v.Type()) != "Yielder" {
				continue
			}
			message := fmt.Sprintf("%s has two Yielders, %s and %s", decl.Name.Name, yield.Name.Name, name.Name)
			if yield.In == nil {
				message = fmt.Sprintf("%s has a yield and a Yielder, %s", decl.Name.Name, name.Name)
			}
			c.report(name, diag.GeneratorSignature, message, "keep one of the two: a generator hands all its values to one")
			return true
		}
	}
	return false
}

// yielderSignature checks decl, which has a parameter that is written as co.Yielder or
// co.AsyncYielder, and must be the one that want says.
func (c *checker) yielderSignature(decl *ast.FuncDecl, yield *load.Yield, want marker.Func) {
	name := decl.Name.Name
	fn, ok := c.object(decl)
	v := c.info.Defs[yield.Name]
	if !ok || v == nil || v.Type().Underlying() == types.Typ[types.Invalid] {
		return // it does not compile
	}
	if is := marker.YielderOf(v.Type()); is != want {
		message, remedy := fmt.Sprintf("%s is no %s of package annotations", yield.Name.Name, want), "write its type as "+c.write(want, decl)+"[Out, In]"
		switch is {
		case "AsyncYielder":
			message, remedy = name+" has an AsyncYielder, but is not async", "put //coroutine:async above it as well; or write "+c.write(want, decl)
		case "Yielder":
			message = name + " is async, and has a Yielder, which blocks"
		}
		c.report(yield.Name, diag.GeneratorSignature, message, remedy)
		return
	}
	c.results(decl, fn.Signature().Results())
}

// noYield reports decl, a generator that neither has a parameter yield nor returns a literal that has one.
func (c *checker) noYield(decl *ast.FuncDecl) {
	name := decl.Name.Name
	if c.hiddenYielder(decl) {
		return
	}
	if fn, ok := c.object(decl); ok {
		results := fn.Signature().Results()
		for r := range results.Variables() {
			switch {
			case !isIterator(r.Type()):
				continue
			case results.Len() > 1:
				c.report(decl.Type.Results, diag.GeneratorSignature, fmt.Sprintf("%s returns more than an iterator function", name),
					"return the iterator function alone; let it yield an error as its second value")
			default:
				c.report(decl.Name, diag.GeneratorSignature, fmt.Sprintf("the last statement of %s returns no literal of an iterator function", name),
					"write return func(yield func(V) bool) { ... } there, with the type of yield written out; hand on the values of another iterator function in the literal: for v := range seq { if !yield(v) { return } }")
			}
			return
		}
	}
	c.report(decl.Name, diag.GeneratorSignature, fmt.Sprintf("%s has no parameter to hand values to", name),
		"give it one parameter yield func(V) bool or yield func(K, V) bool, or one y "+c.write("Yielder", decl)+"[Out, In], with the type written out")
}

// hiddenYielder reports a parameter of decl that is a Yielder, but has no name, or another type where
// it is written. It reports whether there is one.
func (c *checker) hiddenYielder(decl *ast.FuncDecl) bool {
	fn, ok := c.object(decl)
	if !ok {
		return false
	}
	for v := range fn.Signature().Params().Variables() {
		t := v.Type()
		if s, ok := t.(*types.Slice); ok { // a variadic parameter
			t = s.Elem()
		}
		if is := marker.YielderOf(t); is != "" {
			c.report(decl.Type.Params, diag.GeneratorSignature, fmt.Sprintf("the tool cannot see the %s of %s, which is type-checked later", is, decl.Name.Name),
				"write y "+c.write(is, decl)+"[Out, In], with a name, without an alias and not variadic")
			return true
		}
	}
	return false
}

// returnsOnce checks that decl returns the iterator function lit and nothing else, and that what
// stands before can move to the constructor.
func (c *checker) returnsOnce(decl *ast.FuncDecl, lit *ast.FuncLit) {
	before := decl.Body.List[:len(decl.Body.List)-1]
	if names := decl.Type.Results.List[0].Names; len(names) == 1 {
		result := c.info.Defs[names[0]]
		for n := range ast.Preorder(decl.Body) {
			if id, ok := n.(*ast.Ident); ok && result != nil && c.info.Uses[id] == result {
				c.report(id, diag.GeneratorSignature, fmt.Sprintf("the result %s does not exist in the generator", id.Name),
					fmt.Sprintf("call %s for another iterator function, or declare a variable", decl.Name.Name))
				break
			}
		}
	}
	for _, s := range before {
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.CallExpr:
				if marker.LiteralOf(c.info, n) != nil {
					c.report(n, diag.GeneratorSignature, "a coroutine before the iterator function would not become a machine",
						"make it in the literal, or in a function of its own")
				}
			case *ast.ReturnStmt:
				c.report(n, diag.GeneratorSignature, fmt.Sprintf("%s returns in two places", decl.Name.Name),
					"return one literal, and decide in it")
			case *ast.GenDecl:
				if n.Tok != token.VAR {
					c.report(n, diag.GeneratorSignature, "a type or a constant before the iterator function would not exist in its machine",
						"declare it outside of "+decl.Name.Name+", or in the literal")
				}
			}
			return true
		})
	}
}

// A yielding is a generator with its yield.
type yielding struct {
	*load.Yield
	decl *ast.FuncDecl
}

// yields checks every mention of the yield of a generator.
func (c *checker) yields(root inspector.Cursor) {
	yieldOf := map[types.Object]yielding{}
	for _, decl := range c.marked() {
		if !c.marks[decl].pulls() {
			continue
		}
		if y := load.YieldOf(decl); y != nil {
			yieldOf[c.info.Defs[y.Name]] = yielding{y, decl}
		}
	}
	if len(yieldOf) == 0 {
		return
	}
	for cur := range root.Preorder((*ast.Ident)(nil)) {
		id := cur.Node().(*ast.Ident)
		y, ok := yieldOf[c.info.Uses[id]]
		if !ok {
			continue
		}
		name, sends := y.decl.Name.Name, y.In != nil
		call, others := id.Name, fmt.Sprintf("and hand on the values of other functions in a loop: for v := range seq { if !%s(v) { return } }", id.Name)
		whole := withParens(cur)
		if sends {
			call += ".Yield"
			others = fmt.Sprintf("and hand on the values of any other generator: %s(%s, g)", c.write(marker.YieldFrom, id), id.Name)
			if x, ok := whole.Parent().Node().(*ast.SelectorExpr); ok && x.Sel.Name == "Yield" {
				whole = withParens(whole.Parent())
			}
		}
		escapes := func(how string) {
			c.report(id, diag.YieldEscapes, fmt.Sprintf("%s %s: only %s itself can be suspended", id.Name, how, name),
				fmt.Sprintf("call %s in %s; hand it only to other generators of the package, marked with //coroutine:generator; %s", call, name, others))
		}
		switch {
		case around(cur) == y.Lit && c.delegates(whole, yieldOf):
		case around(cur) != y.Lit:
			escapes("stands in a function literal")
		case whole.ParentEdgeKind() != edge.CallExpr_Fun || sends && whole.Node() == cur.Node():
			escapes("is used as a value")
		case whole.Parent().ParentEdgeKind() == edge.DeferStmt_Call:
			escapes("is the call of a defer statement")
		case whole.Parent().ParentEdgeKind() == edge.GoStmt_Call:
			escapes("is the call of a go statement")
		}
	}
}

// unmarkedYields reports functions without a directive that have a parameter written as co.Yielder,
// and call its Yield. Nothing could hand them a Yielder: most likely the directive was forgotten. A
// function that names the type of package rt, as tests of machines do, is not reported.
func (c *checker) unmarkedYields(root inspector.Cursor) {
	said := map[*ast.FuncDecl]bool{}
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Yield" || around(cur) != nil {
			continue
		}
		y, ok := ast.Unparen(sel.X).(*ast.Ident)
		if !ok {
			continue
		}
		decl := c.placeOf(cur).decl
		if decl == nil || c.marks[decl] != nil || said[decl] || !c.hasYielder(decl, c.info.Uses[y]) {
			continue
		}
		said[decl] = true
		c.report(call, diag.YieldOutsideGenerator, fmt.Sprintf("%s.Yield in %s, which is no generator", y.Name, decl.Name.Name),
			"put //coroutine:generator above the function")
	}
}

// hasYielder reports whether v is a parameter of decl that is written as the Yielder of package
// annotations.
func (c *checker) hasYielder(decl *ast.FuncDecl, v types.Object) bool {
	for _, field := range decl.Type.Params.List {
		t, ok := ast.Unparen(field.Type).(*ast.IndexListExpr)
		if !ok {
			continue
		}
		for _, name := range field.Names {
			if v == nil || c.info.Defs[name] != v || marker.YielderOf(v.Type()) != "Yielder" {
				continue
			}
			id := marker.NameIn(ast.Unparen(t.X))
			return id != nil && c.info.Uses[id] != nil && c.info.Uses[id].Pkg() != nil && c.info.Uses[id].Pkg().Path() == marker.Annotations
		}
	}
	return false
}

// delegates reports whether arg, the yield of a generator, is handed to another generator of the
// package, as its yield, or to YieldFrom, in a call that is evaluated where it stands.
func (c *checker) delegates(arg inspector.Cursor, yieldOf map[types.Object]yielding) bool {
	if arg.ParentEdgeKind() != edge.CallExpr_Args {
		return false
	}
	if k := arg.Parent().ParentEdgeKind(); k == edge.DeferStmt_Call || k == edge.GoStmt_Call {
		return false
	}
	call := arg.Parent().Node().(*ast.CallExpr)
	_, at := arg.ParentEdge()
	if name := marker.NameIn(marker.Unindexed(call.Fun)); name != nil && c.isConstructor(name.Name) {
		return true // it does not compile, and the remedy is to call the function itself
	}
	if at == 0 && marker.Callee(c.info, call) == marker.YieldFrom {
		return true
	}
	fn := typeutil.StaticCallee(c.info, call)
	if fn == nil {
		return false
	}
	params := fn.Origin().Signature().Params()
	if at >= params.Len() {
		return false
	}
	_, ok := yieldOf[params.At(at)]
	return ok
}

// isConstructor reports whether the constructor of a generator that does not await has the name.
func (c *checker) isConstructor(name string) bool {
	return slices.ContainsFunc(c.marked(), func(decl *ast.FuncDecl) bool {
		return c.marks[decl].pulls() && load.PullName(decl.Name.Name) == name && load.YieldOf(decl) != nil
	})
}

// around returns the innermost function literal around cur, or nil.
func around(cur inspector.Cursor) *ast.FuncLit {
	for lit := range cur.Enclosing((*ast.FuncLit)(nil)) {
		return lit.Node().(*ast.FuncLit)
	}
	return nil
}
