package queues_test

// This file ports asyncio's test cases of queues. The subtests have the names of the cases. See
// rt/testdata/asyncio/queues.txt.

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

// drained returns the values in q.
func drained[T any](q *queues.Queue[T]) (list []T) {
	for {
		v, ok := q.TryGet()
		if !ok {
			return list
		}
		list = append(list, v)
	}
}

func wantList[T comparable](t *testing.T, got []T, list ...T) {
	t.Helper()
	if !slices.Equal(got, list) {
		t.Fatalf("got %v, want %v", got, list)
	}
}

func TestQueueBasics(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"repr": func(t *testing.T) {
			q := queues.New[int](3)
			want(t, "a queue", q.String(), "queue of 0/3")
			get := rt.Spawn(rt.Current(), q.Get())
			settle()
			want(t, "a queue", q.String(), "queue of 0/3, 1 getting")
			q.TryPut(1)
			noError(t, wait(get))
			want(t, "a queue", q.String(), "queue of 0/3, 1 unfinished")
			for v := range 3 {
				q.TryPut(v)
			}
			put := start(func() error { return wait(q.Put(3)) })
			want(t, "a queue", q.String(), "queue of 3/3, 1 putting, 4 unfinished")
			q.TryGet()
			noError(t, wait(put))
		},
		"empty": func(t *testing.T) {
			q := queues.New[int](0)
			want(t, "values", q.Len(), 0)
			noError(t, wait(q.Put(1)))
			want(t, "values", q.Len(), 1)
			v, err := rt.Block(q.Get())
			noError(t, err)
			want(t, "value", v, 1)
			want(t, "values", q.Len(), 0)
		},
		"full": func(t *testing.T) {
			q := queues.New[int](1)
			want(t, "full", q.Full(), false)
			noError(t, wait(q.Put(1)))
			want(t, "full", q.Full(), true)
			unlimited := queues.New[int](0)
			noError(t, wait(unlimited.Put(1)))
			want(t, "full", unlimited.Full(), false)
		},
		"order": func(t *testing.T) {
			q := queues.New[int](0)
			for _, v := range []int{1, 3, 2} {
				q.TryPut(v)
			}
			wantList(t, drained(q), 1, 3, 2)
		},
		"maxsize": func(t *testing.T) {
			q := queues.New[int](2)
			want(t, "limit", q.Limit(), 2)
			var tr trace
			putter := start(func() error {
				for i := range 3 {
					noError(t, wait(q.Put(i)))
					tr.add("%d", i)
				}
				return nil
			})
			tr.check(t, "0", "1")
			v, err := rt.Block(q.Get())
			noError(t, err)
			want(t, "value", v, 0)
			noError(t, wait(putter))
			tr.check(t, "0", "1", "2")
			wantList(t, drained(q), 1, 2)
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t) }) })
	}
}

