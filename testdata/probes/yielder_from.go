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
	errFirst   = errors.New("inner at once")
	errSecond  = errors.New("inner in between")
	errEnd     = errors.New("inner in the end")
	errThrown  = errors.New("thrown")
	errInstead = errors.New("in place of the exit")
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

// inner is the inner generator of most cases. It hands out two values.
//
//coroutine:generator
func inner(p *plan, y co.Yielder[string, int]) (err error) {
	defer func() {
		p.add("inner ends")
		if p.end != nil {
			err = p.end
		}
	}()
	p.add("inner begins")
	if p.first != nil {
		return p.first
	}
	x, err := y.Yield("inner 1")
	if err != nil {
		return err
	}
	p.add("inner gets %d", x)
	if p.second != nil {
		return p.second
	}
	if x, err = y.Yield("inner 2"); err != nil {
		return err
	}
	p.add("inner gets %d", x)
	return nil
}

// only does nothing else than inner.
//
//coroutine:generator
func only(p *plan, y co.Yielder[string, int]) (err error) {
	defer p.add("outer ends")
	p.add("outer begins")
	if p.call {
		return inner(p, y)
	}
	_, err = co.YieldFrom(y, innerPull(p))
	return err
}

// outer yields before and after inner does.
//
//coroutine:generator
func outer(p *plan, y co.Yielder[string, int]) (err error) {
	defer p.add("outer ends")
	p.add("outer begins")
	x, err := y.Yield("outer 1")
	if err != nil {
		return err
	}
	p.add("outer gets %d", x)
	if p.call {
		err = inner(p, y)
	} else {
		_, err = co.YieldFrom(y, innerPull(p))
	}
	if err != nil {
		return err
	}
	if x, err = y.Yield("outer 2"); err != nil {
		return err
	}
	p.add("outer gets %d", x)
	return nil
}

//coroutine:async
func SubjectFromNext(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		for x := range onlyPull(p).All() {
			p.add("value %s", x)
		}
		p.python(s, "TestPEP380Operation.delegation_of_initial_next_to_subgenerator", "outer begins", "inner begins", "value inner 1",
			"inner gets 0", "value inner 2", "inner gets 0", "inner ends", "outer ends")
	})
	plans(func(p *plan) {
		p.first = errFirst
		g := onlyPull(p)
		for x := range g.All() {
			p.add("value %s", x)
		}
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.raising_exception_in_initial_next_call", "outer begins", "inner begins", "inner ends", "outer ends",
			"returns {}, inner at once")
	})
	plans(func(p *plan) {
		for x := range outerPull(p).All() {
			p.add("value %s", x)
		}
		p.python(s, "TestPEP380Operation.delegation_of_next_call_to_subgenerator", "outer begins", "value outer 1", "outer gets 0", "inner begins",
			"value inner 1", "inner gets 0", "value inner 2", "inner gets 0", "inner ends", "value outer 2", "outer gets 0", "outer ends")
	})
	plans(func(p *plan) {
		p.second = errSecond
		g := outerPull(p)
		for x := range g.All() {
			p.add("value %s", x)
		}
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.raising_exception_in_delegated_next_call", "outer begins", "value outer 1", "outer gets 0", "inner begins",
			"value inner 1", "inner gets 0", "inner ends", "outer ends", "returns {}, inner in between")
	})
	return "", nil
}

// sends sends 1, 2, 3 and so on to g until it ends.
func sends[R any](p *plan, g rt.SendGenerator[string, int, R]) {
	v, ok := g.Next()
	for x := 1; ok; x++ {
		if v, ok = g.Send(x); ok {
			p.add("value %s", v)
		}
	}
	result(&p.trace, g)
}

//coroutine:async
func SubjectFromSend(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		sends(p, outerPull(p))
		p.python(s, "TestPEP380Operation.delegation_of_send", "outer begins", "outer gets 1", "inner begins", "value inner 1", "inner gets 2",
			"value inner 2", "inner gets 3", "inner ends", "value outer 2", "outer gets 4", "outer ends", "returns {}, <nil>")
	})
	plans(func(p *plan) {
		p.second = errSecond
		sends(p, outerPull(p))
		p.python(s, "TestPEP380Operation.handling_exception_while_delegating_send", "outer begins", "outer gets 1", "inner begins", "value inner 1",
			"inner gets 2", "inner ends", "outer ends", "returns {}, inner in between")
	})
	return "", nil
}

