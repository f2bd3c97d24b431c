package rt

// This file is the event loop: what it owns, and one turn of it.

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

// ErrLoopClosed is the error of what is asked of a loop that has been closed.
var ErrLoopClosed = errors.New("event loop is closed")

const (
	// stepBudget is how many leaf operations may complete in one step of a
	// task before it has to let the others run.
	stepBudget = 128

	// stepsPerPoll is how many steps may be taken before the poller is asked,
	// while there is always a task ready: a system call per turn would cost
	// more than the turn.
	stepsPerPoll = 64

	// patience is how often a loop that has nothing to do lets other goroutines
	// go first before it waits in the poller, if the last time it was one of
	// them that ended the wait. If it was a descriptor, the loop waits at once:
	// to let others go first costs a system call or two in a process that has
	// nothing else to do.
	patience = 16

	// longestYield is for how long that pays. Whoever takes longer is at work, and
	// not about to send: the loop would be late for its descriptors and timers.
	longestYield = 50 * time.Microsecond
)

// A Loop runs tasks, one at a time, on the goroutine that called Run,
// RunForever or RunUntilComplete. Unless it says otherwise, a method may be
// called only on that goroutine or while the loop is not running.
type Loop struct {
	ready    ring      // what to run next
	timers   timerHeap // what to run later
	tasks    []*Task   // all that have not ended; task.index is the place
	current  *Task     // the task that is being polled
	budget   int       // leaf operations left of the grant
	batch    int       // of those that were ready when the turn began: not yet run
	polled   uint64    // value of steps when the poller was last asked
	steps    uint64    // taken so far
	patience int       // see idle
	started  uint32    // tasks started so far
	stopped  bool
	closing  bool
	calling  bool // a callback is running
	slice    timeSlices
	grant    int // how many leaf operations there are before a step looks whether its slice is over
	ended    losses
	panics   []*Panic // that somebody was expected to take

	failures   map[*unretrieved]bool // errors that nobody has looked at
	observers  []*Observer
	debug      *debugging // nil: not in debug mode
	spawnSites bool       // tasks remember where they were started

	origin     *Panic // of the panic that is passing through a task
	originStep uint64

	clock   Clock
	poller  Poller
	fds     map[int]*rawFD
	shuffle *rand.Rand
	choices uint64 // made at random without a seed
	handler func(error)

	executor  *Executor      // of ToThread; nil: no limit
	abandoned map[any]string // calls of it that nobody waits for, by name

	outside outside // what tasks wait for and other goroutines may bring

	guest   bool // a turn does not wait
	running atomic.Bool
	threads atomic.Int64 // calls of ToThread in progress

	watchdog atomic.Pointer[watchdog] // that of debug, for other goroutines

	signal  atomic.Uint32 // one of the three below
	arrived []arrival     // from other goroutines; the first taken are in
	taken   int

	mu     sync.Mutex // guards what follows
	inbox  []arrival  // from other goroutines, not looked at yet
	spare  []arrival  // the other half of a double buffer
	onWake func()     // told when the loop is woken
	sealed bool       // no more calls from other goroutines: see seal
	closed bool
}

// The values of Loop.signal. A goroutine that leaves something in the inbox
// wakes the poller only if the loop was parked and nobody else has.
const (
	awake    = iota // the loop is at work, or not running; its inbox is empty
	parked          // the loop waits in the poller, or is about to
	notified        // there is something in the inbox
)

// A runnable is what stands in the ready queue: a task or a callback.
type runnable interface {
	run(l *Loop)
	task() *Task // nil for a callback
}

// An arrival is what another goroutine sent to the loop.
type arrival interface{ arrive(l *Loop) }

// An Option configures a [Loop].
type Option func(*Loop)

// WithClock makes the loop take its time from c. If that does not go with real
// time, the poller must know: see package rttest.
func WithClock(c Clock) Option { return func(l *Loop) { l.clock = c } }

// WithPoller makes the loop wait with p, and close p when it is closed.
func WithPoller(p Poller) Option { return func(l *Loop) { l.poller = p } }

// WithSeed shuffles, in every turn, the tasks that are ready: in the same
// order for the same seed. Nothing promises an order among tasks that are
// ready at the same time, and this finds the code that relies on one.
// Callbacks keep their order.
func WithSeed(seed uint64) Option {
	return func(l *Loop) { l.shuffle = rand.New(rand.NewPCG(seed, seed)) }
}

// NewLoop returns a loop. Close releases what it holds.
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

