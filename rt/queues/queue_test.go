package queues_test

// This file tests queues.

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestQueueProducerAndConsumer(t *testing.T) {
	for _, limit := range []int{0, 1, 2, 7} {
		attempt(t, func() error {
			q := queues.New[int](limit)
			const n = 300
			producer := spawn(func() error {
				defer q.Close()
				for i := range n {
					if err := wait(q.Put(i)); err != nil {
						return err
					}
				}
				return nil
			})
			for i := 0; ; i++ {
				v, err := rt.Block(q.Get())
				if err == queues.ErrClosed && i == n {
					break
				}
				if err != nil || v != i {
					return fmt.Errorf("limit %d: value %d is %d, %v", limit, i, v, err)
				}
				if limit > 0 && q.Len() > limit {
					return fmt.Errorf("limit %d: %d values in the queue", limit, q.Len())
				}
			}
			return wait(producer)
		})
	}
}

func TestQueueServesInOrder(t *testing.T) {
	l := testbed.FIFO(t)
	q := queues.New[int](1)
	var tr trace
	for i := range 3 {
		rt.Start(l, do(func() error {
			v, err := rt.Block(q.Get())
			tr.add("getter %d got %d", i, v)
			return err
		}))
	}
	for i := range 6 {
		rt.Start(l, do(func() error {
			err := wait(q.Put(i))
			tr.add("put %d", i)
			return err
		}))
	}
	l.CallLater(ms, func() {
		for {
			v, ok := q.TryGet()
			if !ok {
				break
			}
			tr.add("took %d", v)
		}
	})
	if _, err := rt.RunUntilComplete(l, rt.Sleep(2*ms)); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "put 0", "put 1", "put 2", "put 3", "getter 0 got 0", "getter 1 got 1", "getter 2 got 2",
		"took 3", "took 4", "took 5", "put 4", "put 5")
}

func TestQueueClose(t *testing.T) {
	attempt(t, func() error {
		q := queues.New[int](1)
		getter := rt.Spawn(rt.Current(), q.Get())
		wait(rt.Sleep(ms))
		q.Close()
		q.Close()
		if err := wait(getter); err != queues.ErrClosed {
			return fmt.Errorf("a Get that waits: %v", err)
		}

		q = queues.New[int](1)
		q.TryPut(1)
		putter := rt.Spawn(rt.Current(), q.Put(2))
		wait(rt.Sleep(ms))
		q.Close()
		if err := wait(putter); err != queues.ErrClosed {
			return fmt.Errorf("a Put that waits: %v", err)
		}
		if err := wait(q.Put(3)); err != queues.ErrClosed || q.TryPut(3) || !q.Closed() {
			return fmt.Errorf("a Put afterwards: %v", err)
		}
		if v, err := rt.Block(q.Get()); v != 1 || err != nil {
			return fmt.Errorf("what was in it: %d, %v", v, err)
		}
		if err := wait(q.Get()); err != queues.ErrClosed {
			return fmt.Errorf("a Get afterwards: %v", err)
		}
		return nil
	})
}

func TestQueueTimeout(t *testing.T) {
	attempt(t, func() error {
		q := queues.New[int](1)
		for range 3 {
			if err := wait(rt.Timeout(ms, q.Get())); !isTimeout(err) {
				return fmt.Errorf("get: %v", err)
			}
		}
		q.TryPut(1)
		for range 3 {
			if err := wait(rt.Timeout(ms, q.Put(2))); !isTimeout(err) {
				return fmt.Errorf("put: %v", err)
			}
		}
		if v, ok := q.TryGet(); v != 1 || !ok || q.Len() != 0 {
			return errors.New("a Put that was given up left something")
		}
		return nil
	})
}

func TestQueueBelongsToItsLoop(t *testing.T) {
	q := queues.New[int](0)
	attempt(t, func() error { return wait(q.Put(1)) })
	attempt(t, func() error {
		wantPanic(t, func() { rt.Block(q.Get()) }, "queue of another loop", "CallSoonThreadsafe")
		return nil
	})
}

