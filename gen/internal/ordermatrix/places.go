package ordermatrix

// This file lists the places where an operand lives.

// A place holds a value of type $V, which is $1 before the await and $2 after it. The head
// declares the function set that changes the value.
type place struct {
	name, head, expr string
	await            string // what changes the value without set: an await or a call, or ""
}

var places = []place{
	{name: "local", head: "var v $V = $1\np := &v\nset := func() { *p = $2 }", expr: "v"},
	{name: "captured", head: "var v $V = $1\nset := func() { v = $2 }", expr: "v"},
	{name: "field", head: "r := &struct{ f $V }{$1}\nset := func() { r.f = $2 }", expr: "r.f"},
	{name: "captured field", head: "r := struct{ n int; f $V }{1, $1}\nset := func() { r.f = $2 }", expr: "r.f"},
	{name: "global", head: "var v $V = $1\nset := func() { global$Q = $2 }\nglobal$Q = v", expr: "global$Q"},
	{name: "pointer target", head: "var v $V = $1\np := &v\nset := func() { *p = $2 }", expr: "(*p)"},
	{name: "pointer", head: "var v, w $V = $1, $2\np := &v\n_ = p\nset := func() { p = &w }", expr: "(*p)"},
	{name: "array element", head: "idx := idx\nvar a [2]$V\na[1] = $1\nset := func() { a[idx] = $2 }", expr: "a[idx]"},
	{name: "slice element", head: "a := []$V{$1, $1}\nset := func() { a[1] = $2 }", expr: "a[1]"},
	{name: "map element", head: "m := map[string]$V{`k`: $1}\nset := func() { m[`k`] = $2 }", expr: "m[`k`]"},
	{name: "parameter", head: "set := func() { v = $2 }", expr: "v"},
	{name: "named result", head: "v = $1\nset := func() { v = $2 }", expr: "v"},
	{name: "lent", head: "var v $V = $1", expr: "v",
		await: "func() int { co.Must(rttest.Step(s, `step`, 0)); v = $2; s.Note(`changed`); return 1 }()"},
	{name: "called", head: "var v $V = $1\nset := func() int { v = $2; s.Note(`changed`); return 1 }\nco.Must(rttest.Step(s, `step`, 0))", expr: "v",
		await: "set()"},
	{name: "applied", head: "var v $V = $1\nco.Must(rttest.Step(s, `step`, 0))", expr: "v",
		await: "apply(func() { v = $2; s.Note(`changed`) })"},
	{name: "private", head: "var v $V = $1\nset := func() {}", expr: "v"},
	{name: "referent", head: "var v $V = $1\nset := func() { ints[0], array[0], bytes[0], structs[0] = 7, 7, 'z', pair{7, 8} }", expr: "v"},
}
