package fz

// Loops over Each that end by panics, by runtime.Goexit and in groups, and iterators whose Close does.

import (
	"errors"
	"fmt"
	"runtime"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:async
//coroutine:generator
func nums(s *rttest.Script, n int, y co.AsyncYielder[int, rt.Void]) (err error) {
	defer func() { s.Note("nums %d over %v", n, err) }()
	for i := range n {
		if _, err := co.Await(y.Yield(i)); err != nil {
			return err
		}
	}
	return nil
}

// A deferred literal has a loop and the function around it as well; both panic.
//
//coroutine:async
func SubjectDeferredLoopRecovers(s *rttest.Script) (text string, err error) {
	defer func() {
		var inner error
		for v := range co.Each(numsAsync(s, 2), &inner) {
			defer func() {
				s.Note("in %d: %v", v, recover())
				if v == 0 {
					panic("from inner deferred")
				}
			}()
			if v == 1 {
				co.Await(rttest.Step(s, "inner", v))
				panic("inner")
			}
		}
	}()
	defer func() { s.Note("sync %v", recover()) }()
	for v := range co.Each(numsAsync(s, 2), &err) {
		co.Await(rttest.Step(s, "outer", v))
		if v == 1 {
			panic("outer")
		}
	}
	return "end", err
}

// Repanics while an iterator is being closed.
type closer struct {
	asyncgen.Iterator[int]
	s    *rttest.Script
	text string
}

func (c closer) Close() asyncgen.CloseOp {
	c.s.Note("close %s", c.text)
	if c.text == "exit" {
		runtime.Goexit()
	}
	panic("close of " + c.text)
}

//coroutine:async
func SubjectNestedClosePanics(s *rttest.Script) (text string, err error) {
	defer func() { s.Note("recovered %v", recover()) }()
	for range co.Each(closer{numsAsync(s, 2), s, "a"}, &err) {
		for range co.Each(closer{numsAsync(s, 2), s, "b"}, &err) {
			for range co.Each(numsAsync(s, 2), &err) {
				co.Must(rttest.Step(s, "x", 1))
				return "returned", errors.New("returned")
			}
		}
	}
	return "end", err
}

//coroutine:async
func closeExits(s *rttest.Script, how int) (text string, err error) {
	defer func() { s.Note("deferred %v %v", recover(), err) }()
	for range co.Each(numsAsync(s, 2), &err) {
		for range co.Each(closer{numsAsync(s, 2), s, "exit"}, &err) {
			switch how {
			case 0:
				panic("body")
			case 1:
				return "returned", nil
			case 2:
				break
			}
		}
		s.Note("not reached")
	}
	return "end", err
}

//coroutine:async
func SubjectCloseExits(s *rttest.Script) (string, error) {
	for how := range 4 {
		t := co.Spawn(closeExitsAsync(s, how))
		text, err := co.Await(t)
		s.Note("%q %v", text, err)
	}
	return "", nil
}

// The variable of the error is a result that the deferred call of the loop's function reads.
//
//coroutine:async
func reads(s *rttest.Script) (err error) {
	seen := func() error { return err }
	defer func() { s.Note("seen %v", seen()); err = fmt.Errorf("wrapped %w", err) }()
	for v := range co.Each(numsAsync(s, 3), &err) {
		err = errors.New("own")
		if v == 1 {
			return seen()
		}
	}
	return
}

//coroutine:async
func SubjectReads(s *rttest.Script) (string, error) {
	err := co.Wait(readsAsync(s))
	return fmt.Sprint(err), nil
}

// A chain of stages, each an async generator over the one before.
//
//coroutine:async
//coroutine:generator
func doubled(in asyncgen.Iterator[int], y co.AsyncYielder[int, rt.Void]) (err error) {
	for v := range co.Each(in, &err) {
		if _, err := co.Await(y.Yield(2 * v)); err != nil {
			return err
		}
	}
	return err
}

//coroutine:async
func SubjectChain(s *rttest.Script) (string, error) {
	var err error
	text := ""
	var it asyncgen.Iterator[int] = numsAsync(s, 5)
	for range 3 {
		it = doubledAsync(it)
	}
	for v := range co.Each(it, &err) {
		text += fmt.Sprint(v, " ")
		if v == 16 {
			co.Await(rttest.Step(s, "body", 1))
			break
		}
	}
	return text, err
}

// The loop is in a task group and in scopes.
//
//coroutine:async
func SubjectGroup(s *rttest.Script) (string, error) {
	n := 0
	group := co.Self().OpenGroup()
	for i := range 3 {
		rt.SpawnIn(group, co.Async(func() (rt.Void, error) {
			var err error
			for v := range co.Each(doubledAsync(numsAsync(s, 3)), &err) {
				n += v
				if i == 1 && v == 2 {
					return rt.Void{}, errors.New("fails")
				}
				co.Wait(rt.Yield())
			}
			s.Note("%d: %v", i, err)
			return rt.Void{}, err
		}))
	}
	err := co.Wait(group.Join())
	return fmt.Sprint(n, err), nil
}

// Bare: neither results nor deferred calls, in a method with a value receiver.
type thing struct{ n [2]int }

//coroutine:async
func (t thing) bare(s *rttest.Script) {
	var err error
	for t.n[1] = range co.Each(numsAsync(s, 3), &err) {
		t.n[0] += t.n[1]
	}
	s.Note("%v %v", t, err)
}

//coroutine:async
func SubjectBare(s *rttest.Script) (string, error) {
	co.Wait(thing{}.bareAsync(s))
	t := thing{[2]int{5, 6}}
	c := t.bareAsync(s)
	t.n[0] = 100
	co.Wait(c)
	return fmt.Sprint(t), nil
}
