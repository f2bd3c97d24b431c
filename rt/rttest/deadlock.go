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
const watchdog = 20 * time.Second

// grace is how long every goroutine must be seen waiting until that is taken to
// be for good: foreign code may wait for a timer of package time, and of those
// nothing can be seen. Time in which the process itself stood still does not count.
const grace = 300 * time.Millisecond

// await waits for Wakeup. It reports false if that can never come, because
// every other goroutine of the program waits too: for a channel, a lock, a
// condition, the next poll of its coroutine. If the loop has a timer to go on
// with, only calls in threads ([rt.ToThread]) are given the grace, and a channel
// that a task receives from is not: each sleep beside it would take as long.
func (p *Poller) await(timer bool) (woken bool) {
	end := time.Now().Add(watchdog)
	look := time.NewTimer(0)
	defer look.Stop()
	var quiet time.Duration // for which nobody else was seen running
	for pause := 50 * time.Microsecond; ; {
		look.Reset(pause)
		select {
		case <-p.wake:
			return true
		case <-look.C:
		}
		began := time.Now()
		alone, threads := onlyThisOneRuns()
		if alone {
			quiet += pause
		} else {
			quiet = 0
		}
		if quiet >= grace || alone && timer && !threads || began.After(end) {
			select {
			case <-p.wake: // it came before the look round
				return true
			default:
				return false
			}
		}
		pause = max(min(2*pause, grace/8), 4*time.Since(began))
	}
}

// onlyThisOneRuns reports whether every other goroutine is blocked by some
// other than itself and the outside world, and whether there are calls in
// threads among them.
func onlyThisOneRuns() (alone, threads bool) {
	buf := make([]byte, 64<<10)
	n := runtime.Stack(buf, true)
	for n == len(buf) {
		buf = make([]byte, 2*len(buf))
		n = runtime.Stack(buf, true)
	}
	_, others, _ := bytes.Cut(buf[:n], []byte("\n\n")) // the first is the caller
	for trace := range bytes.SplitSeq(others, []byte("\n\n")) {
		if canRun(string(trace)) {
			return false, false
		}
		threads = threads || bytes.Contains(trace, []byte("rt.(*threadCall["))
	}
	return true, threads
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
	return fmt.Errorf("rttest: deadlock: nothing can wake the loop: no timer, no goroutine that runs; %s", text)
}
