package fz

// Loops over Each whose iterators fail in all ways, and loops in literals and deferred calls.

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// bad does what how says.
//
//coroutine:async
//coroutine:generator
func bad(s *rttest.Script, how string, y co.AsyncYielder[int, rt.Void]) (err error) {
	defer func() {
		s.Note("%s: %v", how, err)
		switch how {
		case "close panics":
			panic("close of " + how)
		case "close fails", "both fail":
			err = errors.New("close of " + how)
		case "close exits":
			runtime.Goexit()
		}
	}()
	if how == "panics at once" {
		panic(how)
	}
	if _, err := co.Await(y.Yield(1)); err != nil {
		return err
	}
	co.Wait(rt.Yield())
	switch how {
	case "fails", "both fail":
		return errors.New(how)
	case "panics":
		panic(how)
	case "exits":
		runtime.Goexit()
	case "ignores":
		for i := range 3 {
			_, err := co.Await(y.Yield(i))
			s.Note("ignored %v", err)
		}
	}
	_, err = co.Await(y.Yield(2))
	return err
}

var hows = []string{"", "fails", "both fail", "panics at once", "panics", "exits", "ignores", "close panics", "close fails", "close exits"}

//coroutine:async
func uses(s *rttest.Script, how string, end string) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Note("recovered %v with %v", v, err)
			err = errors.New("recovered")
		}
	}()
	for v := range co.Each(badAsync(s, how), &err) {
		n += v
		if v == 1 {
			continue
		}
		switch end {
		case "break":
			break
		case "panic":
			panic("body")
		case "return":
			return n, errors.New("returned")
		case "return nil":
			return n, nil
		}
	}
	n += 100
	return n, err
}

//coroutine:async
func usesFirst(s *rttest.Script, how string, end string) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Note("recovered %v with %v", v, err)
			err = errors.New("recovered")
		}
	}()
loop:
	for v := range co.Each(badAsync(s, how), &err) {
		n += v
		switch end {
		case "break":
			break loop
		case "panic":
			panic("body")
		case "return":
			return n, errors.New("returned")
		case "return nil":
			return n, nil
		case "goexit":
			runtime.Goexit()
		}
	}
	n += 100
	return n, err
}

//coroutine:async
func SubjectBad(s *rttest.Script) (string, error) {
	for _, how := range hows {
		if how == "exits" || how == "close exits" {
			continue
		}
		for _, end := range []string{"", "break", "panic", "return", "return nil"} {
			n, err := co.Await(usesAsync(s, how, end))
			s.Note("%q %q: %d %v", how, end, n, err)
			n, err = co.Await(usesFirstAsync(s, how, end))
			s.Note("%q %q first: %d %v", how, end, n, err)
		}
	}
	return "", nil
}

//coroutine:async
func SubjectBadTasks(s *rttest.Script) (string, error) {
	for _, how := range hows {
		for _, end := range []string{"", "break", "panic", "return", "return nil", "goexit"} {
			if how == "close panics" {
				continue
			}
			t := co.Spawn(usesAsync(s, how, end))
			n, err := co.Await(t)
			s.Note("%q %q: %d %v", how, end, n, err)
			t = co.Spawn(usesFirstAsync(s, how, end))
			n, err = co.Await(t)
			s.Note("%q %q first: %d %v", how, end, n, err)
		}
	}
	return "", nil
}

// A source is an iterator of its own that says what is called.
type source struct {
	s    *rttest.Script
	n    int
	how  string
	step rttest.StepOp[int]
	gone int
}

func (o *source) Next() asyncgen.NextOp[int] {
	o.s.Note("Next")
	if o.how == "Next panics" {
		panic(o.how)
	}
	return asyncgen.NextOf(o)
}
func (o *source) Close() asyncgen.CloseOp {
	o.s.Note("Close")
	if o.gone++; o.gone > 3 {
		panic("closed too often")
	}
	if o.how == "Close panics" {
		panic(o.how)
	}
	return asyncgen.CloseOf(o)
}
func (o *source) PollNext(t *rt.Task, first bool) (v rt.Two[int, bool], err error, ready bool) {
	if first {
		o.n++
		o.step = rttest.Step(o.s, "source", o.n)
	}
	v.V1, err, ready = o.step.Poll(t)
	v.V2 = o.n < 3
	if o.how == "PollNext panics" {
		panic(o.how)
	}
	if o.how == "PollNext fails" && ready && err == nil {
		err = errors.New(o.how)
	}
	return v, err, ready
}
func (o *source) PollClose(t *rt.Task, first bool) (err error, ready bool) {
	if o.how == "PollClose panics first" {
		panic(o.how)
	}
	if first {
		o.step = rttest.Step(o.s, "closing", o.n)
	}
	_, err, ready = o.step.Poll(t)
	if ready && o.how == "PollClose panics" {
		panic(o.how)
	}
	if o.how == "PollClose fails" && ready && err == nil {
		err = errors.New(o.how)
	}
	return err, ready
}

//coroutine:async
func takes(s *rttest.Script, how, end string) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.Note("recovered %v with %v", v, err)
		}
	}()
	for v := range co.Each(&source{s: s, how: how}, &err) {
		n += v
		switch end {
		case "panic":
			panic("body")
		case "return":
			return n, nil
		}
	}
	n += 100
	return n, err
}

