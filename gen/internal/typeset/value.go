package typeset

// This file says what a program may do with the values of a type.

import "go/types"

// HoldsLock reports whether a value of type t must not be copied because a part of it is a
// lock. The rule is that of go vet, and the only one for values that must not be copied:
// pointers to a lock have the methods Lock and Unlock, and the lock itself does not.
func HoldsLock(t types.Type) bool {
	has := func(t types.Type, name string) bool {
		obj, _, _ := types.LookupFieldOrMethod(t, false, nil, name)
		_, ok := obj.(*types.Func)
		return ok
	}
	if _, param := types.Unalias(t).(*types.TypeParam); param {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return HoldsLock(u.Elem())
	case *types.Struct:
		p := types.NewPointer(t)
		if has(p, "Lock") && has(p, "Unlock") && !(has(t, "Lock") && has(t, "Unlock")) {
			return true
		}
		for f := range u.Fields() {
			if HoldsLock(f.Type()) {
				return true
			}
		}
	}
	return false
}

// MayPanicCompared reports whether a comparison of values of type t may panic, because the
// values are or contain interfaces.
func MayPanicCompared(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Interface: // or a type parameter
		return true
	case *types.Array:
		return MayPanicCompared(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if MayPanicCompared(f.Type()) {
				return true
			}
		}
	}
	return false
}
