package rttest

// This file finds out whether another goroutine can still wake a loop that has
// nothing to do. If no goroutine can run, none can wake the loop: that is a deadlock,
// and the test fails soon.

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"
)

// watchdog is how long, by the real clock, a loop waits for goroutines that
// could wake the loop but do not. A test that would hang fails instead and says why.
var watchdog = 20 * time.Second // tests change it

// grace is how long every goroutine must be seen waiting before the wait counts as
// endless. Other code may wait for a timer of package time, which cannot be seen. Time
// in which the process itself stood still does not count.
const grace = 300 * time.Millisecond

// await waits for Wakeup. It returns false if Wakeup can never come, because every
// other goroutine of the program has waited for the time of grace: for a channel, a lock,
// a condition, or the next poll of its coroutine.
//
// Three rules differ if the loop has a timer to go on with. First, the grace is only for
// calls on other goroutines, not for a channel or a future that a task waits for: each
// sleep beside it would take as long as the grace. Second, await waits at most for the
// grace if a goroutine waits for the network: the goroutine may be a server that has
// nothing to do with the loop. Third, it is an error if a goroutine still runs when the
// time of watchdog is over.
func (p *Poller) await(timer bool) (woken bool, err error) {
	end := time.Now().Add(watchdog)
	look := time.NewTimer(0)
	defer look.Stop()
	calls := 0
	if p.loop != nil {
		calls, _ = p.loop.Outside()
	}
	// idle is the time in which no goroutine was seen running; quiet, the time in
	// which none was seen waiting for the network, either.
	var quiet, idle time.Duration
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
			case <-p.wake: // Wakeup came before the goroutines were looked at
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

// others says what the other goroutines of the program do.
type others struct {
	running string // the trace of a goroutine that runs, sleeps or is in a system call; "": none
	network bool   // a goroutine waits for the network, or a file, or runs a loop that waits
	threads bool   // there are calls in threads
}

// lookRound looks at the other goroutines.
func lookRound() (o others) {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	_, rest, _ := bytes.Cut(buf[:n], []byte("\n\n")) // the first trace is that of the caller
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

// blocked are the beginnings of the states, as a traceback prints them, that only
// another goroutine can end.
var blocked = []string{"chan ", "select", "sync.", "semacquire", "coroutine", "finalizer wait", "cleanup wait", "GC ", "force gc"}

// canRun reports whether the goroutine with the given trace is running, can run, or
// waits for something outside the program.
func canRun(trace string) bool {
	if strings.Contains(trace, "rt.(*SignalQueue).receive") {
		return true // a signal may come
	}
	if strings.Contains(trace, "os/signal.signal_recv") {
		return false // this goroutine never ends once it was started
	}
	if strings.Contains(trace, "\nruntime.handleEvent()\n") && strings.Contains(trace, "[waiting") {
		return false // under js, a goroutine of the runtime that waits until all others wait
	}
	_, state, ok := strings.Cut(trace, "[")
	return ok && !slices.ContainsFunc(blocked, func(s string) bool { return strings.HasPrefix(state, s) })
}

// deadlocked returns the error of a loop that nothing can wake.
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
