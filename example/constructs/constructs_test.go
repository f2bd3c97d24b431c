package constructs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/constructs/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// A run runs a construct as the run of the same name in python/constructs.py does.
type run struct {
	name    string
	machine func() rt.Coroutine[any]
	byHand  func() rt.Coroutine[any]
	python  string // what it returns in Python 3.11.7
}

var runs = []run{
	{"sum", func() rt.Coroutine[any] { return boxed(sumAsync(10)) }, func() rt.Coroutine[any] { return boxed(byhand.NewSum(10)) }, "90"},
	{"size", func() rt.Coroutine[any] { return boxed(sizeAsync(6)) }, func() rt.Coroutine[any] { return boxed(byhand.NewSize(6)) }, "large"},
	{"guarded", runGuarded(guardedAsync), runGuarded(byhand.NewGuarded), "[open close]"},
	{"both", func() rt.Coroutine[any] { return boxed(bothAsync(1)) }, func() rt.Coroutine[any] { return boxed(byhand.NewBoth(1)) }, "6"},
	{"group", func() rt.Coroutine[any] { return boxed(groupAsync(10)) }, func() rt.Coroutine[any] { return boxed(byhand.NewGroup(10)) }, "90"},
	{"patient", func() rt.Coroutine[any] { return boxed(patientAsync(1)) }, func() rt.Coroutine[any] { return boxed(byhand.NewPatient(1)) }, "2"},
	{"count", calling(func() any { return runCount(countPull(10)) }), calling(func() any { return runCount(byhand.NewCount(10)) }), "45"},
	{"totals", calling(func() any { return runTotals(totalsPull(2)) }), calling(func() any { return runTotals(byhand.NewTotals(2)) }), "[3 7]"},
	{"listen", func() rt.Coroutine[any] { return boxed(listenAsync(10)) }, func() rt.Coroutine[any] { return boxed(byhand.NewListen(10)) }, "45"},
	{"locked", runLocked(lockedAsync), runLocked(byhand.NewLocked), "10"},
}

// boxed is a coroutine with a result of any type.
func boxed[T any](c rt.Coroutine[T]) rt.Coroutine[any] { return rt.NewCoroutine(&box[T]{c}) }

type box[T any] struct{ c rt.Coroutine[T] }

func (b *box[T]) Poll(t *rt.Task) (any, error, bool) {
	v, err, ready := b.c.Poll(t)
	if !ready {
		return nil, nil, false
	}
	return v, err, true
}

// calling is a coroutine that awaits nothing.
func calling(fn func() any) func() rt.Coroutine[any] {
	return func() rt.Coroutine[any] { return rt.NewCoroutine(&called{fn}) }
}

type called struct{ fn func() any }

func (c *called) Poll(*rt.Task) (any, error, bool) { return c.fn(), nil, true }

func runGuarded(guarded func(*[]string) rt.Coroutine[rt.Void]) func() rt.Coroutine[any] {
	return func() rt.Coroutine[any] {
		log := new([]string)
		return then(guarded(log), func() any { return *log })
	}
}

// runLocked increments ten times, one after the other.
func runLocked(locked func(*locks.Lock, *int) rt.Coroutine[rt.Void]) func() rt.Coroutine[any] {
	return func() rt.Coroutine[any] {
		lock, counter := new(locks.Lock), new(int)
		return rt.NewCoroutine(&repeated[rt.Void]{n: 10, of: func() rt.Coroutine[rt.Void] { return locked(lock, counter) }, result: func() any { return *counter }})
	}
}

func then(c rt.Coroutine[rt.Void], result func() any) rt.Coroutine[any] {
	return rt.NewCoroutine(&repeated[rt.Void]{n: 1, of: func() rt.Coroutine[rt.Void] { return c }, result: result})
}

// repeated awaits n coroutines, one after the other.
type repeated[T any] struct {
	n      int
	of     func() rt.Coroutine[T]
	result func() any
	c      rt.Coroutine[T]
	begun  bool
}

func (r *repeated[T]) Poll(t *rt.Task) (any, error, bool) {
	for r.n > 0 {
		if !r.begun {
			r.begun, r.c = true, r.of()
		}
		_, err, ready := r.c.Poll(t)
		if !ready {
			return nil, nil, false
		}
		if err != nil {
			return nil, err, true
		}
		r.begun = false
		r.n--
	}
	return r.result(), nil, true
}

func runCount(g interface{ Next() (int, bool) }) int {
	total := 0
	for i, ok := g.Next(); ok; i, ok = g.Next() {
		total += i
	}
	return total
}

func runTotals(g interface {
	Next() (int, bool)
	Send(int) (int, bool)
	Result() ([]int, error)
}) []int {
	g.Next()
	for _, n := range []int{1, 2, 0, 3, 4, 0} {
		g.Send(n)
	}
	sums, _ := g.Result()
	return sums
}

// All forms return what Python returns.
func TestResults(t *testing.T) {
	for _, r := range runs {
		for form, of := range map[string]func() rt.Coroutine[any]{"machine": r.machine, "by hand": r.byHand} {
			got, err := rt.RunUntilComplete(rttest.NewLoop(t), of())
			if err != nil || fmt.Sprint(got) != r.python {
				t.Errorf("%s, %s: %v, %v; want %s", r.name, form, got, err, r.python)
			}
		}
	}
}

// Cancelled before it begins, each of the coroutines says so, and cleans up.
func TestCancelled(t *testing.T) {
	for _, r := range runs {
		for form, of := range map[string]func() rt.Coroutine[any]{"machine": r.machine, "by hand": r.byHand} {
			if r.name == "count" || r.name == "totals" {
				continue
			}
			_, err := rt.RunUntilComplete(rttest.NewLoop(t), rt.Timeout(-time.Second, of()))
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s, %s: %v", r.name, form, err)
			}
		}
	}
}
