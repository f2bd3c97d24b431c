package rt

// This file runs several main tasks one after another on one loop, and several loops at once.

import (
	"errors"
	"sync"
)

// A Runner runs main tasks, one after another, on one loop, as asyncio.Runner does. The first
// main task makes the loop, and Close closes it. Each main task begins with the [Var]s as the
// one before it left them.
//
//	r := rt.NewRunner()
//	defer r.Close()
//	conn, err := rt.RunOn(r, connectAsync(addr))
//	...
//	_, err = rt.RunOn(r, converseAsync(conn))
//
// Only one goroutine at a time may use a Runner.
type Runner struct {
	opts   []Option
	loop   *Loop
	vars   bindings
	closed bool
}

// NewRunner returns a Runner whose loop will have the given options.
func NewRunner(opts ...Option) *Runner { return &Runner{opts: opts} }

// Loop returns the loop of r. The first call makes the loop. The error is that of [NewLoop], or
// [ErrLoopClosed].
func (r *Runner) Loop() (*Loop, error) {
	if r.closed {
		return nil, ErrLoopClosed
	}
	if r.loop == nil {
		l, err := NewLoop(r.opts...)
		if err != nil {
			return nil, err
		}
		r.loop = l
	}
	return r.loop, nil
}

// RunOn runs x as a main task of r and returns its result. Other tasks stay and go on while the
// next main task runs.
func RunOn[T any](r *Runner, x Expr[T]) (v T, err error) {
	if occupation() != nil {
		panic(errNested())
	}
	l, err := r.Loop()
	if err != nil {
		return v, err
	}
	if l.Closed() {
		return v, ErrLoopClosed
	}
	t := Start(l, x)
	if r.vars != nil {
		t.ensureRare().vars = r.vars
	}
	defer func() {
		if t.rare != nil {
			r.vars = t.rare.vars
		}
	}()
	return runUntilComplete(l, t)
}

// Close cancels the tasks that are left, waits until they have ended and closes the loop: see
// [Loop.Close]. Closing twice does nothing.
func (r *Runner) Close() error {
	r.closed = true
	if r.loop == nil {
		return nil
	}
	return r.loop.Close()
}

// RunLoops runs n loops at once and returns the results of their main tasks. Each loop runs on
// a goroutine of its own with its own options and clock, and main(i) is the main task of the
// ith loop. The first main task that fails cancels the others. The error is that of the one
// task that failed, or a [*GroupError].
//
// Each loop has its own tasks, connections, locks and queues. Values pass between the loops in
// futures and thread-safe queues. A server uses all cores if each main task listens on the same
// address with [ReusePort]: the system then distributes the connections.
func RunLoops[T any](n int, main func(i int) Expr[T], opts ...Option) ([]T, error) {
	loops := make([]*Loop, n)
	opts = append([]Option{WithExecutor(NewExecutor(DefaultThreads))}, opts...) // one executor for all loops
	for i := range loops {
		l, err := NewLoop(opts...)
		if err != nil {
			for _, l := range loops[:i] {
				err = errors.Join(err, l.Close())
			}
			return nil, err
		}
		loops[i] = l
	}
	p := parallel{loops: loops, mains: make([]*Task, n)}
	results := make([]T, n)
	var all sync.WaitGroup
	for i, l := range loops {
		t := Start(l, main(i))
		p.mains[i] = &t.Task
		all.Add(1)
		go func() {
			defer all.Done()
			err := errUnwound // the main task may end its goroutine instead of returning
			defer func() {
				p.note(err, isSame(err, t.err) && t.wasCancelled())
				p.note(l.Close(), false)
			}()
			results[i], err = runUntilComplete(l, t)
		}()
	}
	all.Wait()
	return results, joined(p.errs)
}

// parallel is the state that loops which run at once share.
type parallel struct {
	loops []*Loop
	mains []*Task
	mu    sync.Mutex
	errs  []error
}

// note records the error of one loop. cancelled says whether err is the cancellation of the
// main task of that loop. The first error cancels the other main tasks.
func (p *parallel) note(err error, cancelled bool) {
	if err == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errs) > 0 {
		if isFailure(err) && !cancelled {
			p.errs = append(p.errs, err)
		}
		return
	}
	p.errs = append(p.errs, err)
	for i, l := range p.loops {
		l.CallSoonThreadsafe(func() { p.mains[i].Cancel(err) }) // a closed loop has no main task to cancel
	}
}
