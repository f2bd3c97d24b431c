package fz

// The Go compiler's own tests of range over functions, cmd/compile/internal/rangefunc, as
// generators. What a test appends to its result, the generator yields: so the bodies of loops over
// functions that misbehave are suspended, and stopped. Each is compared with iter.Pull.
//
// Functions that are no generators, but that generators range over: VeryBadOfSliceIndex,
// SwallowPanicOfSliceIndex, twice, terrify, Check and Check2 call yield in a function literal,
// CooperativeBadOfSliceIndex on another goroutine, and those of TrickyIterator store it.

import (
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type Seq[T any] func(yield func(T) bool)
type Seq2[T1, T2 any] func(yield func(T1, T2) bool)

// OfSliceIndex is well-behaved.
//
//coroutine:generator
func OfSliceIndex[T any, S ~[]T](s S) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			if !yield(i, v) {
				return
			}
		}
		return
	}
}

// BadOfSliceIndex ignores what yield returns.
//
//coroutine:generator
func BadOfSliceIndex[T any, S ~[]T](s S) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			yield(i, v)
		}
		return
	}
}

// PanickyOfSliceIndex panics if it is left early.
//
//coroutine:generator
func PanickyOfSliceIndex[T any, S ~[]T](s S) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			if !yield(i, v) {
				panic(fmt.Errorf("Panicky iterator panicking"))
			}
		}
		return
	}
}

//coroutine:generator
func once[T any](x T) Seq[T] {
	return func(yield func(T) bool) {
		yield(x)
	}
}

// VeryBadOfSliceIndex recovers panics, and goes on.
func VeryBadOfSliceIndex[T any, S ~[]T](s S) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			func() {
				defer func() { recover() }()
				yield(i, v)
			}()
		}
		return
	}
}

// SwallowPanicOfSliceIndex recovers panics, and returns.
func SwallowPanicOfSliceIndex[T any, S ~[]T](s S) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			done := false
			func() {
				defer func() {
					if r := recover(); r != nil {
						done = true
					}
				}()
				done = !yield(i, v)
			}()
			if done {
				return
			}
		}
		return
	}
}

// CooperativeBadOfSliceIndex calls yield on another goroutine once it is left.
func CooperativeBadOfSliceIndex[T any, S ~[]T](s S, proceed chan any) Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, v := range s {
			if !yield(i, v) {
				go func() {
					<-proceed
					defer func() { proceed <- recover() }()
					yield(0, s[0])
				}()
				return
			}
		}
		return
	}
}

// TrickyIterator keeps yield, to call it later.
type TrickyIterator struct {
	yield func(int, int) bool
}

func (ti *TrickyIterator) iterEcho(s []int) Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i, v := range s {
			if !yield(i, v) {
				ti.yield = yield
				return
			}
			if ti.yield != nil && !ti.yield(i, v) {
				return
			}
		}
		ti.yield = yield
		return
	}
}

func (ti *TrickyIterator) iterAll(s []int) Seq2[int, int] {
	return func(yield func(int, int) bool) {
		ti.yield = yield
		for i, v := range s {
			if !yield(i, v) {
				return
			}
		}
		return
	}
}

func (ti *TrickyIterator) iterOne(s []int) Seq2[int, int] {
	return func(yield func(int, int) bool) {
		ti.yield = yield
		if len(s) > 0 {
			yield(0, s[0])
		}
		return
	}
}

func (ti *TrickyIterator) iterZero(s []int) Seq2[int, int] {
	return func(yield func(int, int) bool) {
		ti.yield = yield
		return
	}
}

func (ti *TrickyIterator) fail() {
	if ti.yield != nil {
		ti.yield(1, 1)
	}
}

const (
	done      = iota // the body has left the loop
	ready            // the body is not running
	panicked         // the body is running, or has panicked
	exhausted        // the function has returned
	missing          // the function recovered a panic of the body
)

var fails = []string{"iteration after body done", "unexpected error", "iteration after panic", "iteration after iterator exit", "iterator swallowed panic"}

