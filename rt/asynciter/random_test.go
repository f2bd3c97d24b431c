package asynciter_test

// This file tests random chains of adapters over random sources, with consumers that are cancelled,
// time out, or stop early. Nothing may be lost, doubled or reordered, and every source that has
// begun must be closed once.

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/asynciter"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A chain is a random tree of adapters, and what may come out of it.
type chain struct {
	r       *rand.Rand
	name    []string
	sources []*source

	fails  bool // values may be missing at the end, because something fails before
	late   bool // an error may be a timeout of an adapter
	panics bool
	merges bool

	failures int // places at which something fails or panics
}

// A source is a leaf of a chain. Its values are its number times 100, and then one more each.
type source struct {
	n      int
	it     iterator
	values int
	script *script      // nil: it is none
	ended  func() error // checks the source at the end; nil: nothing to check
}

func (c *chain) note(format string, args ...any) {
	c.name = append(c.name, fmt.Sprintf(format, args...))
}

// maybe reports true once in n times.
func (c *chain) maybe(n int) bool { return c.r.IntN(n) == 0 }

// pause returns a short time, often 0.
func (c *chain) pause() time.Duration { return time.Duration(max(0, c.r.IntN(7)-3)) * ms }

// leaf returns a random source.
func (c *chain) leaf() iterator {
	it := c.source()
	c.sources[len(c.sources)-1].it = it
	return it
}

func (c *chain) source() iterator {
	s := &source{n: 100 * (len(c.sources) + 1), values: c.r.IntN(9)}
	c.sources = append(c.sources, s)
	list := make([]int, s.values)
	for i := range list {
		list[i] = s.n + i
	}
	switch c.r.IntN(8) {
	case 0:
		c.note("slice of %d", s.values)
		return asynciter.FromSlice(list)
	case 1:
		c.note("seq of %d", s.values)
		running := 0
		s.ended = func() error {
			if running != 0 {
				return errors.New("the sequence has not returned")
			}
			return nil
		}
		return asynciter.FromSeq(func(yield func(int) bool) {
			running++
			defer func() { running-- }()
			slices.Values(list)(yield)
		})
	case 2:
		c.note("queue of %d", s.values)
		q := queues.New[int](0)
		for _, v := range list {
			q.TryPut(v)
		}
		q.Close()
		return asynciter.FromQueue(q)
	}
	return c.script(s, list)
}

func (c *chain) script(s *source, list []int) iterator {
	script := newScript()
	s.script = script
	for _, v := range list {
		script.steps = append(script.steps, step{after: c.pause(), v: v})
	}
	script.cleanup = c.pause()
	how := ""
	switch c.r.IntN(10) {
	case 0:
		script.steps = append(script.steps, step{after: c.pause(), err: errBoom})
		how = ", fails"
		c.failures++
		c.fails = c.fails || c.merges
	case 1:
		script.steps = append(script.steps, step{after: c.pause(), panic: errBoom})
		how = ", panics"
		c.failures++
		c.fails, c.panics = true, true
	case 2:
		script.closing = errClosing
		how = ", fails to close"
		c.failures++
		c.fails = c.fails || c.merges
	}
	s.ended = func() error {
		if script.begun > 1 || script.closed != script.begun {
			return fmt.Errorf("the script has begun %d times, and ended %d times", script.begun, script.closed)
		}
		return nil
	}
	c.note("script of %d%s", s.values, how)
	return script
}

