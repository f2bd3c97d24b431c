package rt_test

// This file tests select.

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

func TestSelectWaits(t *testing.T) {
	for _, test := range []struct {
		name string
		then func(a, full *queues.Queue[int], f *rt.Future[string], c chan int)
		want string
	}{
		{"get", func(a, _ *queues.Queue[int], _ *rt.Future[string], _ chan int) { a.TryPut(1) }, "get 1 <nil>"},
		{"closed", func(a, _ *queues.Queue[int], _ *rt.Future[string], _ chan int) { a.Close() }, "get 0 queue is closed"},
		{"put", func(_, full *queues.Queue[int], _ *rt.Future[string], _ chan int) { full.TryGet() }, "put <nil>"},
		{"future", func(_, _ *queues.Queue[int], f *rt.Future[string], _ chan int) { f.Set("x") }, "future x <nil>"},
		{"receive", func(_, _ *queues.Queue[int], _ *rt.Future[string], c chan int) { c <- 5 }, "receive 5 <nil>"},
		{"closed channel", func(_, _ *queues.Queue[int], _ *rt.Future[string], c chan int) { close(c) }, "receive 0 channel is closed"},
		{"nothing", func(_, _ *queues.Queue[int], _ *rt.Future[string], _ chan int) {}, "late <nil>"},
	} {
		for _, first := range []bool{false, true} { // the events come before the select, or later
			t.Run(fmt.Sprint(test.name, first), func(t *testing.T) {
				run(t, func() error {
					a, full := queues.New[int](0), queues.New[int](1)
					full.TryPut(10)
					f := rt.NewFuture[string]()
					c := make(chan int, 1)
					get, put, future := rt.On(a.Get()), rt.On(full.Put(11)), rt.On(f)
					receive, late := rt.On(rt.Receive(c)), rt.On(rt.Sleep(time.Second))
					then := func() { test.then(a, full, f, c) }
					if first {
						then()
					} else {
						spawn(func() error { defer then(); return wait(rt.Sleep(ms)) })
					}
					chosen, err := rt.Block(rt.Select(get, put, future, receive, late))
					if err != nil {
						return err
					}
					var got string
					switch chosen {
					case get:
						v, err := get.Result()
						got = fmt.Sprint("get ", v, " ", err)
					case put:
						_, err := put.Result()
						got = fmt.Sprint("put ", err)
						if v, _ := full.TryGet(); v != 11 || full.Len() != 0 {
							return errors.New("the put did not happen")
						}
					case future:
						v, err := future.Result()
						got = fmt.Sprint("future ", v, " ", err)
					case receive:
						v, err := receive.Result()
						got = fmt.Sprint("receive ", v, " ", err)
					case late:
						_, err := late.Result()
						got = fmt.Sprint("late ", err)
					}
					if got != test.want {
						return fmt.Errorf("chosen: %s", got)
					}
					// The branches that lost have left no trace.
					if chosen != get && a.String() != "queue of 0" {
						return fmt.Errorf("the get left %v", a)
					}
					if chosen != put && full.String() != "queue of 1/1, 1 unfinished" {
						return fmt.Errorf("the put left %v", full)
					}
					if n := rt.Current().Loop().Timers(); n > 0 {
						return fmt.Errorf("%d timers", n)
					}
					return nil
				})
			})
		}
	}
}

func TestSelectTakesOneOnly(t *testing.T) {
	// Both queues get a value before the task runs again.
	run(t, func() error {
		for range 20 {
			a, b := queues.New[int](0), queues.New[int](0)
			rt.Current().Loop().CallLater(ms, func() { a.TryPut(1); b.TryPut(2) })
			ga, gb := rt.On(a.Get()), rt.On(b.Get())
			chosen, err := rt.Block(rt.Select(gb, ga))
			if v, _ := ga.Result(); chosen != ga || v != 1 || err != nil {
				return fmt.Errorf("chosen: %v, %d, %v", chosen, v, err)
			}
			if a.Len() != 0 || b.Len() != 1 {
				return fmt.Errorf("%d and %d values are left", a.Len(), b.Len())
			}
		}
		return nil
	})
}

