package fz

// Loops over Each in unusual places, with unusual targets and with timeouts.

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"runtime"
	"slices"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:async
//coroutine:generator
func nums(s *rttest.Script, n int, y co.AsyncYielder[int, rt.Void]) (err error) {
	defer func() { s.Note("nums %d over: %v", n, err); co.Await(rttest.Step(s, "nums over", n)) }()
	for i := range n {
		_, err := co.Await(rttest.Step(s, "number", i))
		_, err2 := co.Await(y.Yield(i))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
	}
	return nil
}

// recover in the body of a loop returns nil there, in the reference.
//
//coroutine:async
func SubjectRecoverInBody(s *rttest.Script) (text string, err error) {
	defer func() {
		for v := range co.Each(numsAsync(s, 1), &err) {
			s.Note("in loop %v %d", recover(), v)
		}
		s.Note("out of loop %v", recover())
	}()
	panic(co.Must(rttest.Step(s, "p", "p")))
}

// A deferred literal that does not await, with closures.
//
//coroutine:async
func SubjectDeferredWithCaptures(s *rttest.Script) (text string, err error) {
	n := 0
	for v := range co.Each(numsAsync(s, 3), &err) {
		w := v * 10
		defer func() {
			n += w
			s.Note("%d %d %d %v", v, w, n, err)
			co.Await(rttest.Step(s, "in defer", v))
			w++
		}()
		w++
		if v == 1 {
			defer func(n int) { s.Note("sync %d %d", n, w) }(n)
			return fmt.Sprint(n), errors.New("returned")
		}
	}
	return "end", err
}

//coroutine:async
func SubjectDeferAwaitBefore(s *rttest.Script) (text string, err error) {
	defer co.Await(rttest.Step(s, "first", 1))
	g := numsAsync(s, 2)
	defer co.Wait(g.Close())
	for range co.Each(g, &err) {
		defer co.Wait(g.Close())
		panic("body")
	}
	return "end", err
}

//coroutine:async
func SubjectPanicsInUnwind(s *rttest.Script) (text string, err error) {
	defer func() { s.Note("last %v", recover()) }()
	for range co.Each(numsAsync(s, 2), &err) {
		defer func() { panic("deferred in the loop") }()
		for range co.Each(numsAsync(s, 3), &err) {
			defer func() { s.Note("recovered %v", recover()); panic("again") }()
			defer func() { co.Await(rttest.Step(s, "d", 1)); panic("awaited") }()
			panic("body")
		}
	}
	return "end", err
}

//coroutine:async
func SubjectGoexitInDeferred(s *rttest.Script) (text string, err error) {
	defer s.Note("outermost %v", err)
	defer func() {
		for v := range co.Each(numsAsync(s, 2), &err) {
			s.Note("never, or fails %d", v)
		}
		s.Note("%v", err)
	}()
	if co.Must(rttest.Step(s, "x", 1)) == 1 {
		runtime.Goexit()
	}
	return "", nil
}

// funcs ranges over functions around and inside.
//
//coroutine:async
func SubjectInsideFunctions(s *rttest.Script) (text string, err error) {
	pair := func(yield func(int, string) bool) {
		defer s.Note("pair ends")
		_ = yield(1, "a") && yield(2, "b")
	}
	for v := range co.Each(numsAsync(s, 2), &err) {
	pairs:
		for k, name := range pair {
			co.Await(rttest.Step(s, name, k))
			switch {
			case v == 0 && k == 1:
				continue
			case v == 0:
				break pairs
			}
			if k == 2 {
				return name, nil
			}
			defer s.Note("deferred %d %s", k, name)
		}
	}
	return "end", err
}

//coroutine:async
func SubjectContinueOuter(s *rttest.Script) (text string, err error) {
	pair := func(yield func(int) bool) {
		defer s.Note("pair ends")
		_ = yield(1) && yield(2)
	}
	var err2 error
outer:
	for v := range co.Each(numsAsync(s, 3), &err) {
		for k := range pair {
			if co.Must(rttest.Step(s, "k", k)) == v {
				continue outer
			}
			if v == 2 {
				break outer
			}
		}
		for w := range co.Each(numsAsync(s, 3), &err2) {
			if w == v {
				continue outer
			}
			if v == 2 {
				panic("two")
			}
		}
	}
	return "end", errors.Join(err, err2)
}

