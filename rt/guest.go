package rt

// This file implements guest mode: another event loop, such as that of a window system, a game or
// a test, runs the turns of a loop. The idea and the name come from trio.

import (
	"errors"
	"time"
)

// Turn runs one turn of l on the calling goroutine. It runs what is ready, fires the timers that
// are due, and asks the poller, but does not wait. It returns how long the caller, the host, may
// wait before the next turn: 0 if there is more to do, and a negative duration if there is no
// limit. The host must end the wait early in two cases:
//
//   - The loop calls the function set by [Loop.OnWake]. It does so when another goroutine has sent
//     something, and when the host itself has started or woken a task, or called CallSoon,
//     CallLater or a similar method.
//   - [Loop.FD] is readable, because a descriptor for which tasks wait is ready. If the system has
//     no descriptor left for FD, the host runs a turn every few milliseconds.
//
// Different goroutines may run turns, but not at the same time. [Loop.Stop] ends a turn early and
// does not affect the next one. The error is that of the poller, or [ErrLoopClosed]. If the host
// can be asked to call functions, use [Loop.Attach] instead.
func (l *Loop) Turn() (wait time.Duration, err error) {
	wait, _, err = l.turnAsGuest()
	return wait, err
}

func (l *Loop) turnAsGuest() (wait time.Duration, stopped bool, err error) {
	if l.Closed() {
		return 0, false, ErrLoopClosed
	}
	defer l.drive()()
	defer func() { l.guest, l.stopped = false, false }()
	l.guest = true
	if err := l.turn(); err != nil || l.stopped {
		return 0, l.stopped, err
	}
	if l.hasWork() || !l.signal.CompareAndSwap(awake, parked) {
		return 0, false, nil
	}
	// From here on, any goroutine that gives the loop something to do wakes the host. That
	// includes the goroutine of the host.
	l.ready.rest(l.nudge)
	if when, ok := l.timers.next(); ok {
		return max(0, when-l.clock.Elapsed()), false, nil
	}
	return -1, false, nil
}

// nudge wakes the host after the host has given the loop something to do between two turns. The
// wait that Turn returned may now be too long.
func (l *Loop) nudge() {
	if l.signal.Load() != parked || l.running.Load() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.signal.Swap(notified) == parked && !l.closed {
		if l.onWake != nil {
			l.onWake()
		}
		l.poller.Wakeup()
	}
}

// OnWake sets the function fn, which tells the host to call [Loop.Turn] soon. The loop calls fn
// when another goroutine wakes the loop between two turns or during a wait, and when the host gives
// the loop something to do between two turns. fn is called on that goroutine. It must not block and
// must not call methods of l.
func (l *Loop) OnWake(fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onWake = fn
}

// FD returns a descriptor that becomes readable when a descriptor of a task is ready or another
// goroutine has sent something, so that a turn is worthwhile. If the [Poller] has no such
// descriptor, the system has none left for it, or l is closed, ok is false.
func (l *Loop) FD() (fd int, ok bool) {
	if l.Closed() {
		return -1, false
	}
	if p, ok := l.poller.(interface{ FD() int }); ok {
		fd = p.FD()
		return fd, fd >= 0
	}
	return -1, false
}

// Attach runs l in a host that can be asked to call functions. enqueue must arrange that its
// argument is called once, soon, on the goroutine of the host. Any goroutine may call enqueue.
// Between the turns a goroutine of l waits.
//
// When l is stopped ([Loop.Stop]) or fails, ended is called with the error on the goroutine of the
// host. Until then, the host must go on calling the functions and must not close l. In ended, l may
// be closed or attached again. A panic that leaves l passes through the function that was given to
// enqueue and reaches the host. ended is called then, too, as a deferred call.
//
//	loop.Attach(window.InvokeLater, func(err error) { loop.Close() })
//	task := rt.Start(loop, dialogAsync(window))
func (l *Loop) Attach(enqueue func(func()), ended func(error)) {
	g := &attached{loop: l, turned: make(chan time.Duration), woken: make(chan struct{}, 1)}
	l.OnWake(func() {
		select {
		case g.woken <- struct{}{}:
		default: // one is enough
		}
	})
	go g.wait(enqueue, ended)
}

// blindPause is the longest time that an attached loop waits when the system has no descriptor left
// for [Loop.FD]. Only the next turn finds out then which descriptors are ready.
const blindPause = 10 * time.Millisecond

// attached is a loop that runs in a host.
type attached struct {
	loop   *Loop
	turned chan time.Duration // gets, after each turn, how long to wait; closed after the last turn
	woken  chan struct{}      // gets a value when the loop is woken
}

func (g *attached) wait(enqueue func(func()), ended func(error)) {
	for {
		enqueue(func() { g.turn(ended) })
		pause, more := <-g.turned
		if !more {
			return
		}
		if pause == 0 {
			continue
		}
		if fd, ok := g.loop.FD(); ok && waitReadable(fd, pause) {
			continue
		}
		if _, has := g.loop.poller.(interface{ FD() int }); has && (pause < 0 || pause > blindPause) {
			pause = blindPause
		}
		var due <-chan time.Time
		if pause > 0 {
			due = time.After(pause)
		}
		select {
		case <-g.woken:
		case <-due:
		}
	}
}

var errLeft = errors.New("a panic or runtime.Goexit has left the event loop")

// turn runs one turn on the goroutine of the host.
func (g *attached) turn(ended func(error)) {
	var pause time.Duration
	over, err := true, errLeft // for a turn that does not return
	defer func() {
		if !over {
			g.turned <- pause
			return
		}
		g.loop.OnWake(nil)
		close(g.turned)
		ended(err)
	}()
	pause, over, err = g.loop.turnAsGuest()
	over = over || err != nil
}