func TestSelectPassesOver(t *testing.T) {
	// A get that waits behind the get of a select gets the value if the select chooses another
	// queue.
	run(t, func() error {
		a, b := queues.New[int](0), queues.New[int](0)
		both := spawn(func() error { return wait(rt.Select(rt.On(a.Get()), rt.On(b.Get()))) })
		wait(rt.Sleep(ms))
		behind := rt.Spawn(rt.Current(), b.Get())
		wait(rt.Sleep(ms))
		a.TryPut(1)
		b.TryPut(2)
		if v, err := rt.Block(behind); v != 2 || err != nil || b.Len() != 0 {
			return fmt.Errorf("the get has %d, %v; %v", v, err, b)
		}
		return wait(both)
	})
}

// A served is an operation that somebody serves as soon as it has registered, before the other
// operations of its select have registered.
type served struct {
	meanwhile func()
	over      bool
}

func (o *served) Contender() rt.Contender[rt.Void] { return o }

func (o *served) Try(*rt.Task) (v rt.Void, err error, ready bool) { return v, nil, false }

func (o *served) Attempt(t *rt.Task, c *rt.Claim) (v rt.Void, err error, ready bool) {
	if !o.over {
		o.over = c.Take()
		o.meanwhile()
		t.Wake()
		return v, nil, false
	}
	return v, nil, true
}

func (o *served) Withdraw(*rt.Task) bool { return !o.over }

// An operation that becomes possible between the two looks of a select does not happen if
// another operation has won.
func TestSelectIsWonWhileItBegins(t *testing.T) {
	run(t, func() error {
		q, full, joined := queues.New[int](0), queues.New[int](1), queues.New[int](0)
		full.TryPut(1)
		joined.TryPut(1)
		var rw locks.RWLock
		var event locks.Event
		semaphore, limiter := locks.NewSemaphore(0), locks.NewCapacityLimiter(0)
		rw.TryAcquireRead(rt.Current())
		broadcast, watch := queues.NewBroadcast[int](1), queues.NewWatch(1)
		receiver, watcher := broadcast.Subscribe(), watch.Subscribe()
		var future rt.Future[int]
		for name, test := range map[string]struct {
			branch    rt.Branch
			meanwhile func()
			left      func() any // returns what shows that nothing has happened to the operation
			want      string
		}{
			"get":       {rt.On(q.Get()), func() { q.TryPut(1) }, func() any { return q }, "queue of 1, 1 unfinished"},
			"put":       {rt.On(full.Put(2)), func() { full.TryGet() }, func() any { return full }, "queue of 0/1, 1 unfinished"},
			"join":      {rt.On(joined.Join()), func() { joined.TryGet(); joined.TaskDone() }, func() any { return joined }, "queue of 0"},
			"rwlock":    {rt.On(rw.Acquire()), rw.ReleaseRead, func() any { return &rw }, "lock, free"},
			"event":     {rt.On(event.Wait()), event.Set, func() any { return &event }, "event, set"},
			"semaphore": {rt.On(semaphore.Acquire()), semaphore.Release, func() any { return semaphore }, "semaphore, 1 free"},
			"limiter":   {rt.On(limiter.Acquire()), func() { limiter.SetTotal(1) }, func() any { return limiter }, "limiter, 0/1 borrowed"},
			"broadcast": {rt.On(receiver.Get()), func() { broadcast.Send(1) }, func() any { return receiver.Behind() }, "1"},
			"watch":     {rt.On(watcher.Changed()), func() { watch.Set(2) }, func() any { return watcher.HasChanged() }, "true"},
			"future":    {rt.On(&future), func() { future.Set(1) }, func() any { return &future }, "future (1)"},
		} {
			wins := rt.On(&served{meanwhile: test.meanwhile})
			chosen, err := rt.Block(rt.SelectInOrder(wins, test.branch))
			if got := fmt.Sprint(test.left()); chosen != wins || err != nil || got != test.want {
				return fmt.Errorf("%s: chosen %v, %v, left %s, want %s", name, chosen, err, got, test.want)
			}
		}
		return nil
	})
}