func TestQueueGet(t *testing.T) {
	get := func(q *queues.Queue[int]) *rt.TaskOf[int] {
		task := rt.Spawn(rt.Current(), q.Get())
		settle()
		return task
	}
	value := func(t *testing.T, x rt.Expr[int], v int) {
		t.Helper()
		got, err := rt.Block(x)
		noError(t, err)
		want(t, "value", got, v)
	}
	for name, test := range map[string]func(t *testing.T){
		"blocking_get": func(t *testing.T) {
			q := queues.New[int](0)
			q.TryPut(1)
			value(t, q.Get(), 1)
		},
		"get_with_putters": func(t *testing.T) {
			q := queues.New[int](1)
			q.TryPut(1)
			put := rt.Spawn(rt.Current(), q.Put(2))
			settle()
			value(t, q.Get(), 1)
			want(t, "values", q.Len(), 1) // the value of the Put is in the queue
			noError(t, wait(put))
		},
		"blocking_get_wait": func(t *testing.T) {
			q := queues.New[int](0)
			rt.Current().Loop().CallLater(10*ms, func() { q.TryPut(1) })
			began := rt.Current().Loop().Time()
			value(t, q.Get(), 1)
			want(t, "time", rt.Current().Loop().Time()-began, 10*ms)
		},
		"nonblocking_get": func(t *testing.T) {
			q := queues.New[int](0)
			q.TryPut(1)
			v, ok := q.TryGet()
			want(t, "value", fmt.Sprint(v, ok), "1 true")
		},
		"nonblocking_get_exception": func(t *testing.T) {
			_, ok := queues.New[int](0).TryGet()
			want(t, "success", ok, false)
		},
		// A timeout of a Get loses no value, however close together the two are.
		"get_cancelled_race": func(t *testing.T) {
			q := queues.New[int](0)
			a, b := get(q), get(q)
			a.Cancel(nil)
			settle()
			q.TryPut(1)
			want(t, "cancelled", isCanceled(wait(a)), true)
			value(t, b, 1)
			c := get(q)
			q.TryPut(2)
			c.Cancel(nil) // too late
			value(t, c, 2)
			d, e := get(q), get(q)
			d.Cancel(nil)
			q.TryPut(3) // d has not noticed its cancellation yet, and gets nothing
			want(t, "cancelled", isCanceled(wait(d)), true)
			value(t, e, 3)
		},
		"get_with_waiting_putters": func(t *testing.T) {
			q := queues.New[int](1)
			a := start(func() error { return wait(q.Put(1)) })
			b := start(func() error { return wait(q.Put(2)) })
			value(t, q.Get(), 1)
			value(t, q.Get(), 2)
			noError(t, wait(a), wait(b))
		},
		// Values and Gets that come at the same time find each other.
		"why_are_getters_waiting": func(t *testing.T) {
			q := queues.New[int](3)
			var tasks []rt.Expr[rt.Void]
			sum := 0
			for i := range 10 {
				tasks = append(tasks,
					do(func() error { return wait(q.Put(i)) }),
					do(func() error {
						v, err := rt.Block(q.Get())
						sum += v
						return err
					}))
			}
			noError(t, wait(rt.Gather(tasks...)))
			want(t, "sum", sum, 45)
		},
		"cancelled_getters_not_being_held_in_self_getters": func(t *testing.T) {
			q := queues.New[int](0)
			want(t, "timeout", isTimeout(wait(rt.Timeout(ms, q.Get()))), true)
			want(t, "a queue", q.String(), "queue of 0")
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t) }) })
	}
}

