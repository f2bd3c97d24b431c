package fz

// Python's own cases for yield from: those of test_yield_from.py. An inner generator runs in two
// ways: as a call that gets the Yielder of the outer one, and as a generator of its own, by
// YieldFrom.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A trace is what happened in a case, in order.
type trace struct{ lines []string }

func (t *trace) add(format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// python ends the program unless the trace is want.
func (t *trace) python(s *rttest.Script, name string, want ...string) {
	if !slices.Equal(t.lines, want) {
		fmt.Printf("%s: got\n\t%s\nwant\n\t%s\n", name, strings.Join(t.lines, "\n\t"), strings.Join(want, "\n\t"))
		os.Exit(1) // even if all versions are wrong alike
	}
	s.Note("%s", name)
}

// step adds what Next, Send or Throw has returned.
func step[V any](t *trace) func(v V, ok bool) {
	return func(v V, ok bool) {
		if ok {
			t.add("yields %v", v)
		} else {
			t.add("stops")
		}
	}
}

// result adds what the function of g has returned, and the state of an ended generator.
func result[Out, In, R any](t *trace, g rt.SendGenerator[Out, In, R]) {
	v, err := g.Result()
	if err == rt.ErrNoResult {
		t.add("no result")
		return
	}
	t.add("returns %v, %v", v, err)
}

// raises calls f and adds its panic.
func raises(t *trace, f func()) {
	defer func() {
		if v := recover(); v != nil {
			t.add("panics: %v", v)
		}
	}()
	f()
}

var (
	errSpanish = errors.New("spanish inquisition occurred")
	errEels    = errors.New("hovercraft is full of eels")
	errNybbles = errors.New("nybbles have exploded with delight")
	errTomato  = errors.New("tomato ejected")
	errBunny   = errors.New("Vorpal bunny encountered")
	errValue   = errors.New("ValueError")
)

// A plan says what the inner generators of a case do.
type plan struct {
	trace
	call   bool  // the inner generator is a call, and not YieldFrom
	first  error // before the first value
	second error // before the second value
	end    error // in the deferred call
}

// plans calls f for both ways to delegate.
func plans(f func(p *plan)) {
	for _, call := range []bool{true, false} {
		f(&plan{call: call})
	}
}

// spam is the inner generator of most cases. It hands out two values.
//
//coroutine:generator
func spam(p *plan, y co.Yielder[string, int]) (err error) {
	defer func() {
		p.add("Finishing g2")
		if p.end != nil {
			err = p.end
		}
	}()
	p.add("Starting g2")
	if p.first != nil {
		return p.first
	}
	x, err := y.Yield("g2 spam")
	if err != nil {
		return err
	}
	p.add("g2 received %d", x)
	if p.second != nil {
		return p.second
	}
	if x, err = y.Yield("g2 more spam"); err != nil {
		return err
	}
	p.add("g2 received %d", x)
	return nil
}

// only does nothing else than spam.
//
//coroutine:generator
func only(p *plan, y co.Yielder[string, int]) (err error) {
	defer p.add("Finishing g1")
	p.add("Starting g1")
	if p.call {
		return spam(p, y)
	}
	_, err = co.YieldFrom(y, spamPull(p))
	return err
}

// ham yields before and after spam does.
//
//coroutine:generator
func ham(p *plan, y co.Yielder[string, int]) (err error) {
	defer p.add("Finishing g1")
	p.add("Starting g1")
	x, err := y.Yield("g1 ham")
	if err != nil {
		return err
	}
	p.add("g1 received %d", x)
	if p.call {
		err = spam(p, y)
	} else {
		_, err = co.YieldFrom(y, spamPull(p))
	}
	if err != nil {
		return err
	}
	if x, err = y.Yield("g1 eggs"); err != nil {
		return err
	}
	p.add("g1 received %d", x)
	return nil
}

//coroutine:async
func SubjectFromNext(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		for x := range onlyPull(p).All() {
			p.add("Yielded %s", x)
		}
		p.python(s, "TestPEP380Operation.delegation_of_initial_next_to_subgenerator", "Starting g1", "Starting g2", "Yielded g2 spam",
			"g2 received 0", "Yielded g2 more spam", "g2 received 0", "Finishing g2", "Finishing g1")
	})
	plans(func(p *plan) {
		p.first = errSpanish
		g := onlyPull(p)
		for x := range g.All() {
			p.add("Yielded %s", x)
		}
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.raising_exception_in_initial_next_call", "Starting g1", "Starting g2", "Finishing g2", "Finishing g1",
			"returns {}, spanish inquisition occurred")
	})
	plans(func(p *plan) {
		for x := range hamPull(p).All() {
			p.add("Yielded %s", x)
		}
		p.python(s, "TestPEP380Operation.delegation_of_next_call_to_subgenerator", "Starting g1", "Yielded g1 ham", "g1 received 0", "Starting g2",
			"Yielded g2 spam", "g2 received 0", "Yielded g2 more spam", "g2 received 0", "Finishing g2", "Yielded g1 eggs", "g1 received 0", "Finishing g1")
	})
	plans(func(p *plan) {
		p.second = errEels
		g := hamPull(p)
		for x := range g.All() {
			p.add("Yielded %s", x)
		}
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.raising_exception_in_delegated_next_call", "Starting g1", "Yielded g1 ham", "g1 received 0", "Starting g2",
			"Yielded g2 spam", "g2 received 0", "Finishing g2", "Finishing g1", "returns {}, hovercraft is full of eels")
	})
	return "", nil
}

