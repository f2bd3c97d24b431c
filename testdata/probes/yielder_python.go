package fz

// Python's own cases for generators: those of test_generators.py, and those of its doctests that
// show send, throw and close. Each case compares what happens with what happens in Python.

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
	errValue = errors.New("ValueError")
	errType  = errors.New("TypeError")
	errKey   = errors.New("KeyError")
	errFail  = errors.New("RuntimeError")
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// yields hands out one value and returns what it gets.
//
//coroutine:generator
func yields(y co.Yielder[int, any]) (any, error) { return y.Yield(1) }

//coroutine:generator
func storesError(y co.Yielder[string, rt.Void]) error {
	if _, err := y.Yield("begun"); err != nil {
		if _, again := y.Yield(err.Error()); again != nil {
			return again
		}
		if _, again := y.Yield(err.Error()); again != nil {
			return again
		}
		return err
	}
	return nil
}

//coroutine:async
func SubjectPythonErrors(s *rttest.Script) (string, error) {
	t := new(trace)
	raises(t, func() { yieldsPull().Send("a") })
	t.python(s, "GeneratorTest.send_non_none_to_new_gen", "panics: coroutinegen: yields has not begun, and no Yield waits for the value of Send: call Next first")

	t = new(trace)
	g := storesErrorPull()
	at := step[string](t)
	at(g.Next())
	at(g.Throw(errValue))
	at(g.Next())
	at(g.Next())
	result(t, g)
	t.python(s, "ExceptionTest.except_throw", "yields begun", "yields ValueError", "yields ValueError", "stops", "returns {}, ValueError")

	t = new(trace)
	r := yieldsPull()
	of := step[int](t)
	of(r.Next())
	of(r.Send(io.EOF))
	result(t, r)
	t.python(s, "ExceptionTest.return_stopiteration", "yields 1", "stops", "returns EOF, <nil>")
	return "", nil
}

// recovering says what its deferred calls recover. Its caller is panicking, but it is not.
//
//coroutine:generator
func recovering(t *trace, y co.Yielder[string, rt.Void]) error {
	defer func() { t.add("at the end %v", recover()) }()
	t.add("begins %v", recover())
	_, err := y.Yield("done")
	return err
}

// failing fails in between, and handles its own error.
//
//coroutine:generator
func failing(t *trace, y co.Yielder[string, rt.Void]) (err error) {
	if _, err := y.Yield(""); err != nil {
		return err
	}
	func() {
		defer func() { t.add("recovers %v", recover()) }()
		panic("TypeError")
	}()
	if _, err := y.Yield(fmt.Sprint(recover())); err != nil {
		return err
	}
	_, err = y.Yield("done")
	return err
}

// inPanic calls f in a deferred call, while v is in flight.
func inPanic(t *trace, v any, f func()) {
	defer func() {
		f()
		t.add("recovered %v", recover())
	}()
	panic(v)
}

//coroutine:async
func SubjectPythonPanicsOfTheCaller(s *rttest.Script) (string, error) {
	t := new(trace)
	at := step[string](t)
	g := recoveringPull(t)
	inPanic(t, "ValueError", func() { at(g.Next()) })
	inPanic(t, "ValueError", func() { at(g.Next()) })
	t.python(s, "ExceptionTest.except_next", "begins <nil>", "yields done", "recovered ValueError", "at the end <nil>", "stops", "recovered ValueError")

	t = new(trace)
	at = step[string](t)
	f := failingPull(t)
	at(f.Next())
	inPanic(t, "ValueError", func() { at(f.Next()) })
	at(f.Next())
	at(f.Next())
	t.python(s, "ExceptionTest.except_gen_except", "yields ", "recovers TypeError", "yields <nil>", "recovered ValueError", "yields done", "stops")
	return "", nil
}

// replaces handles an error by another error, and that one as well.
//
//coroutine:generator
func replaces(y co.Yielder[string, rt.Void]) error {
	_, err := y.Yield("begun")
	if err != nil {
		err = fmt.Errorf("%w, in the handling of %w", errType, err)
	}
	if err != nil {
		if _, again := y.Yield(err.Error()); again != nil {
			return again
		}
	}
	_, err = y.Yield("done")
	return err
}

