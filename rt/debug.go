package rt

// This file is debug mode: what is too expensive to check always.

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// DebugVariable is the environment variable that puts every loop into debug
// mode, if it is set to anything but 0.
const DebugVariable = "COROUTINEDEBUG"

var debugEnvironment = os.Getenv(DebugVariable) != "" && os.Getenv(DebugVariable) != "0"

// debugLoops is how many loops are in debug mode.
var debugLoops atomic.Int32

// SetDebug turns debug mode on or off. It makes the loop slower, and report
// (see [WithHandler]):
//
//   - a [*SlowStepError] for a step or callback that takes 100 ms or more (see
//     [Loop.SetSlowStep]) and so holds up all other tasks;
//   - a [*StuckStepError] for one that has lasted for a second (see
//     [Loop.SetStuckStep]), while it lasts: to the handler of [HandleUnhandled];
//   - a [*NeverAwaitedError] for a coroutine that was made while any loop was
//     in debug mode, and dropped without having been awaited;
//   - a [*UnclosedError] for a connection, listener or socket that was made
//     while any loop was in debug mode, and dropped without having been closed;
//   - the place at which a task was spawned, with its error or panic;
//
// and panic when a method is called on a goroutine that does not run the loop,
// or when one coroutine is handed to two tasks. It can also be turned on by
// [DebugVariable]. Close turns it off.
func (l *Loop) SetDebug(on bool) {
	if on == (l.debug != nil) {
		return
	}
	if !on {
		l.debug.stop()
		l.debug.watchdog.setPatience(0)
		l.debug = nil
		l.watchdog.Store(nil)
		debugLoops.Add(-1)
		return
	}
	d := &debugging{loop: l, slow: defaultSlowStep}
	d.timer = time.AfterFunc(time.Hour, d.takeSample)
	d.timer.Stop()
	d.watchdog = newWatchdog(l, realStopwatch{newRealClock()})
	l.debug = d
	l.watchdog.Store(d.watchdog)
	d.stop = l.Observe(d)
	debugLoops.Add(1)
}

// Debug reports whether l is in debug mode.
func (l *Loop) Debug() bool { return l.debug != nil }

// WithDebug puts the loop into debug mode: see [Loop.SetDebug].
func WithDebug() Option { return func(l *Loop) { l.SetDebug(true) } }

const defaultSlowStep = 100 * time.Millisecond

// SetSlowStep sets how long a step may take in debug mode before it is
// reported. It does nothing otherwise.
func (l *Loop) SetSlowStep(d time.Duration) {
	if l.debug != nil {
		l.debug.slow = d
	}
}

// A SlowStepError reports a step of a task, or a callback, that held up its
// loop.
type SlowStepError struct {
	Task  string        // "": a callback
	Took  time.Duration // by the clock of the loop
	Stack string        // what it was doing when its time was up, if it was seen
	Where string        // the await at which the step ended, if any
}

func (e *SlowStepError) Error() string {
	text := fmt.Sprintf("%s held up the event loop for %v: pass what blocks to rt.ToThread, or await rt.Yield now and then", cmp.Or(e.Task, "a callback"), e.Took)
	if e.Where != "" {
		text += "\nthe step ended at " + e.Where
	}
	if e.Stack != "" {
		text += "\nwhat it was doing:\n" + e.Stack
	}
	return text
}

// debugging is the state of debug mode. It is an [Observer].
type debugging struct {
	loop  *Loop
	slow  time.Duration
	stop  func() // ends the observation
	depth int    // of nested steps
	began time.Duration

	watchdog *watchdog

	made  []*trackNote // coroutines that may not have begun
	prune int          // noteMade removes those that have begun when made is so long

	step   atomic.Uint64 // number of the running or last step
	timer  *time.Timer   // calls sample when a step takes long
	mu     sync.Mutex
	seen   uint64 // the step that was sampled
	sample string
}

func (d *debugging) Started(t *Task) { t.noteSpawn() }

func (d *debugging) Ended(*Task) {}

func (d *debugging) StepBegan(t *Task) {
	d.watchdog.began(t)
	d.depth++
	if d.depth == 1 {
		d.step.Add(1)
		d.began = d.loop.clock.Elapsed()
		d.timer.Reset(d.slow)
	}
}

func (d *debugging) StepEnded(t *Task) {
	d.watchdog.ended()
	d.depth--
	if d.depth > 0 {
		return
	}
	d.timer.Stop()
	took := d.loop.clock.Elapsed() - d.began
	if took < d.slow {
		return
	}
	e := &SlowStepError{Took: took}
	if t != nil {
		e.Task = t.String()
		e.Where = t.line()
	}
	d.mu.Lock()
	if d.seen == d.step.Load() {
		e.Stack = d.sample
	}
	d.mu.Unlock()
	d.loop.Report(e)
}

// takeSample notes the stack of the step that is running. It is called on a
// goroutine of its own.
func (d *debugging) takeSample() {
	step := d.step.Load()
	stack := d.loop.trace()
	d.mu.Lock()
	d.seen, d.sample = step, stack
	d.mu.Unlock()
}

// check panics, in debug mode, if it is called on the wrong goroutine.
func (l *Loop) check(what string) {
	if l.debug != nil {
		l.debug.check(what)
	}
}

// check panics if it is called on a goroutine that does not run the loop
// although another one does.
func (d *debugging) check(what string) {
	if d.loop.running.Load() && !runsOn(occupation(), d.loop) {
		panic(fmt.Errorf("%s calls %s on a goroutine that does not run its event loop, where it could happen at any moment: "+
			"pass it to Loop.CallSoonThreadsafe, or use Task.WakeThreadsafe, rt.StartThreadsafe or an rt.Future", caller(), what))
	}
}

// runsOn reports whether as, the occupation of a goroutine, is to run l.
func runsOn(as any, l *Loop) bool {
	switch as := as.(type) {
	case *Loop:
		return as == l
	case baton:
		return as.Task().loop == l
	case host:
		return as.Loop() == l
	}
	return false
}

// WithSpawnSites says whether the tasks of the loop remember where they were started,
// as they do in debug mode: see [Task.SpawnedAt]. That costs a task some 250 bytes.
func WithSpawnSites(on bool) Option { return func(l *Loop) { l.spawnSites = on } }

// noteSpawn remembers who starts t.
func (t *Task) noteSpawn() {
	var pcs [16]uintptr
	t.ensureRare().spawned = slices.Clone(pcs[:runtime.Callers(2, pcs[:])])
}

// SpawnedAt returns the function and line that started t, as "pkg.function
// file.go:12", if that was in debug mode or the loop has [WithSpawnSites].
func (t *Task) SpawnedAt() string {
	if t.rare == nil {
		return ""
	}
	return callSite(t.rare.spawned)
}
