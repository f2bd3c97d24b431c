package load

// This file makes the stubs. A stub declares the nameAsync that is yet to be
// generated for an async function. The stubs of a source file stand in a separate
// file.
//
//	//coroutine:async
//	func (s *Server) handle(c *netio.Conn, n int) (int, error) { ... }
//
// becomes, with the imports of its file repeated,
//
//	func (s *Server) handleAsync(c *netio.Conn, n int) coroutine_rt.Coroutine[int]
//
// and, because other packages can name the frame of an exported coroutine,
//
//	type FetchFrame struct{}
//	func (*FetchFrame) Init(string)
//	func (*FetchFrame) Poll(*coroutine_rt.Task) (int, error, bool)
//
// The separate file does not change any position in the user's file. Errors in stubs,
// above all unused imports, can be told by their position from the user's errors. The
// stubs are made as syntax, not as text, so they always parse.

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/naming"
)

// stubSuffix ends the name of a file of stubs.
const stubSuffix = " (stubs)"

// A stubFile is the stub file of one source file while it is made.
type stubFile struct {
	source *File
	copier copier
	at     token.Pos // the position of syntax that is not copied from the source
	rt     string    // the name of package rt, which nothing else in the package uses
	iter   string    // the same for package iter
	file   *ast.File

	mentions []*ast.Ident // the mentions of async functions, which are not the user's
}

// newStubFile returns the stub file of source, without stubs, and its entry in fset.
func newStubFile(fset *token.FileSet, source *File, rtName, iterName string) (*stubFile, *token.File) {
	from := fset.File(source.Syntax.FileStart)
	to := fset.AddFile(source.Path+stubSuffix, -1, from.Size())
	to.SetLines(from.Lines())
	base := token.Pos(to.Base())
	s := &stubFile{
		source: source,
		copier: copier{base - token.Pos(from.Base())},
		at:     base,
		rt:     rtName,
		iter:   iterName,
	}
	s.file = &ast.File{
		Package:   base,
		Name:      s.ident(source.Syntax.Name.Name),
		FileStart: base,
		FileEnd:   base + token.Pos(to.Size()),
		GoVersion: source.Syntax.GoVersion,
	}
	var specs []*ast.ImportSpec
	for _, spec := range source.Syntax.Imports {
		specs = append(specs, copyNode(s.copier, spec))
	}
	for _, own := range [][2]string{{rtName, marker.RT}, {iterName, "iter"}} {
		specs = append(specs, &ast.ImportSpec{
			Name: s.ident(own[0]),
			Path: &ast.BasicLit{ValuePos: base, Kind: token.STRING, Value: strconv.Quote(own[1])},
		})
	}
	for _, spec := range specs {
		s.file.Imports = append(s.file.Imports, spec)
		s.file.Decls = append(s.file.Decls, &ast.GenDecl{TokPos: base, Tok: token.IMPORT, Specs: []ast.Spec{spec}})
	}
	return s, to
}

// add adds the stubs of fn and returns the declaring identifier of nameAsync. lastIsError
// says whether the last result of fn is its error, and frame whether the frame can be declared.
func (s *stubFile) add(fn *Func, lastIsError, frame bool) *ast.Ident {
	s.at = fn.Decl.Name.Pos() + s.copier.shift
	name := s.ident(fn.AsyncName())
	stub := s.function(copyNode(s.copier, fn.Decl.Recv), name, &ast.FuncType{
		TypeParams: copyNode(s.copier, fn.Decl.Type.TypeParams),
		Params:     copyNode(s.copier, fn.Decl.Type.Params),
		Results:    fields(s.instance(s.runtime("Coroutine"), s.result(fn, lastIsError))),
	})
	stub.Body = s.mention(fn)
	if fn.Frame != "" && frame {
		s.frame(fn, lastIsError)
	}
	return name
}

// frame declares the frame of fn with its methods.
func (s *stubFile) frame(fn *Func, lastIsError bool) {
	pointer := s.structType(fn)
	method := func(name string, params []ast.Expr, results ...ast.Expr) {
		s.function(fields(pointer()), s.ident(name), &ast.FuncType{Params: fields(params...), Results: fields(results...)})
	}
	var inputs []ast.Expr
	for _, list := range []*ast.FieldList{fn.Decl.Recv, fn.Decl.Type.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for range max(1, len(field.Names)) {
				inputs = append(inputs, copyNode(s.copier, field.Type))
			}
		}
	}
	method("Init", inputs)
	method("Poll", []ast.Expr{&ast.StarExpr{Star: s.at, X: s.runtime("Task")}},
		s.result(fn, lastIsError), s.ident("error"), s.ident("bool"))
}

