/*
Package annotations holds what you write to get async/await in Go, and generators: a few
directives and a handful of functions. This page is the manual.

# In one minute

Write an ordinary function, mark it, and write Await where Python has await:

	package echo

	import (
		co "github.com/coroutinegen/coroutinegen/annotations"
		"github.com/coroutinegen/coroutinegen/rt"
		"github.com/coroutinegen/coroutinegen/rt/netio"
	)

	//go:generate go tool coroutinegen

	// handle echoes until the peer closes.
	//
	//coroutine:async
	func handle(conn *netio.Conn) error {
		defer conn.Close()
		buf := make([]byte, 4096)
		for {
			n, err := co.Await(conn.Read(buf))
			if err != nil {
				return err
			}
			if _, err := co.Await(conn.Write(buf[:n])); err != nil {
				return err
			}
		}
	}

	//coroutine:async
	func serve(l *netio.Listener) error {
		for {
			conn, err := co.Await(l.Accept())
			if err != nil {
				return err
			}
			co.Spawn(handleAsync(conn)) // as asyncio.create_task(handle(conn))
		}
	}

	// Serve runs an event loop until serve returns.
	func Serve(l *netio.Listener) error {
		_, err := rt.Run(serveAsync(l))
		return err
	}

Add the tool, once per module:

	go mod edit -tool github.com/coroutinegen/coroutinegen/cmd/coroutinegen
	go mod tidy

Generate, whenever the source has changed:

	go generate ./...

For each function name in x.go that is marked as async, the tool writes a function
nameAsync with the same parameters into x_coroutine.go, beside x.go. nameAsync is
exported if and only if name is. Calling nameAsync runs nothing. As with an async def,
the call makes a coroutine, which you can await, spawn, gather or drop.

The source is plain Go. The tool understands nameAsync before nameAsync was ever
generated. The compiler, go vet and editors understand it once the tool has run.

# Directives

A directive is a line of its own in the comment directly above a function
declaration, with no space in it. There is one more for single lines.

	//coroutine:async

generates a coroutine from the function. The results of the function determine what
the coroutine delivers:

	func f()                        rt.Coroutine[rt.Void]
	func f() error                  rt.Coroutine[rt.Void]
	func f() T                      rt.Coroutine[T]
	func f() (T, error)             rt.Coroutine[T]
	func f() (A, B, error)          rt.Coroutine[rt.Two[A, B]]
	func f() (A, B, C, error)       rt.Coroutine[rt.Three[A, B, C]]

	//coroutine:generator

generates a generator from an iterator function, or from a function with a Yielder: see
"Generators" and "Generators that take values". With both directives, a function is an async
generator: see "Async generators".

	//coroutine:blocking

changes nothing. It says that awaits in this function are meant to block its goroutine,
which runs no loop: see "From ordinary goroutines". Without this directive, an await in a
function that is not async is refused: most likely the directive async was forgotten.
Outside of tests, the call of an async function by its own name, f and not fAsync, is
refused as well: f would run on the goroutine of its caller, beside the loop that f shares
state with.

	//coroutine:blocks reason

stands at the end of a line or above it, and changes nothing. It says that this line may
block the goroutine that runs all tasks: see "What go vet reports".

# Functions

The function that waits for x depends on the number of results of x, and on whether x
can fail:

	v, err := co.Await(x)           one result
	a, b, err := co.Await2(x)       two
	a, b, c, err := co.Await3(x)    three
	err := co.Wait(x)               none
	v := co.Must(x)                 as Await, if x cannot fail: panics if it does
	a, b := co.Must2(x)
	a, b, c := co.Must3(x)

The error reports a failure or a cancellation. For a cancellation, errors.Is(err,
context.Canceled) is true. Return the error as any other.

	co.Spawn(x)                     start x as a task beside this task
	co.Self()                       the task that is running
	co.Async(func() (T, error))     the coroutine of a function literal; see below
	for v := range co.Each(g, &err) the values of an async generator; see "Async generators"

Every [rt.Expr] can be awaited: a coroutine, a task that was spawned, a future, and
the operations of package rt and its subpackages, such as reading from a connection,
[rt.Sleep], [rt.Timeout] and [rt.Gather]. For several tasks at once there are
[rt.TaskGroup], [rt.Wait], [rt.AsCompleted], [rt.Race] and [rt.Select].

A spawned task goes on when the task that spawned it has returned. If the spawned task
fails and nobody asks for its result, the error is reported (see [rt.WithHandler]).

An await may stand wherever a call may: as a statement, in an assignment, a
condition, a return, among operands and arguments. The order of evaluation is
that of Go: calls, receives, && and || to the left of the await are evaluated before
the await. A variable is read after the await, just as Go reads it after a call.

Beside FetchAsync, the tool generates a type FetchFrame with a method Init for an
exported Fetch. Generated code of other packages uses this type to avoid an allocation.
Do not use it yourself.

# Function literals

A literal that is called where it stands may await: it is part of the function
around it. A literal that other code is to run returns a coroutine instead. Async makes
a coroutine of a function without parameters. Parameters belong to the literal around
the call of Async:

	seen := 0
	visit := func(url string) rt.Coroutine[Page] {
		return co.Async(func() (Page, error) {
			page, err := co.Await(fetchAsync(url))
			seen++
			return page, err
		})
	}
	a, b := co.Spawn(visit("/a")), co.Spawn(visit("/b"))

Async runs nothing. Its result can be awaited, spawned, gathered, stored or returned
like any coroutine. Variables are captured as by any literal: here both tasks
increment the same seen. The variant of Async depends on the number of results:

	co.Async(func() (T, error) { ... })              rt.Coroutine[T]
	co.AsyncVoid(func() error { ... })               rt.Coroutine[rt.Void]
	co.Async2(func() (A, B, error) { ... })          rt.Coroutine[rt.Two[A, B]]
	co.Async3(func() (A, B, C, error) { ... })       rt.Coroutine[rt.Three[A, B, C]]

In an async function, the tool turns such literals into machines. Elsewhere, and for a
function that is not a literal, Async makes a coroutine that runs the function as it is,
on a goroutine of its own.

# Cleaning up

A deferred call may be an await, or the call of a literal that awaits.

	defer co.Wait(closeAsync(conn))
	defer func() {
		if v := recover(); v != nil {
			err = co.Wait(reportAsync(v))
		}
	}()

As always, the function and the arguments of the call are evaluated at the defer
statement, and the deferred calls run in reverse order when the function returns, fails
or panics. A panic in flight waits for them. They run to their end even if the task has
been cancelled: what deferred calls await is shielded (see rt.Shield). To limit the time
of a deferred call, use a timeout in it:

	defer co.Wait(rt.Timeout(time.Second, closeAsync(conn)))

The error of a deferred await is dropped, as that of any deferred call. Where it matters, join it to
the result err of the function:

	defer func() { err = errors.Join(err, co.Wait(closeAsync(conn))) }()

runtime.Goexit cannot be suspended. While Goexit ends the task, every await in a
deferred call fails, as if the task was cancelled and nothing was shielded. An await that
would suspend nevertheless panics.

# Where an await waits

What Await does depends on its caller. In an async function, Await suspends the
coroutine, and the loop goes on with other tasks. On an ordinary goroutine, Await blocks
that goroutine until the result is there; see the next section for coroutines. On a
goroutine that is itself running a loop, Await would stop every task, so it panics and
says what to do.

Nothing else may wait in an async function, because all tasks of the loop would wait. Use
rt.Sleep instead of time.Sleep, rt.Receive and rt.Send for a channel, package rt/locks
instead of a sync.Mutex, package rt/netio instead of package net, and rt.ToThread for any
other function that blocks. ToThread calls the function on a goroutine of its own. go vet
reports much of what blocks: see "What go vet reports". In debug mode (COROUTINEDEBUG=1) the
loop reports what keeps it for longer than a second.

A cancellation is a state: once a task is cancelled, each of its awaits fails. A loop
that continues after every error would therefore never end:

	for {
		line, err := co.Await(s.ReadLine())
		if err != nil {
			return err // continue would repeat this for ever
		}
	}

With -backend=goroutine, coroutinegen writes a few lines that run the function
just as you wrote it, on a goroutine in lock-step with the loop. The program behaves the
same, but is slower. Use this backend if you distrust the machine.

# Generators

An iterator function hands its values to a function yield, one after the other. A generator
hands them out when its caller asks for them, as a def with yield does in Python. Mark the
iterator function:

	// words hands out the words of text.
	//
	//coroutine:generator
	func words(text string, yield func(word string) bool) {
		for text != "" {
			word, rest, _ := strings.Cut(text, " ")
			if !yield(word) {
				return
			}
			text = rest
		}
	}

yield is a parameter of type func(V) bool or func(K, V) bool. It may have another name, if no
other parameter has such a type. The function returns nothing or one bool. The tool writes
wordsPull, which has the other parameters of words. A call of wordsPull makes a generator, and
runs nothing of words:

	func main() {
		g := wordsPull("a rose is a rose")
		word, ok := g.Next() // runs words to its first yield
		fmt.Println(word, ok)
		for word := range g.All() { // the values that are left
			fmt.Println(word)
			if word == "is" {
				break // g stays suspended at its yield
			}
		}
		g.Stop() // the yield returns false, and words returns
		word, ok = g.Next()
		fmt.Printf("%q %v\n", word, ok)
	}

This program prints

	a true
	rose
	is
	"" false

The generator is a *wordsGenerator. It has the methods of [rt.Generator], or of
[rt.Generator2] if yield takes two values:

  - Next runs the function to its next yield. It returns the value and true, or false if the
    function has returned.
  - Stop ends the generator. A generator that has not begun never begins.
  - All is for a range statement. It does not begin again: another loop goes on where the first
    one stopped.
  - Where returns the line of the yield at which the generator is suspended. String returns that
    line with the name of the function.

wordsGenerator is exported if and only if words is. For a method, the type of the receiver must
be exported as well. words itself stays as it is, and may be called and ranged over as before.

A function or a method may also return the iterator function, as most methods called All do. It
must return one literal, in its last statement:

	// A Tree is a sorted tree.
	type Tree struct {
		left, right *Tree
		value       int
	}

	// All returns the values of t, in order.
	//
	//coroutine:generator
	func (t *Tree) All() iter.Seq[int] {
		return func(yield func(int) bool) {
			if t == nil {
				return
			}
			for v := range t.left.All() {
				if !yield(v) {
					return
				}
			}
			if !yield(t.value) {
				return
			}
			for v := range t.right.All() {
				if !yield(v) {
					return
				}
			}
		}
	}

The tool writes AllPull, which returns a *TreeAllGenerator. Statements before the literal run
when AllPull is called.

A generator does what [iter.Pull] does. Stop runs the deferred calls of the function. A panic
or a runtime.Goexit of the function reaches the caller of Next or Stop, and ends the generator.
Next and Stop must not be called by several goroutines at once. There are these differences:

  - A generator has no goroutine. Next is a call, and not a switch to another goroutine and
    back. The garbage collector frees a generator that nobody stops; its deferred calls do not
    run then. There are no limits for goroutines that are locked to a thread, or for cgo
    (golang/go#65889, golang/go#67499).
  - If the function calls Next or Stop of its own generator, the call panics, and the message
    says so.

A generator needs no loop. Async functions and all others may use it. It cannot await, but it may
yield coroutines for its caller to await. For a generator that awaits, see "Async generators".

With -backend=goroutine, and in a build with the tag coroutine_source, a generator has the same
type and the same methods, and iter.Pull runs the function as it is.

A generator may hand on the values of another generator of its package. Python has yield from
for that. All does it above, in two loops. yield may also be passed on:

	//coroutine:generator
	func (t *Tree) push(yield func(int) bool) bool {
		return t == nil || t.left.push(yield) && yield(t.value) && t.right.push(yield)
	}

In both cases no generator is made for t.left: its state becomes a part of that of t. A call that
passes yield on may stand in any expression. A loop must have the form of those in All, and both
functions must be polite: no yield is called once one has returned false. The tool sees that if
the function returns where yield returns false, as in these forms, or at its end. What stands for
yield(v) may also be a call that passes yield on to a polite function:

	if !yield(v) { return }
	if keep(v) && !yield(v) { return }
	return yield(a) && yield(b)

A function that delegates to itself is resumed at its innermost call, so a value costs the same at
any depth. This does not hold for functions with deferred calls, nor for functions that
delegate to each other: there each value passes through all the calls. If the innermost call
panics, the stack trace shows this call and Next, but not the calls between them. Where shows
them, as long as the generator is suspended. Its second result is the generator that the first one
waits for:

	// stack prints where the generator on is suspended, the outermost call first.
	func stack(on any) {
		for on != nil {
			var line string
			line, on = on.(rt.Locator).Where()
			fmt.Println(line)
		}
	}

A range over any other iterator function, such as slices.Values(list), calls iter.Pull if its
body yields or awaits. Then there is a goroutine until the loop ends, so a generator with such a
loop must be stopped if its caller does not take all values. A range over a parameter of type
iter.Seq is such a loop. A range over g.All() of a generator g has no goroutine.

A filter that ranges over an iter.Seq which it is given gains nothing as a generator: iter.Pull
of the filter is faster. Let the filter take an rt.Generator, and range over its All.

A range over a generator function of the package, such as t.All(), has no goroutine if that
function is polite, and if neither it nor those that it hands on have deferred calls or loops
that call iter.Pull.

# Generators that take values

A generator in Python also takes values and errors, while it hands out values. Here such a function
has a parameter of type [Yielder], among any others. It may return up to three results. Let it
return an error as well, so that it can say that it was closed:

	// errUndo is thrown to take the last number back.
	var errUndo = errors.New("undo")

	// total hands out the sum of the numbers that are sent to it. It returns the sum after a 0.
	//
	//coroutine:generator
	func total(y co.Yielder[int, int], sum int) (int, error) {
		last := 0
		for {
			n, err := y.Yield(sum)
			switch {
			case err == errUndo:
				n = -last
			case err != nil:
				return sum, err
			case n == 0:
				return sum, nil
			}
			sum, last = sum+n, n
		}
	}

	func main() {
		g := totalPull(10)
		fmt.Println(g.Next())         // runs total to its first Yield
		fmt.Println(g.Send(5))        // the Yield returns 5
		fmt.Println(g.Throw(errUndo)) // the Yield returns errUndo
		fmt.Println(g.Send(0))        // total returns
		fmt.Println(g.Result())

		g = totalPull(1)
		g.Next()
		fmt.Println(g.Close()) // the Yield returns rt.ErrGeneratorExit, and so does total
		fmt.Println(g.Result())
	}

This program prints

	10 true
	15 true
	10 true
	0 false
	10 <nil>
	<nil>
	1 generator is being closed

The first type of a Yielder is that of the values which the function hands out. The second is that
of the values which it takes. Use rt.Void if it takes none. totalPull returns a *totalGenerator with
the methods of [rt.SendGenerator]:

  - Next, Send and Throw run the function to its next Yield, and return the value and true. They
    return false if the function has returned. The Yield at which the function was suspended
    returns the zero value after Next, the value that was sent after Send, and the error after
    Throw.
  - Close ends the generator: the Yield returns [rt.ErrGeneratorExit]. A function that returns on
    errors needs nothing else. Its deferred calls run. Close returns the error of the
    function, but nil for ErrGeneratorExit. If the function yields again, Close returns
    [rt.ErrIgnoredExit].
  - Result returns what the function has returned. Until then, the error is [rt.ErrNoResult].
  - All is for a range statement, as for other generators. It does not tell the error of the
    function: ask for the Result after the loop.
  - Where and String are those of other generators. String says created, running or closed if the
    generator is not suspended.

Before the first Yield nothing can take a value, so Send panics if the generator has not begun.
Throw and Close then end the generator, and nothing of the function runs.

A Yield is a call that may stand anywhere in the function: in a condition, an argument, a loop. It
may not stand in a function literal. In a deferred call it may not stand either.

A function hands on the values of another one of its package if it calls that by its own name, and
passes its Yielder. This is yield from: what is sent or thrown goes to the inner function, and
the result of the inner function is the result of the call. For any other generator there is
[YieldFrom]: one of another package, one that has begun, or one behind the interface
[rt.SendGenerator].

	// totals runs n totals, one after the other, and returns the sum of their results.
	//
	//coroutine:generator
	func totals(y co.Yielder[int, int], n int) (sum int, err error) {
		for range n {
			part, err := total(y, 0)
			if err != nil {
				return sum, err
			}
			sum += part
		}
		return sum, nil
	}

	// tenfold hands on the values of g, and returns ten times its result.
	//
	//coroutine:generator
	func tenfold(y co.Yielder[int, int], g rt.SendGenerator[int, int, int]) (int, error) {
		n, err := co.YieldFrom(y, g)
		return 10 * n, err
	}

In totals no generator is made for total: its state becomes a part of that of totals. A function
may also call itself in this way, and a value then costs the same at any depth, as for other
generators, and with the same exceptions. If a function only hands out values, write an iterator
function: it costs less.

Such a generator has no goroutine either. What is said above about goroutines, loops, panics and the
garbage collector holds here, too. Python's collector closes a generator that nobody needs any more,
and Go's does not. So close a generator that has deferred calls.

With -backend=goroutine, and in a build with the tag coroutine_source, iter.Pull runs the function
as it is. Then a generator that has begun has a goroutine until it ends.

# Async generators

A function with both directives is an async generator: it hands out values and awaits in between, as
an async def with yield does in Python. It has a parameter of type [AsyncYielder], and the results
of an async function. A Yield is awaited like any operation:

	// ticks hands out the numbers up to n, one each millisecond.
	//
	//coroutine:async
	//coroutine:generator
	func ticks(y co.AsyncYielder[int, rt.Void], n int) error {
		defer fmt.Println("ticks has ended")
		for i := range n {
			if err := co.Wait(rt.Sleep(time.Millisecond)); err != nil {
				return err
			}
			if err := co.Wait(y.Yield(i)); err != nil {
				return err
			}
		}
		return nil
	}

	// until prints ticks, up to last.
	//
	//coroutine:async
	func until(last int) (err error) {
		for i := range co.Each(ticksAsync(1000), &err) {
			fmt.Println(i)
			if i == last {
				break
			}
		}
		fmt.Println("the loop has ended")
		return err
	}

	func main() {
		if _, err := rt.Run(untilAsync(1)); err != nil {
			log.Fatal(err)
		}
	}

This program prints

	0
	1
	ticks has ended
	the loop has ended

ticksAsync returns a *co.AsyncGenerator, whose methods return operations to await. It is declared in
package rt/asyncgen. Next, Send and Throw deliver a value and whether there is one, and fail with
the error of the function. Close ends the generator. Result is an ordinary call. If the generator
takes values, a Yield delivers them: x, err := co.Await(y.Yield(v)).

Each is the usual way to take the values. It waits for each value, and the loop goes on with other
tasks meanwhile. However the range statement is left, be it by break, return, goto, a panic or a
cancellation, it closes the generator and waits until that has cleaned up. Only then the code after
the statement runs. So nobody forgets Close. Each sets err to nil at first. At the end, err is the
error of the generator or, if there is none, that of its cleaning up. Give Each the address of the
result err of the function, as until does: then a return in the loop does not lose that error. Each
takes an [asyncgen.Iterator], so the same loop is for generators and for the adapters of package
rt/asynciter, which change and combine such sequences.

Code that calls Next itself must also close the generator:

	// patient prints ticks, and a dot whenever it has waited for 300 microseconds.
	//
	//coroutine:async
	func patient() error {
		g := ticksAsync(2)
		defer co.Wait(g.Close())
		for {
			i, ok, err := co.Await2(rt.Timeout(300*time.Microsecond, g.Next()))
			switch {
			case errors.Is(err, context.DeadlineExceeded):
				fmt.Println(".")
			case err != nil || !ok:
				return err
			default:
				fmt.Println(i)
			}
		}
	}

The function of a generator runs in a task of its own, which the first Next starts, and which has
the name of the function. Only one of the two tasks runs at a time, unless a Next is cancelled. From
this follows what is different from Python:

  - A timeout, a scope or a task group that is open in the function across a Yield belongs to the
    task of the function, and cancels nothing of the consumer. In Python it cancels the consumer
    in code that knows nothing of it, and so PEP 789 wants to forbid such a yield.
  - A Next that is cancelled, or whose time is up, loses nothing: the next Next waits for the same
    value, as in patient. In Python the cancellation reaches the function, which it usually ends.
  - The task that calls the first Next owns the generator. If it ends before the generator has
    ended, the generator is closed, and the loop reports an [asyncgen.ForgottenError]. g.Own(t)
    makes another task its owner. PEP 525 leaves forgotten generators to the garbage collector,
    whose hook asks the loop to close them at some later time. Here nothing waits for the collector.

Close makes the Yield at which the function waits fail with rt.ErrGeneratorExit. If the function
waits for something else, Close cancels its task. In both cases the function cleans up and returns,
and deferred calls may await as in any async function. Close waits for that even if its own task is
cancelled. If cleaning up might take for ever, use a timeout in it: see "Cleaning up".

A Yield may also be awaited by another async function, which gets y as an argument. That function
is no generator: it has the directive async only.

	// pair hands out two numbers for a generator.
	//
	//coroutine:async
	func pair(y co.AsyncYielder[int, rt.Void], n int) error {
		if err := co.Wait(y.Yield(n)); err != nil {
			return err
		}
		return co.Wait(y.Yield(n + 1))
	}

	//coroutine:async
	//coroutine:generator
	func pairs(y co.AsyncYielder[int, rt.Void], n int) error {
		for i := range n {
			if err := co.Wait(pairAsync(y, 10*i)); err != nil {
				return err
			}
		}
		return nil
	}

To hand on the values of another async generator, range over it with Each and yield them.

If the number of things to close is not known beforehand, put them on a stack, as on Python's
AsyncExitStack. Package rt/cleanup has the stack:

	// heads prints the first value of each of n generators.
	//
	//coroutine:async
	func heads(n int) (err error) {
		var stack cleanup.ExitStack
		defer func() { err = errors.Join(err, co.Wait(stack.Close())) }() // the last generator is closed first
		for range n {
			g := ticksAsync(n)
			stack.Push(func() rt.Expr[rt.Void] { return g.Close() })
			v, _, err := co.Await2(g.Next())
			if err != nil {
				return err
			}
			fmt.Println(v)
		}
		return nil
	}

An async generator has no goroutine: a task is not one. With -backend=goroutine, and in a
build with the tag coroutine_source, its function has one, as every async function has.

# Generators in Python and here

	Python                             Go
	def f(): with yield                func f(y co.Yielder[V, S]) error, with //coroutine:generator
	x = yield v                        x, err := y.Yield(v)
	next(g)                            v, ok := g.Next()
	g.send(x)                          v, ok := g.Send(x)
	g.throw(e)                         v, ok := g.Throw(err)
	g.close()                          err := g.Close()
	for v in g:                        for v := range g.All()
	r = yield from f(a)                r, err := f(y, a)
	r = yield from g                   r, err := co.YieldFrom(y, g)
	return r                           return r, nil
	StopIteration.value                r, err := g.Result()
	except GeneratorExit:              if errors.Is(err, rt.ErrGeneratorExit)
	generator ignored GeneratorExit    rt.ErrIgnoredExit
	inspect.getgeneratorstate(g)       g.String(), g.Where()
	async def f(): with yield          func f(y co.AsyncYielder[V, S]) error, with both directives
	x = yield v, in async def          x, err := co.Await(y.Yield(v))
	async for v in g:                  for v := range co.Each(g, &err)
	await anext(g)                     v, ok, err := co.Await2(g.Next())
	await g.asend(x)                   v, ok, err := co.Await2(g.Send(x))
	await g.athrow(e)                  v, ok, err := co.Await2(g.Throw(err))
	await g.aclose()                   err := co.Wait(g.Close())
	async with aclosing(g):            defer co.Wait(g.Close()), or co.Each
	AsyncExitStack                     cleanup.ExitStack and defer co.Wait(stack.Close())

An iterator function, with a yield that returns a bool, is the shorter way to write a generator that
takes no values: see "Generators".

# Tests

A function in a _test.go file may be async, in the package or in the package that ends
with _test. It may await what the package under test has. What becomes of x_test.go is
x_coroutine_test.go, which is part of the tests alone. The test itself is not async, since go
test calls it: it runs an async function on a loop with a fake clock.

	func TestTimeout(t *testing.T) {
		if _, err := rttest.Run(t, timeoutAsync(t)); err != nil {
			t.Error(err)
		}
	}

	//coroutine:async
	func timeout(t *testing.T) error {
		conn := dial(t, "welcome", time.Hour)
		start := co.Self().Loop().Now()
		err := co.Wait(rt.Timeout(time.Minute, loginAsync(conn, "ada")))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if d := co.Self().Loop().Now().Sub(start); d != time.Minute {
			t.Errorf("gave up after %v", d)
		}
		return nil
	}

t.Error, t.Fatal and t.Skip work in an async function as in a test. rttest.Cleanup(t, x) is the
t.Cleanup of what awaits. A subtest of t.Run has a goroutine of its own, and so it runs a loop
of its own. Lines that t.Error prints are those of x_coroutine_test.go, unless the source runs
(see below) or -line is given.

go tool coroutinegen help testing shows the rest of this test, a table test, and tests of a
cancellation and against a fake peer. If a test has async functions, its package is generated
only if its tests compile.

# Debugger and coverage

A machine runs in place of its source, so a breakpoint in the source is never reached, and
its coverage is zero. Build with the tag coroutine_source, and the source itself runs:

	go test -tags coroutine_source -coverprofile=cover.out ./...
	dlv test --build-flags="-tags=coroutine_source"

Every constructor has a branch that runs the function on a goroutine in lock-step with the
loop, as -backend=goroutine does. Without the tag, the compiler drops the branch and the
function. The branch makes the function a used one for staticcheck and other linters, and
ties the generated file to it: if the function is renamed, or the call does not fit its
signature any more, the file does not compile until it is generated again.

With the flag -line, the machine has line directives: traces, profiles, race reports and
breakpoints of the machine itself show the lines of the source.

A dependency that was generated without the branch stays a machine. So does a frame that
your own code holds and polls. A mirror (-o) has no sources and no branch.

# Stale files

If you change the body of an async function and do not generate again, the old machine
compiles and runs. The header of a generated file has a digest of each function, so that
this is found. A digest covers the syntax of the function, what its names mean, and the
types of its variables. Comments, formatting and places do not change it. These compare
the digests with the source:

  - one line in the tests of the package, coroutinetest.UpToDate(t) of package
    gen/coroutinetest;
  - go vet, and other drivers of analyzers (see "What is refused");
  - coroutinegen -check, which compares the whole file and says which functions have
    changed.

A generated file that does not fit the runtime in go.mod does not compile. The error is
"constant -1 overflows machine.GenerateAgain" or "... machine.UpdateRuntime": run go
generate, or go get github.com/coroutinegen/coroutinegen.

# From ordinary goroutines

A goroutine that runs no loop can await a task, a future and an operation of a
connection in use: they already belong to a loop, or to none. A coroutine belongs to the
loop that runs it, and shares state with the other coroutines of that loop, without locks.
Therefore the await of a coroutine panics where no loop runs. The goroutine must say
which loop is to run the coroutine, in one of three ways:

	rt.Run(x)                               a new loop, which this goroutine runs until x has
	                                        returned: main, or a test
	rt.Block(rt.StartThreadsafe(loop, x))   a loop that another goroutine runs
	rt.RunThreadsafe(ctx, loop, x)          the same, until ctx ends: then x is cancelled and
	                                        its error is returned

RunThreadsafe is for the handlers of net/http, each of which runs on a goroutine of its
own. In this program, main runs a loop with rt.Run. serve finds the loop with
co.Self().Loop() and gives it to the handlers. net/http serves on goroutines beside the
loop:

	func main() {
		addr := flag.String("addr", "127.0.0.1:8080", "listen on `address`")
		pause := flag.Duration("pause", 10*time.Millisecond, "`time` that a visit takes")
		flag.Parse()
		l, err := net.Listen("tcp", *addr)
		if err != nil {
			log.Fatal(err)
		}
		log.Print("listening on http://", l.Addr(), "; stop with Ctrl-C")
		// This goroutine runs the loop until serve returns. A signal cancels serve, which
		// then returns nil, and so does rt.Run: serve has taken the cancellation.
		if _, err := rt.Run(serveAsync(l, *pause), rt.CancelOn(os.Interrupt, syscall.SIGTERM)); err != nil {
			log.Fatal(err)
		}
		log.Print("stopped")
	}

	// serve lets net/http serve on goroutines of its own until the task is cancelled.
	//
	//coroutine:async
	func serve(l net.Listener, pause time.Duration) error {
		server := &http.Server{Handler: newSite(co.Self().Loop(), pause)}
		return co.Wait(rt.ToThreadContext(func(ctx context.Context) (rt.Void, error) {
			return rt.Void{}, listen(ctx, server, l, 10*time.Second)
		}))
	}

	// listen serves until ctx ends, and then until every handler has answered, but for
	// grace at most: then it cuts the connections that are left. The loop goes on
	// meanwhile: the handlers need it.
	func listen(ctx context.Context, server *http.Server, l net.Listener, grace time.Duration) error {
		ended := make(chan error, 1)
		stop := context.AfterFunc(ctx, func() {
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
			defer cancel()
			err := server.Shutdown(late)
			if err != nil {
				err = errors.Join(err, server.Close())
			}
			ended <- err
		})
		if err := server.Serve(l); stop() {
			return err // ctx has not ended
		}
		return <-ended
	}

	// A site counts visits. The map belongs to the loop: only coroutines touch it,
	// and it needs no lock.
	type site struct {
		loop   *rt.Loop
		pause  time.Duration
		visits map[string]int
	}

	func newSite(loop *rt.Loop, pause time.Duration) *site {
		return &site{loop: loop, pause: pause, visits: make(map[string]int)}
	}

	// visit counts a visit of page.
	//
	//coroutine:async
	func (s *site) visit(page string) (int, error) {
		n := s.visits[page] + 1
		s.visits[page] = n
		return n, co.Wait(rt.Sleep(s.pause))
	}

	// ServeHTTP is called by net/http, on a goroutine for each request.
	func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
		n, err := rt.RunThreadsafe(r.Context(), s.loop, s.visitAsync(r.URL.Path))
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "visit %d\n", n)
	}

If a client goes away, the context of its request ends, and so does the coroutine. Ctrl-C
and SIGTERM cancel serve. Then the context that serve has given to listen ends, and listen
shuts the server down: no more connections are accepted, and the handlers that are running
answer. The loop still runs, so the coroutines of these handlers can finish. After ten seconds
listen cuts the connections whose handlers have not answered, and returns an error. Then serve
returns, rt.Run cancels the tasks that are left and closes the loop, and main returns.

rt.Run returns what serve returns: here nil, if every handler has answered in time. A serve
that does not take the cancellation returns the error of the await that was cancelled, and
rt.Run returns that error. Then errors.Is(err, context.Canceled) is true, and main should not
call log.Fatal.

The program is example/handler of this module. It behaves the same with
-backend=goroutine.

# What is refused

The tool refuses whatever it cannot translate faithfully, and what is certainly a
mistake. It prints the position, a code and a remedy, and generates nothing. To have a code
explained by an example, with what to write instead, give it to the tool:

	go tool coroutinegen help AwaitInClosure

Async functions cannot yet

  - have more than three results besides the error (TooManyResults); a literal that is
    called where it stands may
  - be main, init or _ (UnsupportedTarget), or what go test calls, such as TestX in a
    _test.go file (DirectiveInTest), lack a body (MissingBody), or stand in a file that
    imports "C" (DirectiveInCgo)
  - await in a function literal that is not called or deferred where it stands, nor
    passed to Async (AwaitInClosure), or in the call of a go statement (AwaitInGo);
    arguments of go statements may await
  - keep a value across an await if their package cannot write the type of the value
    (UnnameableType), or if that type is declared in the function and has the name of
    a predeclared type, or of something generic in the package that the function uses
    as well (LocalTypeClash)
  - read a variable to the left of a call that assigns it by a function literal, where gc
    reads it before or after the call, depending on what it inlines (OrderUncertain)
  - range over Each in a range over a function that keeps a goroutine (EachMisplaced)
  - stand in a package that declares nil, true, panic, error, int and the like anew,
    or declare a type of such a name themselves (PredeclaredHidden); variables,
    constants and imports in them may have any name

Generators cannot yet do what the second and the last of these say, nor

  - await, other than in a literal that is passed to Async (AwaitOutsideAsync), unless they are
    async as well
  - use yield or a Yielder in a function literal, as a value, or as the call of a defer or go
    statement; only a generator of the same package, or YieldFrom, may get it (YieldEscapes)
  - have more results than a bool, a yield whose type is a name, two return statements
    for iterator functions, or a type, a constant or a coroutine before the literal
    (GeneratorSignature); be methods of a generic type that is declared in another file, or with
    other names for its type parameters (GeneratorSignature)
  - keep a value across a yield if its type is declared in the function, and the package uses the
    name of the type for something else (LocalTypeClash)

Mistakes that are caught:

  - an await in a function that is not marked, or the call of an async function of any
    package by its own name in such a function (AwaitOutsideAsync); an await or such a
    call in the initial value of a package-level variable (AwaitAtPackageLevel)
  - an await that would never be evaluated (AwaitNotEvaluated), and an await
    function used as a value (AwaitNotCalled)
  - a call that stands as a statement although its result must be awaited, or is a generator:
    nothing would ever run it (AsyncValueDropped)
  - a call, in an async function, of a function that blocks its goroutine, of an async
    function of any package by its own name, or of rt.Run, rt.Block and the like
    (BlockingCall)
  - Self or Spawn on another goroutine, which runs no task: in a go statement, or in a literal
    that rt.ToThread, context.AfterFunc and the like run (SelfInGo)
  - a directive with a typo (DirectiveUnknown, DirectiveMangled), in the wrong place
    (DirectiveMisplaced), twice (DirectiveRepeated) or with arguments
    (DirectiveArguments)
  - a Yield of a Yielder in a function that is not marked (YieldOutsideGenerator)
  - a generator without a parameter yield, or with two Yielders (GeneratorSignature), and a call
    of Each that no range statement ranges over, or that has no error to set (EachMisplaced)
  - a name that is already taken, by which a function (DuplicateName) or a file
    (TargetTaken) would be generated
  - code that does not compile (DoesNotCompile), and generic functions that would
    need infinitely many instances (InstantiationCycle)

# What go vet reports

The checks also run in go vet, tests included,

	go vet -vettool=$(go tool -n coroutinegen) ./...

and in any other driver of analyzers: package gen/check/suite lists the analyzers, and says
how golangci-lint runs them. They report more than the tool refuses, because Go allows it, and
because it may be meant. The analyzer coroutinegen, which makes the checks, also reports

  - an await that stands as a statement and drops its error, and so drops a cancellation
    (ErrorDropped). _, _ = co.Await(x) drops the error on purpose. In deferred calls, and for
    rt.Shield, nothing is reported: no cancellation reaches them. In a generator that takes values,
    y.Yield(v), inner(y) and co.YieldFrom(y, g) must not drop their errors either: by them it
    learns that it is closed.
  - an async function f that is used as a value, as in each(f): a task that calls this value
    blocks the loop (AsyncFuncValue). Use fAsync instead. If f is to run on a goroutine of
    its own, as in rt.ToThread(f), nothing is reported.
  - an async function that has changed since its coroutine was generated, and a generated
    file that somebody edited (Stale). Run go generate. See "Stale files".

The analyzer blocking reports, in async functions and in literals that are coroutines, what
blocks the goroutine that runs all tasks:

  - channel operations, and calls such as time.Sleep, os.ReadFile, net.Dial and http.Get
  - a call of a function of the same module that does any of these, in any number of steps
  - a sync.Mutex that is held across an await

The flag -blocking.calls=path.Func,path.Type.Method,path.* adds functions to its list. A line
that takes no time worth mentioning says so, at its end or on the line above:

	config, err := os.ReadFile(name) //coroutine:blocks the program has just begun

The analyzer unawaited reports what nobody awaits or ends:

  - coroutines, tasks and futures that are put into a slice or a map which nothing reads,
    and coroutines in fields which nothing reads
  - a task group that is never joined, and a scope that is not closed on one of the ways to
    the end of the function

Three more analyzers report one mistake each:

  - the analyzer deferrederr, a deferred literal which replaces the error of its function by
    that of an await, or which decides by another err than the function returns
  - the analyzer shielded, a timeout around a shield: it ends nothing
  - the analyzer detached, a context made of context.Background for a function that rt.ToThread
    runs: it does not end when the await is cancelled

The documentation of each analyzer, gen/check/blocking for example, says what it cannot see.
The command "coroutinegen help vet" prints their flags, and what golangci-lint needs.
A flag leaves an analyzer out: -blocking=false.

The checks need code that compiles: until go generate has run, go vet reports only
that nameAsync is undefined. Five codes come from stages after the checks, so
only the tool reports them: UnnameableType, LocalTypeClash, OrderUncertain,
PredeclaredHidden and InstantiationCycle. If go vet accepts a package and the tool refuses
it, it has one of these mistakes; go generate in CI, or coroutinegen -check, finds them.
*/
package annotations