// sends sends 1, 2, 3 and so on to g until it ends.
func sends[R any](p *plan, g rt.SendGenerator[string, int, R]) {
	v, ok := g.Next()
	for x := 1; ok; x++ {
		if v, ok = g.Send(x); ok {
			p.add("Yielded %s", v)
		}
	}
	result(&p.trace, g)
}

//coroutine:async
func SubjectFromSend(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		sends(p, hamPull(p))
		p.python(s, "TestPEP380Operation.delegation_of_send", "Starting g1", "g1 received 1", "Starting g2", "Yielded g2 spam", "g2 received 2",
			"Yielded g2 more spam", "g2 received 3", "Finishing g2", "Yielded g1 eggs", "g1 received 4", "Finishing g1", "returns {}, <nil>")
	})
	plans(func(p *plan) {
		p.second = errEels
		sends(p, hamPull(p))
		p.python(s, "TestPEP380Operation.handling_exception_while_delegating_send", "Starting g1", "g1 received 1", "Starting g2", "Yielded g2 spam",
			"g2 received 2", "Finishing g2", "Finishing g1", "returns {}, hovercraft is full of eels")
	})
	return "", nil
}

//coroutine:async
func SubjectFromClose(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		g := hamPull(p)
		g.Next()
		g.Next()
		p.add("%v", g.Close())
		p.python(s, "TestPEP380Operation.delegating_close", "Starting g1", "g1 received 0", "Starting g2", "Finishing g2", "Finishing g1", "<nil>")
	})
	plans(func(p *plan) {
		p.end = errNybbles
		g := hamPull(p)
		g.Next()
		g.Next()
		p.add("%v", g.Close())
		p.python(s, "TestPEP380Operation.handing_exception_while_delegating_close", "Starting g1", "g1 received 0", "Starting g2", "Finishing g2",
			"Finishing g1", "nybbles have exploded with delight")
	})
	plans(func(p *plan) {
		g := hamPull(p)
		g.Next()
		g.Next()
		step[string](&p.trace)(g.Throw(errTomato))
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.delegating_throw", "Starting g1", "g1 received 0", "Starting g2", "Finishing g2", "Finishing g1",
			"stops", "returns {}, tomato ejected")
	})
	return "", nil
}

// returnsValue returns v.
//
//coroutine:generator
func returnsValue(p *plan, v any, y co.Yielder[any, any]) (any, error) {
	p.add("Starting g2")
	in, err := y.Yield("g2 spam")
	p.add("g2 received %v", in)
	if err != nil {
		p.add("g2 caught %v", err)
	}
	p.add("Finishing g2")
	return v, nil
}

