/*
Package gen rewrites functions marked //coroutine:async into resumable state
machines, and those marked //coroutine:generator. This page explains how and why. Package
annotations explains what users write, and package rt explains what runs the result.

# Theory of Operation

The basic idea is Python's, where await is two lines:

	data = read(sock, n)
	if data is SUSPEND: return SUSPEND

A function that has to wait returns, and says that it is not finished. Its caller does
the same, up to the event loop. When the operation is ready, the loop calls again, and
the function continues where it stopped. Control cannot enter a Go function in the
middle, so the function becomes a struct and a method. The struct, its frame, holds the
values that the function still needs. The method, Poll, begins with a jump to the await
at which the function stopped.

That is easy for a function that consists of awaits, one after the other. It is harder
for an await among the operands of an expression, behind &&, in a loop with variables
that a closure captures, or below a deferred call that recovers. The sections below
treat these cases one by one, the hardest last. Each section shows a piece of Source and
an excerpt of the Generated code. Some also show a stage in between, as -dump=order and
-dump=lower print it. A test compares all of them with the tool.

Two rules come before all others. The machine does what Go does, or the function is
refused. And the machine is written to be read: names, comments and statements are the
user's, statements without an await stand in it word for word, and every await is the
same few lines.

# Contents

  - The pipeline: the stages and their results.
  - Straight-line code; Initialisation: what every machine looks like.
  - An await inside an expression; What gc copies early; And, or: the order of evaluation.
  - If; For; Range; Range over functions; Switch, type switch and select; Labels and goto:
    control flow.
  - Variables; Types that stay inside: where variables and types live, and their names.
  - Nested coroutines; Large functions; Function literals; Generic functions; Results:
    functions.
  - Defer, panic, recover, Goexit; Awaits in deferred calls: how functions end.
  - Generators; Delegation; Generators that take values: functions that yield.
  - Async generators; Loops over Each: functions that yield and await, and their callers.
  - Hot loops; The reference backend; Mirror mode; Where it stands: other parts of the output.
  - The baseline, and tidying; What is refused: the limits.
  - The shape of Poll: an appendix, with the measurements that chose it.

# The pipeline

	x.go ──▶ load ──▶ check ──▶ order ──▶ lower ──▶ frame ──▶ emit ──▶ verify ──▶ x_coroutine.go
	         typed    or the    Body      Graph     Layout    text     or an
	         syntax   reasons   one await blocks,   fields,   of Go    internal
	                  against   for each  and jumps locals,            error
	                            statement           boxes

	load    reads packages as typed syntax. Stubs declare the functions that are not
	        generated yet. Generated files are not read
	check   refuses what the syntax shows to be wrong. It is an analysis.Analyzer, so
	        go vet and gopls can run it as well
	order   makes one await per statement, in Go's order of evaluation. Statements
	        without an await remain text
	lower   makes blocks of statements with awaits. A block is the code between two
	        labels. The invariants of blocks are verified
	frame   decides where each variable lives: in a local, a field or a box
	emit    writes blocks as Go source
	verify  type-checks the output before it is returned

Below the stages lie packages of data. Package ir holds a function as statements, then
as blocks, then with a frame; its text is the user's text with holes. Package diag holds
the diagnostics. Package marker finds the await functions, by identity and not by name.
Package typeset finds the types that a type parameter may stand for. Package source makes
an ir.Func of a function that load has read. Package digest says whether a generated file
still fits its source: the header has a digest of each function. Package inputs notices
that files have changed. A stage imports these packages and no other stage; only gen.go
knows the order of the stages. No stage changes the syntax that load returns. Nothing is
written before all of the analysis is done.

A [Session] runs the pipeline again and again, for -watch. It keeps the list of packages that the go
command made, and the types of imported packages that do not change. Before each run it compares the
files with what they were: a change behind the imports of a file leaves the list as it is, and any
other change has it made again. A package whose files have changed since then is read from source,
not from its export data, and so is every package that imports it. A package with async functions
or generated files outside of the main modules is not: the go command compiles it, with its generated
files, as it does for a run that keeps nothing. The stages run for the packages
for which the hash of everything that they depend on is another one, and for all functions of such a
package, so that nothing that they decide is old. What takes longer is done for the declarations
that have changed. A declaration with the text that it had is formatted as
it was, and so is its part of the digest. Verify checks the declarations whose text has changed, or
that of something which they mention, and what these mention; the bodies of the others are left out.
From a saved file to its output, a session takes less than 1.5 times what the parser and the type
checker take for the package. With line directives it takes longer: all of a file depends on where
each line stands.

# Straight-line code

Source:

	// copyOne moves a number, doubled.
	func copyOne(from, to *queues.Queue[int]) error {
		v, err := co.Await(from.Get())
		if err != nil {
			return err
		}
		return co.Wait(to.Put(2 * v))
	}

The constructor keeps the doc comment. Its branch is for builds from source (see "The
reference backend"). The frame holds the parameters and the awaited operations, by
value. There is a state for each await, and a table with the place of each await in the
source.

Generated:

	// copyOneAsync returns copyOne as a coroutine.
	//
	// copyOne moves a number, doubled.
	func copyOneAsync(from, to *queues.Queue[int]) rt.Coroutine[rt.Void] {
		if machine.FromSource {
			return machine.LockstepVoid(func() error { return copyOne(from, to) })
		}
		return rt.NewCoroutine(&copyOneFrame{from: from, to: to})
	}

	// copyOneFrame is what copyOne keeps across an await.
	type copyOneFrame struct {
		from, to *queues.Queue[int]
		get      queues.GetOp[int]
		put      queues.PutOp[int]
		state    copyOneState
	}

	// copyOneState says where copyOne continues.
	type copyOneState uint8

	const (
		copyOneStart copyOneState = iota
		copyOneAwaitGet
		copyOneAwaitPut
		copyOneDone
	)

	// copyOneLines lists the awaits of copyOne with their source lines.
	var copyOneLines = [...]string{
		copyOneAwaitGet: "x.go:5  co.Await(from.Get())",
		copyOneAwaitPut: "x.go:9  co.Wait(to.Put(2 * v))",
	}

Poll begins with the only dispatch of the machine. From then on the state is Done, and
only a suspension sets another state. So neither a return nor a panic has to set the
state, and a further call of Poll panics with the name of the function.

Generated:

	// Poll runs copyOne to its next await or its return.
	func (f *copyOneFrame) Poll(t *rt.Task) (rt.Void, error, bool) {
		state := f.state
		f.state = copyOneDone // unless it suspends
		switch state {
		case copyOneAwaitGet:
			goto awaitGet
		case copyOneAwaitPut:
			goto awaitPut
		case copyOneDone:
			panic(machine.Resumed("copyOne"))
		}

		f.get = f.from.Get()

	awaitGet:
		{
			v, err, ready := f.get.Poll(t)
			if !ready {
				f.state = copyOneAwaitGet
				return rt.Void{}, nil, false
			}
			if err != nil {
				return rt.Void{}, err, true
			}
			f.put = f.to.Put(2 * v)
		}

	awaitPut:
		_, err, ready := f.put.Poll(t)
		if !ready {
			f.state = copyOneAwaitPut
			return rt.Void{}, nil, false
		}
		return rt.Void{}, err, true
	}

These are the states of the machine between two calls of Poll:

	start ──▶ awaitGet ── err != nil ──▶ return
	              │
	              ▼
	          awaitPut ────────────────▶ return

As a graph, with -dump=dot:

	digraph "copyOne" {
		node [shape=box fontname=monospace];
		"start.0" [label="start.0\larm get: from.Get()\lgoto await.1\l"];
		"start.0" -> "await.1";
		"await.1" [label="await.1\lif err != nil {\l	return err\l}\larm put: to.Put(2 * v)\lgoto await.2\l" shape=ellipse];
		"await.1" -> "await.2";
		"await.2" [label="await.2\lreturn err1\l" shape=ellipse];
	}

An await consists of four parts: the arming of the operation (f.get = ...), the label,
the poll and the suspension. If the operation is ready at once, the await costs the call
and a branch, and saves nothing. Neither v nor err crosses an await, so both are locals,
declared with :=. The braces are there because Go forbids a goto over a declaration. The
last block needs none.

How an await is armed depends on its operand. An operation is a value whose pointer has
Poll. It lies in the frame. The frame of a coroutine of the same package lies there as
well (see "Nested coroutines"). A task or a coroutine in a variable is polled in that
variable. For any other [rt.Expr], the machine calls its method Awaitable.

# Initialisation

Source:

	var greeting, _ = rt.Run(greetAsync())
	var names = []string{"Ada", "Grace"}

	func greet() string { return "Hello, " + names[0] }

Go initialises names first, because the initialiser of greeting refers to names through
the functions that it mentions. A constructor does not refer to Poll, but to the function
itself, in the branch for builds from source, which counts although it never runs.

Generated:

	func greetAsync() rt.Coroutine[string] {
		if machine.FromSource {
			return machine.Lockstep(func() (string, error) { return greet(), nil })
		}
		return rt.NewCoroutine(&greetFrame{})
	}

A mirror does not have the function. There the constructor of a coroutine that may run during
initialisation mentions Poll, in an assignment to the blank identifier.

# An await inside an expression

Source:

	func bill(q *queues.Queue[int], sum int) int {
		sum += price(1) * co.Must(q.Get())
		return sum
	}

Generated:

	f.v = price(1)
	f.get = f.q.Get()
	...
	f.sum += f.v * v

The events of a statement are its calls, receives and awaits, its && and ||, and the
operands that gc evaluates like a call (see "What gc copies early"). The events up to the
last await move to temporaries, in lexical order. Every other operand stays where it is,
and so is read after the await. An event also stays where it is if it cannot panic and
its value cannot change before the await has returned.

This conforms to the specification, which orders calls, receives and logical operations,
and leaves open when a variable is read. It is also what gc does in

	sum += price(1) * get()

where it reads sum after both calls. Hence the await loses no update that another task
makes to sum in the meantime. In Python, C# and JavaScript it would.

Calls after the last await stay where they are. An assignment to several variables
stays one statement, so its two phases stay the same. After Must the machine panics with
the error, unless the awaited child cannot fail.

# What gc copies early

Source:

	func report(q *queues.Queue[int], n *int, on bool) {
		log.Print(*n, *n == 1, !on, co.Must(q.Get()))
	}

Generated:

	f.v = *f.n == 1
	f.get = f.q.Get()
	...
	log.Print(*f.n, f.v, !f.on, v)

The specification does not say when an operand is read that is neither a call nor a receive
nor a logical operation. Programs rely on the choice of gc, often unknowingly, so the machine
does what gc does. gc (cmd/compile/internal/walk/order.go) leaves most operands in the
statement, so they are read after the calls. It copies these where they stand:

  - A slice expression, and each of its indexes that is more than a variable.
  - len(x), cap(x) and the other builtins; []byte(s) and []rune(s), though not string(b).
  - x.(T), unless an interface holds a T directly, as a pointer.
  - An operand that is converted to an interface, explicitly or because it is assigned, passed,
    returned or compared. gc needs the address of the operand, and copies an operand that has
    none: a comparison, !b, a conversion, a composite literal, &T{}, a method value, s[i] of a
    string, m[k]. A variable, a field, p.f, *p, and an element of a slice or an array have an
    address, and are read late. Words (integers of 16 bits and more, floating-point numbers),
    strings and slices are passed by value, and are read late.
  - The receiver in T(x).M(), if T is an interface and the type of x is known and is not a
    pointer: gc calls the method of that type.
  - A key of a map: if it becomes an interface; if it has no address and the runtime needs
    one; if it is a struct or an array of four or eight bytes; if m[k] = append(m[k], v)
    mentions it twice.
  - m[string(b)], which shares the bytes of b.
  - A struct or an array that is compared, and has no address.
  - A map literal, which is made entry by entry: the first entry is evaluated and stored
    before the second is evaluated. If storing may panic, because the key is an interface,
    the machine has a statement for each entry.

Package gen/internal/ordermatrix makes programs of all forms of operands in all contexts
and at all places, and a test compares the machines with gc. The order of gc depends on the
size of a word. The machine follows gc on 64-bit systems, on all systems.

In one case gc itself does not always do the same. There the machine does what gc does in
most circumstances:

  - An operand whose type is a type parameter, or depends on one: what gc does depends
    on the type argument. The machine reads it late, as if it were a word.

In another case gc's order depends on what it inlines, and the function is refused
(OrderUncertain): an operand that is a variable and read by its address, and a call to its
right of a function literal that assigns the variable.

	p := list
	next := func() *node { p = p.next; return p }
	fmt.Println(p, next())

So is a variable of an interface type whose method is called, if gc may know the type of its
value, and an argument of the call is a call that assigns the variable. gc may know the type
from a function that returns the value, too, if it inlines the function.

If gc inlines every literal that captures the variable, it keeps the variable in a register
and copies it before the call. Else the variable is in memory, and gc reads it after the
call.

# And, or

Source:

	func either(q *queues.Queue[int], on bool) bool {
		return on || co.Must(q.Get()) > 0
	}

Generated:

	ok = f.on
	if ok {
		goto endIf
	}
	f.get = f.q.Get()
	...
	ok = v > 0
	...
	endIf:
	return ok, nil, true

The left side decides whether the right side runs. Therefore && and || with an await on
the right become an if over a temporary of the same type. In the condition of an if
without else, or of a loop, the operands of && are tested one by one, and there is no
temporary.

Source:

	func alarm(q *queues.Queue[int], on bool) {
		if on && co.Must(q.Get()) > 1 {
			log.Print("alarm")
		}
	}

Generated:

	if !f.on {
		goto endIf
	}
	f.get = f.q.Get()
	...
	if v > 1 {
		log.Print("alarm")
	}

# If

Source:

	func pick(q *queues.Queue[int], eager bool) int {
		n := 1
		if !eager {
			n = co.Must(q.Get())
		} else {
			log.Print("eager")
		}
		return n + 1
	}

A condition is evaluated before the if, like the expressions above. A branch that awaits
cannot stay in braces, because goto cannot enter them. It is laid out flat, behind a
guard with the opposite condition. A branch that does not await stays in the guard.

Blocks:

	n := 1
	if eager {
		log.Print("eager")
		goto endIf.2
	}
	arm get: q.Get()
	goto await.1
	...
	endIf.2:
	return n + 1

Generated:

	n = 1
	if f.eager {
		log.Print("eager")
		goto endIf
	}
	f.get = f.q.Get()

	awaitGet:
	...
	endIf:
	return n + 1, nil, true

!(a < b) is written a >= b, except for floating-point numbers: with NaN the two differ.

# For

Source:

	func drain(q *queues.Queue[int], n int) (sum int) {
		for i := 0; i < n; i++ {
			sum += co.Must(q.Get())
		}
		return sum
	}

Becomes:

	i := 0
	loop {
		if i >= n { break }
		v1 = await q.Get()
		sum += v1
		post {
			i++
		}
	}
	return sum

Generated:

	f.i = 0

	loop: // for i := 0; i < n; i++
	if f.i >= f.n {
		return f.sum, nil, true
	}
	f.get = f.q.Get()
	...
	f.sum += v
	f.i++
	goto loop

break and continue become jumps, also from the middle of a statement that is
otherwise kept as text. A loop without an await (or a defer) stays a loop.

Since Go 1.22 each iteration has its own i. That is visible only if its address is taken
or a closure captures it. Then i is boxed (see "Variables"), and before the post
statement the next iteration gets a copy, as the specification says.

Source:

	func counters(q *queues.Queue[int], n int) (fs []func() int) {
		for i := 0; i < n; i++ {
			fs = append(fs, func() int { i++; return i })
			co.Must(q.Get())
		}
		return fs
	}

Generated:

	i := f.i
	f.fs = append(f.fs, func() int { *i++; return *i })
	...
	i := *f.i
	f.i = &i
	*f.i++
	goto loop

A file whose language version is below 1.22 gets one variable per loop.

# Range

Source:

	func putAll(q *queues.Queue[int], list []int) error {
		for i, v := range list {
			if err := co.Wait(q.Put(v)); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
		return nil
	}

Generated:

	loop: // for i, v := range list
	{
		if f.i >= len(f.list) {
			return rt.Void{}, nil, true
		}
		v := f.list[f.i]
		f.put = f.q.Put(v)
	}

range becomes the plain loop by which the specification defines it. The operand is
evaluated once. Unless the operand is a variable that is never assigned, a copy of its
value is kept:

	slice    a copy of the slice header; each iteration reads its element
	array    a copy if the values are used; an array behind a pointer is not copied
	string   decoded rune by rune
	integer  counted in the type of the variable
	map      machine.RangeMap, an iterator that can be paused (through package reflect)
	         and treats deletions and insertions as the specification says
	channel  a receive blocks the event loop, as it would block any goroutine
	func     machine.RangeSeq and variants, which run the iterator on a goroutine of its
	         own (see "Range over functions")

# Range over functions

The body of a loop over a function runs inside that function, which cannot suspend. If the
body awaits, the function runs on a goroutine of its own ([iter.Pull]), and the machine
resumes it for each value. (Some functions are machines themselves, and need no goroutine: see
"Delegation".)

Source:

	func find(q *queues.Queue[int], all iter.Seq2[string, int]) string {
		for name, n := range all {
			if co.Must(q.Get()) == n {
				return fmt.Sprint(name, "!")
			}
		}
		return "?"
	}

Generated:

	f.iter = machine.RangeSeq2(t, f.all)

	loop: // for name, n := range all
	if !f.iter.Next() {
		return "?", nil, true
	}
	f.name = f.iter.Key()
	f.n = f.iter.Value()
	...
	if v == f.n {
		result := fmt.Sprint(f.name, "!")
		f.iter.Stop()
		return result, nil, true
	}
	goto loop
	...
	func (f *findFrame) unwind() {
		if f.state == findDone {
			machine.Unwind(recover(), f.iter)
		}
	}

A statement that leaves the loop (break, return, goto, or continue of an outer loop) stops
the iterator first: yield returns false, and the function runs to its end. The results of
a return are evaluated before that, as in Go, unless the function cannot change them. The
innermost of nested loops is stopped first.

A panic in the body is a panic of yield. It goes through the iterators, innermost first,
where deferred calls may recover or replace it, and only then through the deferred calls
of the machine itself. runtime.Goexit does the same. Go's runtime reports iterators that
break the rules ("range function continued iteration after ...") here as well.

A loop without an await in the body stays as it is.

# Switch, type switch and select

Clauses that do not await stay in the switch. The others leave a jump in the switch.

Source:

	func grade(q *queues.Queue[int]) string {
		switch n := co.Must(q.Get()); {
		case n > 9:
			co.Must(q.Get())
			fallthrough
		case n < 0:
			return "odd"
		default:
			log.Print("some")
		}
		return "some"
	}

Generated:

	switch {
	case n > 9:
		goto case1
	case n < 0:
		goto case2
	default:
		log.Print("some")
	}
	...
	case1: // case n > 9
	f.get = f.q.Get()
	...
	case2: // case n < 0
	return "odd", nil, true

With an await in a case, the cases are tried one by one, as in Go.

Source:

	func match(q *queues.Queue[int], n int) string {
		switch n {
		case 0, co.Must(q.Get()):
			return "hit"
		}
		return "miss"
	}

Generated:

	f.tag = f.n
	if f.tag == 0 {
		goto case1
	}
	f.get = f.q.Get()
	...
	if f.tag == v {
		goto case1
	}
	goto endSwitch

A type switch works like the first kind. Its variable has the type of each clause.

Source:

	func show(q *queues.Queue[int], x any) string {
		switch v := x.(type) {
		case int:
			return fmt.Sprint(v + co.Must(q.Get()))
		case string:
			return v
		}
		return "?"
	}

Generated:

	switch v := f.x.(type) {
	case int:
		f.v = v
		goto case1
	case string:
		return v, nil, true
	}

A select evaluates the operands of all its clauses first, in source order, so awaits in
operands stand before the select. The targets of an assignment in a clause are evaluated
after the clause is chosen, so awaits in targets stand in the clause. While the select
waits, it blocks the event loop, as it would block any goroutine.

Source:

	func next(q *queues.Queue[int], in <-chan int) int {
		select {
		case v := <-in:
			return v + co.Must(q.Get())
		default:
			return 0
		}
	}

Generated:

	select {
	case v := <-f.in:
		f.v = v
		goto case1
	default:
		return 0, nil, true
	}

# Labels and goto

Source:

	func search(q *queues.Queue[int], rows, columns int) int {
	rows:
		for range rows {
			for range columns {
				switch n := co.Must(q.Get()); n {
				case 0:
					continue rows
				case 42:
					break rows
				}
			}
		}
	again:
		if co.Must(q.Get()) < 10 {
			goto again
		}
		return 0
	}

Generated:

	rows: // for range rows
	...
	switch n {
	case 0:
		goto next
	case 42:
		goto again
	}
	f.i2++
	goto loop
	...
	next:
	f.i++
	goto rows
	...
	again:
	f.get = f.q.Get()

The labels of the user keep their names, and the labels of the machine avoid them. A goto
stays a goto.

# Variables

Source:

	func tally(q *queues.Queue[int], scale int) int {
		first := co.Must(q.Get())
		twice := 2 * first
		log.Print(twice)
		count := 0
		add := func() { count += scale }
		if co.Must(q.Get()) > first {
			add()
		}
		return count
	}

Every variable lives in one of four places.

  - inner: a local of the one block that mentions it, such as twice. Most variables are
    inner.
  - hoisted: a local of Poll, declared at its head, because several blocks mention it
    and no await separates them. An example is n in the section "If".
  - field: a field of the frame, because its value may be read after an await, such as
    first and add. Parameters are fields, too.
  - boxed: a field that points to the variable, such as count. A closure captures the
    variable and it is assigned, or its address is taken. All must see the same variable.
    Each execution of the declaration makes a new one.

Generated:

	type tallyFrame struct {
		q     *queues.Queue[int]
		scale int
		first int
		count *int
		add   func()
		get   queues.GetOp[int]
		state tallyState
	}
	...
	first, err, ready := f.get.Poll(t)
	...
	f.first = first // for later blocks
	twice := 2 * first
	log.Print(twice)
	count := 0
	f.count = &count
	scale := f.scale
	f.add = func() { count += scale }

A closure never refers to the frame, because the frame may be used for another call while
the closure still lives. The literal captures locals. (A deferred literal may refer to the
frame: it runs before the frame is used again.) Of a variable that is never assigned after
its declaration, such as scale, the literal captures a copy, as gc does. Of a variable that
is assigned, it captures the box.

Backward liveness over the blocks finds where each value is needed. Deferred calls need
their variables to the end of the function. If each block that mentions a variable sets it
first, each block has its own variable. An example is err in a row of awaits that declare
and redeclare it with :=.

A type or constant that the body declares stays in the block that mentions it. If several
blocks mention it, its declaration stands at the head of Poll. If fields of the frame or
deferred calls need it, its declaration stands at package level. (fmt prints the same for
%T in all these places.) See also "Types that stay inside".

Names of the machine avoid names of the user. f, t and ready get other names if the user
has these names. So does a local that would hide nil or true from a return. If two
variables of one name meet, the second gets a number.

An operation, its state and its label are named after a word of the source: read for
conn.Read(buf), fetch for s.fetchAsync(url). A call of package rt is named after its
arguments, if they all have the same name: dial for rt.Timeout(d, netio.Dial("tcp", addr)),
commit for rt.ToThread(tx.Commit). A deferred call is named after its method and the
receiver: DeferCloseConn for defer conn.Close().

# Types that stay inside

Two types of one name can exist only inside functions. If a type must move to package
level and its name means something else there, the whole machine moves to the type: into
the constructor. So fmt, package reflect and type switches see the types of the source.

Source:

	func sum(q *queues.Queue[int]) int {
		type entry struct{ n int }
		e := entry{co.Must(q.Get())}
		return e.n + co.Must(q.Get())
	}

	func label(q *queues.Queue[int]) string {
		type entry struct{ s string }
		e := entry{fmt.Sprint(co.Must(q.Get()))}
		co.Must(rt.Yield())
		return e.s
	}

Generated:

	type entry struct{ n int }
	...
	func labelAsync(q *queues.Queue[int]) rt.Coroutine[string] {
	...
		type entry struct{ s string }

		// labelFrame is what label keeps across an await.
		type labelFrame struct {
			q     *queues.Queue[int]
			e     entry
	...
		labelPoll := func(m *machine.Enclosed[labelFrame, string], t *rt.Task) (string, error, bool) {
			f := &m.Frame
	...
		return rt.NewCoroutine(&machine.Enclosed[labelFrame, string]{Frame: labelFrame{q: q}, Run: labelPoll, At: labelWhere})
	}

A type that is declared in a function has no methods, so functions take the place of the
methods of the frame, and [machine.Enclosed] has Poll. A function that awaits such a
coroutine cannot name its frame. It holds the coroutine instead, which costs an allocation,
and a call through a variable for each resume. If the function also uses an object of the
package called entry, the constructor declares an alias for that object. It also declares
an alias if two types of the function share a name.

A generic function that keeps values of its own generic types is enclosed as well. For such
a type %T prints pair[int;string], with the type arguments of the function after a
semicolon. No declaration at package level prints that.

The machine of a generator cannot stand in the constructor, because programs name its type. Such a
generator is refused (LocalTypeClash).

# Nested coroutines

Source:

	func twice(from, to *queues.Queue[int]) error {
		if err := co.Wait(onceAsync(from, to)); err != nil {
			return err
		}
		return co.Wait(onceAsync(from, to))
	}

	func once(from, to *queues.Queue[int]) (err error) {
		v, err := co.Await(from.Get())
		if err == nil {
			err = co.Wait(to.Put(v))
		}
		return err
	}

Generated:

	type twiceFrame struct {
		from, to *queues.Queue[int]
		once     onceFrame
		state    twiceState
	}
	...
	f.once.begin(f.from, f.to)

	awaitOnce:
	...
	_, err, ready := f.once.Poll(t)
	...
	// begin sets f to the beginning of once.
	func (f *onceFrame) begin(from, to *queues.Queue[int]) {
		f.from, f.to, f.state = from, to, onceStart
	}

The frame of a coroutine of this package is embedded in the frame that awaits it. So the
await needs no allocation, and the Go compiler sees a static call. Awaits of the same
coroutine share one field, because only one of them is pending at a time.

The beginning of a child sets only the fields that may be read before they are written:
parameters, the state, the record of deferred calls, and results that are read early. To
zero the whole frame would cost time quadratic in the depth, because frames hold frames.
The price is that the fields of an ended child keep their values alive until the parent
ends or calls the child again.

The frame of an exported coroutine of another package is embedded as well. It is exported
for that reason. Its fields are not exported, and Init sets it to its beginning. The
reference backend writes a frame of that name, too, so the backend of another package does
not matter.

	type fetchTwiceFrame struct {
		fetch client.FetchFrame
		...
	f.fetch.Init(f.url)

A frame cannot hold itself. If coroutines call each other in a cycle, one await in the
cycle is by pointer, and allocates.

Source:

	func factorial(n int) int {
		if n < 2 {
			co.Must(rt.Yield())
			return 1
		}
		return n * co.Must(factorialAsync(n-1))
	}

Generated:

	type factorialFrame struct {
		n         int
		yield     rt.YieldOp
		factorial *factorialFrame
		state     factorialState
	}
	...
	f.factorial = &factorialFrame{n: f.n - 1}

A suspension returns through every frame, and a wake-up comes back through them, at 2
or 3 ns for each. That is the cost of this design. The benefit is that panics, stack
traces and profiles show the chain of awaits, because the chain is on the stack.

# Large functions

Compilers go through some things again and again, so very large machines are built
otherwise. That keeps the time of compilers, and of this tool, in proportion to the
program.

A frame that holds more than 64 others is allocated instead of embedded. go/types and gc
go through all that a struct holds, for each struct anew, and if each function awaits two
others, frames double from one level to the next.

A function of more than 200 blocks is split. For gc, control may enter at each await, and
the value of each local may be needed there, so gc takes time quadratic in the number of
blocks. The blocks become methods, part1, part2 and so on, of about 32 blocks each. A jump
from one part to another is a return of the state at which the function continues, and
Poll is a loop that calls the part of that state. A variable that is live across such a
jump is a field, as for an await.

A machine that stands inside its constructor (see "Types that stay inside") is
never split. For a function with 2,500 branches that await, gc took 5 s when it was split
and 34 s when it was not.

# Function literals

Source:

	func countTo(q *queues.Queue[int], goal int) (int, error) {
		sum := 0
		worker := func(n int) rt.Coroutine[rt.Void] {
			return co.AsyncVoid(func() error {
				v, err := co.Await(q.Get())
				sum += n * v
				return err
			})
		}
		task := co.Spawn(worker(2))
		for sum < goal {
			if err := co.Wait(worker(1)); err != nil {
				return 0, err
			}
		}
		return sum, co.Wait(task)
	}

A literal that is passed to Async becomes a machine of its own. It is named after the
variable that holds it, or by number as in Go: countToWorkerFrame, countToFunc1Frame. Its
captures are fields. A variable that is never assigned after its declaration is copied.
For any other variable the field holds its address, so the variable is boxed, as for a
closure that does not await. The literal around it stays the same.

Generated:

	f.worker = func(n int) rt.Coroutine[rt.Void] {
		return rt.NewCoroutine(&countToWorkerFrame{q: q, sum: &sum, n: n})
	}
	f.task = rt.Spawn(t, f.worker(2))
	...
	// countToWorkerFrame is what countTo.worker keeps across an await.
	type countToWorkerFrame struct {
		q     *queues.Queue[int]
		sum   *int
		n     int
		get   queues.GetOp[int]
		state countToWorkerState
	}
	...
	*f.sum += f.n * v
	return rt.Void{}, err, true

A literal that is called where it stands, or passed to Async and awaited at once, ends
before its function continues. Its frame is embedded, like that of any child, and a
capture may point to a field of the function. Nothing is allocated.

Source:

	func retry(q *queues.Queue[int], tries int) (v int, err error) {
		for range tries {
			func() {
				defer func() {
					if p := recover(); p != nil {
						err = fmt.Errorf("bad item: %v", p)
					}
				}()
				v, err = 100/co.Must(q.Get()), nil
			}()
			if err == nil {
				break
			}
		}
		return v, err
	}

Generated:

	type retryFrame struct {
		q     *queues.Queue[int]
		tries int
		v     int
		err   error
		i     int
		func1 retryFunc1Frame
		state retryState
	}
	...
	f.func1 = retryFunc1Frame{err: &f.err, v: &f.v, q: f.q}
	...
	_, _, ready := f.func1.Poll(t)

If such a literal has more than three results, it returns them in a struct of its own,
retryFunc1Results.

Types and constants that such literals mention move to package level, even from text.

# Generic functions

Source:

	func find[T comparable](q *queues.Queue[T], want T) (T, error) {
		for {
			v, err := co.Await(q.Get())
			if err != nil || v == want {
				return v, err
			}
		}
	}

	func findBoth(names *queues.Queue[string], ages *queues.Queue[int]) error {
		if _, err := co.Await(findAsync(names, "Ada")); err != nil {
			return err
		}
		_, err := co.Await(findAsync(ages, 36))
		return err
	}

The declarations of a machine have the type parameters of its function. For a method,
those of the receiver come first. A coroutine that awaits a generic one embeds the
instance. The zero value of a type parameter has no literal, so a variable holds it.

Generated:

	func findAsync[T comparable](q *queues.Queue[T], want T) rt.Coroutine[T] {
		if machine.FromSource {
			return machine.Lockstep(func() (T, error) { return find[T](q, want) })
		}
		return rt.NewCoroutine(&findFrame[T]{q: q, want: want})
	}
	...
	type findFrame[T comparable] struct {
		q     *queues.Queue[T]
		want  T
		get   queues.GetOp[T]
		state findState
	}
	...
	func (f *findFrame[T]) Poll(t *rt.Task) (T, error, bool) {
		var zero T
	...
			return zero, nil, false
	...
	type findBothFrame struct {
		names *queues.Queue[string]
		ages  *queues.Queue[int]
		find  findFrame[string]
		find2 findFrame[int]
		state findBothState
	}

Source:

	func count[T comparable](q *queues.Queue[T], limit int) int {
		type tally map[T]int
		seen := tally{}
		for len(seen) < limit {
			seen[co.Must(q.Get())]++
		}
		return len(seen)
	}

A type of the body that moves to package level gets the type parameters of the function.
%T prints it as before: tally[string] for tally in count. (If such a type is itself a type
argument, gc adds a number, box[pkg.tally[string]·1], which the machine cannot reproduce.)
Constants of such a type stay in Poll, because a constant at package level cannot have type
parameters.

Generated:

	type tally[T comparable] map[T]int
	...
	f.seen = tally[T]{}

A type parameter has another name in the machine if it is blank, or if its name means
something else in its function, its file or its package. Operations on values of such a
type, such as range, depend on the types that the constraint allows (package typeset). If
gc evaluates a conversion early for some of these types, the machine does so for all:
string(x) copies a []byte but not a string.

An async function that would have infinitely many instances, such as f[T] that awaits
f[[]T], is refused.

# Results

Poll returns the value, the error, and whether the function has ended. Several values are
returned in an rt.Two or rt.Three. A function without an error returns nil for the error.
A function without a value returns an rt.Void. An error that is not the last result is an
ordinary value.

Source:

	func divide(q *queues.Queue[int], by int) (quotient, remainder int, err error) {
		n, err := co.Await(q.Get())
		if err != nil {
			return 0, 0, err
		}
		return n / by, n % by, nil
	}

	func total(q *queues.Queue[int]) (int, error) {
		n, rest, err := co.Await2(divideAsync(q, 2))
		return n + rest, err
	}

Generated:

	func divideAsync(q *queues.Queue[int], by int) rt.Coroutine[rt.Two[int, int]] {
	...
	return rt.Two[int, int]{V1: n / f.by, V2: n % f.by}, nil, true
	...
	results, err, ready := f.divide.Poll(t)
	...
	n, rest := results.V1, results.V2
	return n + rest, err, true

Named results are ordinary variables, unless the function defers calls: see the next
section.

# Defer, panic, recover, Goexit

Source:

	func safe(q *queues.Queue[int], lenient bool) (n int, err error) {
		defer log.Print("done")
		if lenient {
			defer func() {
				if v := recover(); v != nil {
					err = fmt.Errorf("item %d: %v", n, v)
				}
			}()
		}
		n = co.Must(q.Get())
		return 100 / n, nil
	}

A deferred call must run when the function ends, and not when Poll returns because it
suspends. And recover works only in a deferred function that runs because of the panic:
if a deferred method called that function, recover would return nil. So Poll defers one
method, unwind, and unwind contains the defer statements of the user, verbatim.

Generated:

	func (f *safeFrame) Poll(t *rt.Task) (result int, failure error, ended bool) {
		if f.state == safeDone {
			panic(machine.Resumed("safe"))
		}
		state := f.state
		f.state = safeDone // unless it suspends
		defer f.unwind(&result, &failure, &ended)
	...
	if f.lenient {
		f.deferred |= safeDeferFunc // defer func() {...}()
	}
	...
	f.n, f.err = 100/f.n, nil
	return f.n, f.err, true
	...
	func (f *safeFrame) unwind(result *int, failure *error, ended *bool) {
		if f.state != safeDone {
			return // suspended, not ended
		}
		*ended = true // in case a deferred call recovers
		defer func() {
			*result = f.n
			*failure = f.err
		}()
		defer log.Print("done")
		if f.deferred&safeDeferFunc != 0 {
			defer func() {
				if v := recover(); v != nil {
					f.err = fmt.Errorf("item %d: %v", f.n, v)
				}
			}()
		}
	...
	panic(cause) // again, for the deferred calls to recover

This code is the same for all ways in which the function ends, because the state
distinguishes a suspension from an end: the state is Done unless Poll suspends.

  - A return: the results are in the frame, and recover returns nil. unwind defers the
    calls and returns, so they run, last one first. The function that unwind defers first
    runs last and hands the results to Poll.
  - A panic: unwind recovers it and panics with the same value. That panic runs the
    deferred functions, so recover works in them. If none recovers, the panic continues,
    and its trace still shows its origin ("[recovered, repanicked]"). If one recovers,
    Poll returns the results and reports that the function has ended.
  - runtime.Goexit: recover returns nil, the calls run, and the goroutine ends.
  - A deferred call that panics or calls Goexit itself: Go's own defer handles it.

Go evaluates the function, the receiver and the arguments of a deferred call at the defer
statement. So does the machine. It keeps the values in fields, unless they cannot change. A
named bit of the frame records that the statement was reached. Defer statements at the head
of the function need no bit. A func() that may be nil is deferred as
machine.Callable(f.done)(), because Go 1.26 may crash if the runtime itself calls a nil
function in a panic within a panic.

If a defer statement may run several times, in a loop or between a label and a goto back to
the label, the record is a list with the operands of each call.

Source:

	func greetAll(conns ...*netio.Conn) error {
		for _, conn := range conns {
			defer conn.Close()
		}
		_, err := co.Await(conns[0].Write([]byte("hello")))
		return err
	}

Generated:

	f.deferred = append(f.deferred, greetAllDefer{site: greetAllDeferCloseConn, conn: conn}) // defer conn.Close()
	...
	for _, d := range f.deferred {
		switch d.site {
		case greetAllDeferCloseConn:
			defer d.conn.Close()
		}
	}

# Awaits in deferred calls

Source:

	func guarded(q *queues.Queue[int]) (n int, err error) {
		defer log.Print("done")
		defer func() {
			if v := recover(); v != nil {
				n, err = co.Await(q.Get())
			}
		}()
		return 100 / co.Must(q.Get()), nil
	}

A deferred call of Go cannot suspend, because Poll has to return. So the deferred calls of
such a function are blocks of its Poll, last one first. A return sets the results and jumps
to these blocks. A deferred literal is a coroutine of its own, embedded like any other,
with pointers to the variables that it assigns. A deferred await has an operand that the
defer statement has evaluated. Calls without an await stay in unwind, which runs
consecutive ones at once.

Generated:

	unwind: // what guarded deferred, last one first
		if f.deferred&guardedDeferFunc1 == 0 {
			goto endDefer
		}
		f.deferred &^= guardedDeferFunc1
		f.exit.Shield(t)
		f.func1 = guardedFunc1Frame{n: &f.n, err: &f.err, q: f.q, exit: &f.exit}

	awaitFunc1:
		{
			_, _, ready := f.func1.Poll(t)
			if !ready {
				f.exit.Suspend(t)
				f.state = guardedAwaitFunc1
				return 0, nil, false
			}
			f.exit.Unshield()
		}

	endDefer:
		if f.deferred&guardedDeferPrint != 0 {
			f.unwind(t)
		}
		return f.n, f.err, true

The machine must hold the panic while these calls run. The method that Poll defers recovers
the panic, parks it in the frame, in a [machine.Exit], and continues with the blocks. It
runs within the panic, so the stack frames of the panic are still on the stack. If a
deferred call suspends, the Exit keeps them as text and reports them with the panic ("which
began here").

If a deferred call panics as well and nothing recovers that panic, Go prints both panics.
After a suspension the first is no longer on the stack. Therefore rt takes the next step
of the task within a panic with the same value, recovered, and Go prints both again:

	panic: a [recovered]
		panic: b [recovered, repanicked]

(Go itself would print "panic: a" and "panic: b". The output shows that machines recover.)
For this rt must have seen the first panic. Only the last panic is printed if code without
awaits in its deferred calls replaced one panic by another before a machine suspends with
the panic, or before the panic goes to another goroutine or task: to a task that awaits
this one, or out of the function of a loop or of the reference backend. recover returns the
last value, and Go offers no way to find the others.

Generated:

	func (f *guardedFrame) catch(t *rt.Task, result *int, failure *error, ended *bool) {
		switch {
		case f.state != guardedDone: // suspended, not ended
		case *ended:
			f.exit.Raise(t) // all deferred calls have run
		default:
			f.exit.Park(t, recover())
			f.state = guardedUnwind
			*result, *failure, *ended = f.Poll(t)
		}
	}
	...
	func (f *guardedFrame) unwind(t *rt.Task) {
		deferred := f.deferred
		f.deferred &^= guardedDeferPrint
		if deferred&guardedDeferPrint != 0 {
			defer log.Print("done")
		}
		f.exit.Raise(t)
	}

unwind panics again with the parked value, so recover works in the calls that unwind
defers. If a panic leaves unwind, catch parks that panic. In a literal that awaits, recover
becomes a call of a method of the Exit. A call is removed from the record before it runs,
so the blocks can begin again at unwind. A panic that is left in the end continues from
catch. (If there are loops over functions, a method that is deferred after catch lets the
panic leave the loops first.)

Generated:

	v := f.exit.Recover()
	if v == nil {
		goto endIf
	}

Awaits in deferred calls are shielded from cancellation. Under runtime.Goexit, which cannot
be delayed, they fail. (A deferred call that suspends nevertheless is abandoned, with a
panic that reports it.) In a loop, the list of deferred calls holds the operands and the
captured variables of each call. The reference backend is plain Go. There rt looks at the
stack to find out whether a deferred call runs, and the tool passes it the lines of these
calls.

Frames without deferred calls have no unwind. A panic passes through Poll as through any
function. (With GODEBUG=panicnil=1, recover cannot distinguish panic(nil) from no panic.)

# Generators

Source:

	//coroutine:generator
	func squares(n int, yield func(int) bool) {
		for i := range n {
			if !yield(i * i) {
				return
			}
		}
	}

A yield is one more kind of await. The sections above hold for yields as well: the order of
evaluation, the blocks, the places of variables. Next takes the place of Poll. It returns the values
of the yield and true, or false if the function has returned.

Generated:

	// squaresPull returns squares as a generator.
	func squaresPull(n int) *squaresGenerator {
		if machine.FromSource {
			return &squaresGenerator{source: machine.RunSource("squares", func(yield func(int) bool) { squares(n, yield) })}
		}
		return &squaresGenerator{n: n, more: true}
	}

	// squaresGenerator is the generator of squares, with what it keeps across a yield.
	type squaresGenerator struct {
		source machine.Source[int] // nothing, but in a build from source
		n      int
		i      int
		more   bool // what a yield returns
		state  squaresState
	}
	...
	// Next runs squares to its next yield and returns the value, or to its return.
	func (f *squaresGenerator) Next() (int, bool) {
		if machine.FromSource {
			return f.source.Next()
		}
		state := f.state
		f.state = squaresDone // unless it yields
		switch state {
		case squaresYieldValue:
			goto yieldValue
		case squaresDone:
			return 0, false
		}

		f.i = 0

	loop: // for i := range n
		{
			if f.i >= f.n {
				return 0, false
			}
			value := f.i * f.i
			f.state = squaresYieldValue
			return value, true
		}

	yieldValue:
		if !f.more {
			return 0, false
		}
		f.i++
		goto loop
	}

	// Stop ends squares: the yield at which it is suspended returns false.
	func (f *squaresGenerator) Stop() {
		if machine.FromSource {
			f.source.Stop()
			return
		}
		switch {
		case f.state == squaresStart:
			f.state = squaresDone
		case f.state < squaresDone:
			f.more = false
			f.Next()
		}
	}

A yield returns the field more. It is true until Stop resumes the machine. From then on all yields
return false, so the machine runs to its end.

The values are evaluated before the state is set, because a panic in them must end the generator.
In "return f.i * f.i, true" the state would already be that of the yield. Only names of
variables and constants, which cannot panic, stay in the return statement.

squares is polite: it returns at once when a yield returns false. So no yield follows Stop. In a
generator that is not polite, another yield may follow. It must not suspend then, so each yield
suspends only if more is true.

Source:

	//coroutine:generator
	func rude(yield func(int) bool) {
		log.Print(yield(1), yield(2))
	}

Generated:

	f.v = f.more
	if f.more {
		f.state = rudeYieldValue2
		return 2, true
	}
	...
	log.Print(f.v, f.more)

A generator that may call its own Next or Stop must know that it is running. Stage order
looks at all code that the function may run (order, "reenters"). Code of the package is known, and
packages such as strings call no code of the program, unless they are given a function or an
interface. If other code may run, the generator has one more state.

Source:

	//coroutine:generator
	func mapped(list []int, f func(int) int, yield func(int) bool) {
		for _, x := range list {
			if !yield(f(x)) {
				return
			}
		}
	}

Generated:

	switch {
	case fr.state == mappedRunning && fr.more:
		panic(machine.Reentered("mapped"))
	case fr.state >= mappedRunning: // being stopped, or closed
		return 0, false
	}
	state := fr.state
	fr.state = mappedRunning
	defer fr.unwind()
	...
	// unwind notes that mapped has ended, unless it is suspended.
	func (fr *mappedGenerator) unwind() {
		if fr.state == mappedRunning {
			fr.state = mappedDone
		}
	}

A generator with deferred calls has this state as well: while they run, it is not suspended and
has not ended. Its unwind is like that of the section "Defer, panic, recover, Goexit". No caller
of Next sees the result of the function.

The iterator function may also be a literal that the function returns. The machine is then that
of the literal. The statements before the literal move to the constructor. A captured variable is
a field, even if the literal assigns it: each call of the constructor makes one machine. If a closure
or a pointer shares the variable, the field holds its address.

Source:

	//coroutine:generator
	func tail(list []int, n int) iter.Seq[int] {
		rest := list[n:]
		return func(yield func(int) bool) {
			for _, x := range rest {
				if !yield(x) {
					return
				}
			}
		}
	}

Generated:

	func tailPull(list []int, n int) *tailGenerator {
		if machine.FromSource {
			return &tailGenerator{source: machine.RunSource("tail", tail(list, n))}
		}
		rest := list[n:]
		return &tailGenerator{rest: rest, more: true}
	}

The reference backend has [iter.Pull] in place of the machine.

Generated with -backend=goroutine:

	func tailPull(list []int, n int) *tailGenerator {
		return &tailGenerator{machine.NewPull("tail", tail(list, n))}
	}

	// tailGenerator is the generator of tail.
	type tailGenerator struct{ machine.Pull[int] }

# Delegation

Source:

	//coroutine:generator
	func odd(n int, yield func(int) bool) bool {
		for i := 1; i <= n; i += 2 {
			if !yield(i) {
				return false
			}
		}
		return true
	}

	//coroutine:generator
	func twice(n int, yield func(int) bool) {
		if odd(n, yield) {
			odd(n, yield)
		}
	}

A generator may hand its yield to another one, or range over it only to yield what it yields. This
is to generators what awaiting a coroutine is to coroutines. The frame of the inner generator is a
field of the outer one. The result of the inner function stays in the inner frame.

Generated:

	type twiceGenerator struct {
		source machine.Source[int] // nothing, but in a build from source
		n      int
		odd    oddGenerator
		more   bool // what a yield returns
		state  twiceState
	}
	...
		f.odd.n, f.odd.state = f.n, oddStart

	yieldFromOdd:
		{
			f.odd.more = f.more
			if v2, ok := f.odd.Next(); ok {
				f.state = twiceYieldFromOdd
				return v2, true
			}
			v := f.odd.result

odd is polite, but it suspends only if more is true: the outer function may call it after a yield
has returned false.

A range over a generator is a delegation if its body is "if !yield(v) { return }", if both
functions are polite, and if the inner function has no statements before its literal. In other
functions it would matter that the loop has a yield of its own: Go panics if a function goes on to
yield after the loop has ended. A polite function hands its yield only to polite ones, and has each
yield where its false leaves the function: in "if !yield(v) { return }", in "return yield(a) &&
yield(b)", or at the end.

A range over a generator whose body yields or awaits something else runs the machine of the
generator, which the constructor makes. For this the generator must be polite and must have no
deferred calls. A panic of the body would have to run them. All other
loops are those of the section "Range over functions". In a generator they have nil for the task.

Source:

	type tree struct {
		left, right *tree
		value       int
	}

	//coroutine:generator
	func (t *tree) walk(yield func(int) bool) {
		if t == nil {
			return
		}
		for v := range t.left.walk {
			if !yield(v) {
				return
			}
		}
		if !yield(t.value) {
			return
		}
		for v := range t.right.walk {
			if !yield(v) {
				return
			}
		}
	}

A generator that delegates to itself is deep. If each value passed through all of its calls, a walk
of a list would take quadratic time. So the outermost frame knows the innermost one,
its leaf, and Next resumes the leaf at once. If the leaf returns, the call around it continues
after its delegation. For this each frame knows the frame around it.

Generated:

	type treeWalkGenerator struct {
		source machine.Source[int] // nothing, but in a build from source
		t      *tree
		walk   *treeWalkGenerator
		leaf   *treeWalkGenerator // the innermost call, in the outermost
		up     *treeWalkGenerator // the call around this one
		state  treeWalkState
	}
	...
	// run resumes the innermost call of walk, and then those around it that it returns to.
	func (f *treeWalkGenerator) run(more bool) (int, bool) {
		leaf := f.leaf
		f.leaf = nil // unless it yields
		for ; leaf != nil; leaf = leaf.up {
			if v, at := leaf.step(more); at != nil {
				f.leaf = at
				return v, true
			}
		}
		return 0, false
	}
	...
		f.walk.t, f.walk.state = f.t.left, treeWalkStart
		if v, leaf := f.walk.step(more); leaf != nil {
			f.state = treeWalkYieldFromWalk
			return v, leaf
		}

	yieldFromWalk:
		{
			if !more {
				return 0, nil
			}
			value := f.t.value
			f.state = treeWalkYieldValue
			return value, f
		}

step is the machine of one call. It returns the value with the frame that has yielded it, or nil
if the call has returned. The outer call takes the first step of an inner call, and run takes
all later ones. So there is no poll behind the label yieldFromWalk: control comes there only when
the inner call has returned. Stop calls run with false, and run hands that to the leaf as more.
A frame keeps the frame of its inner call for the next delegation, so a walk allocates a
frame for each level only once.

The calls between Next and the leaf are not on the stack, so a stack trace does not show them.
Where does: it returns the frame of the inner call as what the generator waits for. No code of
these calls has to run when a panic leaves the leaf. A function with deferred calls, or with a
range that uses iter.Pull, has such code, so it is not deep: each of its values passes through
all the calls. The same holds for functions that delegate to each other, for a function that
delegates to itself with other type arguments, since all frames of a deep generator have one type, and
for a function that is split (see "Large functions").

# Generators that take values

Source:

	//coroutine:generator
	func average(y co.Yielder[float64, float64]) (n int, err error) {
		sum := 0.0
		for {
			x, err := y.Yield(sum / float64(max(n, 1)))
			if err != nil {
				return n, err
			}
			sum += x
			n++
		}
	}

A generator with a Yielder is a machine like the others. Next, Send, Throw and Close resume it, so
the machine is a method of its own, resume. What the Yield returns are its parameters, and not
fields: they are needed only until the code behind the Yield has stored them. The caller asks for the
results of the function after the end, so results are fields. The field returned says that they are
there: a function that has panicked has no result.

Generated:

	// averageGenerator is the generator of average, with what it keeps across a yield.
	type averageGenerator struct {
		source   machine.SendSource[float64, float64, int] // nothing, but in a build from source
		n        int
		err      error
		sum      float64
		returned bool // so that there is a result
		state    averageState
	}
	...
	// resume runs average to its next Yield and returns the value, or to its return.
	func (f *averageGenerator) resume(sent float64, thrown error) (float64, bool) {
		state := f.state
		f.state = averageDone // unless it yields
		switch state {
		case averageYieldValue:
			goto yieldValue
		case averageDone:
			return 0, false
		}

		f.sum = 0.0

	loop: // for
		{
			value := f.sum / float64(max(f.n, 1))
			f.state = averageYieldValue
			return value, true
		}

	yieldValue:
		x, err := sent, thrown
		if err != nil {
			f.err, f.returned = err, true
			return 0, false
		}
		f.sum += x
		f.n++
		goto loop
	}

The other methods are the same few lines in every generator. Before the beginning there is no Yield
to return what is sent or thrown, so Throw ends the generator. Close is a Throw.

Generated:

	// Throw resumes average: its Yield returns err. Before the beginning, it ends average.
	func (f *averageGenerator) Throw(err error) (float64, bool) {
		if machine.FromSource {
			return f.source.Throw(err)
		}
		err = machine.Thrown(err)
		if f.state == averageStart { // it never begins
			f.state, f.err, f.returned = averageDone, err, true
		}
		return f.resume(0, err)
	}

	// Close ends average: the Yield at which it is suspended fails.
	func (f *averageGenerator) Close() error {
		if machine.FromSource {
			return f.source.Close()
		}
		if f.state == averageDone {
			return nil
		}
		if _, ok := f.Throw(rt.ErrGeneratorExit); ok {
			return rt.ErrIgnoredExit
		}
		return machine.Closed(f.err)
	}

If the function has no result for an error, or if its results are in boxes, which exist only once
it has begun, the error of such a Throw has a field failed.

The function may yield after an error as well: nothing is special about a Yield that comes after Close.
So there are no polite and rude functions here.

Source:

	//coroutine:generator
	func average(y co.Yielder[float64, float64]) (n int, err error) {
		_, err = y.Yield(0)
		return 1, err
	}

	//coroutine:generator
	func averages(y co.Yielder[float64, float64], rounds int) (err error) {
		defer func() { log.Print(err) }()
		for range rounds {
			if _, err := average(y); err != nil {
				return err
			}
		}
		return nil
	}

Deferred calls run in unwind, as in other generators, and may change the results, which are fields.
They may also recover a panic. Whether the function has returned is known only when they have run. So
the machine is the method step, and resume calls it: if step panics, resume does not set
returned.

A call that passes the Yielder on resumes the inner frame with what was sent and thrown. Behind the
call, the results of the inner function are read from the inner frame, which begin has set to the
start.

Generated:

	// resume runs step, and notes whether that returns: it may panic, or a deferred call may recover.
	func (f *averagesGenerator) resume(sent float64, thrown error) (float64, bool) {
		if f.state == averagesDone {
			return 0, false
		}
		v, ok := f.step(sent, thrown)
		f.returned = !ok
		return v, ok
	}
	...
		f.average.begin()

	yieldFromAverage:
		if v, ok := f.average.resume(sent, thrown); ok {
			f.state = averagesYieldFromAverage
			return v, true
		}
		err := f.average.err
		if err != nil {
			f.err = err
			return 0, false
		}
		f.i++
		goto loop
	}

	// unwind runs the deferred calls of averages when it ends, and does nothing when it suspends.
	func (f *averagesGenerator) unwind() {
		if f.state != averagesRunning {
			return // suspended, not ended
		}
		defer func() { f.state = averagesDone }()
		defer func() { log.Print(f.err) }()
		if v := recover(); v != nil {
			panic(v) // again, for the deferred calls to recover
		}
	}

At the first resume of the inner frame, sent and thrown may be anything: a machine does not read them
before its first Yield. A function that delegates to itself is deep, as in the section "Delegation".
Its resume is what run is there.

Source:

	//coroutine:generator
	func from(y co.Yielder[int, string], g rt.SendGenerator[int, string, bool]) (bool, error) {
		return co.YieldFrom(y, g)
	}

YieldFrom takes a generator of unknown type, so its state cannot be a field. A machine.Delegation
is one: it holds the generator, whether Next was called, and the error if the generator was closed. The
function YieldFrom itself, which the reference runs, is a loop around the same Delegation.

Generated:

		f.g2 = machine.DelegateTo[int, string, bool](f.g)

	yieldFromG:
		if v2, ok := f.g2.Resume(sent, thrown); ok {
			f.state = fromYieldFromG
			return v2, true
		}
		v, err := f.g2.Result()

# Async generators

Source:

	//coroutine:async
	//coroutine:generator
	func doubled(y co.AsyncYielder[int, rt.Void], q *queues.Queue[int]) error {
		for {
			v := co.Must(q.Get())
			if err := co.Wait(y.Yield(2 * v)); err != nil {
				return err
			}
		}
	}

The function of an async generator runs in a task of its own, so the machine is that of an async
function. A Yield is an operation that is awaited. Only the constructor is different: it makes
an asyncgen.Generator, which calls its argument at the first Next, and starts the result as a task.

Generated:

	// doubledAsync returns doubled as an asynchronous generator.
	func doubledAsync(q *queues.Queue[int]) *asyncgen.Generator[int, rt.Void, rt.Void] {
		return asyncgen.New("doubled", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
			if machine.FromSource {
				return machine.LockstepVoid(func() error { return doubled(y, q) })
			}
			return rt.NewCoroutine(&doubledFrame{y: y, q: q})
		})
	}
	...
	awaitGet:
		{
			v, err, ready := f.get.Poll(t)
			if !ready {
				f.state = doubledAwaitGet
				return rt.Void{}, nil, false
			}
			if err != nil {
				panic(err)
			}
			f.yield = f.y.Yield(2 * v)
		}

	awaitYield:
		_, err, ready := f.yield.Poll(t)

# Loops over Each

Source:

	func sum(it asyncgen.Iterator[int], limit int) (sum int, err error) {
		defer log.Print("summed up")
		for v := range co.Each(it, &err) {
			if sum += v; sum > limit {
				break
			}
		}
		return sum, err
	}

A range over Each is a loop with two awaits, and not a range over a function: there is no function
that the machine could suspend. Next is awaited at its head, and Close wherever the loop is left.

Becomes:

	it1 := it
	err = nil
	loop {
		v, ok4, failed5 = await it1.Next()
		if failed5 != nil {
			err = failed5
		}
		if !ok4 || failed5 != nil { break }
		if sum += v; sum > limit {
			break
		}
	}
	closing6 := it1
	it1 = nil
	failed7 = await closing6.Close()
	if err == nil {
		err = failed7
	}

Generated:

	loop: // for v := range co.Each(it, &err)
		f.next = f.it2.Next()

	awaitNext:
		{
			results, failed, ready := f.next.Poll(t)
			if !ready {
				f.state = sumAwaitNext
				return 0, nil, false
			}
			v, ok := results.V1, results.V2
			if failed != nil {
				f.err = failed
			}
			if !ok || failed != nil {
				goto endLoop
			}
			if f.sum += v; f.sum > f.limit {
				goto endLoop
			}
			goto loop
		}

	endLoop:
		{
			closing := f.it2
			f.it2 = nil
			f.close = closing.Close()
		}

	awaitClose:
		{
			_, failed, ready := f.close.Poll(t)
			if !ready {
				f.state = sumAwaitClose
				return 0, nil, false
			}
			if f.err == nil {
				f.err = failed
			}
		}

	unwind: // what sum has open, and what it deferred, last one first
		{
			if f.it2 == nil {
				goto endEach
			}
			closing := f.it2
			f.it2 = nil
			f.close = closing.Close()
		}

	awaitClose2:
		{
			_, failed, ready := f.close.Poll(t)
			if !ready {
				f.exit.Suspend(t)
				f.state = sumAwaitClose2
				return 0, nil, false
			}
			if f.err == nil {
				f.err = failed
			}
		}

	endEach:
		if f.deferred&sumDeferPrint != 0 {

An end of the values, a break, and a goto or a continue that leads out of the loop, close the iterator
there. A return and a panic leave it to the code below unwind: the iterator is closed if its field is
not nil, the innermost one first. This comes before the deferred calls of the function, because in
the source the loop ends before the function does. Results are evaluated before that, and read after
it, so an error of Close may still be the result. Close hides cancellations itself, so the machine opens
no shield for it. A panic waits in f.exit meanwhile: see "Awaits in deferred calls".

Each is refused if it is not the operand of a range statement. It is also refused within a
range over a function that keeps a goroutine: a panic of the body would have to wait for Close
before it leaves that loop, and the loop cannot wait.

# Hot loops

gc keeps a local in a register, but loads a field again after each store, because the
store may have changed the field. So a loop without awaits runs on copies if it calls
nothing except builtins, package math and small functions of the package.

Source:

	func checksum(q *queues.Queue[[]byte]) uint32 {
		data := co.Must(q.Get())
		var sum uint32
		for i := range data {
			sum = sum*31 + uint32(data[i])
		}
		co.Must(rt.Yield())
		return sum
	}

Generated:

	sum := f.sum
	for i := range data {
		sum = sum*31 + uint32(data[i])
	}
	f.sum = sum

No other code reads the fields while the loop runs. Shared variables and variables of
deferred calls, which a panic might start, are not copied. (generated/awaits has six such
loops beside the same loops in plain functions: they take 0.7 to 1.07 times as long.)

# The reference backend

With -backend=goroutine there is no machine. The coroutine runs the function itself,
unchanged, on a goroutine that takes turns with the event loop: one of them runs while
the other waits.

Source:

	func drained(q *queues.Queue[int], n int) (sum int) {
		for range n {
			sum += co.Must(q.Get())
		}
		return sum
	}

Generated with -backend=goroutine:

	func drainedAsync(q *queues.Queue[int], n int) rt.Coroutine[int] {
		return machine.Lockstep(func() (int, error) { return drained(q, n), nil })
	}

Here Go itself defines the behaviour of the function. Tests that run a machine also run
its source this way, through the same scripts, and demand the same trace. A user who
distrusts a machine can do that, too.

A machine that stands beside its source has the reference in its constructor. The
constant FromSource of package machine is false, so the compiler drops the branch,
unless the program is built with the tag coroutine_source: then a debugger stops in the
source, and coverage counts it. All constructors of a program take the same branch, so
machines and references do not mix, but for packages that were generated without the
branch.

# Mirror mode

With -o the output is a package of its own in another directory. All code that is not
async is copied with its comments, and tests are copied as well. Each async function is
replaced by its machine, in its place. The function itself stays only if ordinary code
calls it. The function of a generator always stays, since other code may range over it. In this
repository example/ holds sources with the reference beside them, and generated/ their
mirrors.

# Where it stands

Source:

	func forward(from, to *queues.Queue[int]) error {
		v, err := co.Await(from.Get())
		if err != nil {
			return err
		}
		return co.Wait(to.Put(v))
	}

The table of lines maps states to the source for human readers. The method Where serves
package rt: a task, a deadlock report and debug mode use it to print the chain of awaits at
which a task stands, line by line.

Generated:

	// forwardLines lists the awaits of forward with their source lines.
	var forwardLines = [...]string{
		forwardAwaitGet: "x.go:4  co.Await(from.Get())",
		forwardAwaitPut: "x.go:8  co.Wait(to.Put(v))",
	}
	...
	// Where returns the await at which forward is suspended, and what it polls.
	func (f *forwardFrame) Where() (line string, on any) {
		switch f.state {
		case forwardAwaitGet:
			return forwardLines[f.state], &f.get
		case forwardAwaitPut:
			return forwardLines[f.state], &f.put
		}
		return "", nil
	}

# The baseline, and tidying

Most steps that make a machine readable and fast are not needed for its correctness. With
-baseline every branch is laid out flat, no block moves, and every variable is a field or a
box.

Source:

	func below(q *queues.Queue[int], limit int) (v int) {
		for v < limit {
			step := co.Must(q.Get())
			log.Print("step ", step)
			v += step
		}
		return v
	}

Generated with -baseline:

	loop: // for v < limit
	if f.v >= f.limit {
		goto endLoop
	}
	...
	f.step = step // for later blocks
	log.Print("step ", step)
	f.v += step
	...
	endLoop:
	return f.v, nil, true

Generated:

	loop: // for v < limit
	if f.v >= f.limit {
		return f.v, nil, true
	}
	...
	log.Print("step ", step)
	f.v += step
	goto loop

-baseline switches these steps off:

  - branches and clauses without an await stay inside their if or switch (lower, "flat");
  - a jump to a block that only jumps leads to the target of that block (lower, "thread");
  - a block that control enters only from the block before it joins that block (lower,
    "join");
  - a short block that returns moves into the only guard that jumps to it (lower, "tuck");
  - a variable is a field only if it must be (frame, "homes");
  - variables of the same name and type that are never needed at the same time share a field
    (frame, "join"), and temporaries share a local (frame, "twins");
  - hot loops run on copies (emit, "copyIn").

The golden tests and the fuzzer run source, machine and baseline through the same
scripts: a rule that changes what a function does shows as a difference.

# What is refused

For each of these there is a code, an example in gen/internal/diag, and a test in
testdata/check; the tool prints the remedy. Not yet translated:

  - AwaitInClosure: the callers of the literal would have to await it. The literal can return
    a coroutine instead (see "Function literals").
  - AwaitInGo: the await would suspend a goroutine that no loop runs.
  - UnnameableType: a field must have a type that can be written.
  - LocalTypeClash: the machine needs a local type and also the object that the type hides,
    and that object is predeclared or generic, so it cannot have another name. Or the
    machine is that of a generator, which cannot move to the type.
  - GeneratorSignature: a generator needs one parameter to suspend at, and one literal.
  - YieldEscapes: the machine would have to suspend a function that is not its own.
  - EachMisplaced: a panic would have to wait for the iterator, in a loop that cannot wait.
  - OrderUncertain: a machine can follow one of two orders, and gc takes one or the other.
  - InstantiationCycle: the compiler would refuse the function as well, but in generated code.
  - PredeclaredHidden: the machine itself needs nil, error, panic and the like, and the
    package, or a type of the body, hides one of them.
  - TooManyResults: the protocol has no place for them.

Mistakes, such as an await in a function that is not async, or a coroutine that is never
awaited, are refused as well. Package annotations lists them.

# The shape of Poll

A machine can be laid out in several shapes. Three were written by hand for one function
with five awaits, nested loops, labels, a switch and a retry with back-off. The three and
the source of the function are in gen/shapes.txt, with the test that runs them under every
script and demands the same trace.

	goto        labels, one dispatch at the head, fields; the shape that this page describes
	switch      for { switch f.state { ... } }: a case per label, fields; the shape in text
	            books, and of transpilers for languages without goto
	structured  the loops and ifs of the source, with a dispatch at the head of each block
	            that contains an await; locals, saved at a suspension

The table shows nanoseconds per await of a trivial operation, including the operation, if
every await is ready at once, if one in ten suspends, and if each suspends. The shapes took
turns in slices of 200,000 awaits, 150 slices of each; the figures are 10th percentiles.
Repeated runs differ by 0.2. The machine had two virtual cores of an AMD EPYC, linux/amd64,
Go 1.26.8, 2026-11-21.

	             all ready   1 in 10   each
	goto               5.0       5.5    9.2
	switch             6.7       7.3   11.1
	structured         6.0       7.2   15.3

Time is not the only reason.

  - goto can express all of Go's control flow: a loop, a break out of three loops,
    fallthrough, an await in a case, and goto itself, for which the structured shape has to
    fall back to goto. One translation serves all statements.
  - There is one dispatch per resume, at one place. The switch shape goes through its
    dispatch on every edge that does not fall through, and gc does not thread such jumps.
    The structured shape dispatches once per level.
  - The state is written when Poll suspends, and nowhere else. In the switch shape it is
    written on every edge, so it cannot distinguish a suspension from an end.
  - The order of the source is kept, and most of its statements. A loop becomes its label
    with the head as a comment, and two jumps. The structured shape keeps the loop itself,
    which is easier to read until one asks how it resumes: its conditions begin with
    "state != 0 ||", and heads that must not be evaluated again need guards.
  - Fields need no code to save and restore them. Between calls, where every register is
    lost, a local is a stack slot and no faster than a field. In loops without calls, where
    a local would be faster, copies serve (see "Hot loops").

The goto shape has two disadvantages. The indentation that shows the nesting in the source
is gone. A loop that control enters in the middle is irreducible, which costs gc some of
its optimisations. Neither was visible in the measurements.
*/
package gen