// Check2 panics if forall calls its body when it must not.
func Check2[U, V any](forall Seq2[U, V]) Seq2[U, V] {
	return func(body func(U, V) bool) {
		state := ready
		forall(func(u U, v V) bool {
			tmp := state
			state = panicked
			if tmp != ready {
				panic(fails[tmp])
			}
			ret := body(u, v)
			if ret {
				state = ready
			} else {
				state = done
			}
			return ret
		})
		if state == panicked {
			panic(fails[missing])
		}
		state = exhausted
	}
}

// Check is [Check2] for one value.
func Check[U any](forall Seq[U]) Seq[U] {
	return func(body func(U) bool) {
		Check2(func(yield func(U, int) bool) {
			forall(func(u U) bool { return yield(u, 0) })
		})(func(u U, _ int) bool { return body(u) })
	}
}

// terrify panics with s if forall is left early.
func terrify[T any](s string, forall Seq[T]) Seq[T] {
	return func(yield func(T) bool) {
		forall(func(v T) bool {
			if !yield(v) {
				panic(s)
			}
			return true
		})
	}
}

// twice calls yield again after a panic.
func twice[T any](x, y T) Seq[T] {
	return func(yield func(T) bool) {
		var p any
		done := false
		func() {
			defer func() { p = recover() }()
			done = !yield(x)
		}()
		if done {
			return
		}
		yield(y)
		if p != nil {
			panic(p)
		}
	}
}

var ten = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}

//coroutine:async
func SubjectFunctions(s *rttest.Script) (string, error) {
	list := []string{"a", "b", "c"}
	same("OfSliceIndex", func() puller { return gen2(OfSliceIndexPull(list)) }, func() puller { return pull2(iter.Seq2[int, string](OfSliceIndex(list))) })
	same("BadOfSliceIndex", func() puller { return gen2(BadOfSliceIndexPull(list)) }, func() puller { return pull2(iter.Seq2[int, string](BadOfSliceIndex(list))) })
	same("PanickyOfSliceIndex", func() puller { return gen2(PanickyOfSliceIndexPull(list)) }, func() puller { return pull2(iter.Seq2[int, string](PanickyOfSliceIndex(list))) })
	same("once", func() puller { return gen(oncePull("x")) }, func() puller { return pull(iter.Seq[string](once("x"))) })
	return "", nil
}

//coroutine:generator
func noVars(yield func(int) bool) {
	i, k := 0, 0
	for range Check2(OfSliceIndex(ten)) {
		i++
		if i%4 == 0 && !yield(i) {
			return
		}
	}
	for j := range Check2(OfSliceIndex(ten)) {
		k += j
		if !yield(k) {
			return
		}
	}
}

//coroutine:generator
func check(yield func(int) bool) {
	i := 0
	for _, x := range Check2(BadOfSliceIndex(ten)) {
		i += x
		if !yield(i) {
			tell("stopped")
			break
		}
		if i > 4*9 {
			break
		}
	}
}

//coroutine:generator
func cooperative(checked bool, yield func(any) bool) {
	i := 0
	proceed := make(chan any)
	seq := CooperativeBadOfSliceIndex(ten, proceed)
	if checked {
		seq = Check2(seq)
	}
	for _, x := range seq {
		i += x
		if !yield(i) || i >= 36 {
			break
		}
	}
	proceed <- true
	r := <-proceed
	tell("%v", r)
	yield(fmt.Sprint(r))
}

//coroutine:generator
func trickyAll(yield func(int) bool) {
	t := TrickyIterator{}
	i := 0
	for _, x := range t.iterAll(ten) {
		i += x
		if !yield(i) || i >= 36 {
			break
		}
	}
	defer func() { tell("%v", recover()) }()
	t.fail()
}

//coroutine:generator
func trickyOne(yield func(int) bool) {
	t := TrickyIterator{}
	i := 0
	for _, x := range t.iterOne(ten) {
		i += x
		yield(i)
	}
	defer func() { tell("%v", recover()) }()
	t.fail()
}