// A late is an operation that another goroutine serves at the last moment: its task is
// cancelled and has already looked at it.
type late struct {
	stage rt.Stage
	state int // number of attempts since the task was cancelled
}

func (o *late) Poll(t *rt.Task) (int, error, bool) { return rt.PollContender(t, o, &o.stage) }
func (o *late) Awaitable() rt.Awaitable[int]       { return o }
func (o *late) Contender() rt.Contender[int]       { return o }

func (o *late) Try(*rt.Task) (v int, err error, ready bool) { return 0, nil, false }

func (o *late) Attempt(t *rt.Task, c *rt.Claim) (v int, err error, ready bool) {
	if t.Err() != nil {
		o.state++
	}
	if o.state == 1 {
		c.Take()
	}
	return 7, nil, o.state > 1
}

func (o *late) Withdraw(*rt.Task) bool { return o.state == 0 }

func TestServedAtTheLastMoment(t *testing.T) {
	run(t, func() error {
		if v, err := rt.Block(rt.Timeout[int](ms, new(late))); v != 7 || err != nil {
			return fmt.Errorf("awaited: %d, %v", v, err)
		}
		never := queues.New[int](0)
		of := rt.On(new(late))
		chosen, err := rt.Block(rt.Timeout(ms, rt.Select(rt.On(never.Get()), of)))
		if v, _ := of.Result(); chosen != of || v != 7 || err != nil {
			return fmt.Errorf("selected: %v, %d, %v", chosen, v, err)
		}
		return nil
	})
}

func TestSelectIsCancelled(t *testing.T) {
	run(t, func() error {
		a, b := queues.New[int](0), queues.New[int](1)
		b.TryPut(1)
		c := make(chan int)
		if err := wait(rt.Timeout(ms, rt.Select(rt.On(a.Get()), rt.On(b.Put(2)), rt.On(rt.Receive(c)), rt.On(rt.Send(c, 1))))); !isTimeout(err) {
			return fmt.Errorf("error is %v", err)
		}
		if a.String() != "queue of 0" || b.String() != "queue of 1/1, 1 unfinished" {
			return fmt.Errorf("left: %v; %v", a, b)
		}
		select { // nobody receives or sends any more
		case c <- 1:
			return errors.New("somebody receives")
		case <-c:
			return errors.New("somebody sends")
		default:
		}

		// A value that the select got before the cancellation is kept.
		get := rt.On(a.Get())
		task := spawn(func() error {
			chosen, err := rt.Block(rt.Select(get, rt.On(rt.Sleep(time.Hour))))
			if v, _ := get.Result(); chosen != get || v != 7 || err != nil {
				return fmt.Errorf("chosen: %v, %d, %v", chosen, v, err)
			}
			if err := wait(rt.Yield()); !isCanceled(err) {
				return fmt.Errorf("afterwards: %v", err)
			}
			return nil
		})
		wait(rt.Sleep(ms))
		a.TryPut(7)
		task.Cancel(nil)
		if err := wait(task); err != nil {
			return err
		}

		// A select that begins cancelled does nothing.
		a.TryPut(8)
		s := rt.Current().OpenScope()
		s.Cancel(nil)
		if err := wait(rt.Select(rt.On(a.Get()))); !isCanceled(err) || a.Len() != 1 {
			return fmt.Errorf("error is %v, %v", err, a)
		}
		s.Close()
		// A select without branches waits for its cancellation.
		if err := wait(rt.Timeout(ms, rt.Select())); !isTimeout(err) {
			return fmt.Errorf("error is %v", err)
		}
		return nil
	})
}