// structType declares the type of the frame or the generator of fn. It returns a function that
// makes the type of a pointer to it.
func (s *stubFile) structType(fn *Func) (pointer func() ast.Expr) {
	spec := &ast.TypeSpec{Name: s.ident(fn.Frame), Type: &ast.StructType{Struct: s.at, Fields: &ast.FieldList{}}}
	s.file.Decls = append(s.file.Decls, &ast.GenDecl{TokPos: s.at, Tok: token.TYPE, Specs: []ast.Spec{spec}})
	if params, _ := typeParams(fn); len(params) > 0 {
		spec.TypeParams = copyNode(s.copier, &ast.FieldList{Opening: fn.Decl.Name.Pos(), List: params})
	}
	return func() ast.Expr {
		var args []ast.Expr
		for _, name := range fieldNames(spec.TypeParams) {
			args = append(args, s.ident(name))
		}
		return &ast.StarExpr{Star: s.at, X: s.instance(s.ident(fn.Frame), args...)}
	}
}

// result returns the type argument of rt.Coroutine for the results of fn.
func (s *stubFile) result(fn *Func, lastIsError bool) ast.Expr {
	var values []ast.Expr
	for _, field := range resultFields(fn.Decl) {
		values = append(values, copyNode(s.copier, field.Type))
	}
	if lastIsError && len(values) > 0 {
		values = values[:len(values)-1]
	}
	switch len(values) {
	case 1:
		return values[0]
	case 2:
		return s.instance(s.runtime("Two"), values...)
	case 3:
		return s.instance(s.runtime("Three"), values...)
	default: // none, or too many, which package check refuses
		return s.runtime("Void")
	}
}

// function declares a function without a body.
func (s *stubFile) function(recv *ast.FieldList, name *ast.Ident, typ *ast.FuncType) *ast.FuncDecl {
	typ.Func = s.at
	decl := &ast.FuncDecl{Recv: recv, Name: name, Type: typ}
	s.file.Decls = append(s.file.Decls, decl)
	return decl
}

// mention returns a body that mentions fn, as the constructor does, so that the type checker
// finds variables whose initialisers need themselves:
//
//	{ _ = handle; for {} }
//	{ _ = (*Server).handle; for {} }
//
// It returns nil if a name in it would mean something else there.
func (s *stubFile) mention(fn *Func) *ast.BlockStmt {
	decl := fn.Decl
	own := fieldNames(decl.Type.TypeParams)
	names, hidden := own, fieldNames(decl.Type.Params) // names that x mentions, and those that mean something else
	id := s.ident(decl.Name.Name)
	var x ast.Expr
	if decl.Recv == nil {
		var args []ast.Expr
		for _, name := range own {
			args = append(args, s.ident(name))
		}
		x = s.instance(id, args...)
		if slices.Contains(append(own, hidden...), decl.Name.Name) {
			return nil
		}
	} else {
		params, ok := receiverParams(decl)
		if !ok || len(own) > 0 { // a method expression cannot have type arguments of its own
			return nil
		}
		names = append(params, receiverName(decl))
		hidden = append(hidden, fieldNames(decl.Recv)...)
		recv := &ast.ParenExpr{Lparen: s.at, X: copyNode(s.copier, decl.Recv.List[0].Type), Rparen: s.at}
		x = &ast.SelectorExpr{X: recv, Sel: id}
	}
	if slices.ContainsFunc(names, func(name string) bool { return name == "_" || slices.Contains(hidden, name) }) {
		return nil
	}
	s.mentions = append(s.mentions, id)
	use := &ast.AssignStmt{Lhs: []ast.Expr{s.ident("_")}, TokPos: s.at, Tok: token.ASSIGN, Rhs: []ast.Expr{x}}
	end := &ast.ForStmt{For: s.at, Body: &ast.BlockStmt{Lbrace: s.at, Rbrace: s.at}}
	return &ast.BlockStmt{Lbrace: s.at, List: []ast.Stmt{use, end}, Rbrace: s.at}
}

// fields returns a list of fields without names.
func fields(types ...ast.Expr) *ast.FieldList {
	list := &ast.FieldList{}
	for _, t := range types {
		list.List = append(list.List, &ast.Field{Type: t})
	}
	return list
}

func (s *stubFile) ident(name string) *ast.Ident { return &ast.Ident{NamePos: s.at, Name: name} }

// runtime returns the name of an object of package rt.
func (s *stubFile) runtime(name string) ast.Expr {
	return &ast.SelectorExpr{X: s.ident(s.rt), Sel: s.ident(name)}
}

// instance returns generic, instantiated with args if there are any.
func (s *stubFile) instance(generic ast.Expr, args ...ast.Expr) ast.Expr {
	switch len(args) {
	case 0:
		return generic
	case 1:
		return &ast.IndexExpr{X: generic, Lbrack: s.at, Index: args[0], Rbrack: s.at}
	}
	return &ast.IndexListExpr{X: generic, Lbrack: s.at, Indices: args, Rbrack: s.at}
}