// Time returns the time on the loop's clock, in which [Loop.CallAt] counts. It
// never goes back.
func (l *Loop) Time() time.Duration { return l.clock.Elapsed() }

// Now returns the date and time by the loop's clock.
func (l *Loop) Now() time.Time { return l.clock.Epoch().Add(l.clock.Elapsed()) }

// Tasks returns the tasks that have not ended, the oldest first.
func (l *Loop) Tasks() []*Task {
	tasks := slices.Clone(l.tasks)
	slices.SortFunc(tasks, func(a, b *Task) int { return int(int32(a.id - b.id)) })
	return tasks
}

// Timers returns the number of timers that are running: sleeps, timeouts and
// callbacks for later.
func (l *Loop) Timers() int { return len(l.timers.entries) }

// Threads returns the number of [ToThread] calls in progress: what the loop
// waits for besides time and descriptors. Any goroutine may call it.
func (l *Loop) Threads() int { return int(l.threads.Load()) }

// RunForever runs the loop until Stop is called. Its error is the poller's, or
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

// Stop lets the loop return from RunForever after what is ready now has run, also if
// that takes longer than a time slice. On a loop that is not running, Stop applies to
// the next run. A loop that was stopped can be run again.
func (l *Loop) Stop() {
	l.check("Loop.Stop")
	l.stopped = true
	l.nudge()
}

// drive makes the calling goroutine the one that runs the loop, and returns
// the function that ends that.
func (l *Loop) drive() (leave func()) {
	if !l.running.CompareAndSwap(false, true) {
		panic(fmt.Errorf("%s runs or closes an event loop that is running: stop it first, and wait until it has", caller()))
	}
	unregister, ok := register(l)
	if !ok {
		l.running.Store(false)
		panic(errNested())
	}
	l.signal.CompareAndSwap(parked, awake) // left behind by a turn as a guest
	l.ready.resume()
	l.beginRun()
	return func() {
		unregister()
		l.running.Store(false)
	}
}

// turn is one turn of the loop. The numbers are those of the package comment.
func (l *Loop) turn() error {
	// 1. Run what is ready now. What becomes ready meanwhile is for the next
	// turn, so that no task can keep the loop from going round.
	l.batch = l.ready.n
	if l.shuffle != nil {
		l.ready.shuffle(l.shuffle)
	}
	over := false
	for l.batch > 0 && (!over || l.stopped) { // else the rest belongs to the next turn
		over = l.runBatch() || over
	}
	if l.stopped {
		return nil
	}

	// 2. Fire the timers that are due: this makes tasks ready.
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

	// 4. Wake: take in what other goroutines sent.
	if l.signal.Load() == notified || l.taken < len(l.arrived) {
		l.takeInbox()
	}
	return nil
}

// runBatch runs the rest of the batch, or until a step panics or the time slice is
// over, and reports the latter. One deferred call watches over all of them: one for each
// would cost more than a step.
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

// fire expires, in order, the timers that are due at now, or those of them that a time
// slice is long enough for. It reports whether the slice is over.
func (l *Loop) fire(now time.Duration) (over bool) {
	for l.timers.fireNext(now) {
		l.slice.count(1)
		if l.mayBeOver() && l.look() {
			return true
		}
	}
	return false
}

// poll waits in the poller, which wakes the tasks whose descriptors are ready.
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
		l.patience = patience // the next may follow soon
	}
	l.leaveWait() // not before: the timer would find that the loop rests, and stop
	return err
}

// hasWork reports whether a task or a callback is ready, or the end of a slice has left
// arrivals that are not taken in. Nobody wakes the loop for these again.
func (l *Loop) hasWork() bool { return l.ready.n > 0 || l.taken < len(l.arrived) }

// idle reports whether there is nothing to do. It lets those go first who are
// about to send something: to wake a loop out of its poller takes several times as
// long.
func (l *Loop) idle() bool {
	if l.hasWork() {
		return false
	}
	if l.signal.Load() == awake && !l.guest {
		l.yield()
	}
	return l.signal.Load() != notified
}

// yield lets others go first, until one of them has sent something or that takes
// too long.
func (l *Loop) yield() {
	var begun time.Duration
	for i := range l.patience {
		if i == 1 { // as a rule once is enough, and needs no clock
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

// Running reports whether some goroutine is running l. Any goroutine may call
// it.
func (l *Loop) Running() bool { return l.running.Load() }

// Closed reports whether l has been closed. Any goroutine may call it.
func (l *Loop) Closed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}
