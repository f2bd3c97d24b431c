package locks_test

// This file checks that the locks are linearizable under random schedules, with tasks that are
// cancelled at random moments: each operation must look as if it happened at one moment between
// its call and its return. It also checks the order of tasks that nobody may overtake.

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/linear"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A lockCall is an operation on something that one writer or several readers hold. A semaphore
// has only readers, and a lock has only writers.
type lockCall struct {
	what string // acquire, try, release, total
	read bool
	n    int // the new total
}

type lockState struct {
	writers, readers, total int
}

// stepLock is the model of a lock with room for one writer or, at first, for total readers. The
// output says whether the operation succeeded. If mixed is set, there are readers and writers,
// so an attempt may fail because a task waits.
func stepLock(mixed bool) func(lockState, lockCall, bool) (lockState, bool) {
	return func(s lockState, in lockCall, ok bool) (lockState, bool) {
		free := s.writers == 0 && (s.readers == 0 || in.read) && (!in.read || s.readers < s.total)
		switch {
		case in.what == "total":
			s.total = in.n
		case in.what == "release" && in.read:
			s.readers--
		case in.what == "release":
			s.writers--
		case in.what == "acquire" && !ok: // cancelled
		case in.what == "try" && !ok:
			return s, mixed || !free
		case in.read:
			s.readers++
			return s, free
		default:
			s.writers++
			return s, free
		}
		return s, s.readers >= 0 && s.writers >= 0
	}
}

// A lockable is one kind of lock.
type lockable struct {
	acquire func(read bool) error
	try     func(read bool) bool
	release func(read bool)
	idle    func() string   // its text when nobody holds it
	total   func(total int) // nil: the total cannot be changed
}

// A span is the time for which a task waited for a lock. A task that is cancelled may be
// overtaken.
type span struct {
	read, cancelled bool
	came, had       int64
}

