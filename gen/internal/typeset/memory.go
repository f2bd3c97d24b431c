package typeset

// This file describes the representation of values as far as gc's order of evaluation
// depends on it. All systems count as 64-bit systems.

import "go/types"

var sizes = types.SizesFor("gc", "amd64")

// ConvertsAddress reports whether a conversion of a value of type t to an interface takes
// the address of the value. It does unless the value is a word, a string or a slice. For a
// type parameter, the answer depends on the type argument, which is taken to be a word.
func ConvertsAddress(t types.Type) bool {
	if _, isParam := types.Unalias(t).(*types.TypeParam); isParam || DependsOnParam(t) {
		return false
	}
	size, align := sizes.Sizeof(t), sizes.Alignof(t)
	switch {
	case size == 2 && align == 2:
		return false
	case (size == 4 || size == 8) && align == size && !hasPointers(t):
		return false
	}
	switch u := sole(t).(type) {
	case *types.Basic:
		return u.Info()&types.IsString == 0
	case *types.Slice:
		return false
	}
	return true
}

// sole returns the underlying type of t, or the sole type of its only component.
func sole(t types.Type) types.Type {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		if u.NumFields() == 1 {
			return sole(u.Field(0).Type())
		}
	case *types.Array:
		if u.Len() == 1 {
			return sole(u.Elem())
		}
	}
	return t.Underlying()
}

func hasPointers(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsString != 0 || u.Kind() == types.UnsafePointer
	case *types.Array:
		return u.Len() > 0 && hasPointers(u.Elem())
	case *types.Struct:
		for f := range u.Fields() {
			if hasPointers(f.Type()) {
				return true
			}
		}
		return false
	}
	return true
}

// An Access says how the runtime gets the key of a map.
type Access int

const (
	ByValue   Access = iota
	ByAddress        // by the address of the key
	ByCopy           // by a copy of the bytes of the key in a word
)

// KeyAccess returns how the runtime gets the keys of m.
func KeyAccess(m *types.Map) Access {
	key := m.Key()
	if DependsOnParam(m) {
		return ByValue
	}
	if sizes.Sizeof(m.Elem()) > 128 {
		return ByAddress
	}
	if u, ok := key.Underlying().(*types.Basic); ok && u.Info()&types.IsString != 0 {
		return ByValue
	}
	size := sizes.Sizeof(key)
	if size != 4 && size != 8 || !plainMemory(key) {
		if u, ok := sole(key).(*types.Basic); ok && u.Info()&types.IsString != 0 {
			return ByCopy
		}
		return ByAddress
	}
	switch key.Underlying().(type) {
	case *types.Struct, *types.Array:
		return ByCopy
	}
	return ByValue
}

// IsReshaped reports whether the compiler converts a key of type t, which the runtime gets
// by value, to another type of the same size.
func IsReshaped(t types.Type) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	if ok {
		switch b.Kind() {
		case types.Uint32, types.Uint64, types.String, types.UnsafePointer:
			return false
		}
	}
	return KeyAccess(types.NewMap(t, types.Typ[types.Bool])) == ByValue
}

// plainMemory reports whether values of type t are equal if their bytes are equal.
func plainMemory(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsFloat|types.IsComplex|types.IsString) == 0
	case *types.Pointer, *types.Chan:
		return true
	case *types.Array:
		return plainMemory(u.Elem())
	case *types.Struct:
		var end int64
		var fields []*types.Var
		for f := range u.Fields() {
			if f.Name() == "_" || !plainMemory(f.Type()) {
				return false
			}
			fields = append(fields, f)
		}
		for i, at := range sizes.Offsetsof(fields) {
			if at != end {
				return false // padding
			}
			end = at + sizes.Sizeof(fields[i].Type())
		}
		return end == sizes.Sizeof(t)
	}
	return false
}

// IsDirect reports whether an interface holds a value of type t directly, as a pointer, so
// that a type assertion makes no copy. A type that depends on a type parameter counts as
// such a type.
func IsDirect(t types.Type) bool {
	if DependsOnParam(t) {
		return true
	}
	return sizes.Sizeof(t) == 8 && hasPointers(t)
}

// DependsOnParam reports whether t is or mentions a type parameter.
func DependsOnParam(t types.Type) (found bool) {
	seen := map[types.Type]bool{}
	var visit func(t types.Type) bool
	visit = func(t types.Type) bool {
		switch t := t.(type) {
		case *types.TypeParam:
			found = true
		case *types.Named:
			// A generic type without arguments mentions its own parameters, and a type in a
			// generic function those of the function.
			found = found || t.TypeParams().Len() > t.TypeArgs().Len()
			if IsLocal(t.Obj()) && !seen[t] {
				seen[t] = true
				Walk(t.Underlying(), visit)
			}
		case *types.Alias:
			found = found || t.TypeParams().Len() > t.TypeArgs().Len()
		}
		return !found
	}
	Walk(t, visit)
	return found
}

// FitsRegisters reports whether gc may keep a variable of type t in registers
// (cmd/compile/internal/ssa/value.go, CanSSA).
func FitsRegisters(t types.Type) bool {
	if DependsOnParam(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		return u.Len() == 0 || u.Len() == 1 && FitsRegisters(u.Elem())
	case *types.Struct:
		if u.NumFields() > 4 {
			return sizes.Sizeof(t) == 0 || IsDirect(t)
		}
		for f := range u.Fields() {
			if !FitsRegisters(f.Type()) {
				return false
			}
		}
	}
	return sizes.Sizeof(t) <= 4*sizes.Sizeof(types.Typ[types.Uintptr])
}