// adapt returns a random Iterator of the given depth. strict is set if the adapter around it ends
// at the first error.
func (c *chain) adapt(depth int, strict bool) iterator {
	if depth == 0 {
		return c.leaf()
	}
	defer c.note(")")
	switch c.r.IntN(6) {
	case 0:
		limit := 1 + c.r.IntN(4)
		c.note("Map(%d,", limit)
		return asynciter.Map(c.adapt(depth-1, true), limit, c.function())
	case 1:
		c.note("Merge(")
		c.merges = true // before the sources are made
		its := make([]iterator, 1+c.r.IntN(3))
		for i := range its {
			its[i] = c.adapt(c.r.IntN(depth), true)
		}
		return asynciter.Merge(its...)
	case 2:
		n := 1 + c.r.IntN(4)
		c.note("Buffered(%d,", n)
		return asynciter.Buffered(c.adapt(depth-1, true), n)
	case 3:
		d := time.Hour
		if c.maybe(3) {
			d = time.Duration(1+c.r.IntN(3)) * ms
			c.late = true
			c.failures++
			c.fails = c.fails || strict
		}
		c.note("Timeout(%v,", d)
		return asynciter.Timeout(c.adapt(depth-1, strict), d)
	}
	n, within := 1+c.r.IntN(4), c.pause()
	c.note("Chunks(%d, %v,", n, within)
	return flatten(asynciter.Chunks(c.adapt(depth-1, true), n, within))
}

// function returns the function of a Map.
func (c *chain) function() func(int) rt.Expr[int] {
	fails, panics := -1, -1
	switch c.r.IntN(8) {
	case 0:
		fails = c.r.IntN(9)
		c.note("fails at %d,", fails)
		c.fails = true
		c.failures++
	case 1:
		panics = c.r.IntN(9)
		c.note("panics at %d,", panics)
		c.failures += 2 // values of several sources may panic
		c.fails, c.panics = true, true
	}
	return func(v int) rt.Expr[int] {
		d := c.pause()
		return do1(func() (int, error) {
			if d > 0 {
				if err := wait(rt.Sleep(d)); err != nil {
					return 0, err
				}
			}
			switch v % 100 {
			case fails:
				return 0, errBoom
			case panics:
				panic(errBoom)
			}
			return v, nil
		})
	}
}

// flatten returns the elements of the slices. It works in the task of its consumer.
func flatten(it asyncgen.Iterator[[]int]) iterator { return &flat{of: it} }

type flat struct {
	of    asyncgen.Iterator[[]int]
	list  []int
	next  asyncgen.NextOp[[]int]
	close asyncgen.CloseOp
}

func (f *flat) Next() asyncgen.NextOp[int] { return asyncgen.NextOf(f) }
func (f *flat) Close() asyncgen.CloseOp    { return asyncgen.CloseOf(f) }

func (f *flat) PollNext(t *rt.Task, first bool) (v rt.Two[int, bool], err error, ready bool) {
	if len(f.list) == 0 {
		if first {
			f.next = f.of.Next()
		}
		list, err, ready := f.next.Poll(t)
		if err != nil || !ready || !list.V2 {
			return v, err, ready
		}
		f.list = list.V1
	}
	v.V1, v.V2 = f.list[0], true
	f.list = f.list[1:]
	return v, nil, true
}

func (f *flat) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	if first {
		f.list = nil
		f.close = f.of.Close()
	}
	_, err, ready = f.close.Poll(t)
	return err, ready
}

// A consumer takes values out of a chain, and remembers what it has got.
type consumer struct {
	t     *testing.T
	c     *chain
	it    iterator
	got   []int
	ended bool  // the values are over
	err   error // that has come
}

// reported checks what the loop reports. A generator that panics when nobody waits for it, because
// its Next was cancelled, is reported at once. The panic then also comes to the consumer. In a group
// of tasks, the second panic is reported.
func (u *consumer) reported(err error) {
	p, ok := errors.AsType[*rt.Panic](err)
	if !ok || !u.c.panics || p.Task.Name() != "script" && u.c.failures < 2 {
		u.t.Errorf("reported: %v", err)
	}
}

// attempt calls fn, which may panic if the chain may.
func (u *consumer) attempt(fn func() error) error {
	err := errors.New("panicked")
	defer func() {
		if v := recover(); v != nil {
			if e, ok := v.(error); !u.c.panics || !ok || !strings.Contains(e.Error(), "boom") {
				panic(v)
			}
			u.err = err
		}
	}()
	err = fn()
	return err
}

// failed remembers an error of the chain.
func (u *consumer) failed(err error) {
	switch {
	case err == nil:
	case errors.Is(err, errBoom), errors.Is(err, errClosing):
		u.err = err
	case isTimeout(err) && u.c.late:
	default:
		u.t.Errorf("error %v", err)
	}
}