//coroutine:generator
func trickyZero(checked bool, yield func(int) bool) {
	t := TrickyIterator{}
	seq := t.iterZero(ten)
	if checked {
		seq = Check2(seq)
	}
	for _, x := range seq {
		yield(x)
	}
	yield(0)
	t.fail()
}

//coroutine:generator
func trickyEcho(yield func(int) bool) {
	t := TrickyIterator{}
	i := 0
	for _, x := range t.iterAll(ten) {
		i += x
		if !yield(i) || i >= 10 {
			break
		}
	}
	defer func() { tell("%v", recover()) }()
	for _, x := range t.iterEcho(ten) {
		if !yield(x) || x >= 5 {
			break
		}
	}
}

//coroutine:generator
func trickyEcho2(yield func(int) bool) {
	t := TrickyIterator{}
	defer func() { tell("%v", recover()) }()
	for k := range 2 {
		i := 0
		for _, x := range t.iterEcho(ten) {
			i += x
			if !yield(k*100+i) || i >= 10 {
				break
			}
		}
		yield(i)
	}
}

//coroutine:generator
func tricksWhileSuspended(yield func(int) bool) {
	t := TrickyIterator{}
	for _, x := range t.iterAll(ten) {
		if !yield(x) {
			return
		}
		if x == 3 {
			func() {
				defer func() { tell("%v", recover()) }()
				t.fail()
			}()
		}
	}
}

//coroutine:async
func SubjectChecksAndTricks(s *rttest.Script) (string, error) {
	same("noVars", func() puller { return gen(noVarsPull()) }, func() puller { return pull(noVars) })
	same("check", func() puller { return gen(checkPull()) }, func() puller { return pull(check) })
	for _, b := range []bool{false, true} {
		same("cooperative", func() puller { return gen(cooperativePull(b)) },
			func() puller { return pull(func(y func(any) bool) { cooperative(b, y) }) })
		same("trickyZero", func() puller { return gen(trickyZeroPull(b)) },
			func() puller { return pull(func(y func(int) bool) { trickyZero(b, y) }) })
	}
	same("trickyAll", func() puller { return gen(trickyAllPull()) }, func() puller { return pull(trickyAll) })
	same("trickyOne", func() puller { return gen(trickyOnePull()) }, func() puller { return pull(trickyOne) })
	same("trickyEcho", func() puller { return gen(trickyEchoPull()) }, func() puller { return pull(trickyEcho) })
	same("trickyEcho2", func() puller { return gen(trickyEcho2Pull()) }, func() puller { return pull(trickyEcho2) })
	return "", nil
}

//coroutine:async
func SubjectTricksWhileSuspended(s *rttest.Script) (string, error) {
	same("tricksWhileSuspended", func() puller { return gen(tricksWhileSuspendedPull()) }, func() puller { return pull(tricksWhileSuspended) })
	return "", nil
}

// An of is one of the functions of slices.
type of = func(s []int) Seq2[int, int]

// The functions of slices, behaved and not.
var ofs = []of{
	OfSliceIndex[int, []int], BadOfSliceIndex[int, []int], PanickyOfSliceIndex[int, []int],
	VeryBadOfSliceIndex[int, []int], SwallowPanicOfSliceIndex[int, []int],
	func(s []int) Seq2[int, int] { return Check2(BadOfSliceIndex(s)) },
	func(s []int) Seq2[int, int] { return Check2(PanickyOfSliceIndex(s)) },
	func(s []int) Seq2[int, int] { return Check2(VeryBadOfSliceIndex(s)) },
	func(s []int) Seq2[int, int] { return Check2(SwallowPanicOfSliceIndex(s)) },
}

// some has two functions for tests with four loops.
var some = ofs[:2]

// A nest is a test with loops over up to four functions.
type nest = func(w, x, y, z of, yield func(int) bool)

