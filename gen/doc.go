/*
Package gen rewrites functions marked //coroutine:async into resumable state
machines. This page tells how, and why so; what users write is told by package
annotations, what runs the result by package rt.

# Theory of Operation

The basic idea is Python's, where await is two lines:

	data = read(sock, n)
	if data is SUSPEND: return SUSPEND

A function that has to wait returns, and says that it is not finished; whoever
called it does the same, up to the event loop. When there is news the loop calls
again, and the function goes on where it was. A Go function cannot be entered in
the middle, so it becomes a struct that holds what it still needs, its frame, and
a method Poll, which begins with a jump to the await that it stopped at.

That is easy for a function that is nothing but awaits, one after the other. It is
less so for an await among the operands of an expression, behind &&, in a loop
with variables that a closure captures, or below a deferred call that recovers. The
sections below take these up one by one, the hardest last. Each shows a piece of
Source, where it helps what that Becomes on the way (as -dump=order and -dump=lower
print it), and an excerpt of what is Generated. A test holds all of them against the
tool.

Two rules are above all others. What the machine does is what Go does, or the
function is refused. And the machine is to be read: names, comments and statements
are the user's, statements without an await stand in it word for word, and every
await is the same few lines.

# Contents

  - The pipeline: stages, and what each hands on.
  - Straight-line code; Initialisation: what every machine looks like.
  - An await inside an expression; What gc copies early; And, or: the order of evaluation.
  - If; For; Range; Range over functions; Switch, type switch and select; Labels and goto:
    control flow.
  - Variables; Types that stay inside: what lives where, and under which name.
  - Nested coroutines; Large functions; Function literals; Generic functions; Results:
    functions.
  - Defer, panic, recover, Goexit; Awaits in deferred calls: how functions end.
  - Hot loops; The reference backend; Mirror mode; Where it stands: what else is written.
  - The baseline, and tidying; What is refused: the limits.
  - The shape of Poll: an appendix, with the measurements that chose it.

# The pipeline

	x.go ──▶ load ──▶ check ──▶ order ──▶ lower ──▶ frame ──▶ emit ──▶ verify ──▶ x_coroutine.go
	         typed    or the    Body      Graph     Layout    text     or an
	         syntax   reasons   one await blocks,   fields,   of Go    internal
	                  against   for each  and jumps locals,            error
	                            statement           boxes

	load    packages to typed syntax. Functions that are still to be generated are
	        declared by stubs, laid over the package; generated files are not read
	check   what can be refused by looking at it. It is an analysis.Analyzer, so that
	        go vet and gopls can run it, too
	order   one await per statement, in Go's order of evaluation. Statements without
	        an await remain text
	lower   statements with awaits to blocks: what stands between two labels. What
	        must be true of blocks is verified
	frame   where each variable lives: in a local, a field or a box
	emit    blocks to Go source
	verify  the output is type-checked before anybody sees it

Below the stages lie packages of data: ir (a function on its way: statements, then
blocks, then a frame; its text is bytes of the user's with holes), diag (what is
wrong with the source), marker (which functions are awaits, found by identity and
not by name) and typeset (what a type parameter may stand for); source makes an ir.Func of
what load has read. A stage knows these and no other stage; only gen.go knows the order.
The syntax that load returns is never changed. Nothing is written before everything
was analysed.

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

The constructor keeps the doc comment. The frame holds the parameters, and each
operation that is awaited, by value. There is a state for each await, and a table says
where it stands: the map back to the source.

Generated:

	// copyOneAsync returns copyOne as a coroutine.
	//
	// copyOne moves a number, doubled.
	func copyOneAsync(from, to *queues.Queue[int]) rt.Coroutine[rt.Void] {
		return rt.NewCoroutine(&copyOneFrame{from: from, to: to})
	}

	// copyOneFrame is what copyOne keeps across an await.
	type copyOneFrame struct {
		from, to *queues.Queue[int]
		get      queues.GetOp[int]
		put      queues.PutOp[int]
		state    copyOneState
	}

	// copyOneState says where copyOne goes on.
	type copyOneState uint8

	const (
		copyOneStart copyOneState = iota
		copyOneAwaitGet
		copyOneAwaitPut
		copyOneDone
	)

	// copyOneLines says where the awaits of copyOne stand.
	var copyOneLines = [...]string{
		copyOneAwaitGet: "x.go:5  co.Await(from.Get())",
		copyOneAwaitPut: "x.go:9  co.Wait(to.Put(2 * v))",
	}

Poll begins with the only dispatch there is. From then on the state is Done, and
only a suspension takes that back: neither a return nor a panic has to set it, and
whoever polls again gets a panic that names the function.

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

So this is the machine, with the await at which it stands between two polls:

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

An await is: arm (f.get = ...), label, poll, suspend. If the operation is ready at
once, that costs the call and a branch; nothing is saved that would not be needed.
Neither v nor err crosses an await, so both are locals, with :=. The braces are there
because Go forbids a goto over a declaration; the last block needs none.

What is armed depends on what is awaited. An operation is a value whose pointer has
Poll, and lies in the frame. A coroutine of the same package lies in it, too, as its
bare frame (see "Nested coroutines"). A task or a coroutine in a variable is polled
where it is. Of an [rt.Expr] nothing else is known, so its Awaitable is asked for.

# Initialisation

Source:

	var greeting, _ = rt.Run(greetAsync())
	var names = []string{"Ada", "Grace"}

	func greet() string { return "Hello, " + names[0] }

Go initialises names first, because the initialiser of greeting mentions it by way of the
functions that it mentions. But from a constructor no mention leads to Poll, so that of
a coroutine which may run that early has one.

Generated:

	func greetAsync() rt.Coroutine[string] {
		_ = (*greetFrame).Poll // so Go initialises what it uses before what calls this
		return rt.NewCoroutine(&greetFrame{})
	}

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

The events of a statement are its calls, receives and awaits, its && and ||, and what
gc evaluates like a call (see "What gc copies early"). Those up to the last await move to
temporaries, in lexical order. Every other operand stays where it is, and so is read after
the await. An event whose value nobody can change before the await has returned, and
which cannot panic, stays where it is as well.

This is what the specification asks for, which orders calls, receives and logical
operations and leaves open when a variable is read; and it is what gc does in

	sum += price(1) * get()

where it reads sum after both calls. Hence the await loses no update that another task
makes to sum in the meantime. In Python, C# and JavaScript it would.

Calls after the last await stay where they are. An assignment to several variables
stays one statement, so its two phases stay what they are. After Must the machine
panics with the error, unless what it awaits is a child that has none.

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
nor a logical operation. People rely on what gc does without knowing it, and the machine does
what gc does. gc (cmd/compile/internal/walk/order.go) leaves most operands in the statement,
so they are read after the calls. It copies these where they stand:

  - A slice expression, and each of its indexes that is more than a variable.
  - len(x), cap(x) and the other builtins; []byte(s) and []rune(s), though not string(b).
  - x.(T), unless an interface holds a T as a mere pointer.
  - What is converted to an interface, in so many words or because it is assigned, passed,
    returned or compared. gc needs its address, and copies it if it has none: a comparison,
    !b, a conversion, a composite literal, &T{}, a method value, s[i] of a string, m[k]. A
    variable, a field, p.f, *p, and an element of a slice or an array have one, and are read
    late. Words (integers of 16 bits and more, floating-point numbers), strings and slices
    are passed by value, and are read late.
  - A key of a map: if it becomes an interface; if it has no address and the runtime wants
    one; if it is a struct or an array of four or eight bytes. So is the key that
    m[k] = append(m[k], v) mentions twice.
  - m[string(b)], which shares the bytes of b.
  - A struct or an array that is compared, and has no address.
  - A map literal, which is made entry by entry: the first entry is evaluated and stored
    before the second is looked at. Where storing may panic, because an interface is the
    key, the machine does the same in so many statements.

Package gen/internal/ordermatrix makes programs of all forms of operands in all contexts
and at all places, and a test compares the machines with gc. What gc does depends on the
size of a word. The machine does what gc does on 64-bit systems, on all systems.

In two cases gc itself does not always do the same. There the machine does what gc does in
most circumstances:

  - A variable that is assigned by a literal in the same statement, called where it
    stands: if gc inlines the literal, it keeps the variable in a register, and copies
    it early if its address is needed. The machine reads it late.
  - An operand whose type is a type parameter, or depends on one: what gc does depends
    on the type argument. The machine reads it late, as if it were a word.

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

The right side runs only if the left side says so, therefore && and || with an await
on the right become an if over a temporary of the same type. In the condition of an if
without else, or of a loop, the parts of && are tested one by one and there is no
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

A condition is evaluated before the if, as an expression above. A branch that awaits
cannot stay in braces, for goto cannot enter them: it is laid out flat, behind a
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

!(a < b) is written a >= b, though not for floating-point numbers, where it is false
for NaN.

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

Since Go 1.22 each iteration has its own i. Nobody can tell, unless its address is taken
or a closure captures it. Then it is boxed (see "Variables"), and before the post
statement the next iteration gets a copy, just as the specification has it.

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

range becomes the plain loop that the specification defines it to be. The operand is
evaluated once, and kept unless it is a variable that nobody assigns:

	slice    the slice as it was at the start; elements are read as they come
	array    a copy, if the values are wanted; a pointer to an array is not copied
	string   decoded rune by rune
	integer  counted in the type of the variable
	map      machine.RangeMap, an iterator that can be paused (through package reflect) and
	         sees deletions and insertions just as the language says
	channel  received from, which blocks the loop, as it would block any goroutine
	func     machine.RangeSeq and the like, which run the iterator on a goroutine of its
	         own (see "Range over functions")

# Range over functions

The body of a loop over a function runs inside that function, which cannot suspend. If it
awaits, the two change places: the function runs on a goroutine of its own
([iter.Pull]), and is let go on by whoever wants the next value.

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

Whoever leaves the loop, by break, return, goto or continue of a loop around it, stops
the iterator first: yield returns false, and the function runs to its end. The
results of a return are evaluated before that, as in Go, unless nothing that the
function does can change them. Of nested loops, the innermost is stopped first.

A panic in the body is one of yield: it goes through the iterators, innermost first,
where deferred calls may see, replace or swallow it, and only then through the calls that
the machine itself has deferred. runtime.Goexit takes the same way. What Go says to
iterators that do not obey ("range function continued iteration after ...") is said by
Go's runtime here as well.

A loop without an await in the body stays as it is.

# Switch, type switch and select

Clauses that do not await stay in the switch; of the others, only the jump stays.

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

With an await in a case, the cases are tried one by one, and no further than Go tries
them.

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

A type switch works like the first kind; its variable has the type of each clause.

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
these stand before it. What a clause assigns to is evaluated once it is chosen, so those
stand behind it. While it waits it blocks the loop, as it would block any goroutine.

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

The labels of the user keep their names; ours avoid them. A goto needs no rule of its
own: it is what everything else becomes.

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

  - inner: a local of the one block that mentions it, as twice. Most are.
  - hoisted: a local of Poll, declared at its head, because several blocks mention it
    though no await separates them. n is one in the section "If".
  - field: its value may be read after an await that comes after it was set, as that
    of first and add. So are parameters.
  - boxed: a field that points to it, as count. A closure has captured it and
    somebody assigns it, or its address is taken: all must see one variable, and a
    fresh one for each execution of the declaration.

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
	f.first = first
	twice := 2 * first
	log.Print(twice)
	count := 0
	f.count = &count
	scale := f.scale
	f.add = func() { count += scale }

A closure never reaches into the frame, which may be used for another call while the
closure still lives: the literal captures locals. (That of a deferred call may: it runs
before the frame is used again.) Of a variable that nobody assigns
after its declaration it captures a copy, as scale, which is what gc does and nobody
can tell from the variable; of one that somebody does assign, the box.

Which values are needed when is found by backward liveness over the blocks, to a fixed
point. Deferred calls need their variables to the end of the function. A variable of
which each block that mentions it first sets it, as err in a row of awaits that declare
and redeclare it with :=, is as many variables, one per block.

A type or constant that is declared in the body stays in the block that mentions it. If
several blocks do it stands at the head of Poll; and at package level, if the frame has fields
of it or a deferred call mentions it. (What fmt prints for %T is the same in either place.) See
also "Types that stay inside".

All names are made to fit. f, t and ready step aside for names of the user; so does a local
that would hide nil or true where a return has to say them. Where two variables of a name
meet, the second gets a number.

An operation, its state and its label have a word of the source for their name: read for
conn.Read(buf), fetch for s.fetchAsync(url). What package rt has is plumbing for what it
is given, if that has one name: dial for rt.Timeout(d, netio.Dial("tcp", addr)), commit for
rt.ToThread(tx.Commit). A deferred call is named after its method and the receiver:
DeferCloseConn for defer conn.Close().

# Types that stay inside

Only inside of functions can there be two types of a name, which all fmt, package reflect
and type switches tell apart as in the source. So if the name of a type that must move
to package level means something else there, all of the machine moves to where the type
is: into the constructor.

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

A type that is declared in a function has no methods, so what would be methods of the
frame are functions, and [machine.Enclosed] has Poll. Whoever awaits such a coroutine cannot
name its frame either and holds the coroutine, as it would that of a variable: an
allocation, and a call through a variable for each resume. If the function uses what
the package calls entry as well, the constructor has an alias for that; so it has if two
types of the function share a name.

The same becomes of a function that keeps values of generic types of its own while it is
generic itself: for these %T prints pair[int;string], with what stands for the type
parameters of the function behind a semicolon, and no declaration elsewhere does.

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

The frame of a coroutine of this package is embedded in the frame that awaits it: no
allocation, and a static call that the Go compiler can see. Awaits of the same
coroutine share one field, as only one of them is ever pending.

To begin it, only what may be read before it is written is set: parameters, the state,
the record of deferred calls, and results that are read early. To zero all of it would
cost time quadratic in the depth, as frames hold frames. The price: what an ended child
left behind in its fields is kept alive until the parent ends or calls it again.

So is the frame of an exported coroutine of another package, which is exported for that
reason: its fields are not, and Init begins it. The reference backend writes a frame of that
name, too, so that nobody has to know how another package was generated.

	type fetchTwiceFrame struct {
		fetch client.FetchFrame
		...
	f.fetch.Init(f.url)

A frame cannot hold itself. Where coroutines call each other in a cycle, one await of it
is by pointer, and allocates.

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
or 3 ns for each. That is the cost of this design, and what it buys are panics,
stack traces and profiles that show the chain of awaits as it is, because it is on the
stack.

# Large functions

Compilers go through some things again and again, so what is very large is built
otherwise. That keeps their time, and that of this tool, in proportion to the program.

A frame that holds more than 64 others is allocated instead of embedded: go/types and gc
look into all that a struct holds, for each struct anew, and where each function awaits
two others, frames would double from one level to the next.

A function of more than 200 blocks is split. To gc each await is a place where control may
come in, at which each local may have to meet itself: it takes the square of their number.
The blocks become methods, part1, part2 and so on, of about 32 blocks each. A jump
from one part to another is a return of the state where the function goes on, and
Poll is a loop that calls the part of that state. What is live on such a way is
a field, as if it were an await.

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

A literal that Async gets becomes a machine of its own, named after the variable that
holds it, or by number as Go does it: countToWorkerFrame, countToFunc1Frame. What
it captures are fields: a copy of a variable that nobody assigns after its
declaration, else the address of the variable, which therefore is boxed, just as for a
closure that awaits nothing. The literal around it remains what it is.

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
before its function goes on. Its frame is embedded, like that of any child, and what it
captures may be the very field of the function: nothing is allocated.

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

If it has more than three results, they travel in a struct of its own, retryFunc1Results.

Types and constants that such literals mention move to package level, from wherever
they are declared.

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

What a machine declares has the type parameters of its function, after those of the
receiver if it is a method. A coroutine that awaits a generic one embeds the instance. The zero value
of a type parameter cannot be written, so there is a variable for it.

Generated:

	func findAsync[T comparable](q *queues.Queue[T], want T) rt.Coroutine[T] {
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

A type that the body declares takes the type parameters along to package level, where
%T prints it as before, count's tally as tally[string]. (What gc adds where such a type
is itself a type argument, box[pkg.tally[string]·1], is a number of its own, which there
is no way to have.) Constants of such a type stay in Poll, since package level has none.

Generated:

	type tally[T comparable] map[T]int
	...
	f.seen = tally[T]{}

A type parameter that is blank, or that is called like something else in its function, its
file or its package, has another name in the machine. What an operation on a value of such
a type is, range above all, follows from the types that its constraint allows (package
typeset). If these differ in when gc evaluates a conversion, as string(x) copies a []byte
but not a string, it is evaluated early.

An async function whose instances would have no end, f[T] that awaits f[[]T], is refused.

# Results

Poll returns the value, the error, and whether they count. Several values travel in
an rt.Two or rt.Three. A function without an error returns nil for it; one without a
value an rt.Void. An error that is not the last result is a value like others.

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

Named results are variables like others, unless something is deferred: see next.

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

A deferred call must run when the function ends, and not when Poll returns only to
suspend. And recover works only in a function that the panic itself calls: were it
called by a deferred method of ours, recover would give nil. So Poll defers one method,
unwind, and in that stand the defer statements of the user, verbatim.

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
			return // it only suspends
		}
		*ended = true // should a deferred call recover
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
	panic(cause) // where the deferred calls can recover it

How it ends makes no difference to this code, because the state tells a suspension from
an end: it is Done unless Poll suspends.

  - A return: the results are in the frame, recover gives nothing, unwind arms the
    deferred calls and returns, so they run, last one first. The one armed first hands
    the results, as those calls have left them, to Poll.
  - A panic: unwind, being deferred, recovers it, and panics with the same value. It is
    that panic which calls the deferred functions, so recover works in them. If none
    recovers, it goes on, and its trace still shows where it came from ("[recovered,
    repanicked]"). If one does, Poll returns the results, and that it has ended.
  - runtime.Goexit: recover gives nothing; the calls run; the goroutine goes on ending.
  - A deferred call that panics or calls Goexit itself: it is Go's own defer that
    handles it.

What Go evaluates at the defer statement, the function, its receiver and its arguments,
is evaluated there, and kept in fields unless nobody can assign it. A bit of the frame,
which has a name, says that the statement was reached; those at the head of the function need none. A
func() that may be nil is deferred as machine.Callable(f.done)(): where the runtime itself
calls a nil function, in a panic within a panic, Go 1.26 may crash.

A defer that may run several times, in a loop or between a label and a goto back to it,
makes that record a list, with the operands of each call.

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

A deferred call that suspends cannot be one of Go's, since Poll has to return. So the
deferred calls of such a function are blocks of its Poll, last one first, and a return
sets the results and jumps there. A literal is a coroutine of its own, embedded like
any other, with pointers to what it assigns; an await that is deferred itself is one of
a value that the defer statement has evaluated. Calls without an await stay in
unwind, a row of them at a time.

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

Somebody must hold the panic meanwhile: the method that Poll defers recovers it, parks
it in the frame, in a [machine.Exit], and goes on with the blocks. That is a call from
within the panic, so the frames it came from are still on the stack; should a deferred
call suspend, they are kept as text and reported with it ("which began here").

If a deferred call panics in its turn and nobody recovers that, Go prints both panics.
After a suspension the first is no longer on the stack. Therefore rt takes the next step
of the task within a panic with the same value, recovered, and Go prints both again:

	panic: a [recovered]
		panic: b [recovered, repanicked]

(Go itself would say "panic: a" and "panic: b". That machines recover shows.) For this
rt must have seen the first one. It has not, and only the last one is printed, where code
that awaits nothing in its deferred calls has replaced one panic by another before a
machine suspends with that, or before it goes to another goroutine or task: to one that
awaits the task, and out of the function of a loop or of the reference backend. recover
gives the last value, and nothing in Go tells the others.

Generated:

	func (f *guardedFrame) catch(t *rt.Task, result *int, failure *error, ended *bool) {
		switch {
		case f.state != guardedDone: // it only suspends
		case *ended:
			f.exit.Raise(t) // it has run everything
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

unwind panics again with what is parked, for recover to work in what it defers; if the
panic comes out of it, catch parks it again, or whichever has taken its place. In a
literal that awaits, recover is a call of the Exit. Since a call is struck from the
record before it runs, it does not matter where the blocks begin anew. What is left in
the end goes on from catch. (Where there are loops over functions, a method that is
deferred after catch lets the panic leave them first.)

Generated:

	v := f.exit.Recover()
	if v == nil {
		goto endIf
	}

Awaits in deferred calls are shielded from cancellation; but under runtime.Goexit, which
cannot be held up, they fail. (One that ignores that, and suspends, is abandoned, with a panic
that says so.) In a loop, the list of deferred calls holds the operands
and the captured variables of each. The reference backend is plain Go, and rt finds
out from the stack when it is in a deferred call: the tool tells it their lines.

Frames without deferred calls have no unwind: a panic passes through Poll as through any
function. (With GODEBUG=panicnil=1, recover cannot tell panic(nil) from no panic.)

# Hot loops

gc keeps a local in a register, but loads a field again after each store, for the
store may have changed it. So a loop without awaits and without calls, but for those of
package math and of small functions beside it, runs on copies.

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

Nobody can look at the fields meanwhile: they are not of those that are shared, and a deferred
call that a panic might start is the reason to leave its variables out. (generated/awaits
has six such loops beside the same ones in plain functions: they take 0.7 to 1.07 times
as long.)

# The reference backend

With -backend=goroutine nothing of all this happens. The coroutine runs the function
itself, as it stands, on a goroutine that takes turns with the loop: one of them runs,
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
		return machine.Lockstep(func() (int, error) {
			return drained(q, n), nil
		})
	}

Here Go itself says what the function means. Tests that run a machine run its source
this way as well, through the same scripts, and demand the same trace; a user who
distrusts a machine can do that, too.

# Mirror mode

With -o the output is a package of its own in another directory: everything that is
not async is copied with its comments, each async function gives way to its machine,
in its place, and tests are copied as well. The function itself stays only if ordinary
code calls it. In this repository example/ holds sources with the reference beside
them, and generated/ their mirrors.

# Where it stands

Source:

	func forward(from, to *queues.Queue[int]) error {
		v, err := co.Await(from.Get())
		if err != nil {
			return err
		}
		return co.Wait(to.Put(v))
	}

The table of lines is the map back to the source for people; for package rt there is a
method beside it. From that a task, a report of a deadlock and debug mode print the chain of awaits at
which a task stands, line by line. Nobody else calls it.

Generated:

	// forwardLines says where the awaits of forward stand.
	var forwardLines = [...]string{
		forwardAwaitGet: "x.go:4  co.Await(from.Get())",
		forwardAwaitPut: "x.go:8  co.Wait(to.Put(v))",
	}
	...
	// Where tells at which await forward is suspended, and on what.
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

The machine is correct without most of what makes it readable and fast. With -baseline
every branch is laid out flat, no block moves, and every variable is a field or a box.

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
	f.step = step
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

What it switches off:

  - branches and clauses without an await stay inside their if or switch (lower, "flat");
  - a jump to a block that only jumps on leads where that leads (lower, "thread");
  - a block with a single way in, from the block before it, joins that (lower, "join");
  - a short block that returns moves into the only guard that jumps to it (lower, "tuck");
  - a variable is a field only if it must be (frame, "homes");
  - variables of the same name and type that are never needed at once share a field
    (frame, "join"), and temporaries a local (frame, "twins");
  - hot loops run on copies (emit, "copyIn").

The golden tests and the fuzzer run source, machine and baseline through the same
scripts: a rule that changes what a function does shows as a difference.

# What is refused

For each of these there is a code, an example in gen/internal/diag, and a test in
testdata/check; the tool prints the remedy. Not yet translated:

  - AwaitInClosure: the callers of the literal would have to await it; it can return
    a coroutine (see "Function literals").
  - AwaitInGo: it would suspend a goroutine that no loop runs.
  - UnnameableType: a field must have a type that can be written.
  - LocalTypeClash: the machine needs a local type together with what that hides, and that
    is predeclared or generic, so that there is no other name for it.
  - InstantiationCycle: the compiler would refuse it as well, but in generated code.
  - PredeclaredHidden: the machine itself needs nil, error, panic and the like, which the
    package, or a type of the body, hides.
  - TooManyResults: there is no place for them in the protocol.

Mistakes, such as an await in a function that is not async, or a coroutine that nobody
awaits, are refused as well; package annotations lists them.

# The shape of Poll

A machine can be laid out in several shapes. Three were written by hand for one function
with five awaits, loops in loops, labels, a switch and a retry with back-off; they and
its source are in gen/shapes.txt, with the test that runs all three under every script
and demands the same trace.

	goto        labels, one dispatch at the head, fields; what is described here
	switch      for { switch f.state { ... } }: a case per label, fields; what text books
	            show, and every transpiler for languages without goto emits
	structured  the loops and ifs of the source, with a dispatch at the head of each block
	            that holds an await; locals, saved when it suspends

Nanoseconds per await of a trivial operation, the operation included: every await ready at
once, one in ten suspending, each suspending. Slices of 200,000 awaits in turn, 150 of each, the 10th
percentile; repeated runs differ by 0.2. Two virtual cores of an AMD EPYC, linux/amd64,
Go 1.26.8, 2026-11-21.

	             all ready   1 in 10   each
	goto               5.0       5.5    9.2
	switch             6.7       7.3   11.1
	structured         6.0       7.2   15.3

Time is not the only reason.

  - goto can say everything that Go's control flow can say: a loop, a break out of
    three of them, fallthrough, an await in a case, and goto itself, which the structured
    shape cannot do without falling back to this one. One way for all means one
    way to get right.
  - There is one dispatch per resume, at one place. The switch shape goes through its
    dispatch on every edge that does not fall through, and gc does not thread such jumps;
    the structured shape dispatches once per level.
  - The state is written when Poll suspends, and nowhere else. In the switch shape it is
    written on every edge, so it cannot serve to tell a suspension from an end.
  - The order of the source is kept, and most of its statements; what is left of a loop is
    its label with the head as comment, and two jumps. The structured shape keeps the loop
    itself, which reads better as long as one does not ask how it resumes: its conditions
    are "state != 0 ||" the user's, and heads that must not be evaluated again need guards.
  - Fields need no code to save and restore them, and between calls, where every
    register is lost, a local is a stack slot and no faster. Where it would be, in loops
    without calls, copies serve (see "Hot loops").

What speaks against it: the indentation that shows the nesting in the source is gone, and
a loop that is entered in the middle is irreducible, which costs gc some of its
optimisations. Neither showed where it counts.
*/
package gen