func TestQueueJoin(t *testing.T) {
	l := testbed.NewLoop(t)
	var tr trace
	q := queues.New[int](0)
	if _, err := rt.RunUntilComplete(l, q.Join()); err != nil {
		t.Errorf("joining a queue that was never used: %v", err)
	}
	wantPanic(t, q.TaskDone, "TaskDone", "more often")
	for i := range 3 {
		q.TryPut(i)
	}
	for range 2 {
		rt.Start(l, do(func() error {
			err := wait(q.Join())
			tr.add("join %v at %v", err, l.Time())
			return nil
		}))
	}
	rt.Start(l, do(func() error {
		err := wait(rt.Timeout(1500*time.Microsecond, q.Join()))
		tr.add("cancelled %v", isTimeout(err))
		return nil
	}))
	rt.Start(l, do(func() error {
		for range 3 {
			v, err := rt.Block(q.Get())
			if err != nil {
				return err
			}
			wait(rt.Sleep(ms))
			tr.add("done %d, %d unfinished", v, q.Unfinished())
			q.TaskDone()
		}
		return nil
	}))
	if _, err := rt.RunUntilComplete(l, rt.Sleep(5*ms)); err != nil {
		t.Fatal(err)
	}
	tr.check(t, "done 0, 3 unfinished", "cancelled true", "done 1, 2 unfinished", "done 2, 1 unfinished",
		"join <nil> at 3ms", "join <nil> at 3ms")
	wantPanic(t, q.TaskDone, "TaskDone", "more often")
	q.TryPut(1) // a second round
	if q.Unfinished() != 1 {
		t.Errorf("%d unfinished", q.Unfinished())
	}
}

func TestQueueShutdown(t *testing.T) {
	attempt(t, func() error {
		q := queues.New[int](2)
		q.TryPut(1)
		q.TryPut(2)
		putter := rt.Spawn(rt.Current(), q.Put(3))
		joiner := rt.Spawn(rt.Current(), q.Join())
		wait(rt.Sleep(ms))
		if v, ok := q.TryGet(); v != 1 || !ok { // the value is being worked on
			return fmt.Errorf("got %d, %v", v, ok)
		}
		if err := wait(putter); err != nil {
			return err
		}
		putter = rt.Spawn(rt.Current(), q.Put(4))
		wait(rt.Sleep(ms))
		if dropped := q.Shutdown(); !slices.Equal(dropped, []int{2, 3}) {
			return fmt.Errorf("dropped: %v", dropped)
		}
		if err := wait(putter); err != queues.ErrClosed {
			return fmt.Errorf("a Put that waits: %v", err)
		}
		if err := wait(q.Get()); err != queues.ErrClosed || !q.Closed() || q.Len() != 0 {
			return fmt.Errorf("a Get afterwards: %v; %v", err, q)
		}
		if dropped := q.Shutdown(); dropped != nil {
			return fmt.Errorf("a second time: %v", dropped)
		}
		wait(rt.Sleep(ms))
		if joiner.Done() || q.Unfinished() != 1 {
			return errors.New("the value that is being worked on counts as done")
		}
		q.TaskDone()
		if err := wait(joiner); err != nil {
			return err
		}
		return nil
	})
}

func TestQueueString(t *testing.T) {
	attempt(t, func() error {
		q := queues.New[int](1)
		get := rt.Spawn(rt.Current(), q.Get())
		wait(rt.Sleep(ms))
		texts := []string{q.String()}
		q.TryPut(1)
		q.TryPut(2)
		put := rt.Spawn(rt.Current(), q.Put(3))
		wait(rt.Sleep(ms))
		texts = append(texts, q.String())
		if !q.Full() || q.Limit() != 1 {
			return errors.New("the queue is full")
		}
		q.Close()
		wait(get)
		wait(put)
		texts = append(texts, q.String(), queues.New[int](0).String())
		if want := []string{"queue of 0/1, 1 getting", "queue of 1/1, 1 putting, 2 unfinished",
			"queue of 1/1, closed, 2 unfinished", "queue of 0"}; !slices.Equal(texts, want) {
			return fmt.Errorf("%q", texts)
		}
		return nil
	})
}

