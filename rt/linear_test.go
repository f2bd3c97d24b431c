package rt_test

// This file checks that queues of every order are linearizable, on one loop, and between loops
// and goroutines. Each operation on two queues must look as if it happened at one moment
// between its call and its return. So no value is lost or comes twice, and each comes in its
// turn.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/linear"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

const queueLimit = 2

// A queueOrder is a kind of queue.
type queueOrder struct {
	name string
	make func(limit int) *queues.Queue[byte]
	next func(values string) int // index of the next value, given the values in the order of arrival
}

// rank returns the priority of a value. Many values have the same priority.
func rank(v byte) int { return int(v % 3) }

var queueOrders = []queueOrder{
	{"fifo", queues.New[byte], func(string) int { return 0 }},
	{"lifo", queues.NewLifo[byte], func(values string) int { return len(values) - 1 }},
	{"priority", func(limit int) *queues.Queue[byte] {
		return queues.NewPriority(limit, func(a, b byte) int { return rank(a) - rank(b) })
	}, func(values string) int {
		least := 0
		for i := range len(values) {
			if rank(values[i]) < rank(values[least]) {
				least = i
			}
		}
		return least
	}},
}

// A queueCall is an operation on the queues in the mask on. If there are several, it is a
// select.
type queueCall struct {
	what  string
	on    [2]bool
	v     byte // value to put
	alone bool // no select, if there is only one queue
}

// A queueReturn is the result of a queueCall.
type queueReturn struct {
	on      int // index of the queue; -1: none, the operation was cancelled or not possible
	v       byte
	closed  bool
	n       int
	dropped string
}

type queueState struct {
	values     [2]string
	closed     [2]bool
	unfinished [2]int
}

// step returns the model of two queues. onOneLoop says whether a select that only tries the
// queues sees both at one moment.
func (order queueOrder) step(onOneLoop bool) func(queueState, queueCall, queueReturn) (queueState, bool) {
	pop := func(values string) (byte, string) {
		i := order.next(values)
		return values[i], values[:i] + values[i+1:]
	}
	return func(s queueState, in queueCall, out queueReturn) (queueState, bool) {
		q := out.on
		if q < 0 {
			// The operation is possible on none of the queues. On one loop that is so at one
			// moment. Between loops, a select looks at one queue after another.
			tried := in.what == "try get" || in.what == "try put"
			if tried && (onOneLoop || in.on != [2]bool{true, true}) {
				for i, on := range in.on {
					possible := s.closed[i] || in.what == "try get" && s.values[i] != "" ||
						in.what == "try put" && len(s.values[i]) < queueLimit
					if on && possible {
						return s, false
					}
				}
			}
			return s, true
		}
		switch in.what {
		case "put", "try put":
			if out.closed {
				return s, s.closed[q]
			}
			if s.closed[q] || len(s.values[q]) == queueLimit {
				return s, false
			}
			s.values[q] += string([]byte{in.v})
			s.unfinished[q]++
		case "get", "try get":
			if out.closed {
				return s, s.closed[q] && s.values[q] == ""
			}
			if s.values[q] == "" {
				return s, false
			}
			var v byte
			v, s.values[q] = pop(s.values[q])
			return s, v == out.v
		case "done":
			s.unfinished[q]--
			return s, s.unfinished[q] >= 0
		case "join":
			return s, s.unfinished[q] == 0
		case "len":
			return s, len(s.values[q]) == out.n
		case "close":
			s.closed[q] = true
		case "shutdown":
			s.closed[q] = true
			dropped := ""
			for s.values[q] != "" {
				var v byte
				v, s.values[q] = pop(s.values[q])
				dropped += string([]byte{v})
			}
			s.unfinished[q] -= len(dropped)
			return s, dropped == out.dropped
		}
		return s, true
	}
}

// A queueHistory is two queues and the history of the operations on them.
type queueHistory struct {
	linear.History
	order  queueOrder
	queues [2]*queues.Queue[byte]
	mu     sync.Mutex
	values byte
}

func newQueueHistory(order queueOrder) *queueHistory {
	return &queueHistory{order: order, queues: [2]*queues.Queue[byte]{order.make(queueLimit), order.make(queueLimit)}}
}

func (h *queueHistory) do(client int, in queueCall, op func() queueReturn) queueReturn {
	return linear.Do(&h.History, client, in, op)
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
	linear.Check(t, &h.History, queueState{}, h.order.step(onOneLoop))
	for i, q := range h.queues {
		if q.Unfinished() != 0 {
			t.Errorf("at the end queue %d is %v", i, q)
		}
	}
}

// only returns the mask of one queue.
func only(i int) (on [2]bool) {
	on[i] = true
	return on
}

