package rt_test

// This file runs random tasks, groups, futures, races and waits against each other, while other
// goroutines complete futures, start tasks and cancel them. The tests check only that
// everything ends with a result that it may have. The race detector and the leak checks find
// the rest.

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A stressor makes random coroutines.
type stressor struct {
	random  *rand.Rand // used only on the loop
	futures chan *rt.Future[int]
}

func (s *stressor) pause() time.Duration { return time.Duration(s.random.IntN(5)) * ms }

// expr returns a coroutine of at most the given depth.
func (s *stressor) expr(depth int) rt.Expr[int] {
	return machine.Lockstep(func() (int, error) {
		for range s.random.IntN(3) + 1 {
			if err := s.act(depth); err != nil {
				return 0, err
			}
		}
		return 1, nil
	})
}

func (s *stressor) exprs(depth int) (xs []rt.Expr[int]) {
	for range s.random.IntN(4) {
		xs = append(xs, s.expr(depth-1))
	}
	return xs
}

func (s *stressor) act(depth int) error {
	n := 13
	if depth == 0 {
		n = 6 // only coroutines that start no others
	}
	self := rt.Current()
	switch s.random.IntN(n) {
	case 0:
		return wait(rt.Sleep(s.pause()))
	case 1:
		return wait(rt.Yield())
	case 2: // set by another goroutine
		f := new(rt.Future[int])
		s.futures <- f
		return wait(f)
	case 3:
		return errMine
	case 4:
		return wait(rt.ToThread(func() (int, error) { return 1, nil }))
	case 5:
		_, err := within(s.pause(), sleeps(s.pause()))
		return err
	case 6:
		return wait(rt.Gather(s.exprs(depth)...))
	case 7:
		g := self.OpenGroup()
		if s.random.IntN(2) == 0 {
			g = self.OpenSupervisor()
		}
		return in(g, func(g *rt.TaskGroup) error {
			for _, x := range s.exprs(depth) {
				rt.SpawnIn(g, x)
			}
			return s.act(depth - 1)
		})
	case 8:
		return wait(rt.StaggeredRace(s.pause(), s.exprs(depth)...))
	case 9:
		task := rt.Spawn(self, s.expr(depth-1))
		defer self.Loop().CallLater(s.pause(), func() { task.Cancel(errCause) }).Cancel()
		return wait(rt.WaitFor(s.pause(), task))
	case 10:
		var tasks []*rt.TaskOf[int]
		for _, x := range s.exprs(depth) {
			tasks = append(tasks, rt.SpawnEager(self, x))
		}
		until := []rt.Until{rt.AllDone, rt.FirstCompleted, rt.FirstError}[s.random.IntN(3)]
		err := wait(rt.Wait(until, tasks...).For(s.pause()))
		for _, task := range tasks {
			task.Cancel(errCause)
		}
		for _, task := range tasks {
			wait(rt.Shield(task))
		}
		return err
	case 11:
		c := rt.AsCompleted(self, s.exprs(depth)...)
		defer c.Close()
		for c.Left() > s.random.IntN(2) {
			if err := wait(c.Next()); err != nil {
				return err
			}
		}
		return nil
	default:
		return wait(rt.Shield(rt.Timeout(s.pause(), s.expr(depth-1))))
	}
}

// allowed reports whether err consists of errors that a stressor may cause.
func allowed(err error) bool {
	if group, ok := errors.AsType[*rt.GroupError](err); ok {
		for _, err := range group.Errs {
			if !allowed(err) {
				return false
			}
		}
		return true
	}
	return err == nil || isCanceled(err) || isTimeout(err) || errors.Is(err, errMine) || err == rt.ErrNoContender
}

func TestStress(t *testing.T) {
	rounds, seed := 60, rttest.Seed(t)
	if testing.Short() {
		rounds = 10
	}
	for round := range rounds {
		l := testbed.NewLoop(t, rt.WithSeed(seed+uint64(round)), rt.WithHandler(func(err error) {
			if failure, ok := errors.AsType[*rt.UnretrievedError](err); !ok || !allowed(failure.Err) {
				t.Errorf("round %d: %v", round, err)
			}
		}))
		s := &stressor{random: rand.New(rand.NewPCG(seed, uint64(round))), futures: make(chan *rt.Future[int], 1<<16)}
		stop := make(chan int)
		var closing atomic.Bool
		var others sync.WaitGroup
		others.Go(func() { // completes futures
			for f := range s.futures {
				f.Set(1)
			}
		})
		for i := range 2 { // start tasks, and cancel some
			random := rand.New(rand.NewPCG(seed, uint64(round)<<8|uint64(i)+1<<32))
			others.Go(func() {
				// The fake clock stands still as long as calls arrive, so on a single thread
				// an endless flood would keep Close from ending what is shielded.
				for late := 0; late < 1000; {
					if closing.Load() {
						late++
					}
					select {
					case <-stop:
						return
					default:
					}
					f := rt.StartThreadsafe(l, rt.Sleep(time.Duration(random.IntN(3))*ms))
					if random.IntN(2) == 0 {
						f.Cancel(errCause)
					}
					if err := wait(f); !allowed(err) && err != rt.ErrLoopClosed {
						t.Errorf("round %d: %v", round, err)
					}
				}
			})
		}
		_, err := rt.RunUntilComplete(l, do(func() error {
			return in(rt.Current().OpenSupervisor(), func(g *rt.TaskGroup) error {
				for range 10 {
					rt.SpawnIn(g, s.expr(4))
				}
				return nil
			})
		}))
		if !allowed(err) {
			t.Errorf("round %d: %v", round, err)
		}
		closing.Store(true)
		if err := l.Close(); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		close(stop)
		close(s.futures)
		others.Wait()
	}
}
