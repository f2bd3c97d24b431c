package fuzzgen

// This file lists the types that programs use.

// A typ is a type as the programs write it.
type typ struct {
	name string
	zero string
	// comparable with ==, printable by %v in the same way each time
	eq, print bool
}

var (
	tInt    = &typ{"int", "0", true, true}
	tString = &typ{"string", `""`, true, true}
	tBool   = &typ{"bool", "false", true, true}
	tByte   = &typ{"uint8", "0", true, true}
	tFloat  = &typ{"float64", "0", true, true}
	tSlice  = &typ{"[]int", "nil", false, true}
	tArray  = &typ{"[3]int", "[3]int{}", true, true}
	tMap    = &typ{"map[string]int", "nil", false, true}
	tPtr    = &typ{"*int", "nil", true, false}
	tStruct = &typ{"T", "T{}", true, true}
	tPtrT   = &typ{"*T", "nil", true, false}
	tE      = &typ{"E", "E{}", true, true}
	tP      = &typ{"P", "P{}", true, false}
	tAny    = &typ{"any", "nil", false, true}
	tError  = &typ{"error", "nil", false, true}
	tFunc   = &typ{"func() int", "nil", false, false}
	tIface  = &typ{"I", "nil", false, false}
	tParam  = &typ{"X", "*new(X)", false, true} // the type parameter of a generic function
)

// typeArg returns a type for the type parameter of a function.
func (g *gen) typeArg() *typ {
	if g.inX && g.chance(30) {
		return tParam
	}
	return typeArgs[g.r.IntN(len(typeArgs))]
}

var typeArgs = []*typ{tInt, tString, tBool, tStruct, tSlice, tArray}

// someType returns a type for a new variable.
func (g *gen) someType() *typ {
	if g.inX && g.chance(15) {
		return tParam
	}
	list := []*typ{
		tInt, tInt, tInt, tInt, tInt, tString, tString, tString, tBool, tBool, tByte, tFloat, tSlice, tSlice, tArray, tArray,
		tMap, tPtr, tStruct, tStruct, tPtrT, tE, tP, tAny, tAny, tError, tFunc, tIface,
	}
	return list[g.r.IntN(len(list))]
}

// valueType returns a type whose values have no parts that others share.
func (g *gen) valueType() *typ {
	if g.inX && g.chance(30) {
		return tParam
	}
	list := []*typ{tInt, tInt, tInt, tString, tString, tBool, tByte, tArray, tStruct, tE, tAny, tSlice, tError}
	return list[g.r.IntN(len(list))]
}

func is(types ...*typ) func(*variable) bool {
	return func(v *variable) bool {
		for _, t := range types {
			if v.t == t {
				return true
			}
		}
		return false
	}
}

func assignable(types ...*typ) func(*variable) bool {
	ok := is(types...)
	return func(v *variable) bool { return !v.fixed && ok(v) }
}