func TestQueuePut(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"blocking_put": func(t *testing.T) {
			q := queues.New[int](0)
			noError(t, wait(q.Put(1)))
			wantList(t, drained(q), 1)
		},
		"blocking_put_wait": func(t *testing.T) {
			q := queues.New[int](1)
			noError(t, wait(q.Put(1)))
			rt.Current().Loop().CallLater(10*ms, func() { q.TryGet() })
			began := rt.Current().Loop().Time()
			noError(t, wait(q.Put(2)))
			want(t, "time", rt.Current().Loop().Time()-began, 10*ms)
			wantList(t, drained(q), 2)
		},
		"nonblocking_put": func(t *testing.T) {
			q := queues.New[int](0)
			want(t, "success", q.TryPut(1), true)
			wantList(t, drained(q), 1)
		},
		// A Get is given a value and cancelled at once. It keeps the value, and the next Get
		// has the second value.
		"get_cancel_drop_one_pending_reader": func(t *testing.T) {
			q := queues.New[int](0)
			reader := rt.Spawn(rt.Current(), q.Get())
			settle()
			q.TryPut(1)
			q.TryPut(2)
			reader.Cancel(nil)
			v, err := rt.Block(reader)
			noError(t, err)
			want(t, "value", v, 1)
			wantList(t, drained(q), 2)
			// A Get that has given up does not get in the way of the next one.
			reader = rt.Spawn(rt.Current(), q.Get())
			settle()
			reader.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(reader)), true)
			q.TryPut(3)
			wantList(t, drained(q), 3)
		},
		// Two of three Gets that wait are given values. Then the first and the third are
		// cancelled. No value is lost.
		"get_cancel_drop_many_pending_readers": func(t *testing.T) {
			q := queues.New[int](0)
			var got []int
			read := func() *rt.TaskOf[rt.Void] {
				return start(func() error {
					v, err := rt.Block(q.Get())
					if err == nil {
						got = append(got, v)
					}
					return err
				})
			}
			a, b, c := read(), read(), read()
			q.TryPut(1)
			q.TryPut(2)
			a.Cancel(nil)
			c.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(c)), true)
			noError(t, wait(a), wait(b))
			slices.Sort(got)
			wantList(t, got, 1, 2)
		},
		// A Put is let in and cancelled at once. Its value is in the queue, once.
		"put_cancel_drop": func(t *testing.T) {
			q := queues.New[int](1)
			q.TryPut(1)
			put := start(func() error { return wait(q.Put(2)) })
			v, _ := q.TryGet()
			want(t, "value", v, 1)
			put.Cancel(nil)
			noError(t, wait(put))
			wantList(t, drained(q), 2)
			// A Put that has given up has put nothing.
			q.TryPut(3)
			put = start(func() error { return wait(q.Put(4)) })
			put.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(put)), true)
			wantList(t, drained(q), 3)
			want(t, "success", q.TryPut(5), true)
			wantList(t, drained(q), 5)
		},
		"nonblocking_put_exception": func(t *testing.T) {
			q := queues.New[int](1)
			q.TryPut(1)
			want(t, "success", q.TryPut(2), false)
		},
		"put_cancelled": func(t *testing.T) {
			q := queues.New[int](1)
			putter := start(func() error {
				noError(t, wait(q.Put(1)))
				return wait(rt.NewFuture[int]())
			})
			putter.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(putter)), true)
			wantList(t, drained(q), 1)
		},
		// Two of three Puts wait, and the last one is cancelled.
		"put_cancelled_race": func(t *testing.T) {
			q := queues.New[int](1)
			put := func(v int) *rt.TaskOf[rt.Void] { return start(func() error { return wait(q.Put(v)) }) }
			a, b, c := put(1), put(2), put(3)
			want(t, "ended", a.Done(), true)
			want(t, "ended", b.Done(), false)
			c.Cancel(nil)
			want(t, "cancelled", isCanceled(wait(c)), true)
			wantList(t, drained(q), 1, 2)
			noError(t, wait(b))
		},
		// The first of two Puts that wait is cancelled. Room is made before it has noticed
		// that, and the second Put is let in.
		"cancelled before there is room": func(t *testing.T) {
			q := queues.New[int](1)
			q.TryPut(1)
			a := start(func() error { return wait(q.Put(2)) })
			b := start(func() error { return wait(q.Put(3)) })
			a.Cancel(nil)
			wantList(t, drained(q), 1, 3, 2) // a is let in when no other Put waits
			noError(t, wait(a), wait(b))
		},
		"put_with_waiting_getters": func(t *testing.T) {
			q := queues.New[string](0)
			get := rt.Spawn(rt.Current(), q.Get())
			settle()
			noError(t, wait(q.Put("a")))
			v, err := rt.Block(get)
			noError(t, err)
			want(t, "value", v, "a")
		},
		// Several Puts wait for room. Each removed value lets one of them in.
		"why_are_putters_waiting": func(t *testing.T) {
			q := queues.New[int](2)
			var tasks []rt.Expr[rt.Void]
			for i := range 6 {
				tasks = append(tasks, start(func() error { return wait(q.Put(i)) }))
			}
			for i := range 6 {
				v, err := rt.Block(q.Get())
				noError(t, err)
				want(t, "value", v, i)
			}
			noError(t, wait(rt.Gather(tasks...)))
		},
		"cancelled_puts_not_being_held_in_self_putters": func(t *testing.T) {
			q := queues.New[int](1)
			q.TryPut(1)
			want(t, "timeout", isTimeout(wait(rt.Timeout(ms, q.Put(2)))), true)
			want(t, "a queue", q.String(), "queue of 1/1, 1 unfinished")
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t) }) })
	}
}

