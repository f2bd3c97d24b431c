package rt

// This file implements the watchdog of debug mode, which reports a step that does not end while
// the step lasts. It shares with other goroutines what Dump may say of a loop that is stuck.

import (
	"cmp"
	"fmt"
	"strings"
	"sync"
	"time"
)

const defaultStuckStep = time.Second

// SetStuckStep sets how long a step, a callback or the handler of the loop may last in debug
// mode before the loop reports a [*StuckStepError], although the step has not ended. It applies
// from the next step on. The time is real time, whatever the clock of the loop is. The default
// is one second. Zero turns the watchdog off. Outside of debug mode SetStuckStep does nothing.
func (l *Loop) SetStuckStep(d time.Duration) {
	if l.debug != nil {
		l.debug.watchdog.setPatience(d)
	}
}

// A StuckStepError reports, in debug mode, a step that holds up its loop and has not ended. A
// step never ends if it waits for something that only another task of the loop can give, such
// as a sync.Mutex that the other task holds across an await, or a channel.
//
// The loop itself cannot take the report. So the report goes to the handler of
// [HandleUnhandled], on a goroutine of its own, once for each step. If the step ends after all,
// the handler of the loop gets a [*SlowStepError].
type StuckStepError struct {
	Loop  *Loop         // the loop that is held up; see [Loop.Dump] for what may be asked
	Task  string        // name of the task; "": a callback, or the handler of the loop
	Lasts time.Duration // until now, in real time
	Stack string        // stack of the goroutine that takes the step
}

func (e *StuckStepError) Error() string {
	who := cmp.Or(e.Task, "a callback")
	return fmt.Sprintf("%s has held up the event loop for %v and does so still: %s\nwhat it is doing:\n%s", who, e.Lasts, e.advice(), e.Stack)
}

// stuckAdvice says what to do about a step by the state of its goroutine, or how it begins.
var stuckAdvice = []struct{ state, advice string }{
	{"sleep", "time.Sleep stops all tasks: await rt.Sleep"},
	{"sync.Mutex", mutexAdvice},
	{"sync.RWMutex", mutexAdvice},
	{"sync.", "a sync.WaitGroup or sync.Cond between tasks stops all of them: use an rt.TaskGroup or package locks"},
	{"chan ", channelAdvice},
	{"select", channelAdvice},
	{"IO wait", ioAdvice},
	{"syscall", ioAdvice},
	{"run", "a long computation stops all tasks: pass it to rt.ToThread, or await rt.Yield now and then"},
}

const (
	mutexAdvice   = "a sync.Mutex that a task holds across an await stops all tasks: use package locks"
	channelAdvice = "a channel between tasks stops all of them: use a queue of package queues; if another goroutine uses the channel, too, pass what blocks to rt.ToThread"
	ioAdvice      = "a call of the system that waits stops all tasks: use packages netio and files, or pass the call to rt.ToThread"
)

// advice returns what to do, by the state in the first line of the stack, which is
// "goroutine 7 [chan receive]:".
func (e *StuckStepError) advice() string {
	header, _, _ := strings.Cut(e.Stack, "\n")
	_, state, _ := strings.Cut(header, "[")
	for _, a := range stuckAdvice {
		if strings.HasPrefix(state, a.state) {
			return a.advice
		}
	}
	return "pass what blocks to rt.ToThread"
}

// A stopwatch is the clock of the watchdog. The clock of the loop cannot be used: only the
// goroutine of the loop may ask it, and a fake clock stands still while a step lasts.
type stopwatch interface {
	// Elapsed returns the time since a fixed moment. Any goroutine may call it.
	Elapsed() time.Duration
	// Alarm returns an alarm that calls fn on a goroutine of its own.
	Alarm(fn func()) alarm
}

// An alarm goes off once after each Reset. *time.Timer is one.
type alarm interface {
	Reset(d time.Duration) bool
	Stop() bool
}

// realStopwatch is the monotonic clock of the system.
type realStopwatch struct{ realClock }