func TestSelectTasks(t *testing.T) {
	run(t, func() error {
		no := errors.New("no")
		quick := rt.Spawn(rt.Current(), after(ms, 1))
		slow := rt.Spawn(rt.Current(), after(2*ms, 2))
		fails := spawn(func() error { wait(rt.Sleep(3 * ms)); return no })
		breaks := spawn(func() error { wait(rt.Sleep(4 * ms)); return bug("boom") })
		a, b, c, d := rt.On(quick), rt.On(slow), rt.On(fails), rt.On(breaks)
		for i, want := range []rt.Branch{a, b, c, d} {
			cases := []rt.Branch{a, b, c, d}[i:]
			if chosen, err := rt.Block(rt.Select(cases...)); chosen != want || err != nil {
				return fmt.Errorf("choice %d: %v, %v", i, chosen, err)
			}
		}
		if v, err := b.Result(); v != 2 || err != nil {
			return fmt.Errorf("result: %d, %v", v, err)
		}
		if _, err := c.Result(); err != no {
			return fmt.Errorf("result: %v", err)
		}
		if v := panicOf(func() { d.Result() }); v != "boom" {
			return fmt.Errorf("panic with %v", v)
		}
		// A select leaves a task as it was: it can be awaited again, or selected when it has
		// ended.
		if v, err := rt.Block(slow); v != 2 || err != nil {
			return fmt.Errorf("result: %d, %v", v, err)
		}
		if chosen := rt.TrySelect(rt.Current(), a); chosen != a {
			return errors.New("a task that has ended is not ready")
		}
		return nil
	})
}

func TestSelectTaskOfAClosedLoop(t *testing.T) {
	var task *rt.TaskOf[rt.Void]
	if _, err := testbed.RunReal(t, do(func() error {
		task = rt.Spawn(rt.Current(), rt.Yield())
		return wait(task)
	})); err != nil {
		t.Fatal(err)
	}
	run(t, func() error { // the result of a closed loop can be selected as it can be awaited
		ended := rt.On(task)
		if chosen, err := rt.Block(rt.Select(ended)); chosen != ended || err != nil {
			return fmt.Errorf("chosen: %v, %v", chosen, err)
		}
		return wait(task)
	})
}