// pull calls Next, under a cancellation in some cases. It returns the number of calls that are
// still to be made: none after the end.
func (u *consumer) pull() {
	task := rt.Current()
	scope := task.OpenScope()
	defer scope.Close()
	switch u.c.r.IntN(6) {
	case 0:
		scope.SetTimeout(u.c.pause())
	case 1:
		task.Loop().CallSoon(func() { scope.Cancel(nil) })
	case 2:
		task.Loop().CallSoon(func() { task.Loop().CallSoon(func() { scope.Cancel(nil) }) })
	}
	u.attempt(func() error {
		v, err := rt.Block(u.it.Next())
		switch {
		case err != nil && scope.Cause() != nil && errors.Is(err, scope.Cause()):
		case err != nil:
			u.failed(err)
		case v.V2:
			u.got = append(u.got, v.V1)
		default:
			u.ended = true
		}
		return nil
	})
}

// begin takes the first values of some sources, before their adapters begin.
func (u *consumer) begin() {
	for _, s := range u.c.sources {
		if s.values > 0 && u.c.maybe(4) {
			wantNext(u.t, s.it, value(s.n))
			u.got = append(u.got, s.n)
		}
	}
}

// some takes up to n values and closes the chain.
func (u *consumer) some(n int) {
	for ; n > 0 && !u.ended; n-- {
		u.pull()
		if d := u.c.pause(); d > 0 {
			wait(rt.Sleep(d))
		}
	}
	for range 2 {
		u.attempt(func() error { u.failed(wait(u.it.Close())); return nil })
	}
	wantNext(u.t, u.it, over)
	for _, s := range u.c.sources {
		if u.c.failures == 1 && s.script != nil && s.script.failed && u.err == nil {
			u.t.Errorf("the failure of source %d is lost", s.n)
		}
	}
}

// each ranges over the chain in a task that is cancelled some time later.
func (u *consumer) each(n int) {
	task := start(func() error {
		return u.attempt(func() (err error) {
			for v := range asyncgen.Each(u.it, &err) {
				u.got = append(u.got, v)
				if n--; n == 0 {
					break
				}
				if d := u.c.pause(); d > 0 && wait(rt.Sleep(d)) != nil {
					break
				}
			}
			return err
		})
	})
	wait(rt.Sleep(time.Duration(u.c.r.IntN(20)) * ms))
	task.Cancel(nil)
	if err := wait(task); !isCanceled(err) && u.err == nil {
		u.failed(err)
	}
}

// check checks what has come.
func (u *consumer) check() {
	for _, s := range u.c.sources {
		next := s.n
		for _, v := range u.got {
			if v/100*100 != s.n {
				continue
			}
			if v != next {
				u.t.Errorf("%d comes in place of %d", v, next)
			}
			next = v + 1
		}
		if missing := s.n + s.values - next; u.ended && !u.c.fails && missing != 0 {
			u.t.Errorf("%d of %d values of source %d are lost", missing, s.values, s.n)
		}
		if s.ended != nil {
			if err := s.ended(); err != nil {
				u.t.Errorf("source %d: %v", s.n, err)
			}
		}
	}
}

func TestRandomChains(t *testing.T) {
	seed := rttest.Seed(t)
	all := 0
	for round := range uint64(1000) {
		c := &chain{r: rand.New(rand.NewPCG(seed, round))}
		it := c.adapt(c.r.IntN(5), false)
		u := &consumer{t: t, c: c, it: it}
		run(t, func() {
			u.begin()
			switch c.r.IntN(4) {
			case 0:
				u.each(1 + c.r.IntN(30))
			case 1:
				u.some(c.r.IntN(10))
			default:
				u.some(1000)
			}
		}, rt.WithSeed(seed+round), rt.WithHandler(u.reported))
		u.check()
		if u.ended && !c.fails {
			all++
		}
		if t.Failed() {
			t.Fatalf("round %d: %s\ngot %v, ended %t, error %v", round, strings.Join(c.name, " "), u.got, u.ended, u.err)
		}
	}
	if all < 200 {
		t.Errorf("only %d chains hand out everything", all)
	}
}
