package rt

// This file prints the tasks of a loop as text. Other goroutines may ask for the text, even
// while the loop is stuck.

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// dumpPatience is how long Dump on another goroutine waits for the loop.
const dumpPatience = 200 * time.Millisecond

// Dump returns the tasks of l as a tree. Each task stands below the task that started it, if
// that is alive, with its chain of awaits.
//
// While l is running, any goroutine may call Dump. Dump then asks the loop, which answers
// between two steps. A loop that has not answered after 200 ms is stuck in a step, and nobody
// can read what its tasks wait for. Dump then returns the traceback of the goroutine that runs
// the loop and, in debug mode, the name of the task and how long its step has lasted.
func (l *Loop) Dump() string {
	if !l.running.Load() || runsOn(occupation(), l) {
		return l.dump()
	}
	late := time.NewTimer(dumpPatience)
	defer late.Stop()
	return l.askForDump(late.C)
}

// askForDump is Dump on a goroutine that does not run the loop.
func (l *Loop) askForDump(late <-chan time.Time) string {
	answer := make(dumpRequest, 1)
	if err := l.send(answer); err == ErrLoopClosed {
		return ""
	}
	select {
	case a := <-answer:
		return a.result()
	case <-late:
	}
	trace := l.trace() // the loop may answer until now
	select {
	case a := <-answer:
		return a.result()
	default:
		return l.dumpStuck(trace)
	}
}

// A dumpRequest is the channel on which the loop sends its answer.
type dumpRequest chan dumped

type dumped struct {
	text  string
	panic any // of a Locator
}

func (d dumped) result() string {
	if d.panic != nil {
		panic(d.panic)
	}
	return d.text
}

// arrive implements [arrival].
func (r dumpRequest) arrive(l *Loop) {
	var d dumped
	defer func() {
		d.panic = recover()
		r <- d
	}()
	d.text = l.dump()
}

// dumpStuck returns what another goroutine can know of l.
func (l *Loop) dumpStuck(trace string) string {
	var b strings.Builder
	b.WriteString("the event loop does not answer")
	if w := l.watchdog.Load(); w != nil {
		if step, lasts, ok := w.running(); ok {
			fmt.Fprintf(&b, ": %s has held it up for %v", cmp.Or(step.who(), "a callback"), lasts)
		}
	}
	if n := l.Threads(); n > 0 {
		fmt.Fprintf(&b, "; calls of rt.ToThread in progress: %d", n)
	}
	b.WriteString("\n" + trace)
	if !strings.HasSuffix(trace, "\n") {
		b.WriteString("\n")
	}
	return b.String()
}

// dump is Dump on the goroutine of the loop.
func (l *Loop) dump() string {
	children := make(map[uint32][]*Task)
	alive := make(map[uint32]bool)
	tasks := l.Tasks()
	for _, t := range tasks {
		alive[t.id] = true
	}
	for _, t := range tasks {
		parent := t.parent
		if !alive[parent] {
			parent = 0
		}
		children[parent] = append(children[parent], t)
	}
	var b strings.Builder
	var print func(ts []*Task, indent string)
	print = func(ts []*Task, indent string) {
		for _, t := range ts {
			b.WriteString(indent + strings.ReplaceAll(t.Stack(), "\n\t", "\n"+indent+"  . ") + "\n")
			print(children[t.id], indent+"\t")
		}
	}
	print(children[0], "")
	return b.String()
}

// Timers returns the number of running timers: sleeps, timeouts and callbacks for later.
func (l *Loop) Timers() int {
	if l.Closed() {
		return 0 // none fires any more
	}
	return len(l.timers.entries)
}
