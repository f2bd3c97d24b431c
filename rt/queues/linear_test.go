package queues_test

// This file checks that broadcasts and watches are linearizable under random schedules, with
// operations that are cancelled, time out or lose a select.

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/linear"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A passCall is an operation on a broadcast or a watch. The values are 1, 2, 3 and so on. of is
// the receiver or watcher.
type passCall struct {
	what string // send, get, behind, close; set, changed, value, news
	of   int
}

// A passReturn is the result of a passCall.
type passReturn struct {
	n      int    // the value, or the number of values
	failed string // cancelled, closed or lagged (by n values)
}

const (
	receivers = 3
	kept      = 2
)

type passState struct {
	sent   int // the newest value
	seen   [receivers]int
	closed bool
}

func stepBroadcast(s passState, in passCall, out passReturn) (passState, bool) {
	seen := &s.seen[in.of]
	missed := max(0, s.sent-*seen-kept)
	switch in.what {
	case "send":
		if out.failed != "" {
			return s, s.closed
		}
		s.sent++
		return s, !s.closed && out.n == s.sent
	case "close":
		s.closed = true
	case "behind":
		return s, out.n == s.sent-*seen
	case "get":
		switch out.failed {
		case "closed":
			return s, s.closed && *seen == s.sent
		case "lagged":
			*seen += missed
			return s, missed > 0 && out.n == missed
		case "":
			*seen++
			return s, missed == 0 && *seen <= s.sent && out.n == *seen
		}
	}
	return s, true
}

func stepWatch(s passState, in passCall, out passReturn) (passState, bool) {
	seen := &s.seen[in.of]
	news := *seen != s.sent
	switch in.what {
	case "set":
		if out.failed != "" {
			return s, s.closed
		}
		s.sent++
		return s, !s.closed && out.n == s.sent
	case "close":
		s.closed = true
	case "news":
		return s, news == (out.n > 0)
	case "value":
		*seen = s.sent
		return s, out.n == s.sent
	case "changed":
		switch out.failed {
		case "closed":
			return s, s.closed && !news
		case "":
			*seen = s.sent
			return s, news && out.n == s.sent
		}
	}
	return s, true
}

// An operation can be awaited and selected.
type operation interface {
	rt.Expr[int]
	rt.Selectable[int]
}

// await awaits op, directly or in a select. It may be cancelled or time out.
func await(r *rand.Rand, op operation) (out passReturn) {
	self := rt.Current()
	scope := self.OpenScope()
	defer scope.Close()
	switch cancel := func() { scope.Cancel(nil) }; r.IntN(6) {
	case 0:
		self.Loop().CallSoon(cancel)
	case 1:
		self.Loop().CallSoon(func() { self.Loop().CallSoon(cancel) })
	case 2:
		scope.SetTimeout(time.Duration(1+r.IntN(3)) * ms)
	}
	var err error
	if r.IntN(2) == 0 {
		out.n, err = rt.Block(op)
	} else {
		of, late := rt.On(op), rt.On(rt.Sleep(time.Duration(1+r.IntN(5))*ms))
		chosen, failed := rt.Block(rt.Select(of, late))
		if failed != nil || chosen == rt.Branch(late) {
			return passReturn{failed: "cancelled"}
		}
		out.n, err = of.Result()
	}
	var lagged *queues.LaggedError
	switch {
	case err == queues.ErrClosed:
		out.failed = "closed"
	case errors.As(err, &lagged):
		out.n, out.failed = lagged.Missed, "lagged"
	case err != nil:
		out.failed = "cancelled"
	}
	return out
}

// passes runs receivers, each with a number of tasks that get and look, and one sender, until
// the thing is closed.
func passes(t *testing.T, h *linear.History, r *rand.Rand, each int, send func() error, close func(), get func(of int) operation, sends, gets, looks string, look func(of int) int) {
	pause := func() {
		for range r.IntN(3) {
			noError(t, wait(rt.Yield()))
		}
		if r.IntN(3) == 0 {
			noError(t, wait(rt.Sleep(time.Duration(r.IntN(4))*ms)))
		}
	}
	run(t, func() {
		tasks := []rt.Expr[rt.Void]{do(func() error {
			n := 0
			for range 12 {
				linear.Do(h, 0, passCall{what: sends}, func() passReturn {
					n++
					noError(t, send())
					return passReturn{n: n}
				})
				pause()
			}
			linear.Do(h, 0, passCall{what: "close"}, func() passReturn { close(); return passReturn{} })
			linear.Do(h, 0, passCall{what: sends}, func() passReturn {
				want(t, "error", send(), queues.ErrClosed)
				return passReturn{failed: "closed"}
			})
			return nil
		})}
		for i := range each * receivers {
			of := i / each
			tasks = append(tasks, do(func() error {
				for closed := false; !closed; pause() {
					if r.IntN(5) == 0 {
						linear.Do(h, 1+i, passCall{looks, of}, func() passReturn { return passReturn{n: look(of)} })
						continue
					}
					out := linear.Do(h, 1+i, passCall{gets, of}, func() passReturn { return await(r, get(of)) })
					closed = out.failed == "closed"
				}
				return nil
			}))
		}
		noError(t, wait(rt.Gather(tasks...)))
	})
}

func TestBroadcastsAreLinearizable(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, round))
		var h linear.History
		b := queues.NewBroadcast[int](kept)
		var rs [receivers]*queues.Receiver[int]
		for i := range rs {
			rs[i] = b.Subscribe()
		}
		n := 0
		passes(t, &h, r, 2, func() error { n++; return b.Send(n) }, b.Close,
			func(of int) operation { return rs[of].Get() }, "send", "get", "behind", func(of int) int { return rs[of].Behind() })
		if linear.Check(t, &h, passState{}, stepBroadcast); t.Failed() {
			return
		}
	}
}

func TestWatchesAreLinearizable(t *testing.T) {
	seed := rttest.Seed(t)
	for round := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, round))
		var h linear.History
		w := queues.NewWatch(0)
		var ws [receivers]*queues.Watcher[int]
		for i := range ws {
			ws[i] = w.Subscribe()
		}
		n := 0
		looks, look := "value", func(of int) int { return ws[of].Value() }
		if round%2 == 0 {
			looks, look = "news", func(of int) int {
				if ws[of].HasChanged() {
					return 1
				}
				return 0
			}
		}
		passes(t, &h, r, 1, func() error { n++; return w.Set(n) }, w.Close,
			func(of int) operation { return ws[of].Changed() }, "set", "changed", looks, look)
		if linear.Check(t, &h, passState{}, stepWatch); t.Failed() {
			return
		}
	}
}
