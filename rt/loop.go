package rt

// This file implements the event loop: its state, and one turn.

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ErrLoopClosed is the error of an operation on a loop that has been closed.
var ErrLoopClosed = errors.New("event loop is closed")

const (
	// stepBudget is the number of leaf operations that may complete in one step of a task. Then
	// the task must let the others run.
	stepBudget = 128

	// stepsPerPoll is the number of steps between two calls of the poller if there is always a
	// task ready. A system call in every turn would cost more than the turn.
	stepsPerPoll = 64

	// patience is how often a loop that has nothing to do yields to other goroutines before it
	// waits in the poller, if a goroutine ended its last wait. If a descriptor ended the last
	// wait, the loop does not yield: in a process that has nothing else to do, a yield costs
	// one or two system calls.
	patience = 16

	// longestYield is how long the loop goes on yielding. A goroutine that takes longer is busy
	// and will not send soon, and the loop would be late for its descriptors and timers.
	longestYield = 50 * time.Microsecond
)

// A Loop runs tasks, one at a time, on the goroutine that called Run, RunForever or
// RunUntilComplete. Unless its documentation says otherwise, a method may be called only on that
// goroutine or while the loop is not running.
type Loop struct {
	ready    ring      // tasks and callbacks to run next
	timers   timerHeap // sleeps, timeouts and callbacks for later
	tasks    []*Task   // tasks that have not ended; task.index is the place
	current  *Task     // task that is being polled
	budget   int       // number of leaf operations left of the grant
	batch    int       // number of entries of ready that this turn still has to run
	polled   uint64    // value of steps when the poller was last called
	steps    uint64    // number of steps so far
	patience int       // how often to yield before a wait; see yield
	started  uint32    // number of tasks started so far
	stopped  bool
	closing  bool
	calling  bool // a callback is running
	slice    timeSlices
	grant    int // number of leaf operations until a step checks whether its slice is over
	ended    losses
	panics   []*Panic // panics that an await was expected to take

	failures   map[*unretrieved]bool // errors that nobody has looked at
	observers  []*Observer
	debug      *debugging // nil: not in debug mode
	spawnSites bool       // tasks remember where they were started

	origin     *Panic // origin of the panic that is passing through a task
	originStep uint64

	clock   Clock
	poller  Poller
	fds     map[int]*rawFD
	shuffle *rand.Rand
	choices uint64 // number of random choices made without a seed
	handler func(error)

	executor  *Executor      // limits ToThread; nil: no limit
	abandoned map[any]string // names of the ToThread calls that nobody waits for

	outside outside // counts the tasks that wait for other goroutines

	guest   bool // a turn does not wait
	running atomic.Bool
	threads atomic.Int64 // number of ToThread calls in progress

	watchdog atomic.Pointer[watchdog] // watchdog of debug, for other goroutines

	signal  atomic.Uint32 // awake, parked or notified
	arrived []arrival     // from other goroutines; the first taken of them have been processed
	taken   int

	mu     sync.Mutex // guards the following fields
	inbox  []arrival  // from other goroutines, not yet in arrived
	spare  []arrival  // the other half of a double buffer
	onWake func()     // called when the loop is woken
	sealed bool       // other goroutines can make no more calls: see seal
	closed bool
}

// The values of Loop.signal. A goroutine that puts something into the inbox wakes the poller only
// if the loop was parked and no other goroutine has woken the poller since.
const (
	awake    = iota // the loop is busy or not running, and its inbox is empty
	parked          // the loop waits in the poller, or is about to
	notified        // the inbox is not empty
)

// A runnable is an entry of the ready queue: a task or a callback.
type runnable interface {
	run(l *Loop)
	task() *Task // nil for a callback
}

// An arrival is what another goroutine sent to the loop.
type arrival interface{ arrive(l *Loop) }

// An Option configures a [Loop].
type Option func(*Loop)

// WithClock makes c the clock of the loop. If c does not show real time, the poller must use c,
// too: see package rttest.
func WithClock(c Clock) Option { return func(l *Loop) { l.clock = c } }

// WithPoller makes p the poller of the loop. The loop closes p when the loop is closed.
func WithPoller(p Poller) Option { return func(l *Loop) { l.poller = p } }

// WithSeed makes the loop shuffle, in every turn, the tasks that are ready. The same seed gives
// the same order. The order of tasks that are ready at the same time is not specified, and
// WithSeed helps to find code that relies on an order. Callbacks keep their order.
func WithSeed(seed uint64) Option {
	return func(l *Loop) { l.shuffle = rand.New(rand.NewPCG(seed, seed)) }
}

// NewLoop returns a loop. Close releases the resources of the loop.
func NewLoop(opts ...Option) (*Loop, error) {
	l := &Loop{executor: NewExecutor(DefaultThreads)}
	for _, opt := range opts {
		opt(l)
	}
	if l.clock == nil {
		l.clock = newRealClock()
	}
	if l.poller == nil {
		p, err := newPoller()
		if err != nil {
			l.SetDebug(false)
			return nil, err
		}
		l.poller = p
	}
	l.slice.init(l)
	if debugEnvironment {
		l.SetDebug(true)
	}
	return l, nil
}

// Time returns the time by the clock of the loop, as [Loop.CallAt] uses it. The time never goes
// back.
func (l *Loop) Time() time.Duration { return l.clock.Elapsed() }

// Now returns the date and time by the clock of the loop.
func (l *Loop) Now() time.Time { return l.clock.Epoch().Add(l.clock.Elapsed()) }

// Tasks returns the tasks that have not ended, oldest first.
func (l *Loop) Tasks() []*Task {
	tasks := slices.Clone(l.tasks)
	slices.SortFunc(tasks, func(a, b *Task) int { return int(int32(a.id - b.id)) })
	return tasks
}