//coroutine:async
func gotos(s *rttest.Script, how int) (n int, err error) {
	i := 0
top:
	i++
	for v := range co.Each(numsAsync(s, 3), &err) {
		n += v
		for w := range co.Each(numsAsync(s, 2), &err) {
			n += w * 10
			if i < 3 && w == how {
				goto top
			}
			if w == 1 {
				goto next
			}
		}
	next:
		if v == how {
			goto end
		}
	}
	n += 1000
end:
	return
}

//coroutine:async
func SubjectGotoMany(s *rttest.Script) (string, error) {
	n, err := co.Await(gotosAsync(s, 0))
	m, err2 := co.Await(gotosAsync(s, 1))
	k, err3 := co.Await(gotosAsync(s, 2))
	return fmt.Sprint(n, err, m, err2, k, err3), nil
}

var global error

//coroutine:async
func SubjectGlobals(s *rttest.Script) (string, error) {
	global = errors.New("old")
	for globalInt = range co.Each(numsAsync(s, 2), &global) {
		s.Note("%d %v", globalInt, global)
	}
	p := &globalInt
	q := new(int)
	for *p = range co.Each(numsAsync(s, 2), &global) {
		p, q = q, p
		s.Note("%d %d", *p, *q)
	}
	m := map[int]int{}
	i := 0
	for m[i] = range co.Each(numsAsync(s, 3), &global) {
		i++
	}
	return fmt.Sprint(m, global), nil
}

var globalInt int

type any2 interface{ Error() string }

//coroutine:async
func SubjectConvert(s *rttest.Script) (string, error) {
	var err error
	var x any
	for x = range co.Each(numsAsync(s, 2), &err) {
		s.Note("%T", x)
	}
	var e any2
	for e = range co.Each(errsAsync(s), &err) {
		s.Note("%v", e)
	}
	return fmt.Sprint(x, e), err
}

//coroutine:async
//coroutine:generator
func errsOf(y co.AsyncYielder[error, error], s *rttest.Script) error {
	in, err := co.Await(y.Yield(errors.New("yielded")))
	s.Note("%v %v", in, err)
	return err
}

func errsAsync(s *rttest.Script) *co.AsyncGenerator[error, error, rt.Void] { return errsOfAsync(s) }

// limited is a loop with a timeout in the body and around.
//
//coroutine:async
func limited(s *rttest.Script, d time.Duration) (n int, err error) {
	scope := co.Self().OpenTimeout(d)
	defer scope.Close()
	for v := range co.Each(slowAsync(s), &err) {
		inner := co.Self().OpenTimeout(d / 2)
		e := co.Wait(rt.Sleep(time.Second))
		inner.Close()
		s.Note("%d %v", v, e)
		n += v + 1
	}
	s.Note("expired %v", scope.Expired())
	return n, err
}

