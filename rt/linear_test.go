package rt_test

// This file checks that queues and select are linearizable: whatever tasks,
// loops and goroutines do to two queues at the same time, it is as if each
// operation happened at one moment between its call and its return.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

const queueLimit = 2

// A queueCall is an operation: put, get or close, on the queues in the mask
// on; more than one means a select.
type queueCall struct {
	what string
	on   [2]bool
	v    byte // to put
}

// A queueReturn is what came of it.
type queueReturn struct {
	on     int // which queue it was, -1: none, it was cancelled or not possible
	v      byte
	closed bool
}

type queueState struct {
	values [2]string
	closed [2]bool
}

func queueSpec(onOneLoop bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return queueState{} },
		Step: func(state, input, output any) (bool, any) {
			s, in, out := state.(queueState), input.(queueCall), output.(queueReturn)
			q := out.on
			if q < 0 {
				// Not possible: on any of them, at one moment on a loop; between loops
				// a select looks at one queue after the other.
				tried := in.what == "try get" || in.what == "try put"
				if tried && (onOneLoop || in.on != [2]bool{true, true}) {
					for i, on := range in.on {
						possible := s.closed[i] || in.what == "try get" && s.values[i] != "" ||
							in.what == "try put" && len(s.values[i]) < queueLimit
						if on && possible {
							return false, nil
						}
					}
				}
				return true, s
			}
			switch in.what {
			case "put", "try put":
				if out.closed {
					return s.closed[q], s
				}
				if s.closed[q] || len(s.values[q]) == queueLimit {
					return false, nil
				}
				s.values[q] += string(in.v)
			case "get", "try get":
				if out.closed {
					return s.closed[q] && s.values[q] == "", s
				}
				if s.values[q] == "" || s.values[q][0] != out.v {
					return false, nil
				}
				s.values[q] = s.values[q][1:]
			case "close":
				s.closed[q] = true
			}
			return true, s
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
	}
}

// A queueHistory is what happened.
type queueHistory struct {
	queues [2]*rt.Queue[byte]
	clock  atomic.Int64
	mu     sync.Mutex
	events []porcupine.Operation
	values byte
}

// record does one operation of client.
func (h *queueHistory) record(client int, in queueCall, op func() queueReturn) queueReturn {
	e := porcupine.Operation{ClientId: client, Input: in, Call: h.clock.Add(1)}
	out := op()
	e.Output, e.Return = out, h.clock.Add(1)
	h.mu.Lock()
	h.events = append(h.events, e)
	h.mu.Unlock()
	return out
}

// value returns a value that is put only once.
func (h *queueHistory) value() byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.values++
	return h.values
}

func (h *queueHistory) check(t *testing.T, onOneLoop bool) {
	t.Helper()
	if !porcupine.CheckOperations(queueSpec(onOneLoop), h.events) {
		for _, e := range h.events {
			t.Logf("%3d-%3d client %d %+v: %+v", e.Call, e.Return, e.ClientId, e.Input, e.Output)
		}
		t.Errorf("%d operations are not linearizable", len(h.events))
	}
}