func TestQueueBlocking(t *testing.T) {
	q := queues.New[int](1).Threadsafe()
	ctx, cancel := context.WithCancel(t.Context())
	if err := q.PutBlocking(ctx, 1); err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	go func() { results <- q.PutBlocking(ctx, 2) }()
	cancel()
	if err := <-results; err != context.Canceled {
		t.Errorf("a Put whose context ends: %v", err)
	}
	if err := q.PutBlocking(ctx, 3); err != context.Canceled {
		t.Errorf("a Put whose context has ended: %v", err)
	}
	if v, err := q.GetBlocking(t.Context()); v != 1 || err != nil || q.Len() != 0 {
		t.Errorf("got %d, %v, left %v", v, err, q)
	}
	go func() { _, err := q.GetBlocking(t.Context()); results <- err }()
	q.Close()
	if err := <-results; err != queues.ErrClosed {
		t.Errorf("a Get of a queue that is closed: %v", err)
	}
	wantPanic(t, func() { queues.New[int](1).GetBlocking(t.Context()) }, "Threadsafe")
	attempt(t, func() error {
		q := queues.New[int](1).Threadsafe()
		if err := q.PutBlocking(t.Context(), 1); err != nil { // it need not wait
			return err
		}
		wantPanic(t, func() { q.PutBlocking(t.Context(), 1) }, "would stop them")
		return nil
	})
}

// A context ends right after a goroutine that waits was served. A value that it was given is
// not lost, and a value that it gave is in the queue.
func TestQueueBlockingAndAContextThatEnds(t *testing.T) {
	testbed.Clean(t)
	for i := range 300 {
		q := queues.New[int](1).Threadsafe()
		ctx, cancel := context.WithCancel(t.Context())
		type result struct {
			v   int
			err error
		}
		got := make(chan result)
		waits := func(what string) {
			for !strings.Contains(q.String(), what) {
				runtime.Gosched()
			}
		}
		go func() { v, err := q.GetBlocking(ctx); got <- result{v, err} }()
		waits("1 getting")
		if !q.TryPut(i) {
			t.Fatalf("the queue is full: %v", q)
		}
		cancel()
		if r := <-got; r.v != i || r.err != nil {
			t.Fatalf("round %d: got %d, %v, left %v", i, r.v, r.err, q)
		}

		ctx, cancel = context.WithCancel(t.Context())
		q.TryPut(-1)
		go func() { got <- result{err: q.PutBlocking(ctx, i)} }()
		waits("1 putting")
		if v, ok := q.TryGet(); v != -1 || !ok {
			t.Fatalf("got %d, %v", v, ok)
		}
		cancel()
		if r := <-got; r.err != nil || q.Len() != 1 {
			t.Fatalf("round %d: put: %v, left %v", i, r.err, q)
		}
	}
}

func TestQueueOfALoopThatWasClosed(t *testing.T) {
	// A queue outlives the loop that it belonged to.
	q := queues.New[int](0)
	for i := range 3 {
		v, err := testbed.RunFake(t, machine.Lockstep(func() (int, error) {
			if err := wait(q.Put(i)); err != nil {
				return 0, err
			}
			return rt.Block(q.Get())
		}))
		if v != i || err != nil {
			t.Errorf("run %d: %d, %v", i, v, err)
		}
	}
}

func TestThreadsafeQueueAndALoopThatGaveUp(t *testing.T) {
	// A Get of a task that did not end with its loop is not served.
	q := queues.New[int](0).Threadsafe()
	get := q.Get()
	_, err := testbed.RunFake(t, do(func() error {
		rt.Spawn(rt.Current(), rt.NewCoroutine[rt.Void](pollFunc[rt.Void](func(t *rt.Task) (rt.Void, error, bool) {
			shield := t.OpenShield()
			defer shield.Close()
			get.Poll(t)
			t.Wake()
			return rt.Void{}, nil, false
		})))
		return wait(rt.Yield())
	}))
	var stuck *rt.StuckError
	if !errors.As(err, &stuck) {
		t.Fatalf("error is %v", err)
	}
	if !q.TryPut(1) || q.String() != "queue of 1, 1 unfinished" {
		t.Errorf("the value has gone where nobody is: %v", q)
	}
}

// queueModel is a queue made of three lists.
type queueModel struct {
	limit  int
	items  []int
	puts   []int          // ids of the Puts in line
	gets   []int          // ids of the Gets in line
	values map[int]int    // by the id of the Put
	ended  map[int]string // by id
	closed bool
	going  int // id of an operation that is cancelled and has not noticed; -1: none
}

// next removes from a line the operation that is served next. A cancelled operation comes last.
func (m *queueModel) next(line []int) (id int, rest []int) {
	i := 0
	if line[0] == m.going && len(line) > 1 {
		i = 1
	}
	return line[i], slices.Delete(slices.Clone(line), i, i+1)
}

