package rttest

// This file finds out whether a loop that has nothing to do can still be woken
// by another goroutine. If none of them can run, it cannot: that is a deadlock,
// and it is known before long.

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// watchdog is how long, by the real clock, a loop waits for goroutines that
// could wake it but do not. It only turns a test that would hang into one that
// fails and says why.
var watchdog = 20 * time.Second // tests change it

// grace is how long every goroutine must be seen waiting until that is taken to
// be for good: foreign code may wait for a timer of package time, and of those
// nothing can be seen. Time in which the process itself stood still does not count.
const grace = 300 * time.Millisecond

// await waits for Wakeup. It reports false if that can never come, because
// every other goroutine of the program waits too: for a channel, a lock, a
// condition, the next poll of its coroutine. If the loop has a timer to go on
// with, only calls on other goroutines are given the grace, and a channel or future
// that a task waits for is not: each sleep beside it would take as long. Nor is a
// goroutine waited for longer than that which waits for the network: it may be a
// server that has nothing to do with it. It is an error if some goroutine does not
// cease to run.
func (p *Poller) await(timer bool) (woken bool, err error) {
	end := time.Now().Add(watchdog)
	look := time.NewTimer(0)
	defer look.Stop()
	calls := 0
	if p.loop != nil {
		calls, _ = p.loop.Outside()
	}
	var quiet, idle time.Duration // for which nobody was seen running, or only such as wait for the network
	for pause := 50 * time.Microsecond; ; {
		look.Reset(pause)
		select {
		case <-p.wake:
			return true, nil
		case <-look.C:
		}
		began := time.Now()
		o := lookRound()
		quiet, idle = quiet+pause, idle+pause
		if o.running != "" {
			quiet, idle = 0, 0
		}
		if o.network {
			quiet = 0
		}
		late := began.After(end)
		if quiet >= grace || timer && (quiet > 0 && !o.threads && calls == 0 || idle >= grace && !o.threads && calls == 0) || late {
			select {
			case <-p.wake: // it came before the look round
				return true, nil
			default:
			}
			if late && timer && o.running != "" {
				return false, fmt.Errorf("rttest: the clock stands still for %v, as another goroutine runs that may wake the loop:\n%s", watchdog, o.running)
			}
			return false, nil
		}
		pause = max(min(2*pause, grace/8), 4*time.Since(began))
	}
}

// others is what the other goroutines of the program do.
type others struct {
	running string // the trace of one that runs, sleeps or is in a system call; "": none
	network bool   // one waits for the network, or a file, or runs a loop that waits
	threads bool   // there are calls in threads
}

// lookRound looks at them.
func lookRound() (o others) {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	_, rest, _ := bytes.Cut(buf[:n], []byte("\n\n")) // the first is the caller
	for trace := range bytes.SplitSeq(rest, []byte("\n\n")) {
		o.threads = o.threads || bytes.Contains(trace, []byte("rt.(*threadCall["))
		_, state, _ := strings.Cut(string(trace), "[")
		switch {
		case !canRun(string(trace)):
		case strings.HasPrefix(state, "IO wait"), bytes.Contains(trace, []byte("rt.(*Loop).poll(")):
			o.network = true
		case o.running == "":
			o.running = string(trace)
		}
	}
	return o
}

// blocked begins the states of goroutines, as a traceback prints them, that
// only another goroutine ends.
var blocked = []string{"chan ", "select", "sync.", "semacquire", "coroutine", "finalizer wait", "cleanup wait", "GC ", "force gc"}

// canRun reports whether the goroutine with that trace is running, is going to,
// or waits for the outside world.
func canRun(trace string) bool {
	if strings.Contains(trace, "rt.(*SignalQueue).receive") {
		return true // a signal may come
	}
	if strings.Contains(trace, "os/signal.signal_recv") {
		return false // once started, it never ends
	}
	if strings.Contains(trace, "\nruntime.handleEvent()\n") && strings.Contains(trace, "[waiting") {
		return false // under js, the runtime's own: it waits until every other goroutine does
	}
	_, state, ok := strings.Cut(trace, "[")
	return ok && !slices.ContainsFunc(blocked, func(s string) bool { return strings.HasPrefix(state, s) })
}

// deadlocked returns the error of a loop that nothing is going to wake.
func (p *Poller) deadlocked() error {
	if p.loop == nil {
		return fmt.Errorf("rttest: deadlock: nothing can wake the loop")
	}
	text := "no task is left"
	if tasks := p.loop.Tasks(); len(tasks) > 0 {
		text = "these tasks wait:"
		for _, t := range tasks {
			text += "\n" + stack(t)
		}
	}
	if n := p.unserved(); n > 0 {
		text += fmt.Sprintf("\n%d descriptors are watched that the test has never made ready, and a loop with a fake clock does not ask the system: use rttest.NewConn, NewPipe and NewListener in place of sockets and files, or a loop of rt.NewLoop, whose clock is real", n)
	}
	return fmt.Errorf("rttest: deadlock: nothing can wake the loop: no timer, no goroutine that runs; %s", text)
}