// usesValues uses the results of others.
//
//coroutine:generator
func usesValues(p *plan, list []any, y co.Yielder[any, any]) error {
	for _, v := range list {
		var r any
		var err error
		if p.call {
			r, err = returnsValue(p, v, y)
		} else {
			r, err = co.YieldFrom(y, returnsValuePull(p, v))
		}
		p.add("g2 returned %v, %v", r, err)
	}
	_, err := y.Yield("g1 eggs")
	return err
}

//coroutine:async
func SubjectFromResults(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		for x := range usesValuesPull(p, []any{nil, 1, [1]int{2}, io.EOF}).All() {
			p.add("Yielded %s", x)
		}
		var want []string
		for _, v := range []string{"<nil>", "1", "[2]", "EOF"} {
			want = append(want, "Starting g2", "Yielded g2 spam", "g2 received <nil>", "Finishing g2", "g2 returned "+v+", <nil>")
		}
		p.python(s, "TestPEP380Operation.generator_return_value", append(want, "Yielded g1 eggs")...)
	})
	for _, v := range []any{nil, 1, [1]int{2}, io.EOF} {
		p := new(plan)
		g := returnsValuePull(p, v)
		g.Next()
		step[any](&p.trace)(g.Next())
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.next_and_return_with_value", "Starting g2", "g2 received <nil>", "Finishing g2", "stops", fmt.Sprintf("returns %v, <nil>", v))
		p = new(plan)
		g = returnsValuePull(p, v)
		g.Next()
		step[any](&p.trace)(g.Send("spam"))
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.send_and_return_with_value", "Starting g2", "g2 received spam", "Finishing g2", "stops", fmt.Sprintf("returns %v, <nil>", v))
		plans(func(p *plan) {
			g := usesValuesPull(p, []any{v})
			at := step[any](&p.trace)
			at(g.Next())
			at(g.Throw(errValue))
			p.python(s, "TestPEP380Operation.catching_exception_from_subgen_and_returning", "Starting g2", "yields g2 spam", "g2 received <nil>", "g2 caught ValueError",
				"Finishing g2", fmt.Sprintf("g2 returned %v, <nil>", v), "yields g1 eggs")
			g.Close()
		})
	}
	return "", nil
}

//coroutine:generator
func ranges(n int, y co.Yielder[int, int]) error {
	for i := range n {
		if _, err := y.Yield(i); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:generator
func rangesOuter(p *plan, n int, y co.Yielder[int, int]) error {
	if p.call {
		return ranges(n, y)
	}
	_, err := co.YieldFrom(y, rangesPull(n))
	return err
}

//coroutine:generator
func divides(zero int, y co.Yielder[int, int]) error {
	_, err := y.Yield(1 / zero)
	return err
}

//coroutine:generator
func dividesOuter(p *plan, y co.Yielder[int, int]) (err error) {
	p.add("g1 about to yield from g2")
	if p.call {
		err = divides(0, y)
	} else {
		_, err = co.YieldFrom(y, dividesPull(0))
	}
	p.add("g1 should not be here")
	return err
}

//coroutine:async
func SubjectFromNumbers(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		g := rangesOuterPull(p, 3)
		at := step[int](&p.trace)
		at(g.Next())
		at(g.Send(0))
		at(g.Send(0))
		at(g.Next())
		p.python(s, "TestPEP380Operation.conversion_of_sendNone_to_next", "yields 0", "yields 1", "yields 2", "stops")
	})
	plans(func(p *plan) {
		g := rangesOuterPull(p, 0)
		step[int](&p.trace)(g.Next())
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.yield_from_empty", "stops", "returns {}, <nil>")
	})
	plans(func(p *plan) {
		g := dividesOuterPull(p)
		raises(&p.trace, func() { g.Next() })
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.exception_in_initial_next_call", "g1 about to yield from g2", "panics: runtime error: integer divide by zero", "no result")
	})
	return "", nil
}

// loopInner hands on the values of the generator that hands on its own.
//
//coroutine:generator
func loopInner(p *plan, own *rt.SendGenerator[string, int, rt.Void], y co.Yielder[string, int]) error {
	p.add("g2: starting")
	if _, err := y.Yield("y2"); err != nil {
		return err
	}
	p.add("g2: about to yield from g1")
	_, err := co.YieldFrom(y, *own)
	p.add("g2 should not be here")
	return err
}