// nested compares a nest of n loops with iter.Pull, for all functions.
func nested(name string, n int, test nest, machine func(w, x, y, z of) rt.Generator[int]) {
	one, list := ofs[:1], ofs
	if n > 2 {
		list = some
	}
	lists := [4][]of{one, one, one, one}
	for i := range n {
		lists[i] = list
	}
	for wi, w := range lists[0] {
		for xi, x := range lists[1] {
			for yi, y := range lists[2] {
				for zi, z := range lists[3] {
					same(fmt.Sprint(name, wi, xi, yi, zi), func() puller { return gen(machine(w, x, y, z)) },
						func() puller { return pull(func(yield func(int) bool) { test(w, x, y, z, yield) }) })
				}
			}
		}
	}
}

//coroutine:generator
func break1(w, x, _, _ of, yield func(int) bool) {
	for _, x1 := range w([]int{-1, -2, -3, -4, -5}) {
		if x1 == -4 {
			break
		}
		for _, y := range x(ten) {
			if y == 3 {
				break
			}
			if !yield(y) {
				return
			}
		}
		if !yield(x1) {
			return
		}
	}
}

//coroutine:generator
func break2(w, x, _, _ of, yield func(int) bool) {
outer:
	for _, x1 := range w([]int{-1, -2, -3, -4}) {
		for _, y := range x(ten) {
			if y == 3 {
				break
			}
			if x1 == -4 {
				break outer
			}
			yield(y)
		}
		yield(x1)
	}
}

//coroutine:generator
func continues(w, x, _, _ of, yield func(int) bool) {
outer:
	for _, x1 := range w([]int{-1, -2, -3, -4}) {
		if !yield(x1) {
			continue
		}
		for _, y := range x(ten) {
			if y == 3 {
				continue outer
			}
			if x1 == -4 {
				break outer
			}
			if !yield(y) {
				break outer
			}
		}
		yield(x1 - 10)
	}
	tell("end")
}

//coroutine:generator
func break3(w, x, y, _ of, yield func(int) bool) {
X:
	for _, x1 := range w([]int{100, 200, 300, 400}) {
	Y:
		for _, y1 := range x([]int{10, 20, 30, 40}) {
			if 10*y1 >= x1 {
				break
			}
			if !yield(y1) {
				return
			}
			if y1 == 30 {
				continue X
			}
		Z:
			for _, z := range y(ten) {
				if z&1 == 1 {
					continue Z
				}
				if !yield(z) {
					break X
				}
				if z >= 4 {
					continue Y
				}
			}
			yield(-y1)
		}
		if !yield(x1) {
			return
		}
	}
}

//coroutine:generator
func multiCont(w, x, y, z of, yield func(int) bool) {
W:
	for _, w1 := range w([]int{1000, 2000}) {
		if !yield(w1) {
			return
		}
		if w1 == 2000 {
			break
		}
		for _, x1 := range x([]int{100, 200, 300, 400}) {
			for _, y1 := range y([]int{10, 20, 30, 40}) {
				yield(y1)
				for _, z1 := range z(ten) {
					if z1&1 == 1 {
						continue
					}
					if !yield(z1) || z1 >= 4 {
						continue W
					}
				}
				yield(-y1)
			}
			yield(x1)
		}
	}
}

//coroutine:generator
func multiBreak(w, x, y, z of, yield func(int) bool) {
W:
	for _, w1 := range w([]int{1000, 2000}) {
		if !yield(w1) {
			return
		}
		if w1 == 2000 {
			break
		}
		for _, x1 := range x([]int{100, 200, 300, 400}) {
			for _, y1 := range y([]int{10, 20, 30, 40}) {
				if !yield(y1) {
					return
				}
				for _, z1 := range z(ten) {
					if z1&1 == 1 {
						continue
					}
					if !yield(z1) {
						return
					}
					if z1 >= 4 {
						break W
					}
				}
				yield(-y1)
			}
			yield(x1)
		}
	}
}