//coroutine:async
func SubjectFromClose(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		g := outerPull(p)
		g.Next()
		g.Next()
		p.add("%v", g.Close())
		p.python(s, "TestPEP380Operation.delegating_close", "outer begins", "outer gets 0", "inner begins", "inner ends", "outer ends", "<nil>")
	})
	plans(func(p *plan) {
		p.end = errEnd
		g := outerPull(p)
		g.Next()
		g.Next()
		p.add("%v", g.Close())
		p.python(s, "TestPEP380Operation.handing_exception_while_delegating_close", "outer begins", "outer gets 0", "inner begins", "inner ends",
			"outer ends", "inner in the end")
	})
	plans(func(p *plan) {
		g := outerPull(p)
		g.Next()
		g.Next()
		step[string](&p.trace)(g.Throw(errThrown))
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.delegating_throw", "outer begins", "outer gets 0", "inner begins", "inner ends", "outer ends",
			"stops", "returns {}, thrown")
	})
	return "", nil
}

// returnsValue returns v.
//
//coroutine:generator
func returnsValue(p *plan, v any, y co.Yielder[any, any]) (any, error) {
	p.add("inner begins")
	in, err := y.Yield("inner 1")
	p.add("inner gets %v", in)
	if err != nil {
		p.add("inner catches %v", err)
	}
	p.add("inner ends")
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
		p.add("inner returns %v, %v", r, err)
	}
	_, err := y.Yield("outer 2")
	return err
}

//coroutine:async
func SubjectFromResults(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		for x := range usesValuesPull(p, []any{nil, 1, [1]int{2}, io.EOF}).All() {
			p.add("value %s", x)
		}
		var want []string
		for _, v := range []string{"<nil>", "1", "[2]", "EOF"} {
			want = append(want, "inner begins", "value inner 1", "inner gets <nil>", "inner ends", "inner returns "+v+", <nil>")
		}
		p.python(s, "TestPEP380Operation.generator_return_value", append(want, "value outer 2")...)
	})
	for _, v := range []any{nil, 1, [1]int{2}, io.EOF} {
		p := new(plan)
		g := returnsValuePull(p, v)
		g.Next()
		step[any](&p.trace)(g.Next())
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.next_and_return_with_value", "inner begins", "inner gets <nil>", "inner ends", "stops", fmt.Sprintf("returns %v, <nil>", v))
		p = new(plan)
		g = returnsValuePull(p, v)
		g.Next()
		step[any](&p.trace)(g.Send("sent"))
		result(&p.trace, g)
		p.python(s, "TestPEP380Operation.send_and_return_with_value", "inner begins", "inner gets sent", "inner ends", "stops", fmt.Sprintf("returns %v, <nil>", v))
		plans(func(p *plan) {
			g := usesValuesPull(p, []any{v})
			at := step[any](&p.trace)
			at(g.Next())
			at(g.Throw(errValue))
			p.python(s, "TestPEP380Operation.catching_exception_from_subgen_and_returning", "inner begins", "yields inner 1", "inner gets <nil>", "inner catches ValueError",
				"inner ends", fmt.Sprintf("inner returns %v, <nil>", v), "yields outer 2")
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
	p.add("outer delegates")
	if p.call {
		err = divides(0, y)
	} else {
		_, err = co.YieldFrom(y, dividesPull(0))
	}
	p.add("not reached")
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
		p.python(s, "TestPEP380Operation.exception_in_initial_next_call", "outer delegates", "panics: runtime error: integer divide by zero", "no result")
	})
	return "", nil
}

// loopInner hands on the values of the generator that hands on its own.
//
//coroutine:generator
func loopInner(p *plan, own *rt.SendGenerator[string, int, rt.Void], y co.Yielder[string, int]) error {
	p.add("inner begins")
	if _, err := y.Yield("y2"); err != nil {
		return err
	}
	p.add("inner delegates")
	_, err := co.YieldFrom(y, *own)
	p.add("not reached")
	return err
}

//coroutine:generator
func loopOuter(p *plan, own *rt.SendGenerator[string, int, rt.Void], y co.Yielder[string, int]) (err error) {
	p.add("outer begins")
	if _, err := y.Yield("y1"); err != nil {
		return err
	}
	p.add("outer delegates")
	if p.call {
		err = loopInner(p, own, y)
	} else {
		_, err = co.YieldFrom(y, loopInnerPull(p, own))
	}
	p.add("not reached")
	return err
}