//coroutine:generator
func loopOuter(p *plan, own *rt.SendGenerator[string, int, rt.Void], y co.Yielder[string, int]) (err error) {
	p.add("g1: starting")
	if _, err := y.Yield("y1"); err != nil {
		return err
	}
	p.add("g1: about to yield from g2")
	if p.call {
		err = loopInner(p, own, y)
	} else {
		_, err = co.YieldFrom(y, loopInnerPull(p, own))
	}
	p.add("g1 should not be here")
	return err
}

//coroutine:async
func SubjectFromLoop(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		var g rt.SendGenerator[string, int, rt.Void]
		g = loopOuterPull(p, &g)
		raises(&p.trace, func() {
			for v := range g.All() {
				p.add("Yielded: %s", v)
			}
		})
		p.add("%v", g)
		p.python(s, "TestPEP380Operation.attempted_yield_from_loop", "g1: starting", "Yielded: y1", "g1: about to yield from g2", "g2: starting", "Yielded: y2",
			"g2: about to yield from g1", "panics: coroutinegen: loopOuter is running, and calls a method of its own generator", "loopOuter: closed")
	})
	return "", nil
}

// lunchInner handles an error that is thrown.
//
//coroutine:generator
func lunchInner(p *plan, y co.Yielder[string, int]) error {
	p.add("Starting g2")
	for _, v := range []string{"g2 spam", "g2 more spam"} {
		_, err := y.Yield(v)
		if err == nil {
			continue
		}
		if err != errTomato {
			return err
		}
		p.add("Caught LunchError in g2")
		if _, err := y.Yield("g2 lunch saved"); err != nil {
			return err
		}
		_, err = y.Yield("g2 yet more spam")
		return err
	}
	p.add("Finishing g2")
	return nil
}

//coroutine:generator
func lunch(p *plan, y co.Yielder[string, int]) (err error) {
	p.add("Starting g1")
	if _, err := y.Yield("g1 ham"); err != nil {
		return err
	}
	if p.call {
		err = lunchInner(p, y)
	} else {
		_, err = co.YieldFrom(y, lunchInnerPull(p))
	}
	if err != nil {
		return err
	}
	_, err = y.Yield("g1 eggs")
	p.add("Finishing g1")
	return err
}

//coroutine:async
func SubjectFromThrow(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		g := lunchPull(p)
		at := step[string](&p.trace)
		at(g.Next())
		at(g.Next())
		at(g.Throw(errTomato))
		for v := range g.All() {
			p.add("Yielded %s", v)
		}
		p.python(s, "TestPEP380Operation.returning_value_from_delegated_throw", "Starting g1", "yields g1 ham", "Starting g2", "yields g2 spam",
			"Caught LunchError in g2", "yields g2 lunch saved", "Yielded g2 yet more spam", "Yielded g1 eggs", "Finishing g1")
	})
	return "", nil
}

// exits does one of four things when it is closed.
//
//coroutine:generator
func exits(p *plan, how string, y co.Yielder[string, int]) error {
	p.add("Enter f")
	_, err := y.Yield("f")
	if err == nil {
		p.add("Exit f")
	}
	switch {
	case err == nil:
	case how == "returns":
		return nil
	case how == "yields":
		_, err := y.Yield("again")
		return err
	case how == "raises":
		return errBunny
	}
	return err
}

//coroutine:generator
func exitsOuter(p *plan, how string, y co.Yielder[string, int]) error {
	p.add("Enter g")
	_, err := co.YieldFrom(y, exitsPull(p, how))
	if err == nil {
		p.add("Exit g")
	}
	return err
}

//coroutine:async
func SubjectFromExit(s *rttest.Script) (string, error) {
	for _, c := range []struct{ how, name, err string }{
		{"returns", "TestPEP380Operation.throwing_GeneratorExit_into_subgen_that_returns", rt.ErrGeneratorExit.Error()},
		{"yields", "TestPEP380Operation.throwing_GeneratorExit_into_subgenerator_that_yields", rt.ErrIgnoredExit.Error()},
		{"raises", "TestPEP380Operation.throwing_GeneratorExit_into_subgen_that_raises", errBunny.Error()},
	} {
		p := new(plan)
		g := exitsOuterPull(p, c.how)
		g.Next()
		step[string](&p.trace)(g.Throw(rt.ErrGeneratorExit))
		result(&p.trace, g)
		p.python(s, c.name, "Enter g", "Enter f", "stops", "returns {}, "+c.err)
	}
	return "", nil
}

