package rt

// This file is signals of the operating system: awaited, or to end a program.

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
)

// A SignalError is the cause with which [CancelOn] cancels.
type SignalError struct{ Signal os.Signal }

func (e *SignalError) Error() string { return fmt.Sprintf("received signal: %v", e.Signal) }

// CancelOn makes the first of the signals cancel the main task, with a
// [*SignalError] as the cause; [Run] then cancels the others too, waits for
// their deferred calls, and returns an error that is context.Canceled. A loop
// without a main task ([Loop.RunForever]) is stopped.
//
// The second signal does what it does by default: it ends the program. Without
// signals, os.Interrupt is meant: Ctrl-C.
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
		// As a callback, ahead of the first step of the main task: if the loop
		// is never run, nothing listens.
		l.CallSoon(func() {
			l.watchSignals("rt.CancelOn", func(sig os.Signal) bool {
				l.cancelMain(&SignalError{sig})
				return false
			}, sigs)
		})
	}
}

// cancelMain cancels the main task, or stops a loop that has none.
func (l *Loop) cancelMain(cause error) {
	for _, t := range l.Tasks() {
		if t.flags&taskMain != 0 {
			t.Cancel(cause)
			return
		}
	}
	l.Stop()
}

// AddSignalHandler lets the loop call fn for each of the given signals, which
// from now on do not have their usual effect on the program, until remove is
// called or the loop is closed. A signal that comes again before fn was called
// counts once.
func (l *Loop) AddSignalHandler(fn func(os.Signal), sigs ...os.Signal) (remove func()) {
	removed := false
	w := l.watchSignals("rt.AddSignalHandler", func(sig os.Signal) bool {
		l.CallSoon(func() {
			if !removed {
				fn(sig)
			}
		})
		return !removed
	}, sigs)
	return func() {
		removed = true
		w.signals.Close()
	}
}

// watchSignals starts a task that calls fn for each of the signals until that
// returns false.
func (l *Loop) watchSignals(name string, fn func(os.Signal) bool, sigs []os.Signal) *signalWatch {
	w := &signalWatch{signals: Signals(sigs...), fn: fn}
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

// A SignalQueue takes in signals for whoever awaits the next. Any goroutine
// and any loop may use it.
type SignalQueue struct {
	in     chan os.Signal
	taken  chan struct{} // closed when all that was in in stands in came
	close  sync.Once
	mu     sync.Mutex // guards what follows
	came   []os.Signal
	waiter *Task
	closed bool
}

var errBusySignals = errors.New("another task is waiting for a signal already: give each task a queue of its own")

// Signals returns the queue of the given signals, which from now on do not
// have their usual effect on the program. Without any, all signals are meant.
// A signal that comes again before it is awaited counts once. Close the queue
// when it is not needed any more.
//
//	hangups := rt.Signals(syscall.SIGHUP)
//	defer hangups.Close()
//	for {
//		if _, err := co.Await(hangups.Next()); err != nil {
//			return err
//		}
//		reload()
//	}
func Signals(sigs ...os.Signal) *SignalQueue {
	q := &SignalQueue{in: make(chan os.Signal, 16), taken: make(chan struct{})}
	signal.Notify(q.in, sigs...)
	go q.receive()
	return q
}

func (q *SignalQueue) receive() {
	defer close(q.taken)
	for sig := range q.in {
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

// Close gives the signals back their usual effect. Those that came before, and so
// did not have it, are still what Next results in, one after the other; then it
// fails with [os.ErrClosed], at once if it is waiting. Closing a closed queue does
// nothing.
func (q *SignalQueue) Close() { q.close.Do(q.shut) }

func (q *SignalQueue) shut() {
	signal.Stop(q.in)
	close(q.in) // nothing is sent after Stop has returned
	<-q.taken
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	if q.waiter != nil {
		q.waiter.WakeThreadsafe()
	}
}

// Next returns the operation that waits for a signal. One task at a time may
// wait. Its error is [os.ErrClosed] if the queue is closed and empty.
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
