package ir

// This file writes lists of type parameters, and types that mention type parameters.

import (
	"go/types"
	"strings"
)

// A TypeParam is a type parameter of a function or of its receiver. All declarations of
// the machine at package level have the same type parameters.
type TypeParam struct {
	*types.TypeParam
	// Name is the name in the machine. It is the name in the source, unless that is _ or
	// denotes something else as well.
	Name string
}

// TypeArgs returns the type parameters of f as arguments, [K, V], or "" if f has none.
func (f *Func) TypeArgs() string { return typeArgs(f.TypeParams) }

// OwnTypeArgs is TypeArgs without the type parameters of the receiver.
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

// TypeArgCode returns the list of type arguments args as code in the machine of f, or nil
// if there are none.
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
// [K comparable, V any], or nil if f has none.
func (f *Func) TypeParamList() (code Code) { return f.typeParamList(f.TypeParams) }

// OwnTypeParamList is TypeParamList without the type parameters of the receiver.
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

// typeParam returns the name of t in the machine of f.
func (f *Func) typeParam(t *types.TypeParam) string {
	for _, p := range f.TypeParams {
		if p.TypeParam == t {
			return p.Name
		}
	}
	return t.Obj().Name()
}

// TypeCode returns t as code in the machine of f.
func (f *Func) TypeCode(t types.Type) Code {
	w := typeWriter{pkg: f.Pkg, fn: f}
	w.typ(t)
	return w.code
}

// CalleeCode returns t as code in the machine of f. The signature of the coroutine that a
// awaits mentions t, and f contains a.
func (f *Func) CalleeCode(a *Await, t types.Type) Code {
	w := typeWriter{pkg: f.Pkg, fn: f, call: a}
	w.typ(t)
	return w.code
}

// TypeArg returns the type argument for t in the call that a awaits, if t is a type
// parameter of the coroutine. Otherwise it returns t.
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
