package rt_test

// This file runs several loops against goroutines that act at random. The goroutines complete
// and cancel futures, fill and empty a queue, start, cancel and wake tasks, and stop, start and
// close the loops. The tests check that every value that was put is taken once, that all see
// the same result of a future, that every call returns, and that nothing is left behind. The
// race detector finds the rest.

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A threadStress is several loops and the data that the goroutines and tasks share.
type threadStress struct {
	loops []*rt.Loop
	queue *queues.Queue[int]
	put   atomic.Int64 // values that the queue has accepted
	left  atomic.Int64 // number of jobs that have not been done

	mu      sync.Mutex
	taken   map[int]int             // how often each value has been taken
	futures []*rt.Future[int]       // some of the futures that tasks wait for
	tasks   []*rt.Task              // some of the tasks that are or were alive
	seen    map[*rt.Future[int]]int // the results that were seen
	bad     []error
}

func (b *threadStress) fail(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bad = append(b.bad, fmt.Errorf(format, args...))
}

// outcome records the result of an operation and returns the error.
func (b *threadStress) outcome(err error) error {
	if err != nil && !isCanceled(err) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, errMine) &&
		!errors.Is(err, rt.ErrLoopClosed) && !errors.Is(err, queues.ErrClosed) {
		b.fail("an operation failed: %w", err)
	}
	return err
}

func (b *threadStress) took(v int, err error) error {
	if err == nil {
		b.mu.Lock()
		b.taken[v]++
		b.mu.Unlock()
	}
	return b.outcome(err)
}

func (b *threadStress) gave(err error) error {
	if err == nil {
		b.put.Add(1)
	}
	return b.outcome(err)
}

// saw checks that f has the same result each time that it is asked.
func (b *threadStress) saw(f *rt.Future[int], v int, err error) error {
	if err == nil {
		b.mu.Lock()
		if before, ok := b.seen[f]; ok && before != v {
			b.bad = append(b.bad, fmt.Errorf("a future had %d, then %d", before, v))
		}
		b.seen[f] = v
		b.mu.Unlock()
		if again, _, done := f.Result(); !done || again != v {
			b.fail("a future has %d, %v, which was %d", again, done, v)
		}
	}
	return b.outcome(err)
}

// future returns a future that others complete, a new one or an old one.
func (b *threadStress) future(r *rand.Rand) *rt.Future[int] {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.futures) > 0 && r.IntN(2) == 0 {
		return b.futures[r.IntN(len(b.futures))]
	}
	f := new(rt.Future[int])
	b.futures = append(b.futures, f)
	return f
}

// act makes one operation of a task.
func (b *threadStress) act(r *rand.Rand, depth int) error {
	self := rt.Current()
	n := 11
	if depth == 0 {
		n = 6
	}
	switch r.IntN(n) {
	case 0:
		v, err := rt.Block(b.queue.Get())
		return b.took(v, err)
	case 1:
		return b.gave(wait(b.queue.Put(r.Int())))
	case 2:
		f := b.future(r)
		v, err := rt.Block(f)
		return b.saw(f, v, err)
	case 3:
		return b.outcome(wait(rt.Yield()))
	case 4:
		fails := r.IntN(2) == 0
		v, err := rt.Block(rt.ToThreadContext(func(ctx context.Context) (int, error) {
			if fails {
				return 0, errMine
			}
			return b.queue.GetBlocking(ctx)
		}))
		return b.took(v, err)
	case 5:
		get, put := rt.On[int](b.queue.Get()), rt.On[rt.Void](b.queue.Put(r.Int()))
		f := b.future(r)
		set := rt.On[int](f)
		chosen, err := rt.Block(rt.Select(get, put, set))
		if err != nil {
			return b.outcome(err)
		}
		switch chosen {
		case get:
			return b.took(get.Result())
		case put:
			_, err := put.Result()
			return b.gave(err)
		default:
			v, err := set.Result()
			return b.saw(f, v, err)
		}
	case 6:
		g := self.OpenSupervisor()
		for range r.IntN(3) {
			rt.SpawnIn(g, b.task(r.Uint64(), depth-1))
		}
		err := b.act(r, depth-1)
		g.Cancel(errCause)
		wait(g.Join())
		return err
	case 7:
		task := rt.Spawn(self, b.task(r.Uint64(), depth-1))
		return b.outcome(wait(rt.WaitFor(0, task)))
	case 8:
		return b.outcome(wait(rt.Gather(b.task(r.Uint64(), depth-1), b.task(r.Uint64(), depth-1))))
	case 9:
		return b.outcome(wait(rt.Race(b.task(r.Uint64(), depth-1), b.task(r.Uint64(), depth-1))))
	default: // on another loop
		other := b.loops[r.IntN(len(b.loops))]
		f := rt.StartThreadsafe(other, b.task(r.Uint64(), depth-1))
		err := wait(f)
		f.Cancel(errCause) // the await may have been cancelled
		f.Result()
		return b.outcome(err)
	}
}