func TestSelectAndUnretrievedErrors(t *testing.T) {
	var reports []error
	l := testbed.NewLoop(t, rt.WithHandler(func(err error) { reports = append(reports, err) }))
	no, never := errors.New("no"), queues.New[int](0)
	_, err := rt.RunUntilComplete(l, do(func() error {
		// The select chooses the task that fails, so somebody looks at its error.
		failed := rt.On(spawn(func() error { wait(rt.Sleep(ms)); return no }))
		chosen, err := rt.Block(rt.Select(failed, rt.On(never.Get())))
		if _, result := failed.Result(); chosen != failed || err != nil || result != no {
			return fmt.Errorf("chosen: %v, %v, %v", chosen, err, result)
		}

		// The select chooses another branch in the turn in which the task fails, so nobody
		// looks at its error.
		q := queues.New[int](0)
		l.CallLater(ms, func() { q.TryPut(1) })
		failed = rt.On(spawn(func() error { wait(rt.Sleep(ms)); return no }))
		get := rt.On(q.Get())
		if chosen, err := rt.Block(rt.Select(failed, get)); chosen != get || err != nil {
			return fmt.Errorf("chosen: %v, %v", chosen, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if len(reports) != 1 || !errors.Is(reports[0], no) {
		t.Errorf("reports: %v", reports)
	}
}

func TestSelectIsFair(t *testing.T) {
	run(t, func() error {
		a, b, c := queues.New[int](0), queues.New[int](0), queues.New[int](0)
		ga, gb, gc := rt.On(a.Get()), rt.On(b.Get()), rt.On(c.Get())
		count := map[rt.Branch]int{}
		for range 300 {
			a.TryPut(1)
			b.TryPut(1)
			chosen, err := rt.Block(rt.Select(gc, ga, gb))
			if err != nil {
				return err
			}
			count[chosen]++
		}
		if count[ga] < 60 || count[gb] < 60 { // 150 +- 10 standard deviations
			return fmt.Errorf("%d and %d", count[ga], count[gb])
		}
		for range 20 {
			if chosen, err := rt.Block(rt.SelectInOrder(gc, gb, ga)); chosen != gb || err != nil {
				return fmt.Errorf("in order: %v, %v", chosen, err)
			}
		}
		// Futures are set while the select waits, both in one turn.
		for _, inOrder := range []bool{false, true} {
			count := map[int]int{}
			for range 100 {
				var x, y rt.Future[int]
				rt.Current().Loop().CallLater(ms, func() { x.Set(1); y.Set(2) })
				fx, fy := rt.On(&y), rt.On(&x)
				sel := rt.Select(fx, fy)
				if inOrder {
					sel = rt.SelectInOrder(fx, fy)
				}
				chosen, err := rt.Block(sel)
				if err != nil {
					return err
				}
				v, _ := chosen.(*rt.Case[int]).Result()
				count[v]++
			}
			if !inOrder && (count[1] < 10 || count[2] < 10) || inOrder && count[2] != 100 {
				return fmt.Errorf("in order: %v: %v", inOrder, count)
			}
		}
		if rt.TrySelect(rt.Current(), gc) != nil {
			return errors.New("an empty queue is ready")
		}
		return nil
	})
}

func TestSelectIsTheSameWithoutASeed(t *testing.T) {
	choices := func() string {
		l := testbed.NewLoop(t)
		var tr trace
		a, b := rt.NewFuture[int](), rt.NewFuture[int]()
		a.Set(1)
		b.Set(2)
		ca, cb := rt.On(a), rt.On(b)
		if _, err := rt.RunUntilComplete(l, do(func() error {
			for range 40 {
				chosen, err := rt.Block(rt.Select(ca, cb))
				if err != nil {
					return err
				}
				tr.add("%v", chosen == ca)
			}
			return nil
		})); err != nil {
			t.Error(err)
		}
		return fmt.Sprint(tr)
	}
	if first, second := choices(), choices(); first != second {
		t.Errorf("first\n%s\nthen\n%s", first, second)
	}
}

func TestSelectManyBranches(t *testing.T) {
	run(t, func() error {
		var qs []*queues.Queue[int]
		var cases []rt.Branch
		for range 20 {
			q := queues.New[int](0)
			qs = append(qs, q)
			cases = append(cases, rt.On(q.Get()))
		}
		for i, q := range qs {
			rt.Current().Loop().CallLater(ms, func() { q.TryPut(i) })
			chosen, err := rt.Block(rt.Select(cases...))
			if chosen != cases[i] || err != nil {
				return fmt.Errorf("queue %d: %v, %v", i, chosen, err)
			}
		}
		return nil
	})
}

func TestSelectMisuse(t *testing.T) {
	run(t, func() error {
		q := queues.New[int](0)
		get := rt.On(q.Get())
		wantPanic(t, func() { rt.Block(rt.Select(get, get)) }, "twice in one")
		get = rt.On(q.Get())
		task := spawn(func() error { return wait(rt.Select(get)) })
		wait(rt.Sleep(ms))
		wantPanic(t, func() { rt.Block(rt.Select(get)) }, "in two selects")
		q.TryPut(1)
		if err := wait(task); err != nil {
			return err
		}
		// An operation that is pending in one select does not happen in another.
		full := queues.New[int](1)
		full.TryPut(1)
		put := rt.On(full.Put(2))
		task = spawn(func() error { return wait(rt.Select(put)) })
		wait(rt.Sleep(ms))
		other := rt.On(q.Get())
		wantPanic(t, func() { rt.TrySelect(rt.Current(), put) }, "in two selects")
		wantPanic(t, func() { rt.Block(rt.Select(put, other)) }, "in two selects")
		wantPanic(t, func() { rt.Block(rt.SelectInOrder(other, put)) }, "in two selects")
		full.TryGet()
		if err := wait(task); err != nil {
			return err
		}
		if v, _ := full.TryGet(); v != 2 || full.Len() != 0 {
			return fmt.Errorf("the put has put %d; the queue is %v", v, full)
		}
		q.TryPut(3) // other is not part of a select: the panic has undone that
		if chosen, err := rt.Block(rt.Select(other)); chosen != other || err != nil {
			return fmt.Errorf("chosen: %v, %v", chosen, err)
		}
		wantPanic(t, func() { rt.Block(rt.Select(other, other)) }, "twice in one")
		q.TryPut(4)
		if err := wait(rt.Select(other)); err != nil {
			return err
		}
		// A task selects itself.
		var self *rt.TaskOf[rt.Void]
		self = spawn(func() error {
			wantPanic(t, func() { rt.Block(rt.Select(rt.On(self), rt.On(q.Get()))) }, "awaits itself")
			return nil
		})
		if err := wait(self); err != nil {
			return err
		}
		closed := make(chan int)
		close(closed)
		wantPanic(t, func() { rt.Block(rt.Send(closed, 1)) }, "closed channel")
		return nil
	})
}

func TestChannels(t *testing.T) {
	// The operations are awaited directly, from and to another goroutine.
	in, out := make(chan int), make(chan int)
	var wg sync.WaitGroup
	wg.Go(func() {
		for v := range in {
			out <- v * v
		}
		close(out)
	})
	run(t, func() error {
		for i := range 50 {
			if err := wait(rt.Send(in, i)); err != nil {
				return err
			}
			if v, err := rt.Block(rt.Receive(out)); v != i*i || err != nil {
				return fmt.Errorf("%d squared is %d, %v", i, v, err)
			}
		}
		close(in)
		if err := wait(rt.Receive(out)); err != rt.ErrChannelClosed {
			return fmt.Errorf("at the end: %v", err)
		}
		// A nil interface value is received.
		errs := make(chan error, 1)
		rt.Current().Loop().CallLater(ms, func() { errs <- nil })
		if v, err := rt.Block(rt.Receive(errs)); v != nil || err != nil {
			return fmt.Errorf("nil error: %v, %v", v, err)
		}
		// A nil channel is never ready.
		if err := wait(rt.Timeout(ms, rt.Receive[int](nil))); !isTimeout(err) {
			return fmt.Errorf("nil channel: %v", err)
		}
		return nil
	})
	wg.Wait()
}

func TestSelectLosesNothing(t *testing.T) {
	// Goroutines fill channels and a queue, and tasks of several loops select from all of them.
	// Some tasks are cancelled. Each value arrives once.
	const sources, values, loops, tasks = 3, 200, 2, 3
	q := queues.New[int](2).Threadsafe()
	channels := []chan int{make(chan int), make(chan int, 3)}
	var producers, consumers sync.WaitGroup
	put := []func(int){
		func(v int) {
			if err := q.PutBlocking(t.Context(), v); err != nil {
				t.Error(err)
			}
		},
		func(v int) { channels[0] <- v },
		func(v int) { channels[1] <- v },
	}
	for s := range sources {
		producers.Go(func() {
			for i := range values {
				put[s](s*values + i)
			}
		})
	}
	var mu sync.Mutex
	got := make(map[int]int)
	all := make(chan struct{})
	stop := rt.NewFuture[rt.Void]()
	for range loops {
		consumers.Go(func() {
			worker := func() error {
				a, b, c := rt.On(q.Get()), rt.On(rt.Receive(channels[0])), rt.On(rt.Receive(channels[1]))
				end := rt.On(stop)
				for round := 0; ; round++ {
					scope := rt.Current().OpenScope()
					rt.Current().Loop().CallSoon(func() {
						if round%5 == 0 {
							scope.Cancel(nil)
						}
					})
					chosen, err := rt.Block(rt.Select(a, b, c, end))
					scope.Close()
					if err != nil {
						continue
					}
					var v int
					switch chosen {
					case a:
						v, err = a.Result()
					case b:
						v, err = b.Result()
					case c:
						v, err = c.Result()
					case end:
						return nil
					}
					if err != nil {
						return err
					}
					mu.Lock()
					if got[v]++; len(got) == sources*values {
						close(all)
					}
					mu.Unlock()
				}
			}
			var xs []rt.Expr[rt.Void]
			for range tasks {
				xs = append(xs, do(worker))
			}
			if _, err := testbed.RunReal(t, rt.Gather(xs...)); err != nil {
				t.Error(err)
			}
		})
	}
	producers.Wait()
	<-all
	stop.Set(rt.Void{})
	consumers.Wait()
	for v := range sources * values {
		if got[v] != 1 {
			t.Errorf("value %d arrived %d times", v, got[v])
		}
	}
}

func TestSelectAllocatesNothing(t *testing.T) {
	l := fifo(t)
	a, b := queues.New[int](1), queues.New[int](1)
	ga, gb, late := rt.On(a.Get()), rt.On(b.Get()), rt.On(rt.Sleep(time.Second))
	allocs := func(n int) float64 {
		return testing.AllocsPerRun(5, func() {
			rt.Start(l, rt.NewCoroutine[rt.Void](&loopFrame{left: n, queue: a,
				begin: func(f *loopFrame, t *rt.Task) { f.put = f.queue.Put(f.left) },
				poll:  func(f *loopFrame, t *rt.Task) (error, bool) { _, err, ready := f.put.Poll(t); return err, ready },
			}))
			var sel rt.SelectOp
			_, err := rt.RunUntilComplete(l, rt.NewCoroutine[rt.Void](&loopFrame{left: n,
				begin: func(*loopFrame, *rt.Task) { sel = rt.Select(ga, gb, late) },
				poll:  func(_ *loopFrame, t *rt.Task) (error, bool) { _, err, ready := sel.Poll(t); return err, ready },
			}))
			if err != nil {
				t.Error(err)
			}
		})
	}
	const n = 500
	allocs(n)
	if got := perOperation(allocs, n); got != 0 {
		t.Errorf("%v allocations for a select", got)
	}
	if _, err := rt.RunUntilComplete(l, rt.Sleep(ms)); err != nil { // the last Put returns
		t.Error(err)
	}
}

func ExampleSelect() {
	jobs, quit := queues.New[string](0), rt.NewFuture[rt.Void]()
	worker := machine.Lockstep(func() (rt.Void, error) {
		job, stop, idle := rt.On(jobs.Get()), rt.On(quit), rt.On(rt.Sleep(time.Second))
		for {
			chosen, err := rt.Block(rt.Select(job, stop, idle))
			if err != nil {
				return rt.Void{}, err
			}
			switch chosen {
			case job:
				name, _ := job.Result()
				fmt.Println("job:", name)
			case idle:
				fmt.Println("nothing to do")
				quit.Set(rt.Void{})
			case stop:
				fmt.Println("stop")
				return rt.Void{}, nil
			}
		}
	})
	jobs.TryPut("sweep")
	jobs.TryPut("wash")
	clock := new(rttest.Clock)
	rt.Run(worker, rt.WithClock(clock), rt.WithPoller(rttest.NewPoller(clock)))
	// Output:
	// job: sweep
	// job: wash
	// nothing to do
	// stop
}