func (m *queueModel) settle() {
	for {
		switch {
		case len(m.gets) > 0 && len(m.items) > 0:
			id, rest := m.next(m.gets)
			m.ended[id] = fmt.Sprintf("%d <nil>", m.items[0])
			m.gets, m.items = rest, m.items[1:]
		case len(m.puts) > 0 && (m.limit <= 0 || len(m.items) < m.limit):
			id, rest := m.next(m.puts)
			m.items = append(m.items, m.values[id])
			m.ended[id] = "0 <nil>"
			m.puts = rest
		default:
			return
		}
	}
}

func TestQueueAgainstModel(t *testing.T) {
	testbed.Clean(t)
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.IntRange(0, 3).Draw(r, "limit")
		clock := new(rttest.Clock)
		l, err := rt.NewLoop(rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)), rt.WithSeed(rapid.Uint64().Draw(r, "seed")))
		if err != nil {
			r.Fatal(err)
		}
		defer l.Close()
		q := queues.New[int](limit)
		m := &queueModel{limit: limit, values: map[int]int{}, ended: map[int]string{}, going: -1}
		got := map[int]string{}
		tasks := map[int]*rt.TaskOf[rt.Void]{}
		next := 0
		start := func(op func() (int, error)) {
			id := next
			tasks[id] = rt.Start(l, do(func() error {
				v, err := op()
				got[id] = fmt.Sprintf("%d %v", v, err)
				return nil
			}))
			next++
		}
		idle := func() {
			if _, err := rt.RunUntilComplete(l, rt.Sleep(time.Second)); err != nil {
				r.Fatal(err)
			}
		}
		tryPut := func(r *rapid.T) {
			v := 1000 + next
			next++
			want := !m.closed && (limit <= 0 || len(m.items) < limit)
			if q.TryPut(v) != want {
				r.Fatalf("TryPut: %v", !want)
			}
			if want {
				m.items = append(m.items, v)
				m.settle()
			}
		}
		tryGet := func(r *rapid.T) {
			v, ok := q.TryGet()
			if ok != (len(m.items) > 0) || ok && v != m.items[0] {
				r.Fatalf("TryGet: %d, %v", v, ok)
			}
			if ok {
				m.items = m.items[1:]
				m.settle()
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"put": func(r *rapid.T) {
				id := next
				m.values[id] = id
				start(func() (int, error) { return 0, wait(q.Put(id)) })
				if m.closed {
					m.ended[id] = "0 queue is closed"
				} else {
					m.puts = append(m.puts, id)
					m.settle()
				}
				idle()
			},
			"get": func(r *rapid.T) {
				m.gets = append(m.gets, next)
				start(func() (int, error) { return rt.Block(q.Get()) })
				m.settle()
				if m.closed && len(m.gets) > 0 {
					m.ended[m.gets[0]] = "0 queue is closed"
					m.gets = nil
				}
				idle()
			},
			"try put": func(r *rapid.T) {
				tryPut(r)
				idle()
			},
			"try get": func(r *rapid.T) {
				tryGet(r)
				idle()
			},
			"cancel": func(r *rapid.T) {
				lines := slices.Concat(m.puts, m.gets)
				if len(lines) == 0 {
					r.Skip()
				}
				id := rapid.SampledFrom(lines).Draw(r, "task")
				tasks[id].Cancel(nil)
				m.going = id
				switch rapid.IntRange(0, 2).Draw(r, "before it notices") {
				case 1:
					tryPut(r)
				case 2:
					tryGet(r)
				}
				if is := func(other int) bool { return other == id }; m.ended[id] == "" {
					m.puts = slices.DeleteFunc(m.puts, is)
					m.gets = slices.DeleteFunc(m.gets, is)
					m.ended[id] = "0 context canceled"
				}
				m.going = -1
				idle()
			},
			"close": func(r *rapid.T) {
				if rapid.IntRange(0, 9).Draw(r, "rarely") > 0 {
					r.Skip()
				}
				q.Close()
				m.closed = true
				for _, id := range slices.Concat(m.puts, m.gets) {
					m.ended[id] = "0 queue is closed"
				}
				m.puts, m.gets = nil, nil
				idle()
			},
			"": func(r *rapid.T) {
				if q.Len() != len(m.items) {
					r.Fatalf("%d values in the queue, want %v", q.Len(), m.items)
				}
				if fmt.Sprint(got) != fmt.Sprint(m.ended) {
					r.Fatalf("got %v, want %v", got, m.ended)
				}
			},
		})
	})
}

