package locks_test

// This file checks that the locks are linearizable under random schedules, with
// tasks that are cancelled at random moments: as if each operation happened at
// one moment between its call and its return.

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A lockCall is an operation on something that one writer or several readers
// hold; a semaphore has only readers, a lock only writers.
type lockCall struct {
	what string // acquire, try, release
	read bool
}

type lockState struct {
	writers, readers int
}

// lockSpec is a lock for one writer or that number of readers. The output is
// whether it succeeded.
func lockSpec(readers int) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return lockState{} },
		Step: func(state, input, output any) (bool, any) {
			s, in, ok := state.(lockState), input.(lockCall), output.(bool)
			if in.what == "release" {
				if in.read {
					s.readers--
				} else {
					s.writers--
				}
				return s.readers >= 0 && s.writers >= 0, s
			}
			if !ok {
				return true, s // cancelled, or somebody waits
			}
			if s.writers > 0 || s.readers > 0 && (!in.read || s.readers == readers) {
				return false, nil
			}
			if in.read {
				s.readers++
			} else {
				s.writers++
			}
			return true, s
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %v", input, output) },
	}
}

// A lockable is one kind of lock.
type lockable struct {
	acquire func(read bool) error
	try     func(read bool) bool
	release func(read bool)
	idle    func() string // how it looks when nobody holds it
}

func TestLocksAreLinearizable(t *testing.T) {
	for _, test := range []struct {
		name    string
		readers int // at most; 0: only writers
		only    string
		make    func() lockable
	}{
		{"Lock", 0, "lock, free", func() lockable {
			var l locks.Lock
			return lockable{
				func(bool) error { return wait(l.Acquire()) },
				func(bool) bool { return l.TryAcquire(rt.Current()) },
				func(bool) { l.Release() }, l.String}
		}},
		{"RWLock", 100, "lock, free", func() lockable {
			var l locks.RWLock
			return lockable{
				func(read bool) error {
					if read {
						return wait(l.AcquireRead())
					}
					return wait(l.Acquire())
				},
				func(read bool) bool {
					if read {
						return l.TryAcquireRead(rt.Current())
					}
					return l.TryAcquire(rt.Current())
				},
				func(read bool) {
					if read {
						l.ReleaseRead()
					} else {
						l.Release()
					}
				}, l.String}
		}},
		{"Semaphore", 2, "semaphore, 2 free", func() lockable {
			s := locks.NewSemaphore(2)
			return lockable{
				func(bool) error { return wait(s.Acquire()) },
				func(bool) bool { return s.TryAcquire() },
				func(bool) { s.Release() }, s.String}
		}},
		{"CapacityLimiter", 2, "limiter, 0/2 borrowed", func() lockable {
			l := locks.NewCapacityLimiter(2)
			return lockable{
				func(bool) error { return wait(l.Acquire()) },
				func(bool) bool { return rt.TrySelect(rt.Current(), rt.On(l.Acquire())) != nil },
				func(bool) { l.Release() }, l.String}
		}},
		{"lock in a select", 0, "lock, free", func() lockable {
			var l locks.Lock
			var never locks.Event
			return lockable{
				func(bool) error { return wait(rt.Select(rt.On(never.Wait()), rt.On(l.Acquire()))) },
				func(bool) bool { return l.TryAcquire(rt.Current()) },
				func(bool) { l.Release() }, l.String}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			seed := rttest.Seed(t)
			for round := range uint64(20) {
				r := rand.New(rand.NewPCG(seed, round))
				var history []porcupine.Operation
				clock := int64(0)
				record := func(client int, in lockCall, op func() bool) bool {
					e := porcupine.Operation{ClientId: client, Input: in, Call: clock}
					clock++
					ok := op()
					e.Output, e.Return = ok, clock
					clock++
					history = append(history, e)
					return ok
				}
				l := test.make()
				run(t, func() {
					var tasks []rt.Expr[rt.Void]
					for client := range 5 {
						tasks = append(tasks, do(func() error {
							for range 8 {
								read := test.readers == 2 || test.readers > 0 && r.IntN(3) > 0
								scope := rt.Current().OpenScope()
								cancel := rt.Current().Loop().CallLater(ms*time.Duration(r.IntN(9)), func() { scope.Cancel(nil) })
								var ok bool
								if r.IntN(4) == 0 {
									ok = record(client, lockCall{"try", read}, func() bool { return l.try(read) })
								} else {
									ok = record(client, lockCall{"acquire", read}, func() bool { return l.acquire(read) == nil })
								}
								cancel.Cancel()
								scope.Close()
								noError(t, wait(rt.Sleep(ms*time.Duration(r.IntN(3)))))
								if ok {
									record(client, lockCall{"release", read}, func() bool { l.release(read); return true })
								}
							}
							return nil
						}))
					}
					noError(t, wait(rt.Gather(tasks...)))
				})
				want(t, "at the end", l.idle(), test.only)
				readers := max(1, test.readers)
				if !porcupine.CheckOperations(lockSpec(readers), history) {
					for _, e := range history {
						t.Logf("%3d-%3d client %d %+v: %v", e.Call, e.Return, e.ClientId, e.Input, e.Output)
					}
					t.Fatalf("%d operations are not linearizable", len(history))
				}
			}
		})
	}
}
