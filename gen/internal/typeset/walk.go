package typeset

// This file walks over the types that a type mentions.

import "go/types"

// Walk calls yield for t and for the types that t mentions, until yield returns false. It
// does not walk into the declarations of named types. It reports whether all calls of yield
// returned true.
func Walk(t types.Type, yield func(types.Type) bool) bool {
	if t == nil {
		return true
	}
	if !yield(t) {
		return false
	}
	args := func(list *types.TypeList) bool {
		for a := range list.Types() {
			if !Walk(a, yield) {
				return false
			}
		}
		return true
	}
	tuple := func(list *types.Tuple) bool {
		for v := range list.Variables() {
			if !Walk(v.Type(), yield) {
				return false
			}
		}
		return true
	}
	switch t := t.(type) {
	case *types.Named:
		return args(t.TypeArgs())
	case *types.Alias:
		return args(t.TypeArgs())
	case *types.Pointer:
		return Walk(t.Elem(), yield)
	case *types.Slice:
		return Walk(t.Elem(), yield)
	case *types.Array:
		return Walk(t.Elem(), yield)
	case *types.Chan:
		return Walk(t.Elem(), yield)
	case *types.Map:
		return Walk(t.Key(), yield) && Walk(t.Elem(), yield)
	case *types.Signature:
		return tuple(t.Params()) && tuple(t.Results())
	case *types.Struct:
		for f := range t.Fields() {
			if !Walk(f.Type(), yield) {
				return false
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if !Walk(m.Type(), yield) {
				return false
			}
		}
		for e := range t.EmbeddedTypes() {
			if !Walk(e, yield) {
				return false
			}
		}
	}
	return true
}

// IsLocal reports whether obj is a type that the body of a function declares.
func IsLocal(obj *types.TypeName) bool {
	_, param := obj.Type().(*types.TypeParam)
	return !param && obj.Pkg() != nil && obj.Parent() != nil && obj.Parent() != obj.Pkg().Scope()
}
