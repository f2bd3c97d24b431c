package fz

// Loops over Each: operands, targets, and iterators that are closed or changed meanwhile.

import (
	"errors"
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:async
//coroutine:generator
func nums(s *rttest.Script, n int, y co.AsyncYielder[int, rt.Void]) (err error) {
	for i := range n {
		_, err := co.Await(rttest.Step(s, "number", i))
		_, err2 := co.Await(y.Yield(i + 1))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func SubjectLastValue(s *rttest.Script) (text string, err error) {
	n := 100
	for n = range co.Each(numsAsync(s, 3), &err) {
	}
	m := 100
	for m = range co.Each(numsAsync(s, 0), &err) {
	}
	var box int
	f := func() int { return box }
	for box = range co.Each(numsAsync(s, 2), &err) {
		s.Note("%d", f())
	}
	return fmt.Sprint(n, m, f()), err
}

//coroutine:async
func result(s *rttest.Script) (n int, err error) {
	for n = range co.Each(numsAsync(s, 3), &err) {
	}
	return
}

type list struct {
	next *list
	v    int
}

//coroutine:async
func SubjectLastResult(s *rttest.Script) (text string, err error) {
	n, err := co.Await(resultAsync(s))
	l := &list{}
	head := l
	for l.v = range co.Each(numsAsync(s, 3), &err) {
		l.next = &list{}
		l = l.next
	}
	for ; head != nil; head = head.next {
		text += fmt.Sprint(head.v, " ")
	}
	return fmt.Sprint(n, text), err
}

// A panic of the target of the loop is one of the body.
//
//coroutine:async
func SubjectBadTarget(s *rttest.Script) (text string, err error) {
	defer func() { s.Note("recovered %v", recover()) }()
	var m map[string]int
	for m["x"] = range co.Each(numsAsync(s, 3), &err) {
		s.Note("never")
	}
	return "", nil
}

//coroutine:async
func closed(s *rttest.Script) (err error) {
	g := numsAsync(s, 3)
	for v := range co.Each(g, &err) {
		s.Note("%d %v", v, co.Wait(g.Close()))
	}
	s.Note("%v", g)
	return err
}

//coroutine:async
func SubjectClosedInBody(s *rttest.Script) (text string, err error) {
	err = co.Wait(closedAsync(s))
	g := numsAsync(s, 3)
	for v := range co.Each(g, &err) {
		w, ok, err := co.Await2(g.Next())
		s.Note("%d %d %v %v", v, w, ok, err)
		for u := range co.Each(g, &err) {
			s.Note("inner %d", u)
		}
	}
	return fmt.Sprint(err), nil
}

// A shadowed iterator type, and methods of the iterator by embedding.
type wrapped struct {
	*asyncgen.Generator[int, rt.Void, rt.Void]
	s *rttest.Script
}

func (w wrapped) Close() asyncgen.CloseOp {
	w.s.Note("Close of wrapped")
	return w.Generator.Close()
}

type iface interface {
	asyncgen.Iterator[int]
	fmt.Stringer
}

//coroutine:async
func SubjectWrapped(s *rttest.Script) (text string, err error) {
	var w iface = wrapped{numsAsync(s, 2), s}
	for v := range co.Each(w, &err) {
		s.Note("%d", v)
	}
	for v := range co.Each(wrapped{numsAsync(s, 2), s}, &err) {
		s.Note("%d", v)
		break
	}
	for v := range co.Each(asyncgen.Iterator[int](w), &err) {
		s.Note("%d", v)
	}
	for v := range co.Each((w), (&err)) {
		s.Note("%d", v)
	}
	return w.String(), err
}

//coroutine:async
func awaited(s *rttest.Script) (asyncgen.Iterator[int], error) {
	return numsAsync(s, 2), co.Wait(rt.Yield())
}

//coroutine:async
func awaited2(s *rttest.Script) (asyncgen.Iterator[int], *error) {
	err := errors.New("awaited2")
	co.Wait(rt.Yield())
	return numsAsync(s, 2), &err
}

//coroutine:async
func SubjectAwaitInOperand(s *rttest.Script) (text string, err error) {
	for v := range co.Each(co.Must(awaitedAsync(s)), &err) {
		s.Note("%d", v)
	}
	for v := range co.Each(co.Must2(awaited2Async(s))) {
		s.Note("%d", v)
	}
	errs := [2]error{}
	for v := range co.Each(numsAsync(s, 1), &errs[co.Must(rttest.Step(s, "index", 1))]) {
		s.Note("%d", v)
	}
	i := 0
	next := func() *error { i++; s.Note("pointer %d", i); return &err }
	for v := range co.Each(numsAsync(s, co.Must(rttest.Step(s, "n", i+1))), next()) {
		s.Note("%d", v)
	}
	return fmt.Sprint(errs), err
}
