package fz

// Loops over Each: every way to leave them, and what the iterator sees of that.

import (
	"errors"
	"fmt"
	"runtime"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// src hands out n numbers. It says how it is left.
//
//coroutine:async
//coroutine:generator
func src(y co.AsyncYielder[int, rt.Void], s *rttest.Script, name string, n int) (err error) {
	defer func() {
		s.Note("%s cleans up: %v", name, err)
		_, err2 := co.Await(rttest.Step(s, name+" clean", n))
		s.Note("%s is clean: %v", name, err2)
	}()
	for i := range n {
		if _, err := co.Await(rttest.Step(s, name, i)); err != nil {
			return err
		}
		if _, err := co.Await(y.Yield(i)); err != nil {
			return err
		}
	}
	return nil
}

func st(s *rttest.Script, label string, v int) rttest.StepOp[int] { return rttest.Step(s, label, v) }

//coroutine:async
func SubjectPlain(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 2), &err) {
		s.Note("got %d", v)
	}
	s.Note("err %v", err)
	return "", err
}

//coroutine:async
func SubjectBody(s *rttest.Script) (string, error) {
	var err error
	sum := 0
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		w, err := co.Await(st(s, "body", v))
		if err != nil {
			return "body", err
		}
		sum += w
	}
	return fmt.Sprint(sum), err
}

//coroutine:async
func SubjectBreak(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		if v == 1 {
			break
		}
	}
	s.Note("after %v", err)
	return "", err
}

//coroutine:async
func SubjectReturn(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		if v == 1 {
			return fmt.Sprint(v, co.Must(st(s, "in return", v))), err
		}
	}
	return "end", err
}

//coroutine:async
func named(s *rttest.Script) (n int, text string, err error) {
	defer func() { n += 100; s.Note("deferred %d %q %v", n, text, err) }()
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		if v == 1 {
			return v, "one", nil
		}
		n += 10
	}
	return n, "end", err
}

//coroutine:async
func namedNaked(s *rttest.Script) (n int, text string, err error) {
	defer func() { n += co.Must(st(s, "in defer", 1000)); s.Note("deferred %d %q %v", n, text, err) }()
	for n = range co.Each(srcAsync(s, "a", 3), &err) {
		text += "x"
		if n == 1 {
			return
		}
	}
	return
}

//coroutine:async
func SubjectNamed(s *rttest.Script) (string, error) {
	n, text, err := co.Await2(namedAsync(s))
	m, text2, err2 := co.Await2(namedNakedAsync(s))
	return fmt.Sprint(n, text, err, m, text2, err2), nil
}

//coroutine:async
func SubjectNested(s *rttest.Script) (string, error) {
	var e1, e2, e3 error
	defer func() { s.Note("deferred %v %v %v", e1, e2, e3) }()
outer:
	for a := range co.Each(srcAsync(s, "a", 2), &e1) {
	middle:
		for b := range co.Each(srcAsync(s, "b", 3), &e2) {
			for c := range co.Each(srcAsync(s, "c", 2), &e3) {
				s.Note("%d %d %d", a, b, c)
				switch a + b + c {
				case 1:
					continue middle
				case 2:
					break middle
				case 3:
					continue outer
				case 4:
					break outer
				}
				if a+b+c == 5 {
					return "five", nil
				}
			}
		}
	}
	return "end", errors.Join(e1, e2, e3)
}

//coroutine:async
func SubjectNestedReturn(s *rttest.Script) (string, error) {
	var e1, e2, e3 error
	defer func() { s.Note("deferred %v %v %v", e1, e2, e3) }()
	for a := range co.Each(srcAsync(s, "a", 2), &e1) {
		for b := range co.Each(srcAsync(s, "b", 2), &e2) {
			for c := range co.Each(srcAsync(s, "c", 2), &e3) {
				if c == 1 {
					return fmt.Sprint(a, b, c), nil
				}
			}
		}
	}
	return "end", errors.Join(e1, e2, e3)
}

//coroutine:async
func SubjectPanics(s *rttest.Script) (text string, err error) {
	defer func() {
		s.Note("deferred %v", err)
		if v := recover(); v != nil {
			text = fmt.Sprint("recovered ", v)
		}
	}()
	for v := range co.Each(srcAsync(s, "a", 2), &err) {
		for w := range co.Each(srcAsync(s, "b", 2), &err) {
			if v == 0 && w == 1 {
				panic("body")
			}
		}
	}
	return "end", err
}

//coroutine:async
func SubjectGoexit(s *rttest.Script) (text string, err error) {
	defer s.Note("deferred")
	for v := range co.Each(srcAsync(s, "a", 2), &err) {
		if v == 1 {
			runtime.Goexit()
		}
	}
	return "end", err
}

//coroutine:async
func SubjectGoexitAwaitingDefer(s *rttest.Script) (text string, err error) {
	defer func() { co.Await(st(s, "defer", 1)); s.Note("deferred") }()
	for v := range co.Each(srcAsync(s, "a", 2), &err) {
		if v == 1 {
			runtime.Goexit()
		}
	}
	return "end", err
}

//coroutine:async
func SubjectGotos(s *rttest.Script) (string, error) {
	var err error
	n := 0
again:
	for v := range co.Each(srcAsync(s, fmt.Sprint("a", n), 2), &err) {
		if v == 1 && n < 2 {
			n++
			goto again
		}
		if n == 2 {
			goto out
		}
	}
	s.Note("end of the loop")
out:
	return fmt.Sprint(n), err
}