// An operation that waits for a Threadsafe queue waits for something that another goroutine may
// bring. That is true of Join as well as of Put and Get.
func TestThreadsafeQueueIsOutside(t *testing.T) {
	for name, begin := range map[string]func(q *queues.Queue[int]) rt.Expr[rt.Void]{
		"put": func(q *queues.Queue[int]) rt.Expr[rt.Void] { return q.Put(2) },
		"get": func(q *queues.Queue[int]) rt.Expr[rt.Void] {
			q.TryGet()
			return do(func() error { return wait(q.Get()) })
		},
		"join": func(q *queues.Queue[int]) rt.Expr[rt.Void] { return q.Join() },
	} {
		l := testbed.NewLoop(t)
		q := queues.New[int](1).Threadsafe()
		q.TryPut(1)
		op := begin(q)
		rt.Start(l, do(func() error { return wait(op) }))
		rt.Start(l, do(func() error { wait(rt.Timeout(2*ms, begin(q))); return nil }))
		others := func() int { _, n := l.Outside(); return n }
		var both, one, none int
		l.CallLater(ms, func() { both = others() })
		l.CallLater(3*ms, func() {
			one = others()
			switch name {
			case "put":
				q.TryGet()
			case "get":
				q.TryPut(3)
			case "join":
				q.TaskDone()
			}
		})
		l.CallLater(4*ms, func() { none = others() })
		if _, err := rt.RunUntilComplete(l, rt.Sleep(5*ms)); err != nil {
			t.Error(err)
		}
		if both != 2 || one != 1 || none != 0 {
			t.Errorf("%s: %d, %d and %d tasks wait for what is outside, want 2, 1 and 0", name, both, one, none)
		}
	}
}

// A picky store panics at values that are not positive.
type picky struct{ values []int }

func (s *picky) Push(v int) {
	if v <= 0 {
		panic(fmt.Errorf("no room for %d", v))
	}
	s.values = append(s.values, v)
}

func (s *picky) Pop() int {
	v := s.values[0]
	s.values = s.values[1:]
	return v
}

// A store that panics at the value of a Put that waits panics in that Put: whoever makes
// the room has its value, and the Put behind it comes in.
func TestQueueWhoseStorePanicsAtAWaitingPut(t *testing.T) {
	queue := func() *queues.Queue[int] { return queues.NewOf(1, new(picky)) }
	for _, test := range []struct {
		name string
		q    *queues.Queue[int]
		get  func(q *queues.Queue[int]) (int, error)
	}{
		{"Get", queue(), func(q *queues.Queue[int]) (int, error) { return rt.Block(q.Get()) }},
		{"Get, threadsafe", queue().Threadsafe(), func(q *queues.Queue[int]) (int, error) { return rt.Block(q.Get()) }},
		{"Select", queue(), func(q *queues.Queue[int]) (int, error) {
			get := rt.On(q.Get())
			if _, err := rt.Block(rt.Select(get)); err != nil {
				return 0, err
			}
			return get.Result()
		}},
		{"TryGet", queue(), func(q *queues.Queue[int]) (int, error) {
			if v, ok := q.TryGet(); ok {
				return v, nil
			}
			return 0, errors.New("there is none")
		}},
		{"GetBlocking", queue().Threadsafe(), func(q *queues.Queue[int]) (int, error) {
			return rt.Block(rt.ToThreadContext(q.GetBlocking))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			attempt(t, func() error {
				q := test.q
				q.TryPut(1)
				// In one task each, in this order.
				refused := start(func() error {
					wantPanic(t, func() { wait(q.Put(-1)) }, "no room for -1")
					return nil
				})
				let := start(func() error { return wait(q.Put(2)) })
				for _, want := range []int{1, 2} {
					if v, err := test.get(q); v != want || err != nil {
						t.Errorf("got %d, %v; want %d", v, err, want)
					}
				}
				want(t, "values left", q.Len(), 0)
				want(t, "unfinished values", q.Unfinished(), 2)
				if !q.TryPut(3) {
					t.Error("the queue is not usable any more")
				}
				return errors.Join(wait(refused), wait(let))
			})
		})
	}
}
