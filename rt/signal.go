package rt

// This file awaits signals of the operating system, and lets them end a program.

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
)

// A SignalError is the cause of the cancellation by [CancelOn].
type SignalError struct{ Signal os.Signal }

func (e *SignalError) Error() string { return fmt.Sprintf("received signal: %v", e.Signal) }

// CancelOn makes the first of the signals cancel the main task, with a [*SignalError] as the
// cause. [Run] then cancels the other tasks, waits until all have ended, and returns an error
// that is context.Canceled. If the loop has no main task ([Loop.RunForever]), the signal stops
// the loop.
//
// The next signal has its default effect, which ends the program, even if the loop hangs in a
// step. Signals that come at the same time count as one. If sigs is empty, CancelOn uses os.Interrupt (Ctrl-C).
//
//	_, err := rt.Run(serveAsync(l), rt.CancelOn(os.Interrupt, syscall.SIGTERM))
//	if err != nil && !errors.Is(err, context.Canceled) {
//		log.Fatal(err)
//	}
func CancelOn(sigs ...os.Signal) Option {
	if len(sigs) == 0 {
		sigs = []os.Signal{os.Interrupt}
	}
	return func(l *Loop) {
		// The watch starts in a callback, before the first step of the main task. If the loop
		// is never run, nothing listens.
		l.CallSoon(func() {
			// The second signal must end the program also if a step never returns, so the loop
			// is not asked to give the signals up.
			l.watchSignals("rt.CancelOn", func(sig os.Signal) bool {
				l.cancelMain(&SignalError{sig})
				return false
			}, newSignals(sigs, true))
		})
	}
}

// cancelMain cancels the main task, or stops the loop if it has no main task.
func (l *Loop) cancelMain(cause error) {
	for _, t := range l.Tasks() {
		if t.flags&taskMain != 0 {
			t.Cancel(cause)
			return
		}
	}
	l.Stop()
}

// AddSignalHandler makes the loop call fn for each of the given signals. The signals no longer
// have their usual effect on the program until remove is called or the loop is closed. A signal
// that comes several times before fn is called counts once.
func (l *Loop) AddSignalHandler(fn func(os.Signal), sigs ...os.Signal) (remove func()) {
	removed := false
	w := l.watchSignals("rt.AddSignalHandler", func(sig os.Signal) bool {
		l.CallSoon(func() {
			if !removed {
				fn(sig)
			}
		})
		return !removed
	}, Signals(sigs...))
	return func() {
		removed = true
		w.signals.Close()
	}
}

// watchSignals starts a task that calls fn for each of the signals until fn returns false.
func (l *Loop) watchSignals(name string, fn func(os.Signal) bool, signals *SignalQueue) *signalWatch {
	w := &signalWatch{signals: signals, fn: fn}
	w.next = w.signals.Next()
	t := Start(l, NewCoroutine[Void](w))
	t.SetName(name)
	return w
}

// signalWatch is the task of watchSignals.
type signalWatch struct {
	signals *SignalQueue
	next    SignalOp
	fn      func(os.Signal) bool
}

// Poll implements [Awaitable].
func (w *signalWatch) Poll(t *Task) (_ Void, err error, ready bool) {
	for {
		sig, err, ready := w.next.Poll(t)
		if !ready {
			return Void{}, nil, false
		}
		if err != nil || !w.fn(sig) { // an error: removed, or the loop is being closed
			w.signals.Close()
			return Void{}, nil, true
		}
		w.next = w.signals.Next()
	}
}

// A SignalQueue receives signals for the tasks that await them. Any goroutine and any loop may
// use it.
type SignalQueue struct {
	in     chan os.Signal
	stop   func()        // nothing is sent to in any more when it returns
	taken  chan struct{} // closed when the signals that were in the channel in are all queued
	close  sync.Once
	mu     sync.Mutex // guards the following fields
	came   []os.Signal
	waiter *Task
	closed bool
}

var errBusySignals = errors.New("another task is waiting for a signal already: give each task a queue of its own")

// Signals returns a queue of the given signals, or of all signals if sigs is empty. From now on
// the signals do not have their usual effect on the program. A signal that comes several times
// before it is awaited counts once. Close the queue when it is no longer needed.
//
//	hangups := rt.Signals(syscall.SIGHUP)
//	defer hangups.Close()
//	for {
//		if _, err := co.Await(hangups.Next()); err != nil {
//			return err
//		}
//		reload()
//	}
func Signals(sigs ...os.Signal) *SignalQueue { return newSignals(sigs, false) }

// newSignals is Signals. If one is set, the first signal gives the signals back their usual
// effect.
func newSignals(sigs []os.Signal, one bool) *SignalQueue {
	q := &SignalQueue{in: make(chan os.Signal, 16), taken: make(chan struct{})}
	// A second call of signal.Stop returns at once, even if the first has not yet returned.
	q.stop = sync.OnceFunc(func() { signal.Stop(q.in) })
	signal.Notify(q.in, sigs...)
	go q.receive(one)
	return q
}

func (q *SignalQueue) receive(one bool) {
	defer close(q.taken)
	for sig := range q.in {
		if one {
			q.stop()
		}
		q.mu.Lock()
		if !slices.Contains(q.came, sig) {
			q.came = append(q.came, sig)
		}
		if q.waiter != nil {
			q.waiter.WakeThreadsafe()
		}
		q.mu.Unlock()
	}
}

// Close gives the signals back their usual effect. Next still returns the signals that came
// before, one after another. After that it fails with [os.ErrClosed]; an operation that is
// waiting fails at once. Closing a closed queue does nothing.
func (q *SignalQueue) Close() { q.close.Do(q.shut) }

func (q *SignalQueue) shut() {
	q.stop()
	close(q.in)
	<-q.taken
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.waiter != nil {
		q.waiter.WakeThreadsafe()
	}
}

// Next returns the operation that waits for a signal. Only one task at a time may wait. The
// error is [os.ErrClosed] if the queue is closed and empty.
func (q *SignalQueue) Next() SignalOp { return SignalOp{queue: q} }

// A SignalOp is the operation that [SignalQueue.Next] returns.
type SignalOp struct {
	queue *SignalQueue
	stage Stage
}

// Poll implements [Awaitable].
func (o *SignalOp) Poll(t *Task) (sig os.Signal, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "wait for a signal")
	if err != nil || !ready {
		return nil, err, ready
	}
	q := o.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if first && q.waiter != nil && q.waiter != t {
		return nil, errBusySignals, true
	}
	switch {
	case len(q.came) > 0:
		sig = q.came[0]
		q.came = slices.Delete(q.came, 0, 1)
	case q.closed:
		err = fmt.Errorf("await a signal: %w", os.ErrClosed)
	default:
		if err = t.Err(); err == nil {
			q.waiter = t
			o.stage.Suspend(t)
			return nil, nil, false
		}
	}
	if q.waiter == t {
		q.waiter = nil
	}
	return sig, err, true
}

// Awaitable implements [Expr].
func (o SignalOp) Awaitable() Awaitable[os.Signal] { return &o }
