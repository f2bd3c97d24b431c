package digest

// This file writes types.

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/typeset"
)

// kind returns what matters of the type of a value that the machine does not declare. If
// whole is set, that includes the kinds of the types that t consists of. Integers of a byte are
// of one kind and all others of another: their size may depend on the system.
func (f *facts) kind(t types.Type, whole bool) string {
	if param, ok := types.Unalias(t).(*types.TypeParam); ok {
		var list []string
		typeset.Any(param, func(u types.Type) bool {
			list = append(list, f.kind(u, whole))
			return false
		})
		return "one of (" + strings.Join(list, "|") + ")"
	}
	part := func(t types.Type) string {
		if !whole {
			return ""
		}
		return " of " + f.kind(t, false)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		if u.Kind() != types.UntypedNil && u.Kind() != types.Invalid && typeset.ConvertsAddress(types.Default(u)) {
			return basicKind(u) + " by its address"
		}
		return basicKind(u)
	case *types.Pointer:
		return "pointer" + part(u.Elem())
	case *types.Slice:
		return "slice" + part(u.Elem())
	case *types.Array:
		return "array" + part(u.Elem()) + f.permits(t)
	case *types.Chan:
		return "chan" + part(u.Elem())
	case *types.Map:
		return "map" + part(u.Key()) + part(u.Elem())
	case *types.Struct:
		return "struct" + f.permits(t)
	case *types.Interface:
		return "interface"
	case *types.Signature:
		s := "func"
		for _, list := range []*types.Tuple{u.Params(), u.Results()} {
			s += " ("
			for v := range list.Variables() {
				s += part(v.Type()) + ","
			}
			s += ")"
		}
		if u.Variadic() {
			s += " variadic"
		}
		return s
	case *types.Tuple:
		s := "tuple"
		for v := range u.Variables() {
			s += part(v.Type()) + ","
		}
		return s
	}
	return fmt.Sprintf("%T", t)
}

// basicKind returns the kind of a basic type.
func basicKind(b *types.Basic) string {
	for _, kind := range []struct {
		info types.BasicInfo
		name string
	}{
		{types.IsBoolean, "bool"}, {types.IsUnsigned, "unsigned"}, {types.IsInteger, "integer"},
		{types.IsFloat, "float"}, {types.IsComplex, "complex"}, {types.IsString, "string"},
	} {
		if b.Info()&kind.info != 0 {
			return kind.name
		}
	}
	return b.Name()
}

// permits says what a machine may do with the values of t, a struct or an array, and how gc
// handles them, which decides when it reads them. It says nothing of frames, which are empty
// while the generator runs.
func (f *facts) permits(t types.Type) (s string) {
	if holdsFrame(t) {
		return " with a frame"
	}
	if typeset.HoldsLock(t) {
		s += " with a lock"
	}
	if typeset.MayPanicCompared(t) {
		s += " with an interface"
	}
	if typeset.DependsOnParam(t) {
		return s
	}
	if typeset.ConvertsAddress(t) {
		s += " by its address"
	}
	if typeset.IsDirect(t) {
		s += " in a pointer"
	}
	if types.Comparable(t) {
		s += fmt.Sprint(" as a key ", typeset.KeyAccess(types.NewMap(t, types.Typ[types.Bool])))
	}
	return s
}

// holdsFrame reports whether a value of type t is or contains a frame or a generator.
func holdsFrame(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Array:
		return holdsFrame(u.Elem())
	case *types.Struct:
		if p := types.NewPointer(t); marker.HasPoll(p) || marker.IsGenerator(p) {
			return true
		}
		for v := range u.Fields() {
			if holdsFrame(v.Type()) {
				return true
			}
		}
	}
	return false
}

// typ returns t as text that is the same for identical types. It leaves out the names of
// parameters, and names a type by its package.
func (f *facts) typ(t types.Type) string {
	list := func(types []types.Type) string {
		var texts []string
		for _, t := range types {
			texts = append(texts, f.typ(t))
		}
		return strings.Join(texts, ",")
	}
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return types.Typ[t.Kind()].Name() // not byte or rune
	case *types.Named:
		s := t.Obj().Name()
		if t.Obj().Pkg() != nil {
			s = f.path(t.Obj().Pkg()) + "." + s
		}
		if args := t.TypeArgs(); args.Len() > 0 {
			s += "[" + list(slices.Collect(args.Types())) + "]"
		}
		return s
	case *types.TypeParam:
		return t.Obj().Name()
	case *types.Pointer:
		return "*" + f.typ(t.Elem())
	case *types.Slice:
		return "[]" + f.typ(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), f.typ(t.Elem()))
	case *types.Map:
		return "map[" + f.typ(t.Key()) + "]" + f.typ(t.Elem())
	case *types.Chan:
		return fmt.Sprintf("chan %d(%s)", t.Dir(), f.typ(t.Elem()))
	case *types.Tuple:
		var of []types.Type
		for v := range t.Variables() {
			of = append(of, v.Type())
		}
		return "(" + list(of) + ")"
	case *types.Signature:
		s := "func" + f.typ(t.Params()) + f.typ(t.Results())
		if t.Variadic() {
			s += "..."
		}
		return s
	case *types.Struct:
		s := "struct{"
		for i := range t.NumFields() {
			v := t.Field(i)
			s += fmt.Sprintf("%s %t %s %q;", v.Name(), v.Embedded(), f.typ(v.Type()), t.Tag(i))
		}
		return s + "}"
	case *types.Interface:
		s := "interface{"
		for m := range t.Methods() {
			s += m.Name() + f.typ(m.Signature()) + ";"
		}
		if !t.IsMethodSet() {
			s += list(slices.Collect(t.EmbeddedTypes()))
		}
		return s + "}"
	case *types.Union:
		s := ""
		for term := range t.Terms() {
			s += fmt.Sprintf("|%t %s", term.Tilde(), f.typ(term.Type()))
		}
		return s
	}
	return t.String()
}
