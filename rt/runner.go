package rt

// This file is several main tasks one after the other on one loop, and several
// loops at once.

import (
	"errors"
	"sync"
)

// A Runner runs main tasks, one after the other, on a loop that it makes for
// the first and closes in the end: asyncio.Runner. What [Var]s a main task has
// set is what the next one begins with.
//
//	r := rt.NewRunner()
//	defer r.Close()
//	conn, err := rt.RunOn(r, connectAsync(addr))
//	...
//	_, err = rt.RunOn(r, converseAsync(conn))
//
// A Runner is for one goroutine at a time.
type Runner struct {
	opts   []Option
	loop   *Loop
	vars   bindings
	closed bool
}

// NewRunner returns a runner whose loop will have the given options.
func NewRunner(opts ...Option) *Runner { return &Runner{opts: opts} }

// Loop returns the loop, which is made by the first call. The error is that of
// [NewLoop], or [ErrLoopClosed].
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

// RunOn runs x as a main task of r and returns its result. Other tasks stay as
// they are for the next one.
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

// Close cancels the tasks that are left, waits for their ends and closes the
// loop: see [Loop.Close]. Closing twice does nothing.
func (r *Runner) Close() error {
	r.closed = true
	if r.loop == nil {
		return nil
	}
	return r.loop.Close()
}

// RunLoops runs n loops at once, each on a goroutine of its own with its own
// options and clock, and main(i) as the main task of the ith; it returns their
// results. The first main task that fails cancels the others. The error is the
// one error, or a [*GroupError].
//
// Each loop has its own tasks, connections, locks and queues; values pass
// between them in futures and thread-safe queues. For a server on all cores,
// let each main task listen on the same address, with [ReusePort], and the
// system deals out the connections.
func RunLoops[T any](n int, main func(i int) Expr[T], opts ...Option) ([]T, error) {
	loops := make([]*Loop, n)
	opts = append([]Option{WithExecutor(NewExecutor(DefaultThreads))}, opts...) // one for all
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
			err := errUnwound // unless it returns
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

// parallel is what several loops that run at once share.
type parallel struct {
	loops []*Loop
	mains []*Task
	mu    sync.Mutex
	errs  []error
}

// note takes in the error of one loop, and whether that is the cancellation of its main
// task; the first cancels the others.
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
		l.CallSoonThreadsafe(func() { p.mains[i].Cancel(err) }) // a closed loop has none
	}
}