func (realStopwatch) Alarm(fn func()) alarm {
	t := time.AfterFunc(time.Hour, fn)
	t.Stop()
	return t
}

// A watchdog watches the steps of a loop.
type watchdog struct {
	loop  *Loop
	time  stopwatch
	alarm alarm

	mu       sync.Mutex // guards the following fields
	patience time.Duration
	depth    int    // number of nested steps
	steps    uint64 // number of steps so far, without the nested ones
	step     watchedStep
	told     bool // this step was reported
}

// A watchedStep is the outermost step that the loop is taking.
type watchedStep struct {
	number uint64
	began  time.Duration
	task   *Task // nil: a callback; other goroutines may read its id only
	name   string
	frame  any // of the task; other goroutines may read its type and its function only
}

// who returns the name of the task and its coroutine, as [Task.String] does, or "". Any
// goroutine may call it.
func (s *watchedStep) who() string {
	if s.task == nil {
		return ""
	}
	name := s.name
	if name == "" {
		name = defaultName(s.task.id)
	}
	return name + " (" + frameName(s.frame) + ")"
}

func newWatchdog(l *Loop, time stopwatch) *watchdog {
	w := &watchdog{loop: l, time: time, patience: defaultStuckStep}
	w.alarm = time.Alarm(w.bark)
	return w
}

func (w *watchdog) setPatience(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.patience = d
}

// began is called on the goroutine of the loop when a step of t begins. If t is nil, a callback
// begins.
func (w *watchdog) began(t *Task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.depth++
	if w.depth > 1 {
		return
	}
	w.steps++
	w.step = watchedStep{number: w.steps, began: w.time.Elapsed(), task: t}
	if t != nil {
		w.step.frame = t.self.(interface{ coroutine() any }).coroutine()
		if t.rare != nil {
			w.step.name = t.rare.name
		}
	}
	w.told = false
	if w.patience > 0 {
		w.alarm.Reset(w.patience)
	}
}

// renamed is called on the goroutine of the loop when t has a new name.
func (w *watchdog) renamed(t *Task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.step.task == t {
		w.step.name = t.rare.name
	}
}

// ended is called on the goroutine of the loop when a step ends.
func (w *watchdog) ended() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.depth--
	if w.depth == 0 {
		w.alarm.Stop()
		w.step = watchedStep{}
	}
}

// running returns the step that the loop is taking, and how long the step has lasted. Any
// goroutine may call it.
func (w *watchdog) running() (step watchedStep, lasts time.Duration, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.depth == 0 {
		return watchedStep{}, 0, false
	}
	return w.step, w.time.Elapsed() - w.step.began, true
}

// bark reports the step that is running. It is called on a goroutine of its own when an alarm
// goes off. The alarm may be that of a step that has just ended.
func (w *watchdog) bark() {
	w.mu.Lock()
	lasts := w.time.Elapsed() - w.step.began
	if w.depth == 0 || w.told || w.patience <= 0 || lasts < w.patience {
		w.mu.Unlock()
		return
	}
	w.told = true
	step := w.step
	w.mu.Unlock()

	stack := w.loop.trace()
	if now, _, ok := w.running(); !ok || now.number != step.number {
		return // the step has ended, and the stack may be that of another step
	}
	unhandled(&StuckStepError{Loop: w.loop, Task: step.who(), Lasts: lasts, Stack: stack})
}

// trace returns the traceback of the goroutine that is running l, or of the lock-step coroutine
// that has the baton. It returns "" if there is none. Any goroutine may call it. It stops the
// world.
func (l *Loop) trace() string {
	loops := ""
	for id, trace := range goroutineTraces() {
		as, _ := goroutines.Load(id)
		if !runsOn(as, l) {
			continue
		}
		if first, _, _ := strings.Cut(trace, "\n"); !strings.Contains(first, "[coroutine") {
			return trace
		}
		if as == any(l) {
			loops = trace // the goroutine waits in iter.Pull for a goroutine that is not registered
		}
	}
	return loops
}