func TestLocksAreLinearizable(t *testing.T) {
	for _, test := range []struct {
		name  string
		total int  // number of readers
		mixed bool // readers and writers; otherwise only writers if total is 0
		only  string
		make  func() lockable
	}{
		{"Lock", 0, false, "lock, free", func() lockable {
			var l locks.Lock
			return lockable{
				acquire: func(bool) error { return wait(l.Acquire()) },
				try:     func(bool) bool { return l.TryAcquire(rt.Current()) },
				release: func(bool) { l.Release() }, idle: l.String}
		}},
		{"RWLock", 100, true, "lock, free", func() lockable {
			var l locks.RWLock
			return lockable{
				acquire: func(read bool) error {
					if read {
						return wait(l.AcquireRead())
					}
					return wait(l.Acquire())
				},
				try: func(read bool) bool {
					if read {
						return l.TryAcquireRead(rt.Current())
					}
					return l.TryAcquire(rt.Current())
				},
				release: func(read bool) {
					if read {
						l.ReleaseRead()
					} else {
						l.Release()
					}
				}, idle: l.String}
		}},
		{"RWLock in a select", 100, true, "lock, free", func() lockable {
			var l locks.RWLock
			var never locks.Event
			op := func(read bool) rt.Branch {
				if read {
					return rt.On(l.AcquireRead())
				}
				return rt.On(l.Acquire())
			}
			return lockable{
				acquire: func(read bool) error { return wait(rt.Select(op(read), rt.On(never.Wait()))) },
				try:     func(read bool) bool { return rt.TrySelect(rt.Current(), op(read)) != nil },
				release: func(read bool) {
					if read {
						l.ReleaseRead()
					} else {
						l.Release()
					}
				}, idle: l.String}
		}},
		{"Semaphore", 2, false, "semaphore, 2 free", func() lockable {
			s := locks.NewSemaphore(2)
			return lockable{
				acquire: func(bool) error { return wait(s.Acquire()) },
				try:     func(bool) bool { return s.TryAcquire() },
				release: func(bool) { s.Release() }, idle: s.String}
		}},
		{"BoundedSemaphore", 2, false, "semaphore, 2 free", func() lockable {
			s := locks.NewBoundedSemaphore(2)
			return lockable{
				acquire: func(bool) error { return wait(s.Acquire()) },
				try:     func(bool) bool { return s.TryAcquire() },
				release: func(bool) { s.Release() }, idle: s.String}
		}},
		{"CapacityLimiter", 2, false, "limiter, 0/2 borrowed", func() lockable {
			l := locks.NewCapacityLimiter(2)
			return lockable{
				acquire: func(bool) error { return wait(l.Acquire()) },
				try:     func(bool) bool { return rt.TrySelect(rt.Current(), rt.On(l.Acquire())) != nil },
				release: func(bool) { l.Release() }, idle: l.String,
				total: l.SetTotal}
		}},
		{"lock in a select", 0, false, "lock, free", func() lockable {
			var l locks.Lock
			var never locks.Event
			return lockable{
				acquire: func(bool) error { return wait(rt.Select(rt.On(never.Wait()), rt.On(l.Acquire()))) },
				try:     func(bool) bool { return l.TryAcquire(rt.Current()) },
				release: func(bool) { l.Release() }, idle: l.String}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			seed := rttest.Seed(t)
			for round := range uint64(20) {
				r := rand.New(rand.NewPCG(seed, round))
				var h linear.History
				var spans []span
				l := test.make()
				user := func(client int) error {
					for range 8 {
						read := test.total > 0 && (!test.mixed || r.IntN(3) > 0)
						var ok bool
						if r.IntN(4) == 0 {
							ok = linear.Do(&h, client, lockCall{what: "try", read: read}, func() bool { return l.try(read) })
						} else {
							came := h.Now()
							cancellable(r, func() {
								ok = linear.Do(&h, client, lockCall{what: "acquire", read: read}, func() bool { return l.acquire(read) == nil })
								if ok {
									spans = append(spans, span{read, rt.Current().Err() != nil, came, h.Now()})
								}
							})
						}
						pause(t, r)
						if ok {
							linear.Do(&h, client, lockCall{what: "release", read: read}, func() bool { l.release(read); return true })
						}
						if l.total != nil && r.IntN(4) == 0 {
							setTotal(&h, client, l, 1+r.IntN(3))
						}
					}
					if l.total != nil {
						setTotal(&h, client, l, 2) // so that no task is left waiting
					}
					return nil
				}
				run(t, func() { noError(t, wait(rt.Gather(clients(5, user)...))) })
				want(t, "at the end", l.idle(), test.only)
				linear.Check(t, &h, lockState{total: test.total}, stepLock(test.mixed))
				// Readers that are let in together go on in any order.
				for i, a := range spans {
					for _, b := range spans[i+1:] { // spans that went on after a
						if b.came < a.came && !b.cancelled && !(a.read && b.read) {
							t.Errorf("%+v overtakes %+v", a, b)
						}
					}
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

func setTotal(h *linear.History, client int, l lockable, n int) {
	linear.Do(h, client, lockCall{what: "total", n: n}, func() bool { l.total(n); return true })
}

// clients returns n coroutines that call fn.
func clients(n int, fn func(client int) error) (xs []rt.Expr[rt.Void]) {
	for client := range n {
		xs = append(xs, do(func() error { return fn(client) }))
	}
	return xs
}

// cancellable calls fn in a scope that is sometimes cancelled or times out.
func cancellable(r *rand.Rand, fn func()) {
	scope := rt.Current().OpenScope()
	defer scope.Close()
	switch r.IntN(6) {
	case 0:
		scope.SetTimeout(ms * time.Duration(1+r.IntN(4)))
	case 1, 2:
		afterTurns(1+r.IntN(6), func() { scope.Cancel(nil) })
	}
	fn()
}

func pause(t *testing.T, r *rand.Rand) {
	for range r.IntN(3) {
		noError(t, wait(rt.Yield()))
	}
	if r.IntN(3) == 0 {
		noError(t, wait(rt.Sleep(ms*time.Duration(r.IntN(3)))))
	}
}

// stepEvent is the model of an event. what is set, clear, is (set) or wait. The output says
// whether the event is set, or whether the wait succeeded.
func stepEvent(set bool, what string, ok bool) (bool, bool) {
	switch what {
	case "set":
		return true, true
	case "clear":
		return false, true
	case "is":
		return set, set == ok
	}
	return set, set || !ok
}

func TestEventsAreLinearizable(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, round))
		var h linear.History
		var e, never locks.Event
		run(t, func() {
			all := rt.Spawn(rt.Current(), rt.Gather(clients(5, func(client int) error {
				for range 8 {
					switch r.IntN(7) {
					case 0:
						linear.Do(&h, client, "set", func() bool { e.Set(); return true })
					case 1:
						linear.Do(&h, client, "clear", func() bool { e.Clear(); return true })
					case 2:
						linear.Do(&h, client, "is", e.IsSet)
					default:
						cancellable(r, func() {
							linear.Do(&h, client, "wait", func() bool {
								if r.IntN(2) == 0 {
									return wait(rt.Select(rt.On(e.Wait()), rt.On(never.Wait()))) == nil
								}
								return wait(e.Wait()) == nil
							})
						})
					}
					pause(t, r)
				}
				return nil
			})...))
			for !all.Done() { // so that no task waits for ever
				linear.Do(&h, 5, "set", func() bool { e.Set(); return true })
				noError(t, wait(rt.Sleep(5*ms)))
			}
			noError(t, wait(all))
		})
		if linear.Check(t, &h, false, stepEvent); t.Failed() {
			return
		}
	}
}

// A conditionCall is an operation of client on a condition. Wait consists of several
// operations. It begins to wait at once. Later it goes on because it was notified, or it gives
// up at one moment and has the lock again at another.
type conditionCall struct {
	what   string // acquire, release, wait, goes on, gives up, returns, notify
	client byte
	n      int
	late   string // the tasks that are cancelled when it notifies and may not have run since
}

type conditionSide struct {
	owner    byte   // 0: no task
	waiting  string // tasks in line to be notified
	notified string // tasks that acquire the lock again
	gone     string // the same, but cancelled
}

// without returns s without c, and whether c was in s.
func without(s string, c byte) (string, bool) {
	for i := range len(s) {
		if s[i] == c {
			return s[:i] + s[i+1:], true
		}
	}
	return s, false
}

func stepCondition(s conditionSide, in conditionCall, ok bool) (conditionSide, bool) {
	possible := true
	switch in.what {
	case "acquire", "goes on", "returns":
		if !ok {
			return s, true // cancelled
		}
		switch in.what {
		case "goes on":
			s.notified, possible = without(s.notified, in.client)
		case "returns":
			s.gone, possible = without(s.gone, in.client)
		}
		possible = possible && s.owner == 0
		s.owner = in.client
	case "release":
		possible = s.owner == in.client
		s.owner = 0
	case "wait":
		possible = s.owner == in.client
		s.owner = 0
		s.waiting += string([]byte{in.client})
	case "gives up":
		s.waiting, possible = without(s.waiting, in.client)
		s.gone += string([]byte{in.client})
	case "notify":
		possible = s.owner == in.client
		for _, late := range []bool{false, true} { // cancelled tasks come last
			for _, c := range []byte(s.waiting) {
				if in.n > 0 && late == (strings.IndexByte(in.late, c) >= 0) {
					in.n--
					s.waiting, _ = without(s.waiting, c)
					s.notified += string([]byte{c})
				}
			}
		}
	}
	return s, possible
}

func TestConditionsAreLinearizable(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, round))
		var h linear.History
		c := locks.NewCondition(nil)
		call := func(client byte, what string, op func() bool) bool {
			return linear.Do(&h, int(client), conditionCall{what: what, client: client}, op)
		}
		done := func(fn func()) func() bool { return func() bool { fn(); return true } }
		var tasks [4]*rt.Task
		notify := func(client byte, n int, fn func()) {
			late := ""
			for i, task := range tasks {
				if task != nil && task.Err() != nil {
					late += string(rune('a' + i))
				}
			}
			linear.Do(&h, int(client), conditionCall{"notify", client, n, late}, done(fn))
		}
		waits := func(client byte) {
			// Nothing else runs until the client waits.
			call(client, "wait", func() bool { return true })
			began := h.Now()
			if err := wait(c.Wait()); err == nil {
				h.Note(int(client), began, conditionCall{what: "goes on", client: client}, true)
			} else {
				h.Note(int(client), began, conditionCall{what: "gives up", client: client}, true)
				h.Note(int(client), began, conditionCall{what: "returns", client: client}, true)
			}
			want(t, "owner", c.Owner(), rt.Current())
		}
		run(t, func() {
			over := false
			all := rt.Spawn(rt.Current(), rt.Gather(clients(len(tasks), func(i int) error {
				client := byte('a' + i)
				tasks[i] = rt.Current()
				for range 7 {
					cancellable(r, func() {
						if !call(client, "acquire", func() bool { return wait(c.Acquire()) == nil }) {
							return
						}
						if r.IntN(2) == 0 {
							if r.IntN(2) == 0 {
								noError(t, wait(rt.Shield(rt.Yield())))
							}
							if rt.Current().Err() == nil {
								waits(client)
							}
						} else {
							n := 1 + r.IntN(2)
							notify(client, n, func() { c.Notify(n) })
						}
						call(client, "release", done(c.Release))
					})
					pause(t, r)
				}
				return nil
			})...))
			for !over { // so that no task waits for ever
				noError(t, wait(rt.Sleep(5*ms)))
				over = all.Done()
				call('z', "acquire", func() bool { return wait(c.Acquire()) == nil })
				notify('z', len(tasks), c.NotifyAll)
				call('z', "release", done(c.Release))
			}
			noError(t, wait(all))
		})
		want(t, "at the end", c.String(), "condition, 0 waiting for it; lock, free")
		if linear.Check(t, &h, conditionSide{}, stepCondition); t.Failed() {
			return
		}
	}
}

