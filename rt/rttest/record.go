package rttest

// This file records what the tasks of a loop do, for the tool coroutinegen: see package
// recording. Without the variables that the tool sets, there is no Recorder, and nothing here
// costs anything.

import (
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

// A Recorder records the steps of the tasks of one loop, if the tool coroutinegen has asked for
// that: see package [recording]. Otherwise there is none. All methods may be called on a nil
// Recorder, and then do nothing.
//
// The loops of [NewLoop], [Run], [Trace], [Compare] and [ComparePatterns] are recorded.
// A test that makes loops in other ways asks for a Recorder.
type Recorder struct {
	loop *rt.Loop
	test string
	run  int
	stop func() // ends the observation

	tasks  map[*rt.Task]*recorded
	order  []*recorded
	open   []*openStep       // steps that are running, innermost last; nil: a callback
	events []recording.Event // since the last step
	types  *typeSet          // of the frames that were seen
}

// Record records the tasks that are started on l from now on, until End is called. The result is
// nil if the tool has not asked for a recording. A Recorder reads the variables of suspended
// coroutines between their steps, on the goroutine of the loop, and calls none of their methods.
func Record(tb testing.TB, l *rt.Loop) *Recorder {
	if plays == nil && comparisons == nil {
		return nil
	}
	r := &Recorder{loop: l, test: tb.Name(), tasks: make(map[*rt.Task]*recorded), types: new(typeSet)}
	if plays != nil {
		r.run = plays.newRun()
	}
	r.stop = l.Observe(r)
	recorders.Store(l, r)
	return r
}

// recorders holds the [*Recorder] of each [*rt.Loop] that has one.
var recorders sync.Map

// Note adds an event to the step that is running, or else to the next one. It is called on the
// goroutine of the loop, or of a coroutine in lock-step with the loop.
func (r *Recorder) Note(format string, args ...any) {
	if r != nil && plays != nil {
		r.note(fmt.Sprintf(format, args...))
	}
}

func (r *Recorder) note(text string) {
	e := recording.Event{Text: cut(text, mostBytes), At: runningFrames()}
	for _, s := range slices.Backward(r.open) {
		if s != nil {
			s.events = append(s.events, e)
			return
		}
	}
	e.Before = true
	if len(r.events) < mostEvents {
		r.events = append(r.events, e)
	}
}

// End ends the recording and writes it. version is the name of what was run, if there are several
// versions of it, and script says what was made to happen. Both may be empty.
func (r *Recorder) End(version, script string) {
	if r == nil {
		return
	}
	r.stop()
	recorders.Delete(r.loop)
	if plays == nil {
		return
	}
	for _, p := range r.order {
		p.play.Version, p.play.Script = version, script
		if len(p.play.Steps) > 0 {
			r.dropCalls(p.play.Steps)
			plays.add(&p.play)
		}
	}
}

// dropCalls drops the calls of methods that belong to no frame.
func (r *Recorder) dropCalls(steps []recording.Step) {
	for _, s := range steps {
		for i := range s.Events {
			e := &s.Events[i]
			e.At = slices.DeleteFunc(e.At, func(c recording.Call) bool { return !r.types.has(c.Package, c.Type) })
		}
	}
}

// The limits of a recording.
const (
	mostSteps  = 100  // of a play
	mostTasks  = 1000 // of a loop
	mostEvents = 100  // of a step
)

// recorded is a task that is being recorded.
type recorded struct {
	play  recording.Play
	steps int
	ended *outcome // what to say of the end, in place of the outcome of the task
}

// outcome is how a coroutine ended.
type outcome struct {
	end   recording.End
	value string
	err   string
}

// openStep is a step that is running.
type openStep struct {
	of     *recorded
	from   []level // the chain at the beginning
	events []recording.Event
}

// Started implements [rt.Observer].
func (r *Recorder) Started(t *rt.Task) {
	if plays == nil || len(r.order) == mostTasks {
		return
	}
	p := &recorded{play: recording.Play{Test: r.test, Run: r.run}}
	r.tasks[t] = p
	r.order = append(r.order, p)
}

// StepBegan implements [rt.Observer].
func (r *Recorder) StepBegan(t *rt.Task) {
	if plays == nil {
		if t != nil {
			r.chain(t) // for its types
		}
		return
	}
	var s *openStep
	if p := r.tasks[t]; p != nil {
		s = &openStep{of: p, from: r.chain(t), events: r.events}
		r.events = nil
		p.play.Task = t.Name()
	}
	r.open = append(r.open, s)
}

// Ended implements [rt.Observer].
func (r *Recorder) Ended(t *rt.Task) {
	p := r.tasks[t]
	if p == nil {
		return
	}
	if p.ended == nil {
		p.ended = r.outcomeOf(t)
	}
	delete(r.tasks, t)
	if slices.ContainsFunc(r.open, func(s *openStep) bool { return s != nil && s.of == p }) {
		return // StepEnded will say how
	}
	if n := len(p.play.Steps); n > 0 && p.ended.end == recording.Panicked { // the loop has recovered the panic of that step
		p.end(&p.play.Steps[n-1])
	}
}

// end says in s how the task ended.
func (p *recorded) end(s *recording.Step) {
	s.End, s.Value, s.Error = p.ended.end, p.ended.value, p.ended.err
}

// StepEnded implements [rt.Observer].
func (r *Recorder) StepEnded(t *rt.Task) {
	if plays == nil {
		if t != nil {
			r.chain(t)
		}
		return
	}
	s := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	if s == nil {
		return
	}
	p := s.of
	p.steps++
	if len(p.play.Steps) == mostSteps {
		p.play.Cut = true
		return
	}
	if len(s.events) > mostEvents {
		s.events = s.events[:mostEvents]
	}
	step := recording.Step{Number: p.steps, Events: s.events, End: unwinding(), Frames: r.frames(s.from, r.chain(t))}
	if p.ended != nil {
		p.end(&step)
	}
	p.play.Steps = append(p.play.Steps, step)
}

// ends sets how the coroutine of t ended, if t itself does not tell.
func (r *Recorder) ends(t *rt.Task, how func() outcome) {
	if r == nil {
		return
	}
	if p := r.tasks[t]; p != nil {
		o := how()
		p.ended = &o
	}
}

// failure returns the outcome of a coroutine that ended with err.
func failure(err error) outcome {
	o := outcome{end: recording.Failed, err: briefError(err)}
	if c, ok := errors.AsType[*rt.CanceledError](err); ok && !c.Timeout {
		o.end = recording.Cancelled
	}
	return o
}

// outcomeOf returns how t ended.
func (r *Recorder) outcomeOf(t *rt.Task) *outcome {
	value, err := t.Outcome()
	switch p, _ := err.(*rt.Panic); {
	case p != nil:
		return &outcome{end: recording.Panicked, value: r.briefPanic(p.Value)}
	case t.Cancelled():
		return &outcome{end: recording.Cancelled, err: briefError(err)}
	case err != nil:
		return &outcome{end: recording.Failed, err: briefError(err)}
	}
	return &outcome{end: recording.Returned, value: r.briefResult(value)}
}

// unwinding returns how the step ends that is telling its observers of its end. A step that is
// left by a panic tells them in a deferred call.
func unwinding() recording.End {
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			return recording.Panicked
		case frame.Function == "runtime.Goexit":
			return recording.Exited
		case !more || strings.HasSuffix(frame.Function, ".runObserved"):
			return recording.Suspended
		}
	}
}