// handsOn hands on the values of *own, and recovers if it panics.
//
//coroutine:generator
func handsOn(p *plan, own *rt.SendGenerator[int, int, rt.Void], y co.Yielder[int, int]) (err error) {
	defer func() {
		if v := recover(); v != nil {
			p.add("%v", v)
		}
	}()
	_, err = co.YieldFrom(y, *own)
	return err
}

// two takes all errors but that of a Close.
//
//coroutine:generator
func two(p *plan, own *rt.SendGenerator[int, int, rt.Void], y co.Yielder[int, int]) error {
	if _, err := y.Yield(1); err == rt.ErrGeneratorExit {
		return err
	}
	if err := handsOn(p, own, y); err != nil {
		return err
	}
	if _, err := y.Yield(2); err == rt.ErrGeneratorExit {
		return err
	}
	return nil
}

//coroutine:generator
func zero(p *plan, own *rt.SendGenerator[int, int, rt.Void], y co.Yielder[int, int]) (err error) {
	if _, err := y.Yield(0); err == rt.ErrGeneratorExit {
		return err
	}
	if p.call {
		err = two(p, own, y)
	} else {
		_, err = co.YieldFrom(y, twoPull(p, own))
	}
	if err != nil {
		return err
	}
	if _, err := y.Yield(3); err == rt.ErrGeneratorExit {
		return err
	}
	return nil
}

// restless calls its outer generator while it is being closed.
//
//coroutine:generator
func restless(p *plan, own *rt.SendGenerator[int, int, rt.Void], y co.Yielder[int, int]) error {
	defer raises(&p.trace, func() { (*own).Next() })
	_, err := y.Yield(42)
	p.add("%v %v", err, *own)
	return err
}

//coroutine:generator
func restlessOuter(p *plan, own *rt.SendGenerator[int, int, rt.Void], y co.Yielder[int, int]) error {
	if p.call {
		return restless(p, own, y)
	}
	_, err := co.YieldFrom(y, restlessPull(p, own))
	return err
}

//coroutine:async
func SubjectFromRunning(s *rttest.Script) (string, error) {
	for _, resume := range []func(g rt.SendGenerator[int, int, rt.Void]) (int, bool){
		func(g rt.SendGenerator[int, int, rt.Void]) (int, bool) { return g.Next() },
		func(g rt.SendGenerator[int, int, rt.Void]) (int, bool) { return g.Send(42) },
		func(g rt.SendGenerator[int, int, rt.Void]) (int, bool) { return g.Throw(errValue) },
	} {
		plans(func(p *plan) {
			var g rt.SendGenerator[int, int, rt.Void]
			g = zeroPull(p, &g)
			v, ok := g.Next()
			for ok {
				p.add("%d", v)
				v, ok = resume(g)
			}
			result(&p.trace, g)
			p.python(s, "TestPEP380Operation.delegating_generators_claim_to_be_running", "0", "1",
				"coroutinegen: zero is running, and calls a method of its own generator", "2", "3", "returns {}, <nil>")
		})
	}
	plans(func(p *plan) {
		var g rt.SendGenerator[int, int, rt.Void]
		g = restlessOuterPull(p, &g)
		g.Next()
		p.add("%v", g.Close())
		p.python(s, "TestPEP380Operation.delegating_generators_claim_to_be_running/close", rt.ErrGeneratorExit.Error()+" restlessOuter: running",
			"panics: coroutinegen: restlessOuter is running, and calls a method of its own generator", "<nil>")
	})
	return "", nil
}