//coroutine:async
func SubjectSourcePlain(s *rttest.Script) (string, error) {
	n, err := co.Await(takesAsync(s, "", ""))
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectSourceReturn(s *rttest.Script) (string, error) {
	n, err := co.Await(takesAsync(s, "", "return"))
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectSourcePanic(s *rttest.Script) (string, error) {
	n, err := co.Await(takesAsync(s, "", "panic"))
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectSourceBad(s *rttest.Script) (string, error) {
	for _, how := range []string{"Next panics", "Close panics", "PollNext panics", "PollNext fails", "PollClose panics first", "PollClose panics", "PollClose fails"} {
		for _, end := range []string{"", "panic", "return"} {
			n, err := co.Await(takesAsync(s, how, end))
			s.Note("%q %q: %d %v", how, end, n, err)
		}
	}
	return "", nil
}

//coroutine:async
func niller(s *rttest.Script, it asyncgen.Iterator[int], to *error) (err error) {
	defer func() {
		s.Note("recovered %v with %v", recover(), err)
	}()
	for v := range co.Each(it, to) {
		s.Note("never %d", v)
	}
	return nil
}

//coroutine:async
func SubjectNil(s *rttest.Script) (string, error) {
	err := errors.New("old")
	s.Note("%v", co.Wait(nillerAsync(s, nil, &err)))
	s.Note("%v", err)
	return "", nil
}

//coroutine:async
func SubjectNilPointer(s *rttest.Script) (string, error) {
	err := errors.New("old")
	var g *asyncgen.Generator[int, rt.Void, rt.Void]
	s.Note("%v", co.Wait(nillerAsync(s, g, &err)))
	s.Note("%v", err)
	return "", nil
}

//coroutine:async
func SubjectNilErr(s *rttest.Script) (string, error) {
	s.Note("%v", co.Wait(nillerAsync(s, &source{s: s}, nil)))
	return "", nil
}

//coroutine:async
func SubjectLiteral(s *rttest.Script) (string, error) {
	var err error
	n := func(k int) (sum int) {
		defer func() { s.Note("literal %d %v", sum, err) }()
		for v := range co.Each(badAsync(s, ""), &err) {
			sum += v * k
			if v == 2 {
				return sum + co.Must(rttest.Step(s, "in literal", 1))
			}
		}
		return sum
	}(10)
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectLiteralInLoop(s *rttest.Script) (string, error) {
	var err error
	total := 0
	for v := range co.Each(badAsync(s, ""), &err) {
		total += func() int {
			sum := 0
			for w := range co.Each(badAsync(s, ""), &err) {
				sum += w*10 + v
				if w == v {
					return sum
				}
			}
			return sum
		}()
	}
	return fmt.Sprint(total), err
}

//coroutine:async
func SubjectDeferredLiteral(s *rttest.Script) (text string, err error) {
	defer func() {
		s.Note("recovered %v", recover())
		for v := range co.Each(badAsync(s, ""), &err) {
			text += fmt.Sprint(v, co.Must(rttest.Step(s, "deferred", v)))
			if v == 1 {
				defer func() { s.Note("inner %v", recover()) }()
				continue
			}
			return
		}
	}()
	if co.Must(rttest.Step(s, "body", 1)) == 1 {
		panic("body")
	}
	return "", nil
}

//coroutine:async
func SubjectDeferredLiteralPanics(s *rttest.Script) (text string, err error) {
	defer func() { s.Note("recovered %v", recover()) }()
	defer func() {
		var err error
		for v := range co.Each(badAsync(s, ""), &err) {
			panic(fmt.Sprint("deferred ", v))
		}
	}()
	for v := range co.Each(badAsync(s, ""), &err) {
		panic(fmt.Sprint("body ", v))
	}
	return "", nil
}

//coroutine:async
func SubjectAsyncLiteral(s *rttest.Script) (string, error) {
	c := co.Async(func() (n int, err error) {
		defer func() { n++ }()
		for v := range co.Each(badAsync(s, "close fails"), &err) {
			n += v
			if v == 2 {
				return n, nil
			}
		}
		return
	})
	n, err := co.Await(c)
	return fmt.Sprint(n, err), nil
}

//coroutine:async
func SubjectTimeout(s *rttest.Script) (string, error) {
	for _, d := range []time.Duration{500, 1500, 2500, 3500, 9000} {
		n, err := co.Await(rt.Timeout(d*time.Millisecond, slowlyAsync(s)))
		s.Note("%v: %d %v", d, n, err)
	}
	return "", nil
}

//coroutine:async
//coroutine:generator
func ticks(y co.AsyncYielder[int, rt.Void], s *rttest.Script) error {
	defer func() { s.Note("%v", co.Wait(rt.Sleep(250*time.Millisecond))) }()
	for i := range 3 {
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			s.Note("tick %d %v", i, err)
			return err
		}
		if _, err := co.Await(y.Yield(i)); err != nil {
			s.Note("yield %d %v", i, err)
			return err
		}
	}
	return nil
}

//coroutine:async
func slowly(s *rttest.Script) (n int, err error) {
	start := co.Self().Loop().Now()
	defer func() { s.Note("took %v, %v", co.Self().Loop().Now().Sub(start), err) }()
	for v := range co.Each(ticksAsync(s), &err) {
		n += v + 1
		if err := co.Wait(rt.Sleep(time.Second)); err != nil {
			return n, err
		}
	}
	return n, err
}

//coroutine:async
func SubjectOpenTimeout(s *rttest.Script) (string, error) {
	for _, d := range []time.Duration{500, 1500, 2500, 3500, 9000} {
		scope := co.Self().OpenTimeout(d * time.Millisecond)
		n, err := co.Await(slowlyAsync(s))
		scope.Close()
		s.Note("%v: %d %v", d, n, err)
	}
	return "", nil
}
