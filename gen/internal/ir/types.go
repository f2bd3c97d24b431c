package ir

// This file writes types as code.

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// TypeCode returns t as code in package pkg.
func TypeCode(t types.Type, pkg *types.Package) Code {
	w := typeWriter{pkg: pkg}
	w.typ(t)
	return w.code
}

type typeWriter struct {
	pkg  *types.Package
	fn   *Func  // the function in whose machine the type is written, or nil
	call *Await // the call whose type arguments replace type parameters, or nil
	code Code
}

func (w *typeWriter) text(format string, args ...any) {
	w.code = append(w.code, Text(fmt.Sprintf(format, args...)))
}

func (w *typeWriter) typ(t types.Type) {
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.UnsafePointer {
			w.code = append(w.code, &Qual{Path: "unsafe", Name: "Pointer", Pkg: "unsafe"})
			return
		}
		w.text("%s", t.Name())
	case *types.Alias:
		if w.fn != nil && w.fn.Expand && typeset.IsLocal(t.Obj()) {
			w.typ(t.Rhs())
			return
		}
		w.name(t.Obj(), t.TypeArgs())
	case *types.Named:
		w.name(t.Obj(), t.TypeArgs())
	case *types.TypeParam:
		w.param(t)
	case *types.Pointer:
		w.text("*")
		w.typ(t.Elem())
	case *types.Slice:
		w.text("[]")
		w.typ(t.Elem())
	case *types.Array:
		w.text("[%d]", t.Len())
		w.typ(t.Elem())
	case *types.Map:
		w.text("map[")
		w.typ(t.Key())
		w.text("]")
		w.typ(t.Elem())
	case *types.Chan:
		switch t.Dir() {
		case types.SendOnly:
			w.text("chan<- ")
		case types.RecvOnly:
			w.text("<-chan ")
		default:
			w.text("chan ")
		}
		inner, ok := t.Elem().(*types.Chan)
		if ok && inner.Dir() == types.RecvOnly {
			w.text("(")
			w.typ(t.Elem())
			w.text(")")
			return
		}
		w.typ(t.Elem())
	case *types.Signature:
		w.text("func")
		w.signature(t)
	case *types.Struct:
		w.text("struct{")
		for i := range t.NumFields() {
			f := t.Field(i)
			if i > 0 {
				w.text("; ")
			}
			if !f.Embedded() {
				w.text("%s ", f.Name())
			}
			w.typ(f.Type())
			if tag := t.Tag(i); tag != "" {
				w.text(" %q", tag)
			}
		}
		w.text("}")
	case *types.Interface:
		w.iface(t)
	case *types.Union:
		for i := range t.Len() {
			if i > 0 {
				w.text(" | ")
			}
			if t.Term(i).Tilde() {
				w.text("~")
			}
			w.typ(t.Term(i).Type())
		}
	default:
		panic(fmt.Sprintf("internal error: type %T has no spelling", t))
	}
}

func (w *typeWriter) name(obj *types.TypeName, args *types.TypeList) {
	if w.fn != nil && typeset.IsLocal(obj) {
		if l := w.fn.Decl(obj); l != nil {
			w.code = append(w.code, &Name{Decl: l, Text: obj.Name(), Args: Code{Text(w.fn.TypeArgs())}, Own: args.Len() > 0})
			if args.Len() > 0 {
				w.args(args)
			}
			return
		}
	}
	if w.fn != nil {
		if h := w.fn.Root().Hidden[obj]; h != nil {
			w.code = append(w.code, h)
			return
		}
	}
	if pkg := obj.Pkg(); pkg != nil && pkg != w.pkg {
		w.code = append(w.code, &Qual{Path: pkg.Path(), Name: obj.Name(), Pkg: pkg.Name()})
	} else {
		w.text("%s", obj.Name())
	}
	if args.Len() == 0 {
		if w.fn != nil && typeset.IsLocal(obj) && !w.fn.IsEnclosed() {
			w.text("%s", w.fn.TypeArgs())
		}
		return
	}
	w.text("[")
	w.args(args)
}

// args writes a list of type arguments after its opening bracket.
func (w *typeWriter) args(args *types.TypeList) {
	for i := range args.Len() {
		if i > 0 {
			w.text(", ")
		}
		w.typ(args.At(i))
	}
	w.text("]")
}

func (w *typeWriter) param(t *types.TypeParam) {
	if w.call != nil {
		if arg := w.call.TypeArg(t); arg != types.Type(t) {
			w.code = append(w.code, w.fn.TypeCode(arg)...)
			return
		}
	}
	if w.fn != nil {
		w.text("%s", w.fn.typeParam(t))
		return
	}
	w.text("%s", t.Obj().Name())
}

func (w *typeWriter) signature(t *types.Signature) {
	w.tuple(t.Params(), t.Variadic())
	switch r := t.Results(); {
	case r.Len() == 1 && r.At(0).Name() == "":
		w.text(" ")
		w.typ(r.At(0).Type())
	case r.Len() > 0:
		w.text(" ")
		w.tuple(r, false)
	}
}

func (w *typeWriter) tuple(t *types.Tuple, variadic bool) {
	w.text("(")
	for i := range t.Len() {
		v := t.At(i)
		if i > 0 {
			w.text(", ")
		}
		if v.Name() != "" {
			w.text("%s ", v.Name())
		}
		if variadic && i == t.Len()-1 {
			w.text("...")
			if s, ok := v.Type().(*types.Slice); ok {
				w.typ(s.Elem())
				continue
			}
		}
		w.typ(v.Type())
	}
	w.text(")")
}

func (w *typeWriter) iface(t *types.Interface) {
	if t.IsImplicit() && t.NumEmbeddeds() == 1 && t.NumExplicitMethods() == 0 {
		w.typ(t.EmbeddedType(0))
		return
	}
	w.text("interface{")
	sep := ""
	for m := range t.ExplicitMethods() {
		w.text("%s%s", sep, m.Name())
		w.signature(m.Signature())
		sep = "; "
	}
	for e := range t.EmbeddedTypes() {
		w.text("%s", sep)
		w.typ(e)
		sep = "; "
	}
	w.text("}")
}

// Unnameable returns a part of t that cannot be written in package pkg, or nil if there
// is none. Such a part is an unexported type of another package, or a type of a package
// that is internal to others.
func Unnameable(t types.Type, pkg *types.Package) (bad types.Type) {
	foreign := func(obj types.Object) bool {
		return obj.Pkg() != nil && obj.Pkg() != pkg && (!obj.Exported() || internalTo(obj.Pkg().Path(), pkg.Path()))
	}
	typeset.Walk(t, func(t types.Type) bool {
		hidden := false
		switch t := t.(type) {
		case *types.Named:
			hidden = foreign(t.Obj())
		case *types.Alias:
			hidden = foreign(t.Obj())
		case *types.Struct:
			for f := range t.Fields() {
				hidden = hidden || foreign(f)
			}
		case *types.Interface:
			for m := range t.ExplicitMethods() {
				hidden = hidden || foreign(m)
			}
		}
		if hidden && bad == nil {
			bad = t
		}
		return bad == nil
	})
	return bad
}

// internalTo reports whether the package path is internal to a tree that user
// is not part of.
func internalTo(path, user string) bool {
	parent, _, ok := strings.Cut("/"+path+"/", "/internal/")
	if strings.HasPrefix(path, "vendor/") {
		return true
	}
	return ok && !strings.HasPrefix("/"+user+"/", parent+"/")
}
