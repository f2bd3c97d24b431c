package load

// This file writes the stubs: for each async function, a declaration of the
// nameAsync that is yet to be generated, in a file of its own beside each
// source file.
//
//	//coroutine:async
//	func (s *Server) handle(c *rt.Conn, n int) (int, error) { ... }
//
// becomes, with the imports of its file repeated,
//
//	func (s *Server) handleAsync(c *rt.Conn, n int) coroutine_rt.Coroutine[int]
//
// and, because other packages can name the frame of an exported coroutine,
//
//	type FetchFrame struct{}
//	func (*FetchFrame) Init(string)
//	func (*FetchFrame) Poll(*coroutine_rt.Task) (int, error, bool)
//
// A separate file leaves every position of the user's file as it is, and the
// errors in it (imports that it does not use, above all) can be told from the
// user's own by their position.

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// mapping is how the results of a function become the one of its coroutine.
type mapping struct {
	values []string // types of the results besides the error, as written
}

// String returns the type argument of rt.Coroutine.
func (m mapping) format(rt string) string {
	switch len(m.values) {
	case 1:
		return m.values[0]
	case 2:
		return fmt.Sprintf("%s.Two[%s]", rt, strings.Join(m.values, ", "))
	case 3:
		return fmt.Sprintf("%s.Three[%s]", rt, strings.Join(m.values, ", "))
	default: // none; or too many, which is refused later
		return rt + ".Void"
	}
}

// stubFile returns the text of the stub file for f. The package rt is imported
// under the name rtName, which nothing else in the package uses. lastIsError
// says of a function whether its last result is the error.
func stubFile(f *File, funcs []*Func, rtName string, lastIsError func(*Func) bool) []byte {
	text := func(n ast.Node) string { return nodeText(f, n) }
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n", f.Syntax.Name.Name)
	for _, spec := range f.Syntax.Imports {
		fmt.Fprintf(&b, "import %s\n", text(spec))
	}
	fmt.Fprintf(&b, "import %s %q\n", rtName, RuntimePath)
	result := func(fn *Func) string {
		var m mapping
		for _, field := range resultFields(fn.Decl) {
			m.values = append(m.values, text(field.Type))
		}
		if lastIsError(fn) && len(m.values) > 0 {
			m.values = m.values[:len(m.values)-1]
		}
		return m.format(rtName)
	}
	for _, fn := range funcs {
		b.WriteString("func ")
		if fn.Decl.Recv != nil {
			fmt.Fprintf(&b, "%s ", text(fn.Decl.Recv))
		}
		b.WriteString(fn.AsyncName())
		if fn.Decl.Type.TypeParams != nil {
			b.WriteString(text(fn.Decl.Type.TypeParams))
		}
		b.WriteString(text(fn.Decl.Type.Params))
		fmt.Fprintf(&b, " %s.Coroutine[%s]\n", rtName, result(fn))
	}
	for _, fn := range funcs {
		if fn.Frame == "" {
			continue
		}
		frame := fn.Frame
		fmt.Fprintf(&b, "type %s", fn.Frame)
		if list, _ := typeParams(fn); list != nil {
			// The comma tells [P *T,] from the length of an array.
			fmt.Fprintf(&b, "%s,]", strings.TrimRight(text(list), " \t\n,]"))
			frame += "[" + strings.Join(fieldNames(list), ", ") + "]"
		}
		fmt.Fprintf(&b, " struct{}\nfunc (*%s) Init(", frame)
		var params []string
		for _, list := range []*ast.FieldList{fn.Decl.Recv, fn.Decl.Type.Params} {
			if list == nil {
				continue
			}
			for _, field := range list.List {
				for range max(1, len(field.Names)) {
					params = append(params, text(field.Type))
				}
			}
		}
		fmt.Fprintf(&b, "%s)\n", strings.Join(params, ", "))
		fmt.Fprintf(&b, "func (*%s) Poll(*%s.Task) (%s, error, bool)\n", frame, rtName, result(fn))
	}
	return b.Bytes()
}

// typeParams returns the declaration of the type parameters of fn or, if it is a
// method, of its receiver; nil if it has none, and not ok if that cannot be told.
func typeParams(fn *Func) (list *ast.FieldList, ok bool) {
	list = fn.Decl.Type.TypeParams
	var names []string
	if fn.Decl.Recv == nil {
		names = fieldNames(list)
	} else {
		if len(fn.Decl.Recv.List) == 0 {
			return nil, false
		}
		t := ast.Unparen(fn.Decl.Recv.List[0].Type)
		if star, ok := t.(*ast.StarExpr); ok {
			t = ast.Unparen(star.X)
		}
		var args []ast.Expr
		switch t := t.(type) {
		case *ast.Ident:
			return nil, true
		case *ast.IndexExpr:
			args = []ast.Expr{t.Index}
		case *ast.IndexListExpr:
			args = t.Indices
		}
		for _, arg := range args {
			if id, ok := arg.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
		}
		// The receiver does not say what its type parameters are: the type does,
		// in the same words if it stands in the same file and has the same names.
		list = declaredParams(fn.File, receiverName(fn.Decl))
		if list == nil || !slices.Equal(names, fieldNames(list)) {
			return nil, false
		}
	}
	return list, !slices.Contains(names, "_")
}

// declaredParams returns the type parameters of the type that f declares as name,
// nil if there is none.
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

// looksLikeError is the guess, before type checking, at whether the last
// result of f is the error. It is wrong only where a name other than error
// denotes that type, or error another one; see checker.
func looksLikeError(f *Func) bool {
	fields := resultFields(f.Decl)
	if len(fields) == 0 {
		return false
	}
	id, ok := fields[len(fields)-1].Type.(*ast.Ident)
	return ok && id.Name == "error"
}

// lastIsError is the same after type checking.
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

// Results splits the results of f into the values that its coroutine delivers
// and whether it ends with an error.
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

// nodeText returns the source text of n.
func nodeText(f *File, n ast.Node) string {
	base := f.Syntax.FileStart
	from, to := int(n.Pos()-base), int(n.End()-base)
	if !n.Pos().IsValid() || from < 0 || to > len(f.Src) || from > to {
		return ""
	}
	return string(f.Src[from:to])
}

// freeName returns a name that begins with want and occurs in none of the files.
func freeName(want string, files []*File) string {
	for {
		taken := false
		for _, f := range files {
			taken = taken || bytes.Contains(f.Src, []byte(want))
		}
		if !taken {
			return want
		}
		want += "_"
	}
}

// DeclaredNames returns where file declares what: package-level names by
// themselves, methods and fields as "Type.name".
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

// receiverName returns the name of the type that decl is a method of, or "".
func receiverName(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return ""
	}
	t := decl.Recv.List[0].Type
	for {
		switch u := t.(type) {
		case *ast.StarExpr:
			t = u.X
		case *ast.ParenExpr:
			t = u.X
		case *ast.IndexExpr:
			t = u.X
		case *ast.IndexListExpr:
			t = u.X
		case *ast.Ident:
			return u.Name
		default:
			return ""
		}
	}
}