//coroutine:async
func SubjectDefersInLoop(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		defer s.Note("deferred %d", v)
		if v == 1 {
			defer func() { s.Note("awaited %d", co.Must(st(s, "defer", v))) }()
		}
		if v == 2 {
			panic(fmt.Errorf("two"))
		}
	}
	return "", err
}

//coroutine:async
func SubjectSyncDefersInLoop(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		defer func() { s.Note("deferred %d %v", v, recover()) }()
		if v == 2 {
			panic(fmt.Errorf("two"))
		}
	}
	return "", err
}

//coroutine:async
func SubjectOneErr(s *rttest.Script) (string, error) {
	var err error
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		s.Note("%v", err)
		err = fmt.Errorf("own %d", v)
		if v == 1 {
			break
		}
	}
	return "", err
}

type holder struct {
	x any
	a [3]int
}

//coroutine:async
func SubjectTargets(s *rttest.Script) (string, error) {
	var err error
	var h holder
	for h.x = range co.Each(srcAsync(s, "a", 2), &err) {
		s.Note("%v", h.x)
	}
	i := 0
	at := func() int { i++; s.Note("at %d", i); return i % 3 }
	for h.a[at()] = range co.Each(srcAsync(s, "b", 2), &err) {
		s.Note("%v", h.a)
	}
	for _ = range co.Each(srcAsync(s, "c", 1), &err) {
		s.Note("blank")
	}
	for range co.Each(srcAsync(s, "d", 1), &err) {
		s.Note("none")
	}
	return fmt.Sprint(h), err
}

//coroutine:async
func SubjectClosures(s *rttest.Script) (string, error) {
	var err error
	var list []func() int
	for v := range co.Each(srcAsync(s, "a", 3), &err) {
		list = append(list, func() int { v++; return v * 10 })
		v += 5
	}
	text := ""
	for _, f := range list {
		text += fmt.Sprint(f(), f(), " ")
	}
	return text, err
}

func operand(s *rttest.Script, err *error) (asyncgen.Iterator[int], *error) {
	s.Note("operand")
	return srcAsync(s, "two", 2), err
}

func ptr(s *rttest.Script, err *error) *error {
	s.Note("pointer %v", *err)
	return err
}

func made(s *rttest.Script, name string) *co.AsyncGenerator[int, rt.Void, rt.Void] {
	s.Note("made %s", name)
	return srcAsync(s, name, 2)
}

//coroutine:async
func SubjectOperands(s *rttest.Script) (string, error) {
	err := errors.New("old")
	for v := range co.Each(operand(s, &err)) {
		s.Note("%d %v", v, err)
	}
	err = errors.New("old")
	for v := range co.Each(made(s, "x"), ptr(s, &err)) {
		s.Note("%d %v", v, err)
	}
	for v := range co.Each(made(s, fmt.Sprint(co.Must(st(s, "arg", 7)))), ptr(s, &err)) {
		s.Note("%d %v", v, err)
	}
	var it asyncgen.Iterator[int] = made(s, "iface")
	for v := range co.Each(it, &err) {
		it = nil
		s.Note("%d %v", v, err)
	}
	errs := map[string]*error{"k": &err}
	for v := range co.Each[int](made(s, "map"), errs["k"]) {
		delete(errs, "k")
		s.Note("%d %v", v, err)
	}
	return "", err
}

//coroutine:async
func SubjectSelects(s *rttest.Script) (string, error) {
	var err error
	ch := make(chan int, 1)
	ch <- 1
	select {
	case n := <-ch:
		for v := range co.Each(srcAsync(s, "a", 2), &err) {
			if v == n {
				break
			}
		}
	default:
	}
	switch x := any(err).(type) {
	case nil:
		for v := range co.Each(srcAsync(s, "b", 2), &err) {
			select {
			default:
				if v == 1 {
					break
				}
				continue
			}
			s.Note("after select %d %v", v, x)
		}
	case error:
		s.Note("failed %v", x)
	}
	if err == nil {
		for range co.Each(srcAsync(s, "c", 1), &err) {
		}
	} else {
		for range co.Each(srcAsync(s, "d", 1), &err) {
		}
	}
	return "", err
}

//coroutine:async
func SubjectBegun(s *rttest.Script) (string, error) {
	var err error
	g := srcAsync(s, "a", 3)
	v, ok, err := co.Await2(g.Next())
	s.Note("%v %v %v", v, ok, err)
	for v := range co.Each(g, &err) {
		s.Note("got %d", v)
	}
	s.Note("%v %v", err, g)
	for v := range co.Each(g, &err) {
		s.Note("never %d", v)
	}
	s.Note("%v %v", err, g)
	h := srcAsync(s, "b", 3)
	s.Note("%v", co.Wait(h.Close()))
	for v := range co.Each(h, &err) {
		s.Note("never %d", v)
	}
	return "", err
}

//coroutine:async
func SubjectManyLoops(s *rttest.Script) (string, error) {
	var err error
	for i := range 3 {
		for v := range co.Each(srcAsync(s, fmt.Sprint("a", i), 2), &err) {
			if v == i {
				break
			}
		}
		for v := range co.Each(srcAsync(s, fmt.Sprint("b", i), 1), &err) {
			_ = v
		}
	}
	return "", err
}

//coroutine:async
func SubjectOtherRanges(s *rttest.Script) (string, error) {
	var err error
	for k, list := range map[string][]int{"k": {1, 2}} {
		for i, n := range list {
			for v := range co.Each(srcAsync(s, fmt.Sprint(k, i), n), &err) {
				for j := range 2 {
					if v+j == 2 {
						break
					}
					s.Note("%d %d", v, co.Must(st(s, "j", j)))
				}
			}
		}
	}
	return "", err
}