//coroutine:generator
func nestedThrows(y co.Yielder[int, rt.Void]) error {
	for i := 0; i < 3; i++ {
		if _, err := y.Yield(i); err != nil {
			for j := 10; j < 12; j++ {
				if _, err := y.Yield(j); err != nil {
					return fmt.Errorf("%d %d: %w", i, j, err)
				}
			}
		}
	}
	return nil
}

//coroutine:async
func SubjectPythonContexts(s *rttest.Script) (string, error) {
	t := new(trace)
	at := step[string](t)
	g := replacesPull()
	at(g.Next())
	at(g.Throw(errValue))
	at(g.Next())
	at(g.Next())
	result(t, g)
	t.python(s, "ExceptionTest.except_throw_exception_context", "yields begun", "yields TypeError, in the handling of ValueError", "yields done", "stops", "returns {}, <nil>")

	t = new(trace)
	n := nestedThrowsPull()
	of := step[int](t)
	of(n.Next())
	of(n.Throw(errValue))
	of(n.Next())
	of(n.Next())
	of(n.Throw(errValue))
	of(n.Throw(errType))
	result(t, n)
	t.python(s, "ExceptionTest.nested_gen_except_loop", "yields 0", "yields 10", "yields 11", "yields 1", "yields 10", "stops", "returns {}, 1 10: TypeError")
	return "", nil
}

// endsEarly returns an error that says the end, at once or after a value. It is an error like any
// other.
//
//coroutine:generator
func endsEarly(n int, y co.Yielder[int, rt.Void]) error {
	for i := range n {
		if _, err := y.Yield(i); err != nil {
			return err
		}
	}
	return io.EOF
}

//coroutine:generator
func endsOuter(n int, y co.Yielder[int, rt.Void]) error {
	err := endsEarly(n, y)
	return fmt.Errorf("the inner one raised %w", err)
}

//coroutine:async
func SubjectPythonStopIteration(s *rttest.Script) (string, error) {
	t := new(trace)
	at := step[int](t)
	g := endsEarlyPull(0)
	at(g.Next())
	result(t, g)
	o := endsOuterPull(0)
	at(o.Next())
	result(t, o)
	t.python(s, "ExceptionTest.stopiteration_error", "stops", "returns {}, EOF", "stops", "returns {}, the inner one raised EOF")
	t = new(trace)
	at = step[int](t)
	o = endsOuterPull(1)
	at(o.Next())
	at(o.Next())
	result(t, o)
	t.python(s, "ExceptionTest.tutorial_stopiteration", "yields 0", "stops", "returns {}, the inner one raised EOF")
	return "", nil
}

//coroutine:generator
func plain(y co.Yielder[rt.Void, rt.Void]) {
	y.Yield(rt.Void{})
}

// catchesExit returns 7 when it is closed.
//
//coroutine:generator
func catchesExit(y co.Yielder[rt.Void, rt.Void]) (int, error) {
	if _, err := y.Yield(rt.Void{}); err != nil && err != rt.ErrGeneratorExit {
		return 0, err
	}
	return 7, nil
}

//coroutine:generator
func passesExit(y co.Yielder[rt.Void, rt.Void]) (int, error) {
	_, err := y.Yield(rt.Void{})
	return 0, err
}

//coroutine:generator
func closesWith(end error, y co.Yielder[rt.Void, rt.Void]) error {
	y.Yield(rt.Void{})
	return end
}

//coroutine:async
func SubjectPythonClose(s *rttest.Script) (string, error) {
	t := new(trace)
	p := plainPull()
	p.Next()
	t.add("%v", p.Close())
	result(t, p)
	t.python(s, "GeneratorCloseTest.close_no_return_value", "<nil>", "returns {}, <nil>")

	t = new(trace)
	c := catchesExitPull()
	c.Next()
	t.add("%v", c.Close())
	result(t, c)
	t.python(s, "GeneratorCloseTest.close_return_value", "<nil>", "returns 7, <nil>")
	t.add("%v %v", c.Close(), c)
	result(t, c)
	t.python(s, "GeneratorCloseTest.close_closed", "<nil>", "returns 7, <nil>", "<nil> catchesExit: closed", "returns 7, <nil>")

	t = new(trace)
	e := passesExitPull()
	e.Next()
	t.add("%v", e.Close())
	result(t, e)
	t.python(s, "GeneratorCloseTest.close_not_catching_exit", "<nil>", "returns 0, "+rt.ErrGeneratorExit.Error())

	t = new(trace)
	c = catchesExitPull()
	t.add("%v", c)
	t.add("%v", c.Close())
	t.add("%v", c)
	step[rt.Void](t)(c.Next())
	result(t, c)
	t.python(s, "GeneratorCloseTest.close_not_started", "catchesExit: created", "<nil>", "catchesExit: closed", "stops", "returns 0, "+rt.ErrGeneratorExit.Error())

	t = new(trace)
	c = catchesExitPull()
	c.Next()
	step[rt.Void](t)(c.Next())
	t.add("%v", c.Close())
	t.python(s, "GeneratorCloseTest.close_exhausted", "stops", "<nil>")

	t = new(trace)
	w := closesWithPull(errFail)
	w.Next()
	t.add("%v", w.Close())
	t.add("%v", w.Close())
	t.python(s, "GeneratorCloseTest.close_raises", "RuntimeError", "<nil>")
	return "", nil
}

