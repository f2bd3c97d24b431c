package ir

// This file writes what is generic: lists of type parameters, and types that
// mention them.

import (
	"go/types"
	"strings"
)

// A TypeParam is a type parameter of a function or of its receiver. Whatever the
// machine declares at package level has the same ones.
type TypeParam struct {
	*types.TypeParam
	// Name is what the machine calls it: as the source does, unless that calls
	// it _ or something else by the same name.
	Name string
}

// TypeArgs returns the type parameters of f as arguments, [K, V]; "" if it has none.
func (f *Func) TypeArgs() string { return typeArgs(f.TypeParams) }

// OwnTypeArgs returns the same without those of the receiver.
func (f *Func) OwnTypeArgs() string { return typeArgs(f.TypeParams[f.RecvTypeParams:]) }

func typeArgs(params []*TypeParam) string {
	if len(params) == 0 {
		return ""
	}
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// TypeArgCode returns the type arguments args as they are written in the machine
// of f; nil if there are none.
func (f *Func) TypeArgCode(args []types.Type) (code Code) {
	for i, t := range args {
		sep := ", "
		if i == 0 {
			sep = "["
		}
		code = append(append(code, Text(sep)), f.TypeCode(t)...)
	}
	if code != nil {
		code = append(code, Text("]"))
	}
	return code
}

// TypeParamList returns the declaration of the type parameters of f,
// [K comparable, V any]; nil if it has none.
func (f *Func) TypeParamList() (code Code) { return f.typeParamList(f.TypeParams) }

// OwnTypeParamList returns the same without those of the receiver.
func (f *Func) OwnTypeParamList() (code Code) {
	return f.typeParamList(f.TypeParams[f.RecvTypeParams:])
}

func (f *Func) typeParamList(params []*TypeParam) (code Code) {
	for i, p := range params {
		sep := ", "
		if i == 0 {
			sep = "["
		}
		code = append(code, Text(sep+p.Name))
		if i+1 < len(params) && types.Identical(p.Constraint(), params[i+1].Constraint()) {
			continue // [A, B any]
		}
		constraint := f.TypeCode(p.Constraint())
		if i == 0 && strings.HasPrefix(constraint.String(), "*") {
			// type x[P *T] would be an array.
			constraint = append(append(Lit("interface{ "), constraint...), Text(" }"))
		}
		code = append(append(code, Text(" ")), constraint...)
	}
	if code != nil {
		code = append(code, Text("]"))
	}
	return code
}

// typeParam returns what f calls t.
func (f *Func) typeParam(t *types.TypeParam) string {
	for _, p := range f.TypeParams {
		if p.TypeParam == t {
			return p.Name
		}
	}
	return t.Obj().Name()
}

// TypeCode returns t as it is written in the machine of f.
func (f *Func) TypeCode(t types.Type) Code {
	w := typeWriter{pkg: f.Pkg, fn: f}
	w.typ(t)
	return w.code
}

// CalleeCode returns t, a type that the signature of the coroutine mentions which
// a awaits, as it is written in the machine of f, which holds a.
func (f *Func) CalleeCode(a *Await, t types.Type) Code {
	w := typeWriter{pkg: f.Pkg, fn: f, call: a}
	w.typ(t)
	return w.code
}

// TypeArg returns what t is for the call that a awaits: if t is a type parameter
// of the coroutine, its argument.
func (a *Await) TypeArg(t types.Type) types.Type {
	if param, ok := types.Unalias(t).(*types.TypeParam); ok {
		for i, p := range a.Callee.TypeParams {
			if p.TypeParam == param {
				return a.TypeArgs[i]
			}
		}
	}
	return t
}