//coroutine:async
func SubjectNested(s *rttest.Script) (string, error) {
	nested("break1", 2, break1, func(w, x, y, z of) rt.Generator[int] { return break1Pull(w, x, y, z) })
	nested("break2", 2, break2, func(w, x, y, z of) rt.Generator[int] { return break2Pull(w, x, y, z) })
	nested("continues", 2, continues, func(w, x, y, z of) rt.Generator[int] { return continuesPull(w, x, y, z) })
	nested("break3", 3, break3, func(w, x, y, z of) rt.Generator[int] { return break3Pull(w, x, y, z) })
	nested("multiCont", 4, multiCont, func(w, x, y, z of) rt.Generator[int] { return multiContPull(w, x, y, z) })
	nested("multiBreak", 4, multiBreak, func(w, x, y, z of) rt.Generator[int] { return multiBreakPull(w, x, y, z) })
	return "", nil
}

// panicky1 is TestPanickyIterator1, and panicky4 the one with a panic of the body.
//
//coroutine:generator
func panicky1(w, _, _, _ of, yield func(int) bool) {
	for _, z := range w([]int{1, 2, 3, 4}) {
		if !yield(z) {
			return
		}
		if z == 4 {
			break
		}
	}
}

//coroutine:generator
func panicky2(w, x, _, _ of, yield func(int) bool) {
	for _, x1 := range OfSliceIndex([]int{100, 200}) {
		if !yield(x1) {
			return
		}
	Y:
		for _, y := range w([]int{10, 20}) {
			yield(y)
			for k, z := range x([]int{1, 2}) {
				if !yield(z) || k == 1 {
					break Y
				}
			}
		}
	}
}

//coroutine:generator
func panicky4(w, x, _, _ of, yield func(int) bool) {
	for _, x1 := range w([]int{1, 2, 3, 4}) {
		for _, y := range x([]int{x1}) {
			if !yield(y) {
				panic("stopped")
			}
			if y == 3 {
				panic("x is 3")
			}
		}
	}
}

//coroutine:generator
func veryBad(w, x, _, _ of, yield func(int) bool) {
X:
	for _, x1 := range w([]int{1, 2, 3}) {
		yield(x1)
		for _, y := range x([]int{10, 20, 30, 40, 50}) {
			yield(y)
			break X
		}
		for _, z := range OfSliceIndex([]int{100, 200, 300}) {
			yield(z)
			if z == 100 {
				break
			}
		}
	}
}

// veryBadEmpty is veryBad with an empty list, so that the third loop runs.
//
//coroutine:generator
func veryBadEmpty(w, x, _, _ of, yield func(int) bool) {
X:
	for _, x1 := range w([]int{1, 2, 3}) {
		if !yield(x1) {
			return
		}
		for _, y := range w(nil) {
			yield(y)
			break X
		}
		for _, z := range x([]int{100, 200, 300}) {
			if !yield(z) {
				return
			}
			if z == 100 {
				break
			}
		}
	}
}

//coroutine:async
func SubjectPanicky(s *rttest.Script) (string, error) {
	nested("panicky1", 1, panicky1, func(w, x, y, z of) rt.Generator[int] { return panicky1Pull(w, x, y, z) })
	nested("panicky2", 2, panicky2, func(w, x, y, z of) rt.Generator[int] { return panicky2Pull(w, x, y, z) })
	nested("panicky4", 2, panicky4, func(w, x, y, z of) rt.Generator[int] { return panicky4Pull(w, x, y, z) })
	nested("veryBad", 2, veryBad, func(w, x, y, z of) rt.Generator[int] { return veryBadPull(w, x, y, z) })
	nested("veryBadEmpty", 2, veryBadEmpty, func(w, x, y, z of) rt.Generator[int] { return veryBadEmptyPull(w, x, y, z) })
	return "", nil
}

// break1Defer is testBreak1BadDefer.
//
//coroutine:generator
func break1Defer(w, x, _, _ of, yield func(int) bool) {
	defer func() { tell("recovered %v", recover()) }()
	for _, x1 := range w([]int{-1, -2, -3, -4, -5}) {
		if x1 == -4 {
			break
		}
		defer func() { tell("deferred %d", x1*10) }()
		for _, y := range x(ten) {
			if y == 3 {
				break
			}
			if !yield(y) {
				return
			}
		}
		yield(x1)
	}
}