// handling yields while it handles an error of its own.
//
//coroutine:generator
func handling(y co.Yielder[string, rt.Void]) error {
	if own := errKey; own != nil {
		if _, err := y.Yield("a"); err != nil {
			return fmt.Errorf("%w, in the handling of %w", err, own)
		}
	}
	return nil
}

//coroutine:generator
func handlingInside(y co.Yielder[string, rt.Void]) error {
	if own := errKey; own != nil {
		if _, err := y.Yield("a"); err != nil {
			if _, again := y.Yield(errors.Join(err, own).Error()); again != nil {
				return again
			}
		}
	}
	return nil
}

//coroutine:generator
func one(y co.Yielder[string, rt.Void]) error {
	_, err := y.Yield("one")
	return err
}

// handlingFrom hands on the values of a generator while it handles an error of its own.
//
//coroutine:generator
func handlingFrom(call bool, y co.Yielder[string, rt.Void]) error {
	if own := errKey; own != nil {
		var err error
		if call {
			err = one(y)
		} else {
			_, err = co.YieldFrom(y, onePull())
		}
		if err != nil {
			return fmt.Errorf("%w, in the handling of %w", err, own)
		}
	}
	return nil
}

//coroutine:async
func SubjectPythonThrow(s *rttest.Script) (string, error) {
	t := new(trace)
	at := step[string](t)
	g := handlingPull()
	at(g.Next())
	at(g.Throw(errValue))
	result(t, g)
	t.python(s, "GeneratorThrowTest.exception_context_with_yield", "yields a", "stops", "returns {}, ValueError, in the handling of KeyError")

	t = new(trace)
	at = step[string](t)
	h := handlingInsidePull()
	at(h.Next())
	at(h.Throw(errValue))
	at(h.Next())
	result(t, h)
	t.python(s, "GeneratorThrowTest.exception_context_with_yield_inside_generator", "yields a", "yields ValueError\nKeyError", "stops", "returns {}, <nil>")

	for _, call := range []bool{true, false} {
		t = new(trace)
		at = step[string](t)
		f := handlingFromPull(call)
		at(f.Next())
		at(f.Throw(errValue))
		result(t, f)
		t.python(s, "GeneratorThrowTest.exception_context_with_yield_from", "yields one", "stops", "returns {}, ValueError, in the handling of KeyError")
	}
	return "", nil
}

//coroutine:generator
func prints(t *trace, y co.Yielder[int, any]) error {
	in, err := y.Yield(1)
	t.add("%v %v", in, err)
	_, err = y.Yield(2)
	return err
}

// appends adds up what it is sent, in the operand of an assignment.
//
//coroutine:generator
func appends(seq *[]int, y co.Yielder[rt.Void, int]) error {
	count := 0
	for count < 200 {
		count += must(y.Yield(rt.Void{}))
		*seq = append(*seq, count)
	}
	return nil
}

//coroutine:generator
func catchesValue(t *trace, y co.Yielder[rt.Void, any]) error {
	for {
		in, err := y.Yield(rt.Void{})
		switch {
		case errors.Is(err, errValue):
			t.add("caught %v", err)
		case err != nil:
			return err
		default:
			t.add("%v", in)
		}
	}
}

//coroutine:generator
func exiting(t *trace, y co.Yielder[rt.Void, rt.Void]) error {
	_, err := y.Yield(rt.Void{})
	if err == rt.ErrGeneratorExit {
		t.add("exiting")
	}
	return nil
}