// task makes operations as a task until the queues that it uses are closed. Some operations are
// cancelled at a random moment or time out.
func (h *queueHistory) task(client int, r *rand.Rand, in func() queueCall) error {
	self := rt.Current()
	closed := [2]bool{}
	for n := 0; n < 200; n++ {
		call := in()
		if call.what == "end" {
			return nil
		}
		scope := self.OpenScope()
		switch cancel := func() { scope.Cancel(nil) }; r.IntN(8) {
		case 0:
			self.Loop().CallSoon(cancel)
		case 1: // one turn later
			self.Loop().CallSoon(func() { self.Loop().CallSoon(cancel) })
		case 2:
			scope.SetTimeout(time.Duration(1+r.IntN(3)) * ms)
		}
		out := h.do(client, call, func() queueReturn { return h.await(self, call) })
		scope.Close()
		if out.closed {
			closed[out.on] = true
		}
		if call.what == "get" && out.closed && (closed == [2]bool{true, true} || call.on != [2]bool{true, true}) {
			return nil
		}
		pause := func() error {
			for range r.IntN(3) {
				if err := wait(rt.Yield()); err != nil {
					return err
				}
			}
			if r.IntN(6) == 0 {
				return wait(rt.Sleep(ms))
			}
			return nil
		}
		if err := pause(); err != nil {
			return err
		}
		if got := call.what == "get" || call.what == "try get"; got && out.on >= 0 && !out.closed {
			h.done(client, out.on)
		}
	}
	return nil
}

// done records that a value was processed.
func (h *queueHistory) done(client, q int) {
	h.do(client, queueCall{what: "done", on: only(q)}, func() queueReturn {
		h.queues[q].TaskDone()
		return queueReturn{on: q}
	})
}

// await makes the operation that call describes.
func (h *queueHistory) await(self *rt.Task, call queueCall) queueReturn {
	switch call.what {
	case "put", "try put":
		on, _, err := choose(self, call, func(i int) operation[rt.Void] { return h.queues[i].Put(call.v) })
		return queueReturn{on: on, closed: err != nil}
	case "join":
		on, _, _ := choose(self, call, func(i int) operation[rt.Void] { return h.queues[i].Join() })
		return queueReturn{on: on}
	case "len":
		on := slices.Index(call.on[:], true)
		return queueReturn{on: on, n: h.queues[on].Len()}
	}
	on, v, err := choose(self, call, func(i int) operation[byte] { return h.queues[i].Get() })
	return queueReturn{on: on, v: v, closed: err != nil}
}

// An operation can be awaited and selected.
type operation[T any] interface {
	rt.Expr[T]
	rt.Selectable[T]
}

// choose awaits operations of the queues of call. It uses a select, or awaits a single
// operation directly. It returns the index of the queue, or -1 for none, and the result.
func choose[T any](self *rt.Task, call queueCall, make func(i int) operation[T]) (on int, v T, err error) {
	var cases [2]*rt.Case[T]
	var branches []rt.Branch
	for i, on := range call.on {
		if on {
			cases[i] = rt.On(make(i))
			branches = append(branches, cases[i])
		}
	}
	var chosen rt.Branch
	switch only := slices.Index(call.on[:], true); {
	case call.what == "try put" || call.what == "try get":
		chosen = rt.TrySelect(self, branches...)
	case len(branches) == 1 && call.alone:
		if v, err = rt.Block(make(only)); err != nil && err != queues.ErrClosed {
			return -1, v, nil
		}
		return only, v, err
	default:
		chosen, _ = rt.Block(rt.Select(branches...))
	}
	for i, c := range cases {
		if c != nil && chosen == rt.Branch(c) {
			v, err = c.Result()
			return i, v, err
		}
	}
	return -1, v, nil
}

var masks = [][2]bool{{true, false}, {false, true}, {true, true}}

func (h *queueHistory) produce(client int, r *rand.Rand) func() error {
	left := 8
	return func() error {
		return h.task(client, r, func() queueCall {
			if left--; left < 0 {
				return queueCall{what: "end"}
			}
			switch r.IntN(8) {
			case 0:
				return queueCall{what: "join", on: masks[r.IntN(3)], alone: r.IntN(2) == 0}
			case 1:
				return queueCall{what: "len", on: masks[r.IntN(2)]}
			}
			return queueCall{pick(r, "put", "put", "try put"), masks[r.IntN(3)], h.value(), r.IntN(3) > 0}
		})
	}
}