// A barrierCall is an operation of client on a barrier. Wait consists of two: it arrives at
// once, and departs later.
type barrierCall struct {
	what   string // arrives, departs, reset, abort
	client byte
}

type barrierSide struct {
	arrived string // clients in this round
	rounds  int    // number of rounds completed so far
	passed  string // clients that have not departed, each with its round
	indices string // indices of those that have departed, each with its round
	failed  string // clients that failed because the barrier was broken
	broken  bool
}

const brokenIndex, cancelledIndex = -1, -2

func stepBarrier(parties int) func(barrierSide, barrierCall, int) (barrierSide, bool) {
	return func(s barrierSide, in barrierCall, index int) (barrierSide, bool) {
		possible := true
		switch in.what {
		case "arrives":
			if s.broken {
				s.failed += string([]byte{in.client})
				break
			}
			if s.arrived += string([]byte{in.client}); len(s.arrived) == parties {
				s.rounds++
				for i := range len(s.arrived) {
					s.passed += string([]byte{s.arrived[i], byte(s.rounds)})
				}
				s.arrived = ""
			}
		case "departs":
			switch index {
			case brokenIndex:
				s.failed, possible = without(s.failed, in.client)
			case cancelledIndex:
				s.arrived, possible = without(s.arrived, in.client)
			default:
				i := strings.IndexByte(s.passed, in.client)
				if i < 0 {
					return s, false
				}
				mine := string([]byte{s.passed[i+1], '0' + byte(index)})
				possible = index < parties && !strings.Contains(s.indices, mine)
				s.passed = s.passed[:i] + s.passed[i+2:]
				s.indices += mine
			}
		case "reset", "abort":
			s.failed += s.arrived
			s.arrived, s.broken = "", in.what == "abort"
		}
		return s, possible
	}
}