//coroutine:generator
func finally(t *trace, y co.Yielder[rt.Void, rt.Void]) error {
	defer t.add("finally")
	if _, err := y.Yield(rt.Void{}); err != nil && err != rt.ErrGeneratorExit {
		t.add("except")
		return nil
	} else {
		return err
	}
}

// illBehaved yields when it is closed.
//
//coroutine:generator
func illBehaved(y co.Yielder[string, rt.Void]) error {
	if _, err := y.Yield(""); err == rt.ErrGeneratorExit {
		_, err = y.Yield("more")
		return err
	}
	return nil
}

// doubly assigns one value to two elements, whose keys it is sent.
//
//coroutine:generator
func doubly(d map[int]int, y co.Yielder[string, int]) error {
	d[must(y.Yield("a"))], d[must(y.Yield("b"))] = 27, 28
	return nil
}

//coroutine:async
func SubjectPythonDoctests(s *rttest.Script) (string, error) {
	t := new(trace)
	p := printsPull(t)
	of := step[int](t)
	of(p.Next())
	of(p.Send(42))
	of(p.Next())
	t.python(s, "coroutine_tests.send", "yields 1", "42 <nil>", "yields 2", "stops")

	t = new(trace)
	for v := range plainPull().All() {
		t.add("%v", v)
	}
	t.python(s, "coroutine_tests.yield_by_itself", "{}")

	t = new(trace)
	var seq []int
	a := appendsPull(&seq)
	void := step[rt.Void](t)
	void(a.Next())
	for range 3 {
		void(a.Send(10))
		t.add("%v", seq)
	}
	raises(t, func() { void(a.Throw(errValue)) })
	void(a.Send(10))
	result(t, a)
	t.python(s, "coroutine_tests.augmented_assignment", "yields {}", "yields {}", "[10]", "yields {}", "[10 20]", "yields {}", "[10 20 30]", "panics: ValueError", "stops", "no result")

	t = new(trace)
	void = step[rt.Void](t)
	c := catchesValuePull(t)
	void(c.Next())
	void(c.Throw(errValue))
	void(c.Throw(fmt.Errorf("%w (again)", errValue)))
	raises(t, func() { c.Throw(nil) })
	void(c.Send(1))
	void(c.Throw(errType))
	result(t, c)
	void(c.Send(2))
	void(c.Throw(errValue))
	result(t, c)
	c = catchesValuePull(t)
	void(c.Throw(errValue))
	result(t, c)
	t.python(s, "coroutine_tests.throw", "yields {}", "caught ValueError", "yields {}", "caught ValueError (again)", "yields {}",
		"panics: coroutinegen: Throw(nil): a Yield that returns no error is resumed by Next or Send", "1", "yields {}",
		"stops", "returns {}, TypeError", "stops", "stops", "returns {}, TypeError",
		"stops", "returns {}, ValueError")

	t = new(trace)
	e := exitingPull(t)
	e.Next()
	t.add("%v", e.Close())
	t.add("%v", e.Close())
	t.add("%v", exitingPull(t).Close())
	t.python(s, "coroutine_tests.close", "exiting", "<nil>", "<nil>", "<nil>")

	t = new(trace)
	f := finallyPull(t)
	f.Next()
	t.add("%v", f.Close())
	f = finallyPull(t)
	f.Next()
	f.Throw(errValue)
	result(t, f)
	t.python(s, "coroutine_tests.exit_is_not_caught", "finally", "<nil>", "except", "finally", "returns {}, <nil>")

	t = new(trace)
	i := illBehavedPull()
	i.Next()
	t.add("%v", i.Close())
	t.add("%v", i.Close())
	t.python(s, "coroutine_tests.ill_behaved", rt.ErrIgnoredExit.Error(), "<nil>")

	t = new(trace)
	w := closesWithPull(errType)
	w.Next()
	t.add("%v", w.Close())
	t.python(s, "coroutine_tests.errors_of_close", "TypeError")

	t = new(trace)
	d := map[int]int{}
	g := doublyPull(d)
	at := step[string](t)
	at(g.Next())
	t.add("%v", d)
	at(g.Send(0))
	t.add("%v", d)
	at(g.Send(1))
	t.add("%v", d)
	t.python(s, "coroutine_tests.keys", "yields a", "map[]", "yields b", "map[]", "stops", "map[0:27 1:28]")
	return "", nil
}