//coroutine:async
func SubjectFromLoop(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		var g rt.SendGenerator[string, int, rt.Void]
		g = loopOuterPull(p, &g)
		raises(&p.trace, func() {
			for v := range g.All() {
				p.add("value %s", v)
			}
		})
		p.add("%v", g)
		p.python(s, "TestPEP380Operation.attempted_yield_from_loop", "outer begins", "value y1", "outer delegates", "inner begins", "value y2",
			"inner delegates", "panics: coroutinegen: loopOuter is running, and calls a method of its own generator", "loopOuter: closed")
	})
	return "", nil
}

// savesInner handles an error that is thrown.
//
//coroutine:generator
func savesInner(p *plan, y co.Yielder[string, int]) error {
	p.add("inner begins")
	for _, v := range []string{"inner 1", "inner 2"} {
		_, err := y.Yield(v)
		if err == nil {
			continue
		}
		if err != errThrown {
			return err
		}
		p.add("inner handles it")
		if _, err := y.Yield("inner saved"); err != nil {
			return err
		}
		_, err = y.Yield("inner 3")
		return err
	}
	p.add("inner ends")
	return nil
}

//coroutine:generator
func saves(p *plan, y co.Yielder[string, int]) (err error) {
	p.add("outer begins")
	if _, err := y.Yield("outer 1"); err != nil {
		return err
	}
	if p.call {
		err = savesInner(p, y)
	} else {
		_, err = co.YieldFrom(y, savesInnerPull(p))
	}
	if err != nil {
		return err
	}
	_, err = y.Yield("outer 2")
	p.add("outer ends")
	return err
}

//coroutine:async
func SubjectFromThrow(s *rttest.Script) (string, error) {
	plans(func(p *plan) {
		g := savesPull(p)
		at := step[string](&p.trace)
		at(g.Next())
		at(g.Next())
		at(g.Throw(errThrown))
		for v := range g.All() {
			p.add("value %s", v)
		}
		p.python(s, "TestPEP380Operation.returning_value_from_delegated_throw", "outer begins", "yields outer 1", "inner begins", "yields inner 1",
			"inner handles it", "yields inner saved", "value inner 3", "value outer 2", "outer ends")
	})
	return "", nil
}

// exits does one of four things when it is closed.
//
//coroutine:generator
func exits(p *plan, how string, y co.Yielder[string, int]) error {
	p.add("inner begins")
	_, err := y.Yield("f")
	if err == nil {
		p.add("inner ends")
	}
	switch {
	case err == nil:
	case how == "returns":
		return nil
	case how == "yields":
		_, err := y.Yield("again")
		return err
	case how == "raises":
		return errInstead
	}
	return err
}

//coroutine:generator
func exitsOuter(p *plan, how string, y co.Yielder[string, int]) error {
	p.add("outer begins")
	_, err := co.YieldFrom(y, exitsPull(p, how))
	if err == nil {
		p.add("outer ends")
	}
	return err
}

//coroutine:async
func SubjectFromExit(s *rttest.Script) (string, error) {
	for _, c := range []struct{ how, name, err string }{
		{"returns", "TestPEP380Operation.throwing_GeneratorExit_into_subgen_that_returns", rt.ErrGeneratorExit.Error()},
		{"yields", "TestPEP380Operation.throwing_GeneratorExit_into_subgenerator_that_yields", rt.ErrIgnoredExit.Error()},
		{"raises", "TestPEP380Operation.throwing_GeneratorExit_into_subgen_that_raises", errInstead.Error()},
	} {
		p := new(plan)
		g := exitsOuterPull(p, c.how)
		g.Next()
		step[string](&p.trace)(g.Throw(rt.ErrGeneratorExit))
		result(&p.trace, g)
		p.python(s, c.name, "outer begins", "inner begins", "stops", "returns {}, "+c.err)
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
	check(name, "panic", errInstead, nil, "panics: "+errInstead.Error(), "no result", "stops")
	check(name, "panic", errInstead, rt.ErrGeneratorExit, "panics: "+errInstead.Error(), "no result", "stops")
	check(name, "panic", errInstead, errValue, "panics: "+errInstead.Error(), "no result", "stops")

	name = "close_and_throw_raise_exception"
	check(name, "raise", errInstead, nil, errInstead.Error(), "returns , "+errInstead.Error(), "stops")
	check(name, "raise", errInstead, rt.ErrGeneratorExit, "stops", "returns , "+errInstead.Error(), "stops")
	check(name, "raise", errInstead, io.EOF, "stops", "returns returned, "+errInstead.Error(), "stops")
	check(name, "raise", errInstead, errValue, "stops", "returns returned, "+errInstead.Error(), "stops")

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
