// Package rt runs coroutines: the machines that coroutinegen generates, and
// machines written by hand. It corresponds to Python's asyncio: a single-threaded
// event loop with tasks, futures, timers and cancellation.
//
// [Run] runs a coroutine as the main task of a new loop. [Spawn] starts a task
// beside the current one. [Gather] starts several tasks and waits for them.
// [Sleep], [Timeout], [Shield], [Future], [ToThread] and the packages netio,
// queues and locks provide operations to wait for. [Select] waits for one of
// several operations.
//
// # One turn of the loop
//
// The loop repeats one turn ([Loop.RunForever]), which has four parts:
//
//  1. The loop runs what is ready: the tasks that were woken and the callbacks
//     that are due, in the order in which they became ready. It runs only those
//     that are ready when the turn begins. What becomes ready in the meantime
//     waits for the next turn, so no task can keep the loop from the other parts.
//     To run a task is to poll its coroutine once. This is one step.
//  2. The loop fires the timers that are due. This wakes tasks and makes callbacks
//     ready, but runs nothing.
//  3. The loop calls the [Poller]. If nothing is ready, it waits there until a
//     descriptor is ready, the next timer is due or another goroutine has sent
//     something. Descriptors that are ready wake their tasks. If there is always
//     something ready, the loop calls the poller only after 64 steps, or when a
//     time slice of half a millisecond is over: a system call in every turn would
//     cost more than the turn. On Linux, a loop waits as a goroutine in the poller
//     of the Go scheduler. It occupies no thread, and waking it takes no system
//     call (park_linux.go). Raw system calls, of which that scheduler is not
//     told, would serve 64 busy connections 10 to 16 % faster. They need
//     package unsafe, which this module does without.
//  4. The loop processes what other goroutines have sent: wake-ups, and calls
//     ([Loop.CallSoonThreadsafe]).
//
// When a time slice is over, the loop ends the first, the second or the fourth part
// early, and the running step ends at one of its next awaits. So busy tasks do not hold
// up the others: a task behind five busy tasks waits for some three milliseconds. A timer
// ends the slice. An await that is ready does not read a clock, it only counts. A step
// checks whether its slice is over after as many awaits as took an eighth of the last
// slice, and after 32 at most. Where timers are late, as in a Go process on Linux that
// does nothing else, the loop also reads the clock, about eight times in a slice. A loop
// with a clock or a seed of its own must do the same in every run. It has no slices: only
// the numbers of steps and operations are limited.
//
// All code of a loop runs on the one goroutine that runs the loop. Between two awaits of
// a task no other task runs, so the tasks of one loop need no locks for what they do
// between two awaits. To hold a lock across an await, use package locks: a sync.Mutex can
// stop the loop there. The documentation of a function says if other goroutines may call
// it.
//
// # Input and output
//
// Package netio below this one has connections, listeners and datagram sockets. It uses
// only what this package exports. A loop can watch any descriptor ([Loop.Watch]), so you
// can write operations for other kinds of descriptors, too. What the system cannot wait
// for, such as a file, needs a call on another goroutine: [ToThread]. Other packages below
// this one provide buffers (streams), TLS (tlsconn), files (files), other programs
// (subprocess) and callbacks (transports).
//
// # Awaitables
//
// The protocol has one method, [Awaitable].Poll. Poll returns a result or "not ready". In
// the second case the task will be woken when polling again is worthwhile. A coroutine
// that awaits another one polls it, and returns not ready if the other one does. So a
// suspension reaches the loop through ordinary returns, and a wake-up reaches the leaf
// through ordinary calls. Panics, stack traces and profiles show the chain of awaits as it
// is. The price is that a suspension at a depth of n awaits costs n returns, and its end n
// calls: some 5 ns for each level while the frames fit into the cache, and some 20 ns
// beyond that. If every level of a recursion awaits something else on its way back, the
// time grows with the square of the depth: 20,000 levels take some 4.5 seconds. Let deep
// recursions suspend only at their ends, or spawn a part of them.
//
// A leaf is an awaitable that polls no other awaitable. It waits for an event, such as the
// end of a timer, input on a descriptor, or a value from another task. Its Poll does the
// following:
//
//   - The first poll calls [Task.Checkpoint] first. Checkpoint fails if the task is
//     cancelled. It suspends the task if the task has completed too many operations in
//     this step, so that a task that never has to wait does not starve the others.
//   - Every poll then tries to complete the operation. If there is a result, Poll returns
//     it, even if the task was cancelled in the meantime: no delivered value is lost.
//   - Otherwise, if [Task.Err] is not nil, Poll withdraws what it registered and returns
//     that error.
//   - Otherwise Poll arranges, once, that the task will be woken by [Task.Wake] or
//     [Task.WakeThreadsafe], and returns not ready. Wake-ups may be spurious.
//
// A [Stage] tells the first poll from later ones, and ensures that an operation is not
// polled after its end. An operation that waits for a descriptor makes the loop watch the
// descriptor ([Loop.Watch]). The package example/inotify of this module shows such an
// operation.
//
// An operation that waits until another task serves it, as at a lock or a queue, waits in
// a [Line]. Packages locks and queues are made of [Line] and [Contender], and you can use
// them for similar operations.
//
// Operations are plain values, and their pointers have the method Poll. An operation in a
// field of a frame allocates nothing. An operation must not be copied between its first
// poll and its end.
//
// # Coroutines by hand
//
// A frame is a struct. It holds what is kept across awaits, and a state that names the
// await at which the frame is suspended. Its method Poll continues from there. This frame
// waits and then greets:
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
// The example of [NewCoroutine] is this program in full. Package machine contains the
// functions for frames, which generated frames use most.
//
// A frame may have a method Where that returns the await at which it is suspended
// ([Locator]). Then [Task.Stack] prints the whole chain of awaits with source lines.
//
// # Cancellation
//
// [Task.Cancel] cancels a whole task. [Scope] and [Timeout] cancel a part of what a task
// does. Cancellation is a state and not an event: every await fails until the scope is
// left or the request is taken back ([Task.Uncancel]). The await returns an error that is
// context.Canceled or context.DeadlineExceeded, as errors.Is reports. Code that returns on
// errors and defers its cleaning up needs nothing else. If the cleaning up has to await,
// it does so in a [Shield]. A cancellation or a timeout never loses a value that is
// delivered at the same moment: the await returns the value, and the next await fails.
//
// # Several at once
//
// [Gather] waits for several coroutines. A [TaskGroup] waits for tasks whose number is not
// known beforehand. None of the tasks outlives the group, and the first failure cancels the
// others; in a group from [Task.OpenSupervisor] it does not. [Wait] waits for some of
// several tasks and futures. [AsCompleted] returns results as they come. [Race] and
// [StaggeredRace] keep the first result. [WaitFor] cancels its task when it gives up.
// [Select] waits for one of several operations. All of these are built on the protocol
// above, and you can build others.
//
// # Failure
//
// A coroutine fails by returning an error. An error that nobody looks at is reported once
// to the handler of the loop ([WithHandler]), or printed if there is no handler. The errors
// of several tasks are joined in a [*GroupError]. A panic is a bug. It goes to the tasks
// that await the panicking task. If there are none, it goes to the handler. If there is no
// handler, it leaves the function that runs the loop. If that function is [Run], it first
// cancels all other tasks and runs them to their ends. So no task is left behind, whether
// the main task returns, panics or ends its goroutine (testing.T.FailNow).
//
// If a program hangs, [Loop.Dump] shows what its tasks wait for. Let a signal print it:
//
//	l := co.Self().Loop()
//	l.AddSignalHandler(func(os.Signal) { fmt.Fprint(os.Stderr, l.Dump()) }, syscall.SIGUSR1)
//
// A signal handler of the loop runs on the loop, so it does not run if a step of a task
// never ends. Any other goroutine may call Dump, too. If the loop does not answer, Dump
// returns the stack of the goroutine that runs the loop:
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
// second suspends. If such a step has lasted for a second, debug mode reports it with its
// stack ([StuckStepError], [Loop.SetStuckStep]). The locks of package locks may be held
// across awaits.
//
// # Other goroutines, other loops
//
// Any goroutine may set a [Future], and any goroutine or task may wait for one. [Go],
// [Callback], [FromContext] and [Receive] make operations of goroutines, callbacks,
// contexts and channels. [StartThreadsafe] starts a task on a loop from another goroutine.
// [RunThreadsafe] also waits for the end of the task, under a context. [Block] makes an
// ordinary goroutine wait for an operation of a loop. A Threadsafe queue of package queues
// passes values between tasks of several loops and goroutines. [ToThread] calls functions
// that block. [RunLoops] runs several loops at once, for example one per core. With
// [Loop.Turn] and [Loop.Attach], another event loop runs the turns of a loop.
//
// # Generators
//
// A [Generator] hands out the values of an iterator function when they are asked for, as
// iter.Pull does, but without a goroutine. coroutinegen writes its type for a function that is
// marked with //coroutine:generator; [Generator2] is for pairs of values. A generator needs no loop
// and no task, and cannot await. A [SendGenerator] also takes values and errors, as generators of
// Python do: its function has a [Yielder] (yielder.go).
//
// Package asyncgen has generators that await. Each of them has a task. Package cleanup has a stack
// of clean-ups, for generators and other things that must be closed.
//
// # Where to begin reading
//
// The core is some 1,200 lines of code. Read the files in this order: protocol.go, task.go,
// loop.go (with ring.go, call.go, inbox.go, slice.go and run.go), timer.go, clock.go,
// poll.go and the poller of your system, and future.go. Everything else is built on these:
//
//   - tasks: cancellation in scope.go and cancel.go, several tasks at once in gather.go,
//     taskgroup.go, wait.go, race.go and select.go, outcomes in panic.go, outcome.go and
//     unretrieved.go;
//   - the base for operations of other packages, such as netio, locks and queues:
//     stage.go, line.go, select.go and watch.go;
//   - goroutines, channels, blocking calls and signals: adapt.go, channel.go, executor.go,
//     threadsafe.go and signal.go;
//   - observation: debug.go, dump.go, observe.go, neverawaited.go and watchdog.go;
//   - what needs no loop: generator.go and yielder.go.
//
// Generated code calls package machine, which uses this package through inside.go. The
// parts of machine that need the state of tasks are here: exit.go keeps the panics that are
// in flight while a task is suspended, and inside.go implements Await for coroutines that
// run in lock-step with the loop.
//
// Each other file has one subject, which its first comment names.
//
// # For those who know asyncio
//
// ASYNCIO.md lists the names of asyncio and their names here. testdata/asyncio lists what
// became of asyncio's own test cases.
package rt
