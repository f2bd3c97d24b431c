package load

// This file finds the parts of a function marked with //coroutine:generator, and makes its stub.
//
//	//coroutine:generator
//	func words(text string, yield func(word string) bool) { ... }
//
// becomes
//
//	func wordsPull(text string) *wordsGenerator
//	type wordsGenerator struct{}
//	func (*wordsGenerator) Next() (string, bool)
//	func (*wordsGenerator) All() coroutine_iter.Seq[string]
//
// and the other methods. Of a function with a co.Yielder[float64, int], these include
//
//	func (*averageGenerator) Send(int) (float64, bool)

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// PullName returns the name of the function that is generated from the generator function name.
func PullName(name string) string { return name + "Pull" }

// A Yield is what a generator function hands its values to: a parameter, which is a function or a
// co.Yielder.
type Yield struct {
	Name   *ast.Ident
	Values []ast.Expr   // the types of its values: one or two
	In     ast.Expr     // for a co.Yielder, the type of the values that are sent; else nil
	Lit    *ast.FuncLit // the iterator function, if decl returns it; else nil

	field  *ast.Field     // the parameter
	params *ast.FieldList // of decl
}

// YieldOf returns the yield of decl, or nil if decl is no generator function and ends with no
// return of an iterator function as a literal. The yield is the parameter whose type is written as
// func(V) bool, func(K, V) bool or co.Yielder[Out, In]. Among several, it is the one called yield,
// or the only co.Yielder. A function that returns a literal may have such parameters for other
// things.
func YieldOf(decl *ast.FuncDecl) *Yield {
	if y := yieldOfLit(decl); y != nil {
		return y
	}
	return yieldAmong(decl.Type.Params)
}

// AsyncYieldOf returns the parameter of decl, an async generator, that is written as
// co.AsyncYielder[Out, In] or asyncgen.Yielder[Out, In], or nil if there is none.
func AsyncYieldOf(decl *ast.FuncDecl) *Yield {
	if y := yieldAmong(decl.Type.Params); y != nil && y.In != nil {
		return y
	}
	return nil
}

// yieldOfLit returns the yield of the literal that decl returns, or nil.
func yieldOfLit(decl *ast.FuncDecl) *Yield {
	if decl.Body == nil || decl.Type.Results.NumFields() != 1 || len(decl.Body.List) == 0 {
		return nil
	}
	ret, ok := decl.Body.List[len(decl.Body.List)-1].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return nil
	}
	lit, ok := ast.Unparen(ret.Results[0]).(*ast.FuncLit)
	if !ok || lit.Type.Params.NumFields() != 1 || lit.Type.Results != nil {
		return nil
	}
	y := yieldAmong(lit.Type.Params)
	if y != nil {
		y.Lit, y.field, y.params = lit, nil, decl.Type.Params
	}
	return y
}

