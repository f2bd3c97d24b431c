/*
Package annotations is what you write to get async/await in Go: two directives and
a handful of functions. This page is the manual.

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

For each function name marked as async the tool writes, in x_coroutine.go beside
x.go, a function nameAsync with the same parameters (so NameAsync is exported if
and only if Name is). Calling nameAsync runs nothing: as with an async def, it
makes a coroutine, to be awaited, spawned, gathered, or dropped.

The source is plain Go. The tool understands nameAsync before it was ever
generated; the compiler, go vet and editors do once the tool has run.

# Directives

A directive is a line of its own in the comment directly above a function
declaration, with no space in it.

	//coroutine:async

generates a coroutine from the function. What the coroutine delivers follows from
the results:

	func f()                        rt.Coroutine[rt.Void]
	func f() error                  rt.Coroutine[rt.Void]
	func f() T                      rt.Coroutine[T]
	func f() (T, error)             rt.Coroutine[T]
	func f() (A, B, error)          rt.Coroutine[rt.Two[A, B]]
	func f() (A, B, C, error)       rt.Coroutine[rt.Three[A, B, C]]

	//coroutine:blocking

changes nothing; it says that awaits in this function are meant to block its
goroutine, which runs no loop: see "From ordinary goroutines". Without it, an await in a
function that is not async is refused: most likely somebody forgot the other directive.
So is the call of an async function by its own name, f and not fAsync, outside of tests:
it would run on the goroutine of its caller, beside the loop that it shares state with.

# Functions

To wait for something, by how many results it has and whether it can fail:

	v, err := co.Await(x)           one result
	a, b, err := co.Await2(x)       two
	a, b, c, err := co.Await3(x)    three
	err := co.Wait(x)               none
	v := co.Must(x)                 as Await, for what cannot fail: panics if it does
	a, b := co.Must2(x)
	a, b, c := co.Must3(x)

The error is how failure arrives, and cancellation, too: errors.Is(err,
context.Canceled). Return it, as any other.

	co.Spawn(x)                     start x as a task beside this one
	co.Self()                       the task that is running
	co.Async(func() (T, error))     the coroutine of a function literal; see below

What can be awaited is every [rt.Expr]: a coroutine, a task that was spawned, a
future, and the operations of package rt, such as reading from a connection,
[rt.Sleep], [rt.Timeout] and [rt.Gather]. For several tasks at once there are
[rt.TaskGroup], [rt.Wait], [rt.AsCompleted], [rt.Race] and [rt.Select].

A task that is spawned goes on when the one that spawned it has returned. If it
fails and nobody asks for its result, the error is reported (see [rt.WithHandler]).

An await may stand wherever a call may: as a statement, in an assignment, a
condition, a return, among operands and arguments. The order of evaluation stays
that of Go: calls, receives, && and || to the left of the await are evaluated before
it. A variable is read after the await, just as Go reads it after a call.

Beside FetchAsync, an exported Fetch gets a type FetchFrame with a method Init. That
is for coroutines of other packages, which hold it instead of allocating; leave it to them.

# Function literals

A literal that is called where it stands may await: it is part of the function
around it. A literal that somebody else is to run returns a coroutine, which Async
makes of a function without parameters. For parameters there is the literal around
that:

	seen := 0
	visit := func(url string) rt.Coroutine[Page] {
		return co.Async(func() (Page, error) {
			page, err := co.Await(fetchAsync(url))
			seen++
			return page, err
		})
	}
	a, b := co.Spawn(visit("/a")), co.Spawn(visit("/b"))

Async runs nothing; what it returns is awaited, spawned, gathered, stored or
returned like any coroutine. Variables are captured as by any literal: here both
tasks count with the same seen. By how many results there are:

	co.Async(func() (T, error) { ... })              rt.Coroutine[T]
	co.AsyncVoid(func() error { ... })               rt.Coroutine[rt.Void]
	co.Async2(func() (A, B, error) { ... })          rt.Coroutine[rt.Two[A, B]]
	co.Async3(func() (A, B, C, error) { ... })       rt.Coroutine[rt.Three[A, B, C]]

In an async function the tool makes machines of such literals. Elsewhere, and of a
function that is not a literal, Async makes a coroutine that runs it as it is, on a
goroutine of its own.

# Cleaning up

Deferred calls may await: the call itself, or the literal that is deferred.

	defer co.Wait(closeAsync(conn))
	defer func() {
		if v := recover(); v != nil {
			err = co.Wait(reportAsync(v))
		}
	}()

As always, what the call is applied to is evaluated at the defer statement, and
the calls run last one first when the function returns, fails or panics. A panic in
flight waits for them. They run to their end even if the task has been cancelled: what
deferred calls await is shielded (see rt.Shield). To bound it, use a timeout inside:

	defer co.Wait(rt.Timeout(time.Second, closeAsync(conn)))

runtime.Goexit cannot be held up. While it ends the task, every await in a deferred
call fails, as if the task was cancelled and without any shield; one that would
suspend nevertheless panics.

# Where an await waits

Await waits for whoever calls it. In an async function it suspends the coroutine,
and the loop goes on with other tasks. On an ordinary goroutine it blocks that
goroutine until the result is there; see the next section for coroutines. On a
goroutine that is itself running a loop it would stop every task, so it panics and
says what to do.

Nothing else may wait in an async function: all tasks of the loop would. For time.Sleep
there is rt.Sleep, for a channel rt.Receive and rt.Send, for a sync.Mutex package rt/locks,
for package net package rt/netio, and for any other function that blocks rt.ToThread,
which calls it on a goroutine of its own. In debug mode (COROUTINEDEBUG=1) the loop reports
what keeps it for longer than a second.

A cancellation is a state: once a task is cancelled, each of its awaits fails. So a loop
that goes on after every error never ends:

	for {
		line, err := co.Await(s.ReadLine())
		if err != nil {
			return err // continue would turn for ever
		}
	}

With -backend=goroutine, coroutinegen writes a few lines that run the function
just as you wrote it, on a goroutine in lock-step with the loop. All behaves the
same, only slower: use it to step through the source in a debugger, or if you
distrust the machine.

# From ordinary goroutines

A goroutine that runs no loop can await a task, a future and an operation of a
connection in use: they belong to a loop, or to nobody. A coroutine belongs to the loop
that runs it, and shares state with the other coroutines there, without locks. So an
await of a coroutine where no loop runs panics, and the goroutine says which loop is
meant, in one of three ways:

	rt.Run(x)                               a new loop, which this goroutine runs until x has
	                                        returned: main, or a test
	rt.Block(rt.StartThreadsafe(loop, x))   a loop that another goroutine runs
	rt.RunThreadsafe(ctx, loop, x)          the same, until ctx ends: then x is cancelled, and
	                                        its error returned

The last is for the handlers of net/http, each of which runs on a goroutine of its own.
The loop is that of the main task: main runs it with rt.Run, serve finds it with
co.Self().Loop() and gives it to the handlers, and net/http serves on goroutines beside it:

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

If a client goes away, the context of its request ends, and with it the coroutine. Ctrl-C
and SIGTERM cancel serve. The context that serve has given to listen ends then, and listen
shuts the server down: no connection is accepted any more, and the handlers that are at work
answer. The loop still runs, so their coroutines come to their ends. After ten seconds listen
cuts the connections whose handlers have not answered, and returns an error. Then serve returns,
rt.Run cancels the tasks that are left and closes the loop, and main returns.

rt.Run returns what serve returns: nil here, if every handler has answered in time. A serve
that does not take the cancellation returns the error of the await that was cancelled, and
rt.Run with it: errors.Is(err, context.Canceled) then reports true, and main leaves out
log.Fatal for it.

The program is example/handler of this module. All of this is the same with
-backend=goroutine.

# What is refused

Whatever cannot be translated faithfully is refused, with its position, a code
and a remedy; and so is what is certainly a mistake. Nothing is generated then.
Async functions cannot yet

  - have more than three results besides the error (TooManyResults); a literal that is
    called where it stands may
  - be main, init or _ (UnsupportedTarget), lack a body (MissingBody), or stand in
    a file that imports "C" (DirectiveInCgo) or in a _test.go file (DirectiveInTest)
  - await in a function literal that is not called or deferred where it stands, nor
    passed to Async (AwaitInClosure), or in the call of a go statement (AwaitInGo);
    arguments of go statements may await
  - keep a value across an await if their package cannot write the type of the value
    (UnnameableType), or if that type is declared in the function and has the name of
    a predeclared type, or of something generic in the package that the function uses
    as well (LocalTypeClash)
  - stand in a package that declares nil, true, panic, error, int and the like anew,
    or declare a type by such a name themselves (PredeclaredHidden); variables,
    constants and imports may have any name

Mistakes that are caught:

  - an await in a function that is not marked, or the call of an async function, of
    whatever package, by its own name there (AwaitOutsideAsync); both in the initial value of a
    package-level variable (AwaitAtPackageLevel)
  - an await that would never be evaluated (AwaitNotEvaluated), and an await
    function used as a value (AwaitNotCalled)
  - a call whose result is to be awaited, standing as a statement: nothing would
    ever run it (AsyncValueDropped)
  - a call, from an async function, of one that blocks its goroutine, of an async one
    of whatever package by its own name, or of rt.Run, rt.Block and the like
    (BlockingCall)
  - Self or Spawn on a new goroutine, which runs no task (SelfInGo)
  - a directive with a typo (DirectiveUnknown, DirectiveMangled), in the wrong place
    (DirectiveMisplaced), twice (DirectiveRepeated) or with arguments
    (DirectiveArguments)
  - a name that is taken already, be it that of the function to generate
    (DuplicateName) or that of the file (TargetTaken)
  - code that does not compile (DoesNotCompile), and generic functions that would
    have instances without end (InstantiationCycle)

The checks run in go vet, too, tests included,

	go vet -vettool=$(go tool -n coroutinegen) ./...

and in any other driver of analyzers, as the Analyzer of package gen/check. They report two
things more there, both in async functions, which the tool allows:

  - an await that stands as a statement drops its error, and a cancellation with it
    (ErrorDropped). _, _ = co.Await(x) drops it on purpose.
  - an async function f that is used as a value, as in each(f): whoever calls that value in
    a task blocks the loop (AsyncFuncValue). A value of fAsync is meant, or f is for a
    goroutine of its own, as in rt.ToThread(f), which is not reported.

This is for code that compiles: until go generate has run, go vet says no more
than that nameAsync is undefined. Four codes need what comes after the checks, so
only the tool reports them: UnnameableType, LocalTypeClash, PredeclaredHidden and
InstantiationCycle. A package that go vet accepts and the tool refuses has one of
these; go generate in CI, or coroutinegen -check, finds it.
*/
package annotations