// edge hands out two values, and ends as how says when it is closed, or when an error is thrown.
//
//coroutine:generator
func edge(how string, raised error, y co.Yielder[string, int]) (v string, err error) {
	defer func() {
		switch how {
		case "raise":
			err = raised
		case "panic":
			panic(raised.Error())
		case "return":
			v, err = "returned", nil
		}
	}()
	if _, err = y.Yield("first"); err == nil && how != "yield" {
		_, err = y.Yield("second")
	}
	if how == "yield" {
		if _, again := y.Yield("second"); again != nil {
			return "", again
		}
	}
	return "returned", err
}

//coroutine:generator
func edgeOuter(how string, raised error, y co.Yielder[string, int]) (string, error) {
	return co.YieldFrom(y, edgePull(how, raised))
}

// edges closes edgeOuter, or throws an error into it, and returns what its caller sees.
func edges(how string, raised, thrown error) []string {
	t := new(trace)
	g := edgeOuterPull(how, raised)
	at := step[string](t)
	at(g.Next())
	raises(t, func() {
		if thrown == nil {
			t.add("%v", g.Close())
		} else {
			at(g.Throw(thrown))
		}
	})
	result(t, g)
	at(g.Next())
	if how == "yield" {
		result(t, g)
	}
	return t.lines
}

//coroutine:async
func SubjectFromEdges(s *rttest.Script) (string, error) {
	exit, ignored := rt.ErrGeneratorExit.Error(), rt.ErrIgnoredExit.Error()
	check := func(name, how string, raised, thrown error, want ...string) {
		t := &trace{edges(how, raised, thrown)}
		t.python(s, "TestInterestingEdgeCases."+name, append([]string{"yields first"}, want...)...)
	}
	name := "close_and_throw_work"
	check(name, "", nil, nil, "<nil>", "returns , "+exit, "stops")
	check(name, "", nil, rt.ErrGeneratorExit, "stops", "returns , "+exit, "stops")
	check(name, "", nil, io.EOF, "stops", "returns returned, EOF", "stops")
	check(name, "", nil, errValue, "stops", "returns returned, ValueError", "stops")

	name = "close_and_throw_raise_generator_exit"
	check(name, "raise", rt.ErrGeneratorExit, nil, "<nil>", "returns , "+exit, "stops")
	check(name, "raise", rt.ErrGeneratorExit, rt.ErrGeneratorExit, "stops", "returns , "+exit, "stops")
	check(name, "raise", rt.ErrGeneratorExit, io.EOF, "stops", "returns returned, "+exit, "stops")
	check(name, "raise", rt.ErrGeneratorExit, errValue, "stops", "returns returned, "+exit, "stops")

	name = "close_and_throw_raise_base_exception"
	check(name, "panic", errBunny, nil, "panics: "+errBunny.Error(), "no result", "stops")
	check(name, "panic", errBunny, rt.ErrGeneratorExit, "panics: "+errBunny.Error(), "no result", "stops")
	check(name, "panic", errBunny, errValue, "panics: "+errBunny.Error(), "no result", "stops")

	name = "close_and_throw_raise_exception"
	check(name, "raise", errBunny, nil, errBunny.Error(), "returns , "+errBunny.Error(), "stops")
	check(name, "raise", errBunny, rt.ErrGeneratorExit, "stops", "returns , "+errBunny.Error(), "stops")
	check(name, "raise", errBunny, io.EOF, "stops", "returns returned, "+errBunny.Error(), "stops")
	check(name, "raise", errBunny, errValue, "stops", "returns returned, "+errBunny.Error(), "stops")

	name = "close_and_throw_yield"
	check(name, "yield", nil, nil, ignored, "returns , "+ignored, "stops", "returns , "+ignored)
	check(name, "yield", nil, rt.ErrGeneratorExit, "stops", "returns , "+ignored, "stops", "returns , "+ignored)
	check(name, "yield", nil, errValue, "yields second", "no result", "stops", "returns returned, ValueError")

	name = "close_and_throw_return"
	check(name, "return", nil, nil, "<nil>", "returns , "+exit, "stops")
	check(name, "return", nil, rt.ErrGeneratorExit, "stops", "returns , "+exit, "stops")
	check(name, "return", nil, io.EOF, "stops", "returns returned, <nil>", "stops")
	check(name, "return", nil, errValue, "stops", "returns returned, <nil>", "stops")
	return "", nil
}