// runningFrames returns the methods of frames, and of other coroutines outside of package rt and
// the packages below it, that the calling goroutine runs.
func runningFrames() []recording.Call {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var calls []recording.Call
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, ".runObserved") {
			return calls // the step of a task around this one is another matter
		}
		if c, ok := callOf(frame); ok {
			calls = append(calls, c)
		}
		if !more || len(calls) == 10 {
			return calls
		}
	}
}

// callOf returns the call in frame, whose function must be a method of a pointer, as in
// example.com/pkg.(*handleFrame).Poll or .unwind.func1.
func callOf(frame runtime.Frame) (c recording.Call, ok bool) {
	pkg, rest, ok := strings.Cut(frame.Function, ".(*")
	if !ok || isOurs(pkg) {
		return c, false
	}
	name, method, ok := strings.Cut(rest, ").")
	if !ok {
		return c, false
	}
	name, _, _ = strings.Cut(name, "[")
	method, _, _ = strings.Cut(method, ".")
	pkg = strings.ReplaceAll(pkg, "%2e", ".") // in the last element of the path
	return recording.Call{Package: pkg, Type: name, Method: method, File: path.Base(frame.File), Line: frame.Line}, true
}

// A sink is a file to which entries are appended.
type sink struct {
	path string

	mu     sync.Mutex
	failed bool
	runs   int
	groups map[recording.Dropped]*group
}