func TestQueueOrders(t *testing.T) {
	for name, test := range map[string]func(t *testing.T){
		"lifo order": func(t *testing.T) {
			q := queues.NewLifo[int](0)
			for _, v := range []int{1, 3, 2} {
				q.TryPut(v)
			}
			wantList(t, drained(q), 2, 3, 1)
		},
		"priority order": func(t *testing.T) {
			q := queues.NewPriority(0, cmp.Compare[int])
			for _, v := range []int{1, 3, 2, 1, 0, 5, 4} {
				q.TryPut(v)
			}
			wantList(t, drained(q), 0, 1, 1, 2, 3, 4, 5)
		},
		"equal priorities": func(t *testing.T) {
			type item struct{ priority, n int }
			q := queues.NewPriority(0, func(a, b item) int { return a.priority - b.priority })
			for n := range 40 {
				q.TryPut(item{n % 3, n})
			}
			last := item{-1, -1}
			for _, i := range drained(q) {
				if i.priority < last.priority || i.priority == last.priority && i.n < last.n {
					t.Fatalf("%v comes after %v", i, last)
				}
				last = i
			}
		},
		// If compare panics, the operation panics, and the queue stays as before.
		"a compare that panics": func(t *testing.T) {
			for _, threadsafe := range []bool{false, true} {
				broken := false
				q := queues.NewPriority(0, func(a, b int) int {
					if broken {
						panic(errors.New("cannot compare"))
					}
					return a - b
				})
				if threadsafe {
					q.Threadsafe()
				}
				for _, v := range []int{4, 2, 5, 1, 3} {
					q.TryPut(v)
				}
				broken = true
				for _, op := range []func(){
					func() { q.TryPut(0) },
					func() { q.TryGet() },
					func() { q.Shutdown() },
					func() { rt.Block(rt.Select(rt.On(q.Get()))) },
					func() { rt.Block(q.Get()) },
				} {
					wantPanic(t, op, "cannot compare")
				}
				broken = false
				wantList(t, drained(q), 1, 2, 3, 4, 5)
				want(t, "unfinished", q.Unfinished(), 5)
				want(t, "error", wait(q.Get()), queues.ErrClosed)
			}
		},
		"waiting": func(t *testing.T) {
			// A queue with a limit, and Gets and Puts that wait.
			q := queues.NewPriority(2, cmp.Compare[int])
			get := rt.Spawn(rt.Current(), q.Get())
			settle()
			q.TryPut(5) // goes to the Get
			v, err := rt.Block(get)
			noError(t, err)
			want(t, "value", v, 5)
			q.TryPut(4)
			q.TryPut(3)
			put := start(func() error { return wait(q.Put(1)) })
			want(t, "success", q.TryPut(0), false)
			wantList(t, drained(q), 3, 1, 4) // 1 is let in when 3 is out
			noError(t, wait(put))
			q.TryPut(7)
			wantList(t, q.Shutdown(), 7)
		},
	} {
		t.Run(name, func(t *testing.T) { run(t, func() { test(t) }) })
	}
}

