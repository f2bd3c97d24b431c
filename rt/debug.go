package rt

// This file implements debug mode: checks that are too expensive to make always.

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

// DebugVariable is the environment variable that puts every loop into debug mode, if it is set
// to anything but 0.
const DebugVariable = "COROUTINEDEBUG"

var debugEnvironment = os.Getenv(DebugVariable) != "" && os.Getenv(DebugVariable) != "0"

// debugLoops is the number of loops in debug mode.
var debugLoops atomic.Int32

// SetDebug turns debug mode on or off. Debug mode makes the loop slower. The loop then reports
// the following (see [WithHandler]):
//
//   - a [*SlowStepError] for a step or callback that takes 100 ms or more (see
//     [Loop.SetSlowStep]) and so holds up all other tasks;
//   - a [*StuckStepError] for a step or callback that has lasted for a second and still lasts
//     (see [Loop.SetStuckStep]): the handler of [HandleUnhandled] gets this one;
//   - a [*NeverAwaitedError] for a coroutine that was made while any loop was in debug mode,
//     and dropped without being awaited;
//   - a [*UnclosedError] for a connection, listener or socket that was made while any loop was
//     in debug mode, and dropped without being closed;
//   - the place at which a task was spawned, with the error or panic of the task.
//
// In debug mode, a method panics if it is called on a goroutine that does not run the loop, and
// so does an await of a coroutine that another task has begun to await. [DebugVariable] turns
// debug mode on, too. Close turns it off.
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

// SetSlowStep sets how long a step may take in debug mode before the loop reports it. Outside
// of debug mode it does nothing.
func (l *Loop) SetSlowStep(d time.Duration) {
	if l.debug != nil {
		l.debug.slow = d
	}
}

// A SlowStepError reports a step of a task, or a callback, that held up its loop.
type SlowStepError struct {
	Task  string        // name of the task; "": a callback
	Took  time.Duration // by the clock of the loop
	Stack string        // stack of the step when its time was up, if it was sampled
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
	depth int    // number of nested steps
	began time.Duration

	watchdog *watchdog

	made  []*trackNote // notes of coroutines that may not have begun
	prune int          // noteMade removes the notes of coroutines that have begun when made is this long

	step   atomic.Uint64 // number of the step that is running or ran last
	timer  *time.Timer   // calls sample when a step takes long
	mu     sync.Mutex
	seen   uint64 // number of the step that was sampled
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

// takeSample records the stack of the step that is running. A timer calls it on a goroutine of
// its own.
func (d *debugging) takeSample() {
	step := d.step.Load()
	stack := d.loop.trace()
	d.mu.Lock()
	d.seen, d.sample = step, stack
	d.mu.Unlock()
}

// check panics in debug mode if it is called on the wrong goroutine.
func (l *Loop) check(what string) {
	if l.debug != nil {
		l.debug.check(what)
	}
}

// check panics if another goroutine than the calling one runs the loop.
func (d *debugging) check(what string) {
	if d.loop.running.Load() && !runsOn(occupation(), d.loop) {
		panic(fmt.Errorf("%s calls %s on a goroutine that does not run its event loop, where it could happen at any moment: "+
			"pass it to Loop.CallSoonThreadsafe, or use Task.WakeThreadsafe, rt.StartThreadsafe or an rt.Future", caller(), what))
	}
}

// runsOn reports whether a goroutine with the occupation as may run code of l.
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

// WithSpawnSites sets whether the tasks of the loop remember where they were started, as they
// do in debug mode: see [Task.SpawnedAt]. That costs some 250 bytes for each task.
func WithSpawnSites(on bool) Option { return func(l *Loop) { l.spawnSites = on } }

// noteSpawn records the stack of the caller that starts t.
func (t *Task) noteSpawn() {
	var pcs [16]uintptr
	t.ensureRare().spawned = slices.Clone(pcs[:runtime.Callers(2, pcs[:])])
}

// SpawnedAt returns the function and line that started t, as "pkg.function file.go:12". It
// returns "" unless t was started in debug mode or on a loop with [WithSpawnSites].
func (t *Task) SpawnedAt() string {
	if t.rare == nil {
		return ""
	}
	return callSite(t.rare.spawned)
}
