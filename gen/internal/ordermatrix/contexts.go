package ordermatrix

// This file lists the contexts in which an operand stands.

// A context is a statement with an operand $O before an await $A. The operand has the type
// $T and the kind $K. The await delivers the int 1.
type context struct {
	name, stmt string
	fits       func(k kind) bool
	results    string // the results of the function, if the statement is a return
	core       bool   // the context is tried at all places, not only at two
}

func only(keys ...string) func(kind) bool {
	return func(k kind) bool {
		for _, key := range keys {
			if k.key == key {
				return true
			}
		}
		return false
	}
}

func comparable(k kind) bool { return k.comparable }
func keyed(k kind) bool      { return k.keys != "" }

var (
	integer  = only("int", "uint8", "uint16", "int32", "myint")
	aBool    = only("bool")
	aPair    = only("pair", "pairp")
	ordered  = only("int", "uint8", "uint16", "int32", "myint", "float", "string", "mystring")
	sliced   = only("ints", "bytes", "runes", "string", "mystring", "arr2p")
	aPairp   = only("pairp")
	aPointer = only("pairp", "intp", "arr2p")
)

var contexts = []context{
	{name: "define", stmt: "x, y := $O, $A\nnote(s, x, y)", core: true},
	{name: "var", stmt: "var x, y = $O, $A\nnote(s, x, y)"},
	{name: "var any", stmt: "var x, y any = $O, $A\nnote(s, x, y)"},
	{name: "assign", stmt: "var x $T\nvar y int\nx, y = $O, $A\nnote(s, x, y)"},
	{name: "assign any", stmt: "var x any\nvar y int\nx, y = $O, $A\nnote(s, x, y)"},
	{name: "assign element", stmt: "x := make([]$T, 2)\nvar y [1]int\nx[1], y[0] = $O, $A\nnote(s, x, y)"},
	{name: "assign two later", stmt: "x, y, z := $O, $A, $B\nnote(s, x, y, z)"},
	{name: "assign between", stmt: "x, y, z := $B, $O, $A\nnote(s, x, y, z)"},
	{name: "op assign", stmt: "x := 10\nx += int($O) + $A\nnote(s, x)", fits: integer},
	{name: "op assign text", stmt: "x := `t`\nx += string($O) + fmt.Sprint($A)\nnote(s, x)", fits: only("string", "mystring")},
	{name: "argument", stmt: "arg$K(s, $O, $A)", core: true},
	{name: "any argument", stmt: "argAny(s, $O, $A)"},
	{name: "any argument later", stmt: "argAny(s, $O, $B + $A)"},
	{name: "variadic", stmt: "vari$K(s, $O, zero$K($A))"},
	{name: "variadic any", stmt: "note(s, $O, $A)", core: true},
	{name: "after", stmt: "note(s, $A, $O)"},
	{name: "between", stmt: "note(s, $B, $O, $A)"},
	{name: "await argument", stmt: "co.Must(wait$KAsync(s, $O, $A))"},
	{name: "await any argument", stmt: "co.Must(waitAnyAsync(s, $O, $A))"},
	{name: "struct literal", stmt: "x := hold$K{$O, $A}\nnote(s, x)"},
	{name: "struct any literal", stmt: "x := holdAny{v: $O, n: $A}\nnote(s, x)", core: true},
	{name: "pointer literal", stmt: "x := &hold$K{$O, $A}\nnote(s, *x)"},
	{name: "array literal", stmt: "x := [2]$T{$O, zero$K($A)}\nnote(s, x)"},
	{name: "array any literal", stmt: "x := [...]any{1: $O, 0: $A}\nnote(s, x)"},
	{name: "slice literal", stmt: "x := []$T{$O, zero$K($A)}\nnote(s, x)"},
	{name: "slice any literal", stmt: "x := []any{$O, $A}\nnote(s, x)"},
	{name: "slice of any literals", stmt: "x := []holdAny{{$O, 1}, {2, $A}}\nnote(s, x)"},
	{name: "map value", stmt: "x := map[string]$T{`a`: $O, `b`: zero$K($A)}\nnote(s, x)", core: true},
	{name: "map any value", stmt: "x := map[string]any{`a`: $O, `b`: $A}\nnote(s, x)"},
	{name: "map value after", stmt: "x := map[string]any{`b`: $A, `a`: $O}\nnote(s, x)"},
	{name: "map key", stmt: "x := map[$T]int{$O: $A}\nnote(s, x)", fits: comparable},
	{name: "map key before", stmt: "x := map[$T]int{$O: 5, zero$K($A): 6}\nnote(s, x)", fits: comparable},
	{name: "map any key", stmt: "x := map[any]int{$O: $A}\nnote(s, x)", core: true},
	{name: "map any key before", stmt: "x := map[any]int{$O: 5, `a`: $A}\nnote(s, x)"},
	{name: "map key and value", stmt: "x := map[$T]$T{$O: zero$K($A), zero$K($B): $O}\nnote(s, x)", fits: comparable},
	{name: "map literal then", stmt: "x, y := map[string]$T{`a`: $O}, $A\nnote(s, x, y)"},
	{name: "map any literal then", stmt: "x, y := map[any]any{$O: 1}, $A\nnote(s, x, y)"},
	{name: "struct literal then", stmt: "x, y := hold$K{$O, 1}, $A\nnote(s, x, y)"},
	{name: "struct literal argument", stmt: "note(s, hold$K{$O, 1}, $A)"},
	{name: "pointer literal argument", stmt: "note(s, &hold$K{$O, 1}, $A)"},
	{name: "slice literal argument", stmt: "note(s, []$T{$O}, $A)"},
	{name: "map read", stmt: "x := table$K[$O] + $A\nnote(s, x)", fits: keyed},
	{name: "map any read", stmt: "x := tableany[$O] + $A\nnote(s, x)"},
	{name: "map read any", stmt: "note(s, table$K[$O], $A)", fits: keyed},
	{name: "map ok", stmt: "var x [1]int\nvar ok bool\nx[$A-1], ok = table$K[$O]\nnote(s, x, ok)", fits: keyed},
	{name: "map set", stmt: "x := map[$T]int{}\nx[$O] = $A\nnote(s, x)", fits: comparable},
	{name: "map any set", stmt: "x := map[any]int{}\nx[$O] = $A\nnote(s, x)", core: true},
	{name: "map op set", stmt: "x := map[$T]int{}\nx[$O] += $A\nnote(s, x)", fits: comparable},
	{name: "map op any set", stmt: "x := map[any]int{}\nx[$O] /= $A\nnote(s, x)"},
	{name: "map append", stmt: "x := map[$T][]int{}\nx[$O] = append(x[$O], $A)\nnote(s, x)", fits: comparable},
	{name: "map append any", stmt: "x := map[any][]int{}\nx[$O] = append(x[$O], $A)\nnote(s, x)"},
	{name: "map set pair", stmt: "x := map[$T]int{}\nvar y int\nx[$O], y = $A, 3\nnote(s, x, y)", fits: comparable},
	{name: "map delete", stmt: "x := []map[any]int{{1: 2, 2: 3}, {1: 5, 2: 6}}\ndelete(x[$A], $O)\nnote(s, x)"},
	{name: "index", stmt: "x := tab[$O] + $A\nnote(s, x)", fits: integer},
	{name: "index set", stmt: "x := make([]int, 5)\nx[$O] = $A\nnote(s, x)", fits: integer},
	{name: "index op set", stmt: "x := make([]int, 5)\nx[$O] += $A\nnote(s, x)", fits: integer},
	{name: "index array set", stmt: "var x [5]int\nx[$O] = $A\nnote(s, x)", fits: integer},
	{name: "index text", stmt: "note(s, text[$O], $A)", fits: integer},
	{name: "index string map", stmt: "note(s, strs[`k`][$O], $A)", fits: integer},
	{name: "slice low", stmt: "x := tab[$O : $A+6]\nnote(s, x)", fits: integer},
	{name: "slice max", stmt: "x := tab[:$O:$A+6]\nnote(s, x)", fits: integer},
	{name: "slice text", stmt: "x := text[$O : $A+3]\nnote(s, x)", fits: integer},
	{name: "slice low and max", stmt: "x := tab[$O : $O+$A : $B+7]\nnote(s, x)", fits: integer},
	{name: "slice operand", stmt: "x := ($O)[$A:]\nnote(s, x)", fits: sliced},
	{name: "index operand", stmt: "x := ($O)[$A]\nnote(s, x)", fits: sliced},
	{name: "set operand", stmt: "x := $O\n_ = x\n($O)[$A] = 77\nnote(s, x)", fits: only("ints", "arr2p")},
	{name: "return", stmt: "return $O, $A, nil", results: "$T, int"},
	{name: "return any", stmt: "return $O, $A, nil", results: "any, any"},
	{name: "receiver", stmt: "x := ($O).add($A)\nnote(s, x)", fits: aPair},
	{name: "pointer receiver", stmt: "($O).move($A)\nnote(s, `moved`)", fits: aPairp},
	{name: "interface receiver", stmt: "x := ($O).with($A)\nnote(s, x)", fits: only("namer")},
	{name: "selector", stmt: "x := ($O).a + $A\nnote(s, x)", fits: aPair},
	{name: "dereference", stmt: "x, y := *($O), $A\nnote(s, x, y)", fits: aPointer},
	{name: "send", stmt: "x := make(chan $T, 2)\nx <- first$K($O, $A)\nnote(s, <-x)"},
	{name: "send any", stmt: "x := make(chan holdAny, 2)\nx <- holdAny{$O, $A}\nnote(s, <-x)"},
	{name: "send to", stmt: "x := $O\n_ = x\n($O) <- $A\nnote(s, len(x))", fits: only("ch")},
	{name: "select", stmt: "x := make(chan $T, 2)\nselect {\ncase x <- first$K($O, $A):\nnote(s, <-x)\n}"},
	{name: "range", stmt: "for i, w := range []any{$O, $A} {\nnote(s, i, w)\n}"},
	{name: "switch tag", stmt: "switch (hold$K{$O, $A}) {\ncase hold$K{}:\nnote(s, 0)\ncase hold$K{n: 1}:\nnote(s, 1)\ndefault:\nnote(s, `default`)\n}", fits: comparable},
	{name: "switch call", stmt: "switch x := second(($O), $A); x {\ncase 1:\nnote(s, 1)\n}"},
	{name: "switch case", stmt: "x := zero$K(1)\nswitch x {\ncase $O:\nnote(s, 1)\ncase zero$K($A):\nnote(s, 2)\n}", fits: comparable},
	{name: "switch case list", stmt: "switch zero$K(1) {\ncase $O, zero$K($A), $O:\nnote(s, 1)\ndefault:\nnote(s, 2)\n}", fits: comparable},
	{name: "switch case any", stmt: "var x any = 1\nswitch x {\ncase $O:\nnote(s, 1)\ncase any($A):\nnote(s, 2)\n}", fits: comparable},
	{name: "if", stmt: "if test(s, $O, $A) {\nnote(s, `yes`)\n}"},
	{name: "if and", stmt: "if ($O) && $A > 0 {\nnote(s, `yes`)\n}", fits: aBool},
	{name: "if or", stmt: "if ($O) || $A > 5 {\nnote(s, `yes`)\n} else {\nnote(s, `no`)\n}", fits: aBool},
	{name: "for", stmt: "for i := 0; test(s, $O, $A) && i < 2; i++ {\nnote(s, i)\n}"},
	{name: "and", stmt: "x := ($O) && $A > 0\nnote(s, x)", fits: aBool},
	{name: "and then", stmt: "x, y := ($O) && $B > 0, $A\nnote(s, x, y)", fits: aBool},
	{name: "compare", stmt: "x := $O == zero$K($A)\nnote(s, x)", fits: comparable},
	{name: "compare any", stmt: "x := $O == anyOf($A)\nnote(s, x)", fits: comparable},
	{name: "compare literals", stmt: "x := (hold$K{$O, 1}) == hold$K{zero$K(1), $A}\nnote(s, x)", fits: comparable},
	{name: "less", stmt: "x := $O < zero$K($A)\nnote(s, x)", fits: ordered},
	{name: "plus", stmt: "x := $O + zero$K($A)\nnote(s, x)", fits: ordered},
	{name: "shift", stmt: "x := $O << $A\nnote(s, x)", fits: integer},
	{name: "shift by", stmt: "x := 1 << $O + $A\nnote(s, x)", fits: integer},
	{name: "conversion", stmt: "x, y := any($O), $A\nnote(s, x, y)"},
	{name: "call argument", stmt: "note(s, same$K($O), $A)"},
	{name: "call any argument", stmt: "note(s, anyOf($O), $A)"},
	{name: "method argument", stmt: "x := two.with2($O, $A)\nnote(s, x)"},
	{name: "method expression", stmt: "x := pair.with2(two, $O, $A)\nnote(s, x)"},
	{name: "function value", stmt: "x := (func(v $T, n int) any { return [2]any{v, n} })($O, $A)\nnote(s, x)"},
	{name: "call operand", stmt: "x := ($O)($A)\nnote(s, x)", fits: only("fn")},
	{name: "append", stmt: "x := append([]$T{}, $O, zero$K($A))\nnote(s, x)"},
	{name: "append any", stmt: "x := append([]any{}, $O, $A)\nnote(s, x)"},
	{name: "append to", stmt: "x := append($O, $A)\nnote(s, x)", fits: only("ints")},
	{name: "copy", stmt: "x := copy($O, []int{$A})\nnote(s, x)", fits: only("ints")},
	{name: "min", stmt: "x := min($O, zero$K($A))\nnote(s, x)", fits: ordered},
	{name: "defer", stmt: "defer note(s, $O, $A)"},
	{name: "go", stmt: "x := make(chan any)\ngo func(v, w any) { x <- holdAny{v, w.(int)} }($O, $A)\nnote(s, <-x)"},
	{name: "panic", stmt: "panic(fmt.Sprint($O, $A))", fits: only("int", "bool", "pair")},
	{name: "increment", stmt: "x := make([]int, 5)\nx[int($O)+$A]++\nnote(s, x)", fits: integer},
	{name: "generic argument", stmt: "generic(s, $O, $A)"},
	{name: "type parameter", stmt: "m := map[string]$T{`k`: $O}\nco.Must(elementAsync(s, m, func() {\nset()\nm[`k`] = $O\n}))"},
	{name: "error check", stmt: "if x, y := ($O), $A; y > 0 {\nnote(s, x, y)\n}"},
}