//coroutine:generator
func returns(w, x, _, _ of, yield func(int) bool) (more bool) {
	defer func() { tell("%v, recovered %v", more, recover()) }()
	for _, x1 := range w([]int{-1, -2, -3, -4, -5}) {
		if more = yield(x1); x1 == -4 {
			break
		}
		defer func() { tell("deferred %d", x1*10) }()
		for _, y := range x(ten) {
			if y == 3 {
				return !more
			}
			if more = yield(y); !more {
				return more
			}
		}
		yield(x1)
	}
	return
}

//coroutine:generator
func gotoA(w, x, _, _ of, yield func(int) bool) {
	defer func() { tell("recovered %v", recover()) }()
	for _, x1 := range w([]int{-1, -2, -3, -4, -5}) {
		yield(x1)
		if x1 == -4 {
			break
		}
		defer func() { tell("deferred %d", x1*10) }()
		for _, y := range x(ten) {
			if y == 3 {
				goto A
			}
			if !yield(y) {
				goto A
			}
		}
		yield(x1)
	A:
	}
}

//coroutine:generator
func gotoB(w, x, _, _ of, yield func(int) bool) {
	defer func() { tell("recovered %v", recover()) }()
	for _, x1 := range w([]int{-1, -2, -3, -4, -5}) {
		if !yield(x1) {
			goto B
		}
		if x1 == -4 {
			break
		}
		defer func() { tell("deferred %d", x1*10) }()
		for _, y := range x(ten) {
			if y == 3 {
				goto B
			}
			if !yield(y) {
				goto B
			}
		}
		yield(x1)
	}
B:
	yield(999)
}

// told says what, and is true.
func told(what string) bool {
	tell("%s", what)
	return true
}

// telling tells when it ends.
func telling(name string) Seq[int] {
	return func(yield func(int) bool) {
		defer tell("end of %s", name)
		for i := range 3 {
			if !yield(i) {
				return
			}
		}
	}
}

// resultFirst evaluates its result before the loops end.
//
//coroutine:generator
func resultFirst(yield func(int) bool) bool {
	for i := range telling("outer") {
		for j := range telling("inner") {
			if !yield(i*10+j) || i+j == 3 {
				return told("result")
			}
		}
	}
	return told("after")
}

// resultKept has a result that others read.
//
//coroutine:generator
func resultKept(read *func() bool, yield func(int) bool) (ok bool) {
	*read = func() bool { return ok }
	for i := range telling("loop") {
		if !yield(i) {
			return !ok
		}
	}
	return yield(9)
}

//coroutine:async
func SubjectResults(s *rttest.Script) (string, error) {
	same("resultFirst", func() puller { return gen(resultFirstPull()) }, func() puller { return pull(func(y func(int) bool) { resultFirst(y) }) })
	var read func() bool
	reading := func(p puller) puller {
		return puller{p.next, func() string {
			v := p.stop()
			if read == nil {
				return v
			}
			return fmt.Sprint(v, read())
		}}
	}
	same("resultKept",
		func() puller { read = nil; return reading(gen(resultKeptPull(&read))) },
		func() puller { read = nil; return reading(pull(func(y func(int) bool) { resultKept(&read, y) })) })
	return "", nil
}

//coroutine:async
func SubjectDefersAndJumps(s *rttest.Script) (string, error) {
	nested("break1Defer", 2, break1Defer, func(w, x, y, z of) rt.Generator[int] { return break1DeferPull(w, x, y, z) })
	nested("returns", 2, func(w, x, y, z of, yield func(int) bool) { returns(w, x, y, z, yield) }, func(w, x, y, z of) rt.Generator[int] { return returnsPull(w, x, y, z) })
	nested("gotoA", 2, gotoA, func(w, x, y, z of) rt.Generator[int] { return gotoAPull(w, x, y, z) })
	nested("gotoB", 2, gotoB, func(w, x, y, z of) rt.Generator[int] { return gotoBPull(w, x, y, z) })
	return "", nil
}