// task does operations as a task, until the queues that it uses are closed.
// Some are cancelled at some moment.
func (h *queueHistory) task(client int, r *rand.Rand, in func() queueCall) error {
	self := rt.Current()
	closed := [2]bool{}
	for n := 0; n < 200; n++ {
		call := in()
		if call.what == "end" {
			return nil
		}
		scope := self.OpenScope()
		if r.IntN(4) == 0 {
			cancel := func() { scope.Cancel(nil) }
			if r.IntN(2) == 0 {
				self.Loop().CallSoon(cancel)
			} else { // a turn later
				self.Loop().CallSoon(func() { self.Loop().CallSoon(cancel) })
			}
		}
		out := h.record(client, call, func() queueReturn { return h.await(self, call) })
		scope.Close()
		if out.closed {
			closed[out.on] = true
		}
		if call.what == "get" && closed == [2]bool{true, true} {
			return nil
		}
		if call.what == "get" && out.closed && call.on != [2]bool{true, true} {
			return nil
		}
		for range r.IntN(3) {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
	}
	return nil
}

// await does what call says.
func (h *queueHistory) await(self *rt.Task, call queueCall) queueReturn {
	if call.what == "put" || call.what == "try put" {
		var cases [2]*rt.Case[rt.Void]
		on, result := choose(self, call, &cases, func(i int) *rt.Case[rt.Void] { return rt.On(h.queues[i].Put(call.v)) })
		if on < 0 {
			return queueReturn{on: on}
		}
		_, err := result()
		return queueReturn{on: on, closed: err != nil}
	}
	var cases [2]*rt.Case[byte]
	on, result := choose(self, call, &cases, func(i int) *rt.Case[byte] { return rt.On(h.queues[i].Get()) })
	if on < 0 {
		return queueReturn{on: on}
	}
	v, err := result()
	return queueReturn{on: on, v: v, closed: err != nil}
}

// choose awaits a select, which may have one branch.
func choose[T any](self *rt.Task, call queueCall, cases *[2]*rt.Case[T], make func(i int) *rt.Case[T]) (int, func() (T, error)) {
	var branches []rt.Branch
	for i, on := range call.on {
		if on {
			cases[i] = make(i)
			branches = append(branches, cases[i])
		}
	}
	var chosen rt.Branch
	if call.what == "try put" || call.what == "try get" {
		chosen = rt.TrySelect(self, branches...)
	} else {
		chosen, _ = rt.Block(rt.Select(branches...))
	}
	for i, c := range cases {
		if c != nil && chosen == rt.Branch(c) {
			return i, c.Result
		}
	}
	return -1, nil
}

func (h *queueHistory) produce(client int, r *rand.Rand) func() error {
	left := 8
	return func() error {
		return h.task(client, r, func() queueCall {
			if left--; left < 0 {
				return queueCall{what: "end"}
			}
			return queueCall{pick(r, "put", "try put"), [][2]bool{{true, false}, {false, true}, {true, true}}[r.IntN(3)], h.value()}
		})
	}
}

// consume takes from the queues in a mask that it draws; the first consumer
// always takes from both, so that producers do not wait for ever.
func (h *queueHistory) consume(client int, r *rand.Rand, both bool) func() error {
	return func() error {
		return h.task(client, r, func() queueCall {
			on := [2]bool{true, true}
			if !both {
				on = [][2]bool{{true, false}, {false, true}, {true, true}}[r.IntN(3)]
			}
			what := "get"
			if !both {
				what = pick(r, "get", "get", "try get")
			}
			return queueCall{what: what, on: on}
		})
	}
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

func (h *queueHistory) close(client int) {
	for i, q := range h.queues {
		on := [2]bool{}
		on[i] = true
		h.record(client, queueCall{what: "close", on: on}, func() queueReturn {
			q.Close()
			return queueReturn{on: i}
		})
	}
}

func TestQueuesAreLinearizableOnALoop(t *testing.T) {
	seed := rttest.Seed(t)
	for i := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, i))
		h := &queueHistory{queues: [2]*rt.Queue[byte]{rt.NewQueue[byte](queueLimit), rt.NewQueue[byte](queueLimit)}}
		if i%2 == 1 {
			h.queues[0].Threadsafe()
		}
		run(t, func() error {
			a, b := spawn(h.produce(0, r)), spawn(h.produce(1, r))
			c, d, e := spawn(h.consume(2, r, true)), spawn(h.consume(3, r, false)), spawn(h.consume(4, r, false))
			for _, task := range []*rt.TaskOf[rt.Void]{a, b} {
				if err := wait(task); err != nil {
					return err
				}
			}
			h.close(5)
			return wait(rt.Gather[rt.Void](c, d, e))
		}, rt.WithSeed(seed+i))
		h.check(t, true)
		if t.Failed() {
			return
		}
	}
}

func TestThreadsafeQueuesAreLinearizable(t *testing.T) {
	testbed.Clean(t)
	// Two loops, with a producer and two consumers each, and two goroutines.
	seed := rttest.Seed(t)
	rounds := uint64(30)
	if testing.Short() {
		rounds = 5
	}
	for i := range rounds {
		h := &queueHistory{queues: [2]*rt.Queue[byte]{rt.NewQueue[byte](queueLimit).Threadsafe(), rt.NewQueue[byte](queueLimit).Threadsafe()}}
		random := func(client int) *rand.Rand { return rand.New(rand.NewPCG(seed+uint64(client), i)) }
		var producers, consumers sync.WaitGroup
		onLoop := func(wg *sync.WaitGroup, fns ...func() error) {
			wg.Go(func() {
				var xs []rt.Expr[rt.Void]
				for _, fn := range fns {
					xs = append(xs, do(fn))
				}
				if _, err := rt.Run(rt.Gather(xs...), rt.WithSeed(seed+i)); err != nil {
					t.Error(err)
				}
			})
		}
		onLoop(&producers, h.produce(0, random(0)))
		onLoop(&producers, h.produce(1, random(1)))
		onLoop(&consumers, h.consume(2, random(2), true), h.consume(3, random(3), false))
		onLoop(&consumers, h.consume(4, random(4), false), h.consume(5, random(5), false))
		producers.Go(func() {
			for range 6 {
				call := queueCall{"put", [2]bool{true, false}, h.value()}
				h.record(6, call, func() queueReturn {
					if err := h.queues[0].PutBlocking(context.Background(), call.v); err != nil {
						t.Error(err)
					}
					return queueReturn{on: 0}
				})
			}
		})
		consumers.Go(func() {
			for end := false; !end; {
				h.record(7, queueCall{what: "get", on: [2]bool{false, true}}, func() queueReturn {
					v, err := h.queues[1].GetBlocking(context.Background())
					end = err != nil
					return queueReturn{on: 1, v: v, closed: end}
				})
			}
		})
		producers.Wait()
		h.close(8)
		consumers.Wait()
		h.check(t, false)
		if t.Failed() {
			return
		}
	}
}