func TestBarriersAreLinearizable(t *testing.T) {
	const parties = 3
	seed, passed := rttest.Seed(t), 0
	for round := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, round))
		var h linear.History
		b := locks.NewBarrier(parties)
		act := func(client int, what string, fn func()) {
			linear.Do(&h, client, barrierCall{what: what}, func() int { fn(); return 0 })
		}
		run(t, func() {
			all := rt.Spawn(rt.Current(), rt.Gather(clients(5, func(i int) error {
				client := byte('a' + i)
				for range 8 {
					switch r.IntN(12) {
					case 0:
						act(i, "abort", b.Abort)
					case 1, 2:
						act(i, "reset", b.Reset)
					}
					cancellable(r, func() {
						// Nothing else runs until the client waits.
						linear.Do(&h, i, barrierCall{"arrives", client}, func() int { return 0 })
						linear.Do(&h, i, barrierCall{"departs", client}, func() int {
							switch index, err := rt.Block(b.Wait()); {
							case err == nil:
								passed++
								return index
							case err == locks.ErrBarrierBroken:
								return brokenIndex
							}
							return cancelledIndex
						})
					})
					pause(t, r)
				}
				return nil
			})...))
			for !all.Done() { // so that no task waits for ever
				noError(t, wait(rt.Sleep(5*ms)))
				act(9, "reset", b.Reset)
			}
			noError(t, wait(all))
		})
		want(t, "at the end", b.Waiting(), 0)
		if linear.Check(t, &h, barrierSide{}, stepBarrier(parties)); t.Failed() {
			return
		}
	}
	if passed == 0 {
		t.Error("no round was complete")
	}
}