// direct ranges over the functions by name, so the generators of some are known.
//
//coroutine:generator
func direct(yield func(int) bool) {
	defer func() { tell("recovered %v", recover()) }()
	for _, x := range OfSliceIndex([]int{-1, -2, -3, -4}) {
		for i, y := range PanickyOfSliceIndex([]int{1, 2}) {
			if !yield(i * y) {
				return
			}
		}
		for s := range once(x) {
			if !yield(s) {
				break
			}
		}
	}
	for _, x := range BadOfSliceIndex(ten) {
		defer tell("left %d", x)
		if !yield(x) || x == 3 {
			break
		}
	}
}

//coroutine:async
func SubjectDirect(s *rttest.Script) (string, error) {
	same("direct", func() puller { return gen(directPull()) }, func() puller { return pull(direct) })
	return "", nil
}

// f is the test without a function.
//
//coroutine:generator
func f(yield func(string) bool) (ok bool) {
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	defer panic("f panic")
	for _, s := range []string{"f return"} {
		return yield(s)
	}
	return
}

//coroutine:generator
func g(yield func(string) bool) (ok bool) {
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("g panic", once("g return")) {
		return yield(s)
	}
	return
}

//coroutine:generator
func h(yield func(string) bool) (ok bool) {
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("h panic", once("h return")) {
		ok := !yield(s)
		tell("%v", ok)
		return ok
	}
	return
}

//coroutine:generator
func j(yield func(string) bool) (ok bool) {
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("j panic", once("j return")) {
		ok = yield(s)
		return
	}
	return
}

//coroutine:generator
func k(yield func(string) bool) (ok bool) {
	_return := func(b bool) { ok = b }
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("k panic", once("k return")) {
		_return(yield(s))
		return
	}
	return
}

//coroutine:generator
func m(yield func(string) bool) (ok bool) {
	_return := func(b bool) { ok = b }
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("m panic", once("m return")) {
		defer _return(yield(s))
		return !yield(s + ", but replaced in a defer")
	}
	return
}

//coroutine:generator
func n(yield func(string) bool) (ok bool) {
	defer func() { tell("%v, recovered %v", ok, recover()) }()
	for s := range terrify("n panic", once("n return")) {
		return yield(s + func(s string) string {
			defer func() { recover() }()
			for s := range terrify("n closure panic", once(s)) {
				return s
			}
			return "n closure not reached"
		}(" and n closure return"))
	}
	return
}

//coroutine:async
func SubjectPanicReturns(s *rttest.Script) (string, error) {
	same("f", func() puller { return gen(fPull()) }, func() puller { return pull(func(y func(string) bool) { f(y) }) })
	same("g", func() puller { return gen(gPull()) }, func() puller { return pull(func(y func(string) bool) { g(y) }) })
	same("h", func() puller { return gen(hPull()) }, func() puller { return pull(func(y func(string) bool) { h(y) }) })
	same("j", func() puller { return gen(jPull()) }, func() puller { return pull(func(y func(string) bool) { j(y) }) })
	same("k", func() puller { return gen(kPull()) }, func() puller { return pull(func(y func(string) bool) { k(y) }) })
	same("m", func() puller { return gen(mPull()) }, func() puller { return pull(func(y func(string) bool) { m(y) }) })
	same("n", func() puller { return gen(nPull()) }, func() puller { return pull(func(y func(string) bool) { n(y) }) })
	return "", nil
}

//coroutine:generator
func bodyAfterPanic(checked bool, yield func(int) bool) {
	seq := twice(0, 1)
	if checked {
		seq = Check(seq)
	}
	for x := range seq {
		yield(x)
		if x == 0 {
			panic("x is zero")
		}
	}
}