// task returns a coroutine that makes a few operations.
func (b *threadStress) task(seed uint64, depth int) rt.Expr[rt.Void] {
	return do(func() error {
		b.mu.Lock()
		if len(b.tasks) < 100 {
			b.tasks = append(b.tasks, nil)
		}
		b.tasks[int(seed%uint64(len(b.tasks)))] = rt.Current()
		b.mu.Unlock()
		r := rand.New(rand.NewPCG(seed, 0))
		for range 1 + r.IntN(4) {
			if err := b.act(r, depth); err != nil {
				return err
			}
		}
		return nil
	})
}

// client starts tasks from outside and waits for them.
func (b *threadStress) client(r *rand.Rand) {
	for b.left.Add(-1) >= 0 {
		f := rt.StartThreadsafe(b.loops[r.IntN(len(b.loops))], b.task(r.Uint64(), 3))
		if r.IntN(4) == 0 {
			f.Cancel(errCause)
		}
		b.outcome(wait(f))
	}
}

// disturb acts on futures, tasks, the queue and the loops at random until stop is closed.
func (b *threadStress) disturb(r *rand.Rand, stop <-chan int) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		b.mu.Lock()
		var f *rt.Future[int]
		var task *rt.Task
		if len(b.futures) > 0 {
			i, last := r.IntN(len(b.futures)), len(b.futures)-1
			f = b.futures[i]
			if f.Done() && last > 100 { // keep some that are done
				b.futures[i] = b.futures[last]
				b.futures = b.futures[:last]
			}
		}
		if len(b.tasks) > 0 {
			task = b.tasks[r.IntN(len(b.tasks))]
		}
		b.mu.Unlock()
		switch r.IntN(9) {
		case 0, 1:
			if f != nil {
				f.Set(r.Int())
			}
		case 2:
			if f != nil {
				f.Fail(errMine)
				f.Result() // keeps the error from being reported
			}
		case 3:
			if f != nil {
				f.OnDone(func(*rt.Future[int]) {})()
			}
		case 4:
			if task != nil {
				task.Loop().CallSoonThreadsafe(func() { task.Cancel(errCause) })
			}
		case 5:
			if task != nil {
				task.WakeThreadsafe() // a spurious wake-up
			}
		case 6:
			l := b.loops[r.IntN(len(b.loops))]
			l.CallSoonThreadsafe(l.Stop)
		case 7:
			if v := r.Int(); b.queue.TryPut(v) {
				b.put.Add(1)
			}
		case 8:
			if v, ok := b.queue.TryGet(); ok {
				b.took(v, nil)
			}
		}
		runtime.Gosched()
	}
}

func TestStressFromOutside(t *testing.T) {
	testbed.Clean(t)
	rounds, jobs := 20, int64(200)
	if testing.Short() {
		rounds = 3
	}
	seed := rttest.Seed(t)
	for round := range rounds {
		random := func(who int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(round)<<16|uint64(who))) }
		b := &threadStress{
			queue: queues.New[int](3).Threadsafe(),
			taken: make(map[int]int), seen: make(map[*rt.Future[int]]int),
		}
		b.left.Store(jobs)
		var over atomic.Bool
		var running, clients, disturbers sync.WaitGroup
		for i := range 3 {
			l, err := rt.NewLoop(rt.WithSeed(seed+uint64(i)), rt.WithHandler(func(err error) {
				if _, ok := err.(*rt.UnretrievedError); !ok {
					b.fail("reported: %w", err)
				}
			}))
			if err != nil {
				t.Fatal(err)
			}
			b.loops = append(b.loops, l)
			running.Go(func() {
				for !over.Load() { // disturbers stop the loop again and again
					if err := l.RunForever(); err != nil {
						b.fail("RunForever: %w", err)
						break
					}
				}
				if err := l.Close(); err != nil {
					b.fail("Close: %w", err)
				}
			})
		}
		stop := make(chan int)
		for i := range 3 {
			disturbers.Go(func() { b.disturb(random(100+i), stop) })
		}
		for i := range 8 {
			clients.Go(func() { b.client(random(i)) })
		}
		if round%2 == 0 {
			clients.Wait()
		} // otherwise the loops are closed while they run
		over.Store(true)
		for _, l := range b.loops {
			l.CallSoonThreadsafe(l.Stop)
		}
		running.Wait()
		clients.Wait()
		close(stop)
		disturbers.Wait()
		left := b.queue.Shutdown()
		for _, v := range left {
			b.taken[v]++
		}
		total := 0
		for v, n := range b.taken {
			if total += n; n != 1 {
				t.Errorf("round %d: %d was taken %d times", round, v, n)
			}
		}
		if put := int(b.put.Load()); total != put {
			t.Errorf("round %d: %d values were put, %d taken", round, put, total)
		}
		if len(b.bad) > 0 {
			t.Fatalf("round %d: %v", round, errors.Join(b.bad...))
		}
	}
}