// typeParams returns the declarations of the type parameters of fn, those of its
// receiver first. It returns false if they cannot be found, or if one of them has no
// name.
func typeParams(fn *Func) (list []*ast.Field, ok bool) {
	if fn.Decl.Recv != nil {
		// The constraints stand in the declaration of the receiver's type. Their syntax
		// can be copied if the type is declared in the same file, with the same names.
		names, ok := receiverParams(fn.Decl)
		if !ok {
			return nil, false
		}
		if len(names) > 0 {
			declared := declaredParams(fn.File, receiverName(fn.Decl))
			if declared == nil || !slices.Equal(names, fieldNames(declared)) {
				return nil, false
			}
			list = append(list, declared.List...)
		}
	}
	if own := fn.Decl.Type.TypeParams; own != nil {
		list = append(list, own.List...)
	}
	return list, !slices.Contains(fieldNames(&ast.FieldList{List: list}), "_")
}

// receiverParams returns the names of the type parameters in the receiver of decl. It
// returns false if the list of receivers is empty or a name is not an identifier.
func receiverParams(decl *ast.FuncDecl) (names []string, ok bool) {
	if len(decl.Recv.List) == 0 {
		return nil, false
	}
	t := ast.Unparen(decl.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		t = ast.Unparen(star.X)
	}
	var args []ast.Expr
	switch t := t.(type) {
	case *ast.IndexExpr:
		args = []ast.Expr{t.Index}
	case *ast.IndexListExpr:
		args = t.Indices
	}
	for _, arg := range args {
		if id, ok := ast.Unparen(arg).(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	return names, len(names) == len(args)
}

// declaredParams returns the type parameters of the type called name that f declares,
// or nil if there are none.
func declaredParams(f *File, name string) *ast.FieldList {
	for _, decl := range f.Syntax.Decls {
		if decl, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range decl.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.Name == name {
					return spec.TypeParams
				}
			}
		}
	}
	return nil
}

// fieldNames returns the names that list declares.
func fieldNames(list *ast.FieldList) (names []string) {
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// resultFields returns one field per result of decl.
func resultFields(decl *ast.FuncDecl) []*ast.Field {
	if decl.Type.Results == nil {
		return nil
	}
	var fields []*ast.Field
	for _, field := range decl.Type.Results.List {
		for range max(1, len(field.Names)) {
			fields = append(fields, field)
		}
	}
	return fields
}

// looksLikeError guesses, before type checking, whether the last result of f is the
// error. The guess is wrong only if another name denotes the type error, or if error
// denotes another type; see checker.
func looksLikeError(f *Func) bool {
	fields := resultFields(f.Decl)
	if len(fields) == 0 {
		return false
	}
	id, ok := fields[len(fields)-1].Type.(*ast.Ident)
	return ok && id.Name == "error"
}

// lastIsError reports, after type checking, whether the last result of f is the error.
func lastIsError(f *Func) bool {
	if f.Obj == nil {
		return looksLikeError(f)
	}
	results := f.Obj.Signature().Results()
	return results.Len() > 0 && IsError(results.At(results.Len()-1).Type())
}

// IsError reports whether t is the predeclared type error.
func IsError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// Results returns the values that the coroutine of f delivers, and whether the results
// of f end with an error.
func (f *Func) Results() (values []*types.Var, hasError bool) {
	results := f.Obj.Signature().Results()
	for i := range results.Len() {
		values = append(values, results.At(i))
	}
	if lastIsError(f) {
		return values[:len(values)-1], true
	}
	return values, false
}

// freeName returns want, or want with a number, so that it occurs in none of the files.
func freeName(want string, files []*File) string {
	return naming.Free(func(name string) bool {
		return slices.ContainsFunc(files, func(f *File) bool { return bytes.Contains(f.Src, []byte(name)) })
	}, want)
}

// DeclaredNames returns the names that file declares, with their positions. The key of
// a method or field is "Type.name".
func DeclaredNames(file *ast.File) map[string]token.Pos {
	names := make(map[string]token.Pos)
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			names[DeclKey(decl, decl.Name.Name)] = decl.Name.Pos()
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				declareSpec(names, spec)
			}
		}
	}
	return names
}

func declareSpec(names map[string]token.Pos, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			names[name.Name] = name.Pos()
		}
	case *ast.TypeSpec:
		names[spec.Name.Name] = spec.Name.Pos()
		if st, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					names[spec.Name.Name+"."+name.Name] = name.Pos()
				}
			}
		}
	}
}

// DeclKey returns the key in [DeclaredNames] for a function called name with the
// receiver of decl.
func DeclKey(decl *ast.FuncDecl, name string) string {
	if recv := receiverName(decl); recv != "" {
		return recv + "." + name
	}
	return name
}

// receiverName returns the name of the type that decl is a method of, or "" if decl is
// not a method.
func receiverName(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return ""
	}
	if base := BaseType(decl.Recv.List[0].Type); base != nil {
		return base.Name
	}
	return ""
}

// BaseType returns the name in x, the type of a receiver or an embedded field, without
// pointers and type arguments. It returns nil if another package declares the type.
func BaseType(x ast.Expr) *ast.Ident {
	for {
		switch t := x.(type) {
		case *ast.StarExpr:
			x = t.X
		case *ast.ParenExpr:
			x = t.X
		case *ast.IndexExpr:
			x = t.X
		case *ast.IndexListExpr:
			x = t.X
		case *ast.Ident:
			return t
		default:
			return nil
		}
	}
}