//coroutine:generator
func twoLevelReturn(checked bool, yield func(int) bool) {
	seq := func(x, y int) Seq[int] {
		if checked {
			return Check(twice(x, y))
		}
		return twice(x, y)
	}
	for a := range seq(0, 1) {
		for b := range seq(0, 2) {
			x := a + b
			tell("a=%d, b=%d", a, b)
			if !yield(x) || x == 3 {
				return
			}
		}
	}
	yield(-1)
}

//coroutine:generator
func bug70035(s1, s2, s3 []string, yield func(string) bool) {
	var c1 string
	for v1 := range slices.Values(s1) {
		var c2 string
		for v2 := range slices.Values(s2) {
			var c3 string
			for v3 := range slices.Values(s3) {
				c3 = c3 + v3
				if !yield(c3) {
					return
				}
			}
			c2 = c2 + v2 + c3
		}
		c1 = c1 + v1 + c2
		yield(c1)
	}
}

//coroutine:async
func SubjectTwice(s *rttest.Script) (string, error) {
	for _, b := range []bool{false, true} {
		same("bodyAfterPanic", func() puller { return gen(bodyAfterPanicPull(b)) }, func() puller { return pull(func(y func(int) bool) { bodyAfterPanic(b, y) }) })
		same("twoLevelReturn", func() puller { return gen(twoLevelReturnPull(b)) }, func() puller { return pull(func(y func(int) bool) { twoLevelReturn(b, y) }) })
	}
	a, b, c := []string{"1", "2", "3"}, []string{"a", "b", "c"}, []string{"A", "B", "C"}
	same("bug70035", func() puller { return gen(bug70035Pull(a, b, c)) }, func() puller { return pull(func(y func(string) bool) { bug70035(a, b, c, y) }) })
	return "", nil
}

// A puller is a generator of either kind, or iter.Pull.
type puller struct{ next, stop func() string }

func gen[V any](g rt.Generator[V]) puller {
	return puller{
		func() string { v, ok := g.Next(); return fmt.Sprint(v, ok) },
		func() string { g.Stop(); return "stopped" },
	}
}

func gen2[K, V any](g rt.Generator2[K, V]) puller {
	return puller{
		func() string { k, v, ok := g.Next(); return fmt.Sprint(k, v, ok) },
		func() string { g.Stop(); return "stopped" },
	}
}

func pull[V any](seq iter.Seq[V]) puller {
	next, stop := iter.Pull(seq)
	return puller{
		func() string { v, ok := next(); return fmt.Sprint(v, ok) },
		func() string { stop(); return "stopped" },
	}
}

func pull2[K, V any](seq iter.Seq2[K, V]) puller {
	next, stop := iter.Pull2(seq)
	return puller{
		func() string { k, v, ok := next(); return fmt.Sprint(k, v, ok) },
		func() string { stop(); return "stopped" },
	}
}

// same compares machine with reference: stopped before the first value, after each, and after the
// end, and resumed and stopped again after that.
func same(name string, machine, reference func() puller) {
	for n, ended := 0, false; !ended; n++ {
		script := strings.Repeat("n", n) + "snns"
		a, _ := driven(machine(), script)
		b, values := driven(reference(), script)
		if a != b {
			fmt.Printf("%s %q: the generator does%s\nand iter.Pull%s\n", name, script, a, b)
			os.Exit(1) // even if all versions are wrong alike
		}
		ended = values < n
	}
}

// said is what the functions say since the last step.
var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

// driven returns what the calls in script return, panic with or end by Goexit, and what the
// function says meanwhile, and how many values there were: n is next, s is stop.
func driven(p puller, script string) (all string, values int) {
	for _, op := range script {
		done := make(chan string)
		said = nil
		go func() {
			result := "exit"
			defer func() {
				if v := recover(); v != nil {
					result = fmt.Sprint("panic ", v)
				}
				done <- result
			}()
			if op == 'n' {
				result = p.next()
			} else {
				result = p.stop()
			}
		}()
		result := <-done
		if strings.HasSuffix(result, "true") {
			values++
		}
		all += fmt.Sprintf("\n%c %s %s", op, result, said)
	}
	return all, values
}
