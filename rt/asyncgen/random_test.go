package asyncgen_test

// This file lets several tasks use one generator at random: Next, Send, Throw and Close, with
// timeouts and cancellations at any moment, and with timeouts in the function. It checks what must
// always be true.

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A thrown is an error that a consumer throws.
type thrown int

func (e thrown) Error() string { return "thrown " + strconv.Itoa(int(e)) }

// A record is what happened to one generator.
type record struct {
	taken    []int          // the values that consumers got, in order
	resumed  map[int]bool   // the values whose Yield returned because a consumer went on
	sent     map[string]int // how often the function was sent a value
	thrown   map[thrown]int
	arrived  []any // what consumers sent or threw, and know to have arrived
	begun    bool
	cleaned  int
	closed   bool // a Close has returned
	overlaps int  // the operations that failed because another one waited
}

// function is a function that yields 1, 2, ... until it is closed, and notes what it gets.
func (rec *record) function(t *testing.T, r *rand.Rand, last int) func(y yielder) error {
	yield := func(y yielder, v int) error {
		in, err := rt.Block(y.Yield(v))
		var e thrown
		switch {
		case errors.As(err, &e):
			rec.thrown[e]++
			rec.resumed[v] = true
			return nil
		case isTimeout(err):
			return nil // by the function itself
		case err != nil:
			return err
		}
		rec.resumed[v] = true
		if in != "" {
			rec.sent[in]++
		}
		return nil
	}
	return func(y yielder) (err error) {
		rec.begun = true
		defer func() {
			scope := rt.Current().OpenShield()
			defer scope.Close()
			noError(t, wait(rt.Sleep(ms*time.Duration(r.IntN(3)))))
			rec.cleaned++
		}()
		for v := range last {
			for range r.IntN(3) {
				if err := wait(rt.Sleep(ms * time.Duration(r.IntN(3)))); err != nil {
					return err
				}
			}
			err := func() error {
				if r.IntN(4) == 0 {
					scope := rt.Current().OpenTimeout(ms * time.Duration(r.IntN(3)))
					defer scope.Close()
				}
				return yield(y, v+1)
			}()
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// consume makes a random call.
func (rec *record) consume(t *testing.T, r *rand.Rand, g *generator, id int) (over bool) {
	scope := rt.Current().OpenScope()
	defer scope.Close()
	switch r.IntN(4) {
	case 0:
		scope.SetTimeout(ms * time.Duration(1+r.IntN(3)))
	case 1:
		turns, l := r.IntN(6), rt.Current().Loop()
		var next func()
		next = func() {
			if turns--; turns < 0 {
				scope.Cancel(nil)
			} else {
				l.CallSoon(next)
			}
		}
		next()
	}
	var x rt.Expr[rt.Two[int, bool]]
	var given any
	switch r.IntN(6) {
	case 0:
		given = strconv.Itoa(id)
		if g.String() == "numbers: created" {
			return false
		}
		x = g.Send(given.(string))
	case 1:
		given = thrown(id)
		if g.String() == "numbers: created" {
			return false
		}
		x = g.Throw(given.(thrown))
	default:
		x = g.Next()
	}
	before := g.String()
	got := pulled(x)
	switch {
	case errors.Is(got.err, asyncgen.ErrRunning):
		rec.overlaps++
	case isCanceled(got.err) || isTimeout(got.err): // it may have arrived
	case got.err == rt.ErrGeneratorExit:
	case got.err != nil:
		t.Errorf("next of %s: %v", before, got.err)
	case got.ok:
		rec.taken = append(rec.taken, got.v)
		if given != nil {
			rec.arrived = append(rec.arrived, given)
		}
	default:
		return true
	}
	if rec.closed && got.ok {
		t.Errorf("%v after Close", got)
	}
	return false
}

func (rec *record) check(t *testing.T) {
	if !slices.IsSorted(rec.taken) || len(slices.Compact(slices.Clone(rec.taken))) != len(rec.taken) {
		t.Errorf("values %v", rec.taken)
	}
	for v := range rec.resumed {
		if !slices.Contains(rec.taken, v) {
			t.Errorf("value %d is lost; taken: %v", v, rec.taken)
		}
	}
	for in, n := range rec.sent {
		if n != 1 {
			t.Errorf("%q was sent %d times", in, n)
		}
	}
	for e, n := range rec.thrown {
		if n != 1 {
			t.Errorf("%v %d times", e, n)
		}
	}
	for _, given := range rec.arrived {
		n := 0
		switch given := given.(type) {
		case string:
			n = rec.sent[given]
		case thrown:
			n = rec.thrown[given]
		}
		if n != 1 {
			t.Errorf("%v has not arrived", given)
		}
	}
}

func TestRandomUse(t *testing.T) {
	seed := rttest.Seed(t)
	taken, overlaps, arrived, closes := 0, 0, 0, 0
	for round := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, round))
		rec := &record{resumed: map[int]bool{}, sent: map[string]int{}, thrown: map[thrown]int{}}
		run(t, func() {
			g := numbers(rec.function(t, r, r.IntN(30)))
			g.Own(rt.Current())
			ids := 0
			client := func() error {
				for range 10 {
					ids++
					if over := rec.consume(t, r, g, ids); over && !rec.closed {
						if want := "numbers: closed"; g.String() != want {
							return fmt.Errorf("at the end: %s", g)
						}
					}
					if r.IntN(25) == 0 {
						closes++
						err := wait(g.Close())
						if err != nil || rec.begun && rec.cleaned != 1 || g.String() != "numbers: closed" {
							return fmt.Errorf("close is %v, cleaned %d times, %s", err, rec.cleaned, g)
						}
						rec.closed = true
					}
					if r.IntN(3) == 0 {
						noError(t, wait(rt.Sleep(ms*time.Duration(r.IntN(4)))))
					}
				}
				return nil
			}
			var clients []rt.Expr[rt.Void]
			for range 1 + r.IntN(3) {
				clients = append(clients, do(client))
			}
			noError(t, wait(rt.Gather(clients...)))
			wantClose(t, g, nil)
			if rec.begun {
				want(t, "cleaned", rec.cleaned, 1)
			}
			wantNext(t, g, over)
		})
		rec.check(t)
		taken, overlaps, arrived = taken+len(rec.taken), overlaps+rec.overlaps, arrived+len(rec.arrived)
		if t.Failed() {
			t.Logf("round %d", round)
			return
		}
	}
	for what, n := range map[string]int{"values": taken, "overlaps": overlaps, "sent or thrown": arrived, "closed": closes} {
		if n < 100 {
			t.Errorf("%s: only %d", what, n)
		}
	}
}