// A group is the plays of a test that have the same version and the same coroutine.
type group struct {
	features map[string]bool
	shapes   map[string]bool // lists of features
	written  int
	dropped  bool
}

// The limits of a group. Beyond the first, only plays are written that show something new.
const (
	someWritten = 50
	mostWritten = 400
)

// plays and comparisons are what the tool has asked for; nil: nothing.
var (
	plays       = openSink(os.Getenv(recording.Variable))
	comparisons = openSink(os.Getenv(recording.CompareVariable))
)

func openSink(path string) *sink {
	if path == "" {
		return nil
	}
	return &sink{path: path, groups: make(map[recording.Dropped]*group)}
}

// newRun returns a number for the run of a loop.
func (s *sink) newRun() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
	return s.runs
}

// add writes p if it shows something new.
func (s *sink) add(p *recording.Play) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := recording.Dropped{Test: p.Test, Version: p.Version, Type: rootType(p)}
	g := s.groups[key]
	if g == nil {
		g = &group{features: make(map[string]bool), shapes: make(map[string]bool)}
		s.groups[key] = g
	}
	features := p.Features("", "")
	news := false
	for _, f := range features {
		if !g.features[f] {
			g.features[f], news = true, true
		}
	}
	shape := strings.Join(features, "\n")
	if !news && (g.shapes[shape] || g.written >= someWritten) || g.written >= mostWritten {
		if !g.dropped && (news || !g.shapes[shape]) {
			g.dropped = true
			s.write(recording.Entry{Dropped: &key})
		}
		return
	}
	g.shapes[shape] = true
	g.written++
	s.write(recording.Entry{Play: p})
}

// rootType returns the package and the type of the first frame of p that has a state, or else of
// its first frame.
func rootType(p *recording.Play) string {
	for _, s := range p.Steps {
		for _, f := range s.Frames {
			if f.To.State != nil {
				return f.Package + "." + f.Type
			}
		}
	}
	for _, f := range p.Steps[0].Frames {
		return f.Package + "." + f.Type
	}
	return ""
}

// write appends e to the file. The caller holds s.mu. A test must not fail because it is being
// recorded: errors are printed, and end the recording.
func (s *sink) write(e recording.Entry) {
	if s.failed {
		return
	}
	file, err := os.OpenFile(s.path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err == nil {
		err = recording.Write(file, e)
		if cerr := file.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		s.failed = true
		fmt.Fprintf(os.Stderr, "rttest: the recording ends: %v\n", err)
	}
}

// briefResult returns the value of a task.
func (r *Recorder) briefResult(value any) string {
	if _, void := value.(rt.Void); void || value == nil {
		return ""
	}
	return brief(reflect.ValueOf(value), r.shared())
}

// briefPanic returns the value of a panic.
func (r *Recorder) briefPanic(value any) string {
	switch value := value.(type) {
	case error:
		return briefError(value)
	case string:
		return cut(value, mostBytes)
	}
	return brief(reflect.ValueOf(value), r.shared())
}
