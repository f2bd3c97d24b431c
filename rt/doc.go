// Package rt runs coroutines. It is to the machines that coroutinegen makes,
// and to those written by hand, what Python's asyncio is to coroutines there: a
// single-threaded event loop with tasks, futures, timers and cancellation.
//
// [Run] runs a coroutine as the main task of a new loop. [Spawn] starts a task
// beside the current one, [Gather] several and waits for them. [Sleep],
// [Timeout], [Shield], [Future] and [ToThread] give something to wait for, and
// so do packages netio, queues and locks; [Select] waits for one of several.
//
// # One turn of the loop
//
// This is all that the loop does, over and over ([Loop.RunForever]):
//
//  1. It runs what is ready: the tasks that were woken and the callbacks that
//     came due, in the order in which they did so. Only those that are ready
//     when the turn begins: what becomes ready meanwhile has to wait for the
//     next turn, so nothing can keep the loop from going round. To run a task
//     is to poll its coroutine once: one step.
//  2. It fires the timers that are due. This wakes tasks and makes callbacks
//     ready; it runs nothing.
//  3. It asks the [Poller]. If nothing is ready it waits there, until a
//     descriptor is ready, the next timer is due or another goroutine has
//     sent something. Descriptors that are ready wake their tasks. While there
//     is always something ready, the poller is asked once in 64 steps, or when a
//     time slice of half a millisecond is over: a system call per turn would cost
//     more than the turn. On Linux a loop that waits is a goroutine that waits, in
//     the poller of Go's scheduler: it has no thread, and to wake it is no system
//     call (park_linux.go).
//  4. It takes in what other goroutines have sent: wake-ups, and calls
//     ([Loop.CallSoonThreadsafe]).
//
// A time slice ends the first, the second and the fourth part early, and the step of a
// task at one of its next awaits, so that tasks that are always busy do not hold up the
// rest: who has to wait behind five of them waits for some three milliseconds. An await
// that is ready only counts: the step looks whether its slice is over after as many as
// were an eighth of the slice before, and after 32 at most. A timer says that it is over.
// Where timers are late, as in a Go process on Linux that does nothing else, the loop
// reads the clock as well, about eight times in a slice. On a loop with a clock or a seed
// of its own, which is to do the same when it is run again, there are no slices: only
// counts bound.
//
// Everything of a loop happens on the one goroutine that runs it, so tasks of
// one loop need no locks against each other: between two awaits nothing else
// runs. Across an await they use those of package locks; a sync.Mutex there
// stops the loop. What other goroutines may call says so.
//
// # Input and output
//
// Connections, listeners and datagrams are package netio below this one. It is written
// on what this package exports: a loop watches descriptors ([Loop.Watch]), and so
// anybody can make something awaitable that has one. What the system cannot wait for,
// such as a file, is a call on another goroutine: [ToThread]. Buffers, TLS, files, other
// programs and callbacks are packages below this one, too: streams, tlsconn, files,
// subprocess, transports.
//
// # Awaitables
//
// The protocol is one method, [Awaitable].Poll: a result, or "not ready", and
// then the task will be woken when asking again is worthwhile. A coroutine that
// awaits another polls it, and returns not ready if that does. So a suspension
// goes up to the loop through ordinary returns, a wake-up comes down through
// ordinary calls, and panics, stack traces and profiles show the chain of awaits
// as it is. The price is that a suspension n awaits deep costs n returns, and its
// end n calls: some 5 ns for each level while the frames fit the cache, and some 20
// beyond that. A recursion in which every level awaits something more on its way back
// takes time that grows with the square of its depth: 20,000 levels take some 4.5
// seconds. Let deep recursions suspend at their ends only, or spawn a part of them.
//
// A leaf is an awaitable that does not wait for another one but for the world.
// This is what its Poll does:
//
//   - The first poll begins with [Task.Checkpoint], which fails if the task is
//     cancelled and suspends it if it has completed too many operations in this
//     step: a task that never has to wait must not starve the rest.
//   - Every poll then tries to complete. A result that is there is returned,
//     even if the task was cancelled meanwhile: nothing delivered is lost.
//   - Else, if [Task.Err] is not nil, it withdraws what it registered, and
//     returns that error.
//   - Else it makes sure, once, that the task will be woken, by [Task.Wake] or
//     [Task.WakeThreadsafe], and returns not ready. Wake-ups may be spurious.
//
// A [Stage] keeps track of that: whether a poll is the first, and that nobody polls an
// operation after its end. What waits for a descriptor lets its loop watch that
// ([Loop.Watch]): the package example/inotify of this module shows all of it.
//
// One that waits for its turn rather than for the world stands in a [Line],
// where it is served: see [Line] and [Contender], which packages
// locks and queues are made of, for what is like them.
//
// Operations are plain values, and it is their pointer that has Poll: kept in a
// field of the frame, an operation allocates nothing. Between its first poll and
// its end it must not be copied.
//
// # Coroutines by hand
//
// A frame is a struct with what is kept across awaits, a state that says which
// await it stands at, and Poll, which goes on from there. This waits and then
// greets:
//
//	type greetFrame struct {
//		state greetState
//		name  string
//		sleep rt.SleepOp
//	}
//
//	func (f *greetFrame) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
//		state := f.state
//		f.state = greetDone // unless it suspends
//		switch state {
//		case greetAwaitSleep:
//			goto awaitSleep
//		case greetDone:
//			panic(machine.Resumed("greet"))
//		}
//		f.sleep = rt.Sleep(time.Second)
//	awaitSleep:
//		if _, err, ready := f.sleep.Poll(t); !ready {
//			f.state = greetAwaitSleep
//			return rt.Void{}, nil, false
//		} else if err != nil {
//			return rt.Void{}, err, true
//		}
//		fmt.Println("hello,", f.name)
//		return rt.Void{}, nil, true
//	}
//
//	func greetAsync(name string) rt.Coroutine[rt.Void] {
//		return rt.NewCoroutine[rt.Void](&greetFrame{name: name})
//	}
//
// The example of [NewCoroutine] is this program in full. Package machine holds what such
// frames call, and generated ones above all.
//
// A frame may also say where it stands, by a method Where ([Locator]): then
// [Task.Stack] prints the whole chain of awaits with source lines.
//
// # Cancellation
//
// [Task.Cancel] cancels a task, [Scope] and [Timeout] a part of what it does.
// Cancellation is a state and not an event: every await fails, until the scope
// is left or the request taken back ([Task.Uncancel]). The error is how it
// arrives, errors.Is(err, context.Canceled) or context.DeadlineExceeded; code
// that returns on errors and defers its cleaning up needs nothing else.
// Cleaning up that has to await does so in a [Shield]. A value that was
// delivered is never lost to a cancellation or a timeout of the same moment: it
// is the await after that one which fails.
//
// # Several at once
//
// [Gather] waits for several coroutines, a [TaskGroup] for tasks whose number is
// not known beforehand: none of them outlives the group, and the first failure
// cancels the others, or does not ([Task.OpenSupervisor]). [Wait] waits for some
// of several tasks and futures, [AsCompleted] hands out results as they come,
// [Race] and [StaggeredRace] keep the first, [WaitFor] takes its task with it
// when it gives up. [Select] waits for one of several operations. All of these
// are built on the protocol that you have.
//
// # Failure
//
// A coroutine fails by its error. An error that nobody looks at is reported,
// once, to the handler of the loop ([WithHandler]), else printed; those of
// several tasks are joined in a [*GroupError]. A panic is a bug: it goes to
// whoever awaits the task, else to the handler, else out of the function that
// runs the loop. When that function is [Run], all other tasks are cancelled and
// run to their ends first: nothing is left behind, whether the main task
// returns, panics or ends its goroutine (testing.T.FailNow).
//
// Where the tasks of a program that hangs stand, [Loop.Dump] tells: let a signal
// print it.
//
//	l := co.Self().Loop()
//	l.AddSignalHandler(func(os.Signal) { fmt.Fprint(os.Stderr, l.Dump()) }, syscall.SIGUSR1)
//
// A signal handler of the loop runs on the loop, and so does not run when a step of a
// task never ends. Any other goroutine may call Dump, too, and gets the stack of the
// goroutine that runs the loop if the loop does not answer:
//
//	signals := make(chan os.Signal, 1)
//	signal.Notify(signals, syscall.SIGUSR1)
//	go func() {
//		for range signals {
//			fmt.Fprint(os.Stderr, l.Dump())
//		}
//	}()
//
// Debug mode ([Loop.SetDebug], or COROUTINEDEBUG=1) finds steps that block,
// coroutines that are never awaited and calls on the wrong goroutine. An
// [Observer] sees every step.
//
// A sync.Mutex that a task holds across an await stops the whole loop when a second
// task locks it: the second task waits for the first, which cannot run until the
// second suspends. Debug mode reports such a step after a second, while it lasts, with
// its stack ([StuckStepError], [Loop.SetStuckStep]). The locks of package locks may be
// held across awaits.
//
// # Other goroutines, other loops
//
// A [Future] may be set and awaited anywhere; [Go], [Callback], [FromContext]
// and [Receive] make operations of what others have. [StartThreadsafe] starts a
// task on a loop from outside, [RunThreadsafe] waits for its end under a context,
// [Block] waits on an ordinary goroutine for what belongs to a loop, a queue of package
// queues that is Threadsafe passes values between them all, [ToThread] calls what blocks.
// [RunLoops] runs one loop per core; [Loop.Turn] and [Loop.Attach] let a loop live in
// somebody else's.
//
// # Where to begin reading
//
// The core is some 1,200 lines of code, in this order: protocol.go, task.go,
// loop.go (with ring.go, call.go, inbox.go, slice.go and run.go), timer.go, clock.go, poll.go and
// the poller of your system, future.go. Everything else is built on it:
//
//   - what belongs to tasks: cancellation in scope.go and cancel.go, several at once in
//     gather.go, taskgroup.go, wait.go, race.go and select.go, outcomes in panic.go,
//     outcome.go and unretrieved.go;
//   - what operations of other packages are built on: stage.go, line.go, select.go and
//     watch.go. Packages netio, locks and queues are written on these;
//   - what others have: adapt.go, channel.go, executor.go, signal.go, threadsafe.go;
//   - what looks on: debug.go, dump.go, observe.go, neverawaited.go, watchdog.go.
//
// Package machine, which generated code calls, comes in through inside.go. What of it stays
// in this package needs the state of tasks: exit.go says what is in flight while a task is
// suspended, and inside.go how code awaits that runs in lock-step with the loop.
//
// Each other file has one subject, and says which.
//
// # For those who know asyncio
//
// ASYNCIO.md says what each name of asyncio is called here, and testdata/asyncio what became
// of asyncio's own test cases.
package rt
