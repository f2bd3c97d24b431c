// Package typeset finds the types that a type parameter may stand for, and the types that
// a type mentions. The Go specification defines many operations on a value of a type
// parameter by the underlying types of its type set.
package typeset

// This file finds the underlying types of a constraint.

import "go/types"

// Core returns the underlying type of t. If t is a type parameter, Core returns the
// underlying type that all types of its type set have in common, or nil if there is
// none. Channel types that differ only in direction have the narrower one in common.
func Core(t types.Type) types.Type {
	param, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	var core types.Type
	for _, u := range underlying(param.Constraint()) {
		switch {
		case core == nil || types.Identical(core, u):
			core = u
		default:
			if core = narrower(core, u); core == nil {
				return nil
			}
		}
	}
	return core
}

// narrower returns the channel type of a and b that allows less. It returns nil if a and b
// are not channels with the same element type, or if their directions are opposite.
func narrower(a, b types.Type) types.Type {
	x, ok := a.(*types.Chan)
	y, ok2 := b.(*types.Chan)
	switch {
	case !ok || !ok2 || !types.Identical(x.Elem(), y.Elem()):
		return nil
	case x.Dir() == types.SendRecv:
		return y
	case y.Dir() == types.SendRecv || x.Dir() == y.Dir():
		return x
	}
	return nil
}

// Any reports whether wanted is true of the underlying type of t. If t is a type
// parameter, Any reports whether wanted is true of an underlying type in its type set.
func Any(t types.Type, wanted func(types.Type) bool) bool {
	param, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return wanted(t.Underlying())
	}
	for _, u := range underlying(param.Constraint()) {
		if wanted(u) {
			return true
		}
	}
	return false
}

// All reports whether wanted is true of the underlying type of t. If t is a type parameter,
// All reports whether wanted is true of all underlying types in its type set. It returns
// false if t may stand for any type.
func All(t types.Type, wanted func(types.Type) bool) bool {
	param, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return wanted(t.Underlying())
	}
	list := underlying(param.Constraint())
	for _, u := range list {
		if !wanted(u) {
			return false
		}
	}
	return len(list) > 0
}

// underlying returns the underlying types that a constraint lists, or nil if the
// constraint allows all types.
func underlying(constraint types.Type) (list []types.Type) {
	iface, ok := constraint.Underlying().(*types.Interface)
	if !ok {
		return []types.Type{constraint.Underlying()}
	}
	for e := range iface.EmbeddedTypes() {
		var some []types.Type
		union, ok := types.Unalias(e).(*types.Union)
		if !ok {
			some = underlying(e)
		}
		for i := 0; ok && i < union.Len(); i++ {
			term := underlying(union.Term(i).Type())
			if some = append(some, term...); term == nil {
				some = nil // int | any
				break
			}
		}
		switch {
		case some == nil: // no restriction
		case list == nil:
			list = some
		default:
			list = common(list, some)
		}
	}
	return list
}

// common returns the types that are in both lists.
func common(a, b []types.Type) (list []types.Type) {
	for _, x := range a {
		for _, y := range b {
			if types.Identical(x, y) {
				list = append(list, x)
				break
			}
		}
	}
	return list
}