// consume takes values from a random choice of queues. The first consumer always takes from
// both, so that producers do not wait for ever.
func (h *queueHistory) consume(client int, r *rand.Rand, both bool) func() error {
	return func() error {
		return h.task(client, r, func() queueCall {
			if both {
				return queueCall{what: "get", on: [2]bool{true, true}}
			}
			return queueCall{what: pick(r, "get", "get", "get", "try get"), on: masks[r.IntN(3)], alone: r.IntN(3) > 0}
		})
	}
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// close closes the queues or shuts them down.
func (h *queueHistory) close(client int, shutdown bool) {
	for i, q := range h.queues {
		if shutdown {
			h.do(client, queueCall{what: "shutdown", on: only(i)}, func() queueReturn {
				return queueReturn{on: i, dropped: string(q.Shutdown())}
			})
			continue
		}
		h.do(client, queueCall{what: "close", on: only(i)}, func() queueReturn {
			q.Close()
			return queueReturn{on: i}
		})
	}
}

func TestQueuesAreLinearizableOnALoop(t *testing.T) {
	for _, order := range queueOrders {
		t.Run(order.name, func(t *testing.T) {
			seed := rttest.Seed(t)
			for i := range uint64(40) {
				r := rand.New(rand.NewPCG(seed, i))
				h := newQueueHistory(order)
				if i%2 == 1 {
					h.queues[0].Threadsafe()
				}
				run(t, func() error {
					a, b := spawn(h.produce(0, r)), spawn(h.produce(1, r))
					consumers := rt.Spawn(rt.Current(), rt.Gather[rt.Void](
						do(h.consume(2, r, true)), do(h.consume(3, r, false)), do(h.consume(4, r, false))))
					if i%4 > 1 { // close the queues in the middle of the test
						if err := wait(rt.Sleep(time.Duration(r.IntN(6)) * ms)); err != nil {
							return err
						}
						h.close(5, i%8 > 3)
					}
					for _, task := range []*rt.TaskOf[rt.Void]{a, b} {
						if err := wait(task); err != nil {
							return err
						}
					}
					h.close(5, i%8 > 3)
					return wait(consumers)
				})
				if h.check(t, true); t.Failed() {
					return
				}
			}
		})
	}
}

func TestThreadsafeQueuesAreLinearizable(t *testing.T) {
	testbed.Clean(t)
	// Two loops with a producer and two consumers each, and two goroutines use the queues.
	for _, order := range queueOrders {
		t.Run(order.name, func(t *testing.T) {
			seed := rttest.Seed(t)
			rounds := uint64(20)
			if testing.Short() {
				rounds = 5
			}
			for i := range rounds {
				h := newQueueHistory(order)
				if h.between(t, seed, i); t.Failed() {
					return
				}
			}
		})
	}
}

// between uses the queues on loops and goroutines.
func (h *queueHistory) between(t *testing.T, seed, round uint64) {
	for _, q := range h.queues {
		q.Threadsafe()
	}
	random := func(client int) *rand.Rand { return rand.New(rand.NewPCG(seed+uint64(client), round)) }
	var producers, consumers sync.WaitGroup
	onLoop := func(wg *sync.WaitGroup, fns ...func() error) {
		wg.Go(func() {
			var xs []rt.Expr[rt.Void]
			for _, fn := range fns {
				xs = append(xs, do(fn))
			}
			if _, err := rt.Run(rt.Gather(xs...), rt.WithSeed(seed)); err != nil {
				t.Error(err)
			}
		})
	}
	onLoop(&producers, h.produce(0, random(0)))
	onLoop(&producers, h.produce(1, random(1)))
	onLoop(&consumers, h.consume(2, random(2), true), h.consume(3, random(3), false))
	onLoop(&consumers, h.consume(4, random(4), false), h.consume(5, random(5), false))
	producers.Go(func() {
		r := random(6)
		for range 6 {
			call := queueCall{what: "put", on: only(0), v: h.value()}
			h.do(6, call, func() queueReturn {
				ctx, stop := ends(r)
				defer stop()
				return outcome(0, h.queues[0].PutBlocking(ctx, call.v))
			})
		}
	})
	consumers.Go(func() {
		r := random(7)
		for end := false; !end; {
			out := h.do(7, queueCall{what: "get", on: only(1)}, func() queueReturn {
				ctx, stop := ends(r)
				defer stop()
				v, err := h.queues[1].GetBlocking(ctx)
				out := outcome(1, err)
				out.v = v
				return out
			})
			if end = out.closed; !end && out.on >= 0 {
				h.done(7, 1)
			}
		}
	})
	if round%3 == 0 {
		consumers.Go(func() { h.close(8, round%2 == 0) }) // at a random moment
	}
	producers.Wait()
	h.close(8, round%2 == 0)
	consumers.Wait()
	h.check(t, false)
}

// ends returns a context that sometimes ends soon.
func ends(r *rand.Rand) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	if r.IntN(2) == 0 {
		spins := r.IntN(200)
		go func() {
			for range spins {
				runtime.Gosched()
			}
			cancel()
		}()
	}
	return ctx, cancel
}

// outcome returns the result of a blocking call on queue q.
func outcome(q int, err error) queueReturn {
	switch err {
	case nil:
		return queueReturn{on: q}
	case queues.ErrClosed:
		return queueReturn{on: q, closed: true}
	case context.Canceled:
		return queueReturn{on: -1}
	}
	panic(fmt.Errorf("unexpected: %w", err))
}