//coroutine:async
//coroutine:generator
func slow(y co.AsyncYielder[int, rt.Void], s *rttest.Script) (err error) {
	defer func() { s.Note("slow over %v %v", err, co.Wait(rt.Sleep(time.Second))) }()
	for i := range 4 {
		e := co.Wait(rt.Sleep(700 * time.Millisecond))
		_, e2 := co.Await(y.Yield(i))
		if err := errors.Join(e, e2); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func SubjectLimits(s *rttest.Script) (string, error) {
	start := co.Self().Loop().Now()
	for _, d := range []time.Duration{300, 1000, 1800, 3000, 4000, 9000} {
		n, err := co.Await(limitedAsync(s, d*time.Millisecond))
		s.Note("%v: %d %v at %v", d, n, err, co.Self().Loop().Now().Sub(start))
		t := co.Spawn(limitedAsync(s, 9*time.Second))
		co.Wait(rt.Sleep(d * time.Millisecond))
		t.Cancel(errors.New("stop"))
		n, err = co.Await(t)
		s.Note("%v: %d %v at %v", d, n, err, co.Self().Loop().Now().Sub(start))
		n, err = co.Await(rt.Timeout(d*time.Millisecond, limitedAsync(s, 2*time.Second)))
		s.Note("%v: %d %v at %v", d, n, err, co.Self().Loop().Now().Sub(start))
	}
	return "", nil
}

// Two tasks use one generator.
//
//coroutine:async
func SubjectTwoTasks(s *rttest.Script) (string, error) {
	g := numsAsync(s, 4)
	use := func(name string) rt.Coroutine[int] {
		return co.Async(func() (n int, err error) {
			for v := range co.Each(g, &err) {
				s.Note("%s %d", name, v)
				n++
				co.Wait(rt.Yield())
				if v == 2 {
					return n, err
				}
			}
			return n, err
		})
	}
	a, b := co.Spawn(use("a")), co.Spawn(use("b"))
	n, err := co.Await(a)
	m, err2 := co.Await(b)
	return fmt.Sprint(n, err, m, err2), nil
}

// A forgotten generator.
//
//coroutine:async
func SubjectLeft(s *rttest.Script) (string, error) {
	t := co.Spawn(co.Async(func() (*asyncgen.Generator[int, rt.Void, rt.Void], error) {
		var err error
		g := numsAsync(s, 3)
		for v := range co.Each(g, &err) {
			s.Note("%d", v)
			if v == 0 {
				runtime.Goexit()
			}
		}
		return g, err
	}))
	g, err := co.Await(t)
	s.Note("%v %v", g, err)
	for range 3 {
		co.Wait(rt.Yield())
	}
	return "", nil
}

func collect[V any](seq iter.Seq[V]) []V { return slices.Collect(seq) }

//coroutine:async
func SubjectMaps(s *rttest.Script) (string, error) {
	var err error
	all := map[int]string{}
	for v := range co.Each(numsAsync(s, 3), &err) {
		for range maps.Keys(map[int]int{v: v}) {
			all[v] += fmt.Sprint(v, collect(slices.Values([]int{v})))
			if v == 1 {
				co.Await(rttest.Step(s, "map", 1))
				break
			}
		}
	}
	return fmt.Sprint(all), err
}

//coroutine:async
func SubjectCondition(s *rttest.Script) (string, error) {
	var err error
	switch n := co.Must(rttest.Step(s, "tag", 1)); {
	case n == 1 && func() bool {
		for v := range co.Each(numsAsync(s, 3), &err) {
			if v == n {
				return true
			}
		}
		return false
	}():
		for v := range co.Each(numsAsync(s, 2), &err) {
			if v == 0 {
				continue
			}
			break
		}
		fallthrough
	case n == 2:
		for range co.Each(numsAsync(s, 1), &err) {
		}
	default:
		return "default", err
	}
	for i := 0; i < 2; i++ {
		if i == 1 {
			for v := range co.Each(numsAsync(s, i+1), &err) {
				i += v
			}
		}
	}
	return "end", err
}

//coroutine:async
func noResults(s *rttest.Script) {
	var err error
	for v := range co.Each(numsAsync(s, 3), &err) {
		if v == 1 {
			return
		}
	}
}

//coroutine:async
func oneResult(s *rttest.Script) int {
	var err error
	n := 1
	for v := range co.Each(numsAsync(s, 3), &err) {
		n += v
		if v == 1 {
			return n
		}
	}
	panic(fmt.Sprint("end ", err))
}

//coroutine:async
func namedInt(s *rttest.Script) (n int) {
	var err error
	defer func() { n *= 2 }()
	for n = range co.Each(numsAsync(s, 3), &err) {
		if n == 1 {
			return n + 7
		}
	}
	return
}

// endless has no end but that of the iterator, which the compiler does not know.
//
//coroutine:async
func endless(s *rttest.Script) (n int) {
	var err error
	for {
		for v := range co.Each(numsAsync(s, 3), &err) {
			n += v
			if n > 5 {
				return
			}
		}
		if err != nil {
			return -1
		}
	}
}

//coroutine:async
func SubjectFewResults(s *rttest.Script) (string, error) {
	co.Wait(noResultsAsync(s))
	n := co.Must(namedIntAsync(s))
	m := co.Must(endlessAsync(s))
	k := co.Must(oneResultAsync(s))
	return fmt.Sprint(n, m, k), nil
}

// The variables of the loop are boxed, and their pointers outlive it.
//
//coroutine:async
func SubjectPointers(s *rttest.Script) (string, error) {
	var list []*int
	var errs []*error
	for range 2 {
		var err error
		errs = append(errs, &err)
		for v := range co.Each(numsAsync(s, 2), &err) {
			list = append(list, &v)
			co.Await(rttest.Step(s, "body", v))
			v += 10
		}
	}
	text := ""
	for _, p := range list {
		text += fmt.Sprint(*p, " ")
	}
	return fmt.Sprint(text, *errs[0], *errs[1]), nil
}