// The cases come from a mixin in asyncio: they are the same for each kind of queue.
func TestQueueJoinAndShutdown(t *testing.T) {
	for kind, make := range map[string]func(limit int) *queues.Queue[int]{
		"Queue":         queues.New[int],
		"LifoQueue":     queues.NewLifo[int],
		"PriorityQueue": func(limit int) *queues.Queue[int] { return queues.NewPriority(limit, cmp.Compare[int]) },
		"threadsafe":    func(limit int) *queues.Queue[int] { return queues.New[int](limit).Threadsafe() },
	} {
		closed := func(t *testing.T, q *queues.Queue[int]) {
			t.Helper()
			want(t, "error", wait(q.Put(1)), queues.ErrClosed)
			want(t, "success", q.TryPut(1), false)
			want(t, "error", wait(q.Get()), queues.ErrClosed)
			_, ok := q.TryGet()
			want(t, "success", ok, false)
			want(t, "values", q.Len(), 0)
		}
		for name, test := range map[string]func(t *testing.T, q *queues.Queue[int]){
			"task_done_underflow": func(t *testing.T, q *queues.Queue[int]) {
				wantPanic(t, q.TaskDone, "more often")
			},
			"task_done": func(t *testing.T, q *queues.Queue[int]) {
				for i := range 100 {
					q.TryPut(i)
				}
				sum, finished := 0, false
				var workers []*rt.TaskOf[rt.Void]
				for range 2 {
					workers = append(workers, start(func() error {
						for {
							v, err := rt.Block(q.Get())
							if err != nil {
								return err
							}
							sum += v
							noError(t, wait(rt.Sleep(ms)))
							want(t, "joined", finished, false)
							q.TaskDone()
						}
					}))
				}
				noError(t, wait(q.Join()))
				finished = true
				want(t, "sum", sum, 4950)
				q.Close()
				for _, w := range workers {
					want(t, "error", wait(w), queues.ErrClosed)
				}
			},
			"join_empty_queue": func(t *testing.T, q *queues.Queue[int]) {
				noError(t, wait(q.Join()), wait(q.Join()))
			},
			"format": func(t *testing.T, q *queues.Queue[int]) {
				want(t, "a queue", q.String(), "queue of 0")
				q.TryPut(1)
				want(t, "a queue", q.String(), "queue of 1, 1 unfinished")
				q.TryGet()
				q.TaskDone()
				want(t, "a queue", q.String(), "queue of 0")
			},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) { run(t, func() { test(t, make(0)) }) })
		}
		for name, test := range map[string]func(t *testing.T, q *queues.Queue[int]){
			"shutdown format": func(t *testing.T, q *queues.Queue[int]) {
				q.Close()
				want(t, "a queue", q.String(), "queue of 0, closed")
			},
			"shutdown_empty": func(t *testing.T, q *queues.Queue[int]) {
				get := start(func() error { return wait(q.Get()) })
				q.Close()
				noError(t, wait(q.Join()))
				want(t, "error", wait(get), queues.ErrClosed)
				closed(t, q)
			},
			"shutdown_nonempty": func(t *testing.T, _ *queues.Queue[int]) {
				q := make(1)
				q.TryPut(1)
				join := start(func() error { return wait(q.Join()) })
				put := start(func() error { return wait(q.Put(2)) })
				want(t, "ended", put.Done(), false)
				q.Close()
				want(t, "values", q.Len(), 1)
				want(t, "error", wait(put), queues.ErrClosed)
				v, err := rt.Block(q.Get())
				noError(t, err)
				want(t, "value", v, 1)
				settle()
				want(t, "joined", join.Done(), false)
				closed(t, q)
				q.TaskDone()
				noError(t, wait(join))
				wantPanic(t, q.TaskDone, "more often")
			},
			"shutdown_immediate": func(t *testing.T, q *queues.Queue[int]) {
				q.TryPut(1)
				join := start(func() error { return wait(q.Join()) })
				wantList(t, q.Shutdown(), 1)
				noError(t, wait(join))
				closed(t, q)
				wantPanic(t, q.TaskDone, "more often")
			},
			"shutdown_immediate_with_unfinished": func(t *testing.T, q *queues.Queue[int]) {
				q.TryPut(1)
				q.TryPut(2)
				first, _ := q.TryGet()
				join := start(func() error { return wait(q.Join()) })
				wantList(t, q.Shutdown(), 3-first)
				settle()
				want(t, "joined", join.Done(), false)
				closed(t, q)
				q.TaskDone()
				wantPanic(t, q.TaskDone, "more often")
				noError(t, wait(join))
			},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) { run(t, func() { test(t, make(0)) }) })
		}
	}
}