// Threads returns the number of [ToThread] calls in progress. The loop waits for these calls as
// well as for timers and descriptors. Any goroutine may call Threads.
func (l *Loop) Threads() int { return int(l.threads.Load()) }

// RunForever runs the loop until Stop is called. The error is that of the poller, or
// [ErrLoopClosed].
func (l *Loop) RunForever() error {
	if l.Closed() {
		return ErrLoopClosed
	}
	defer standardError.wait()
	defer l.drive()()
	defer func() { l.stopped = false }()
	for {
		if err := l.turn(); err != nil || l.stopped {
			return err
		}
	}
}

// Stop makes RunForever return after the tasks and callbacks that are ready now have run, even if
// they take longer than a time slice. On a loop that is not running, Stop applies to the next
// run. A loop that was stopped can be run again.
func (l *Loop) Stop() {
	l.check("Loop.Stop")
	l.stopped = true
	l.nudge()
}

// drive makes the calling goroutine the one that runs the loop. It returns a function that undoes
// this.
func (l *Loop) drive() (leave func()) {
	if !l.running.CompareAndSwap(false, true) {
		panic(fmt.Errorf("%s runs or closes an event loop that is running: stop it first, and wait until it has", caller()))
	}
	unregister, ok := register(l)
	if !ok {
		l.running.Store(false)
		panic(errNested())
	}
	l.signal.CompareAndSwap(parked, awake) // a turn as a guest leaves parked behind
	l.ready.resume()
	l.beginRun()
	return func() {
		unregister()
		l.running.Store(false)
	}
}

// turn runs one turn of the loop. The numbers are those of the package comment.
func (l *Loop) turn() error {
	// 1. Run what is ready now. What becomes ready in the meantime waits for the next turn, so
	// no task can keep the loop from its timers and descriptors.
	l.batch = l.ready.n
	if l.shuffle != nil {
		l.ready.shuffle(l.shuffle)
	}
	over := false
	for l.batch > 0 && (!over || l.stopped) { // if the slice is over, the rest waits for the next turn
		over = l.runBatch() || over
	}
	if l.stopped {
		return nil
	}

	// 2. Fire the timers that are due. This makes tasks ready.
	if _, ok := l.timers.next(); ok {
		over = l.fire(l.clock.Elapsed()) || over
	}

	// 3. Poll. Wait for the next timer if there is nothing to do.
	if l.idle() || over || l.steps-l.polled >= stepsPerPoll {
		l.polled = l.steps
		if err := l.poll(); err != nil {
			return fmt.Errorf("event loop: %w", err)
		}
	}

	// 4. Process what other goroutines sent.
	if l.signal.Load() == notified || l.taken < len(l.arrived) {
		l.takeInbox()
	}
	return nil
}

// runBatch runs the rest of the batch, until a step panics or the time slice is over. It reports
// whether the slice is over. One deferred call handles the panics of all steps, because a
// deferred call for each step would cost more than the step.
func (l *Loop) runBatch() (over bool) {
	defer l.caught()
	for l.batch > 0 {
		l.batch--
		r := l.ready.pop()
		l.steps++
		if l.closing && l.gaveUp(r.task()) {
			continue
		}
		if l.observers == nil {
			r.run(l)
		} else {
			l.runObserved(r)
		}
		if l.mayBeOver() && l.look() {
			return true
		}
	}
	return false
}

// fire expires, in order, the timers that are due at now, until the time slice is over. It reports
// whether the slice is over.
func (l *Loop) fire(now time.Duration) (over bool) {
	for l.timers.fireNext(now) {
		l.slice.count(1)
		if l.mayBeOver() && l.look() {
			return true
		}
	}
	return false
}

// poll calls the poller, which wakes the tasks whose descriptors are ready. If there is nothing to
// do, poll waits there.
func (l *Loop) poll() error {
	timeout := time.Duration(-1)
	if l.hasWork() {
		timeout = 0
	} else if when, ok := l.timers.next(); ok {
		timeout = max(0, when-l.clock.Elapsed())
	}
	if timeout == 0 || l.guest || !l.signal.CompareAndSwap(awake, parked) {
		return l.poller.Wait(0)
	}
	err := l.poller.Wait(timeout)
	if l.signal.CompareAndSwap(parked, awake) {
		l.patience = 0
	} else {
		l.patience = patience // other goroutines may soon send more
	}
	l.leaveWait() // last: while signal is parked, the timer would stop
	return err
}

// hasWork reports whether a task or a callback is ready, or the end of a slice has left arrivals
// that are not processed. Nobody wakes the loop for these arrivals again.
func (l *Loop) hasWork() bool { return l.ready.n > 0 || l.taken < len(l.arrived) }

// idle reports whether there is nothing to do. Before that, it yields to goroutines that are about
// to send something: waking a loop that waits in its poller takes several times as long.
func (l *Loop) idle() bool {
	if l.hasWork() {
		return false
	}
	if l.signal.Load() == awake && !l.guest {
		l.yield()
	}
	return l.signal.Load() != notified
}

// yield lets other goroutines run, until one of them has sent something or yielding has taken too
// long.
func (l *Loop) yield() {
	var begun time.Duration
	for i := range l.patience {
		if i == 1 { // usually one yield is enough, and it needs no clock
			begun = l.clock.Elapsed()
		}
		runtime.Gosched()
		if l.signal.Load() == notified {
			return
		}
		if i > 0 && l.clock.Elapsed()-begun > longestYield {
			l.patience = 0
			return
		}
	}
}

// Running reports whether a goroutine is running l. Any goroutine may call Running.
func (l *Loop) Running() bool { return l.running.Load() }

// Closed reports whether l has been closed. Any goroutine may call Closed.
func (l *Loop) Closed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}
