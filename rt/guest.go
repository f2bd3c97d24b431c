package rt

// This file is guest mode: a loop that is turned, step by step, by somebody
// else's loop: that of a window system, a game, a test. (The idea, and the
// name, are trio's.)

import (
	"errors"
	"time"
)

// Turn runs one turn of l on the calling goroutine, without waiting for
// anything: what is ready runs, timers that are due fire, descriptors are looked
// at. It returns how long the caller may wait before the next turn at most: not
// at all (0) if there is more to do, for ever (negative) if nothing is known
// that is going to happen. The wait has to end early when
//
//   - another goroutine has sent something, or the host itself has started a
//     task, woken one, or called CallSoon, CallLater and the like: then the
//     function set by [Loop.OnWake] is called;
//   - a descriptor that tasks wait for is ready: then [Loop.FD] is readable.
//
// Turns may come from different goroutines, but not at the same time. A turn
// that is stopped ([Loop.Stop]) ends early; the next one is like any other. The
// error is the poller's, or [ErrLoopClosed]. See [Loop.Attach] for a host that
// can run functions.
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
	// From here on whoever sends something wakes the host, and so does the host.
	l.ready.rest(l.nudge)
	if when, ok := l.timers.next(); ok {
		return max(0, when-l.clock.Elapsed()), false, nil
	}
	return -1, false, nil
}

// nudge wakes the host of a guest that it has given something to do between two
// turns: the wait that it was told of may be too long now.
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

// OnWake sets what is called when another goroutine wakes the loop between two
// turns, or while it waits, or when the host gives it something to do between
// two turns. It is called on that goroutine, must not block, and must not call
// l: it tells the host to call [Loop.Turn] soon.
func (l *Loop) OnWake(fn func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onWake = fn
}

// FD returns a descriptor that is readable when a turn is worthwhile because of
// descriptors, or of another goroutine. Not every [Poller] has one.
func (l *Loop) FD() (fd int, ok bool) {
	if p, ok := l.poller.(interface{ FD() int }); ok {
		fd = p.FD()
		return fd, fd >= 0
	}
	return -1, false
}

// Attach lets l live in a host that can be asked to call functions: enqueue,
// which any goroutine may call, must see to it that its argument is called
// once, soon, on the goroutine of the host. A goroutine of l's own does the
// waiting in between. It ends when l is stopped ([Loop.Stop]) or fails, and then
// calls ended with the error on the goroutine of the host; l can be closed or
// attached again there, and must not be closed before. Until then the host has
// to go on calling. A panic that leaves l goes through enqueue's function to the
// host; ended is called then as if it was deferred.
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

// attached is a loop that lives in a host.
type attached struct {
	loop   *Loop
	turned chan time.Duration // after a turn: how long to wait; closed: no more
	woken  chan struct{}      // by another goroutine
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

// turn is called on the goroutine of the host.
func (g *attached) turn(ended func(error)) {
	var pause time.Duration
	over, err := true, errLeft // unless it returns
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