// yieldAmong returns the yield among params, or nil.
func yieldAmong(params *ast.FieldList) *Yield {
	var found []*Yield
	for _, field := range params.List {
		for _, name := range field.Names {
			y := &Yield{Name: name, field: field, params: params}
			if y.Values, y.In = yielded(field.Type); y.Values != nil {
				found = append(found, y)
			}
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	for _, is := range []func(*Yield) bool{
		func(y *Yield) bool { return y.Name.Name == "yield" },
		func(y *Yield) bool { return y.In != nil },
	} {
		if i := slices.IndexFunc(found, is); i >= 0 {
			return found[i]
		}
	}
	return nil
}

// CanName reports whether the type of the generator decl can be declared: its type parameters, and
// those of its receiver, can be repeated.
func CanName(file *File, decl *ast.FuncDecl) bool {
	_, ok := typeParams(&Func{File: file, Decl: decl})
	return ok
}

// yielded returns the types of the values of a yield whose type is written as t, or nil if t is
// no such type. in is the type of the values that are sent to a co.Yielder, and nil for a function.
func yielded(t ast.Expr) (values []ast.Expr, in ast.Expr) {
	t = ast.Unparen(t)
	if x, ok := t.(*ast.IndexListExpr); ok {
		if name := marker.NameIn(ast.Unparen(x.X)); name != nil && (name.Name == "Yielder" || name.Name == "AsyncYielder") && len(x.Indices) == 2 {
			return x.Indices[:1], x.Indices[1]
		}
	}
	fn, ok := t.(*ast.FuncType)
	if !ok || fn.TypeParams != nil || fn.Results.NumFields() != 1 {
		return nil, nil
	}
	if id, ok := fn.Results.List[0].Type.(*ast.Ident); !ok || id.Name != "bool" {
		return nil, nil
	}
	for _, field := range fn.Params.List {
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			return nil, nil
		}
		for range max(1, len(field.Names)) {
			values = append(values, field.Type)
		}
	}
	if len(values) > 2 {
		return nil, nil
	}
	return values, nil
}

// generator adds the stubs of fn, a generator, and returns the declaring identifier of its
// constructor. lastIsError says whether the last result of fn is its error.
func (s *stubFile) generator(fn *Func, lastIsError bool) *ast.Ident {
	s.at = fn.Decl.Name.Pos() + s.copier.shift
	name := s.ident(fn.AsyncName())
	if fn.Yield == nil || !CanName(fn.File, fn.Decl) {
		return name // package check refuses it
	}
	pointer := s.structType(fn)
	stub := s.function(copyNode(s.copier, fn.Decl.Recv), name, &ast.FuncType{
		TypeParams: copyNode(s.copier, fn.Decl.Type.TypeParams),
		Params:     copyNode(s.copier, fn.Yield.others()),
		Results:    fields(pointer()),
	})
	stub.Body = s.mention(fn)
	s.methods(fn, lastIsError, pointer)
	return name
}

// asyncGenerator adds the stub of fn, an async generator, and returns its declaring identifier. The
// type of the generator is written as that of the Yielder is:
//
//	func ticks(y co.AsyncYielder[int, string], n int) error
//	func ticksAsync(n int) *co.AsyncGenerator[int, string, coroutine_rt.Void]
func (s *stubFile) asyncGenerator(fn *Func, lastIsError bool) *ast.Ident {
	s.at = fn.Decl.Name.Pos() + s.copier.shift
	name := s.ident(fn.AsyncName())
	if fn.Yield == nil {
		return name // package check refuses it
	}
	y := copyNode(s.copier, ast.Unparen(fn.Yield.field.Type)).(*ast.IndexListExpr)
	id := marker.NameIn(ast.Unparen(y.X))
	id.Name = strings.TrimSuffix(id.Name, "Yielder") + "Generator"
	y.Indices = append(y.Indices, s.result(fn, lastIsError))
	stub := s.function(copyNode(s.copier, fn.Decl.Recv), name, &ast.FuncType{
		TypeParams: copyNode(s.copier, fn.Decl.Type.TypeParams),
		Params:     copyNode(s.copier, fn.Yield.others()),
		Results:    fields(&ast.StarExpr{Star: s.at, X: y}),
	})
	stub.Body = s.mention(fn)
	return name
}

// methods declares the methods of the generator fn. pointer makes the type of their receiver.
func (s *stubFile) methods(fn *Func, lastIsError bool, pointer func() ast.Expr) {
	method := func(name string, results *ast.FieldList, params ...ast.Expr) {
		s.function(fields(pointer()), s.ident(name), &ast.FuncType{Params: fields(params...), Results: results})
	}
	values := func() (list []ast.Expr) {
		for _, v := range fn.Yield.Values {
			list = append(list, copyNode(s.copier, v))
		}
		return list
	}
	next := func() *ast.FieldList { return fields(append(values(), s.ident("bool"))...) }
	seq := "Seq"
	if len(fn.Yield.Values) == 2 {
		seq = "Seq2"
	}
	method("Next", next())
	if fn.Yield.In == nil {
		method("Stop", nil)
	} else {
		method("Send", next(), copyNode(s.copier, fn.Yield.In))
		method("Throw", next(), s.ident("error"))
		method("Close", fields(s.ident("error")))
		method("Result", fields(s.result(fn, lastIsError), s.ident("error")))
	}
	method("All", fields(s.instance(&ast.SelectorExpr{X: s.ident(s.iter), Sel: s.ident(seq)}, values()...)))
	method("Where", fields(s.ident("string"), &ast.InterfaceType{Interface: s.at, Methods: &ast.FieldList{}}))
	method("String", fields(s.ident("string")))
}

// others returns the parameters without the yield.
func (y *Yield) others() *ast.FieldList {
	rest := &ast.FieldList{Opening: y.params.Opening, Closing: y.params.Closing}
	for _, field := range y.params.List {
		if field == y.field {
			names := slices.DeleteFunc(slices.Clone(field.Names), func(id *ast.Ident) bool { return id == y.Name })
			if len(names) == 0 {
				continue
			}
			field = &ast.Field{Names: names, Type: field.Type}
		}
		rest.List = append(rest.List, field)
	}
	return rest
}

// generatorName returns the name of the type of the generator fn, for which taken reports whether
// a name is declared already. The type is exported if fn and the type of its receiver are.
func generatorName(fn *Func, taken func(name string) bool) string {
	name, recv := fn.Name(), receiverName(fn.Decl)
	if !token.IsExported(name) || recv != "" && !token.IsExported(recv) {
		if recv == "" {
			name = naming.LowerFirst(name)
		} else {
			recv, name = naming.LowerFirst(recv), naming.UpperFirst(name)
		}
	}
	said := map[string]bool{} // the constructor may hold text of fn
	ast.Inspect(fn.Decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			said[id.Name] = true
		}
		return true
	})
	return naming.Free(func(name string) bool { return said[name] || taken(name) }, recv+name+"Generator")
}
