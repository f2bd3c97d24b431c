package fz

// Generators that hand on the values of others: by a range statement, by their yield, to
// themselves, to each other, with panics, defers and stops at every place.

import (
	"fmt"
	"iter"
	"os"
	"runtime"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A script is what a caller does with a generator: n for Next, s for Stop.
var scripts = []string{"", "s", "ss", "n", "ns", "nsn", "nn", "nnsns", "nnnnnnnnnns", "nnnnnnnnnnnnn", "snn", "nnnsss"}

// pulls compares the generator that pull makes with iter.Pull of seq, under all scripts.
func pulls[V any](s *rttest.Script, name string, seq func() iter.Seq[V], pull func() rt.Generator[V]) {
	for _, script := range scripts {
		var machine rt.Generator[V]
		a := driven(s, script, func() func(byte) string {
			machine = pull()
			return func(op byte) string {
				if op == 's' {
					machine.Stop()
					return "stopped"
				}
				v, ok := machine.Next()
				return fmt.Sprint(v, ok)
			}
		})
		b := driven(s, script, func() func(byte) string {
			next, stop := iter.Pull(seq())
			return func(op byte) string {
				if op == 's' {
					stop()
					return "stopped"
				}
				v, ok := next()
				return fmt.Sprint(v, ok)
			}
		})
		driven(s, "s", func() func(byte) string { // it may panic
			return func(byte) string { machine.Stop(); return "" }
		})
		if a != b {
			fmt.Printf("%s %q: the generator does %s, and iter.Pull %s\n", name, script, a, b)
			os.Exit(1) // even if all versions are wrong alike
		}
	}
	s.Note("%s", name)
}

// said is what the functions say since the last step.
var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

// driven returns what the calls in script return, panic with or end by Goexit, and what the
// function says meanwhile.
func driven(s *rttest.Script, script string, begin func() func(op byte) string) string {
	var b strings.Builder
	said = nil
	do := begin()
	for _, op := range []byte(script) {
		done := make(chan string)
		go func() {
			result := "exit"
			defer func() {
				if v := recover(); v != nil {
					result = fmt.Sprint("panic ", v)
				}
				done <- result
			}()
			result = do(op)
		}()
		fmt.Fprintf(&b, "%c %v %s; ", op, <-done, said)
		said = nil
	}
	return b.String()
}

type tree struct {
	left, right *tree
	v           int
}

func sample() *tree {
	return &tree{&tree{nil, &tree{v: 2}, 1}, &tree{&tree{v: 4}, nil, 5}, 3}
}

//coroutine:generator
func (t *tree) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		for v := range t.left.All() {
			if !yield(v) {
				return
			}
		}
		if !yield(t.v) {
			return
		}
		for v := range t.right.All() {
			if !yield(v) {
				return
			}
		}
	}
}

//coroutine:generator
func (t *tree) push(yield func(int) bool) bool {
	return t == nil || t.left.push(yield) && yield(t.v) && t.right.push(yield)
}

//coroutine:generator
func (t *tree) walk(yield func(int) bool) {
	if t != nil {
		for v := range t.left.walk {
			if !yield(v) {
				return
			}
		}
		if !yield(t.v) {
			return
		}
		t.right.walk(yield)
		tell("right of %d", t.v)
	}
}

//coroutine:generator
func (t *tree) rude(yield func(int) bool) {
	if t == nil {
		tell("nil")
		return
	}
	t.left.rude(yield)
	tell("%d %v", t.v, yield(t.v))
	t.right.rude(yield)
}

//coroutine:generator
func (t *tree) guarded(yield func(int) bool) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			tell("%d recovered %v", t.v, v)
			ok = t.v == 5
		}
	}()
	if t == nil {
		return true
	}
	return t.left.guarded(yield) && yield(100/(t.v-4)) && t.right.guarded(yield) && yield(-t.v)
}

//coroutine:generator
func (t *tree) exits(yield func(int) bool) bool {
	defer tell("left %v", t != nil)
	if t == nil {
		return true
	}
	if t.v == 4 {
		runtime.Goexit()
	}
	return t.left.exits(yield) && yield(t.v) && t.right.exits(yield)
}

// panicky panics in the innermost call.
//
//coroutine:generator
func (t *tree) panicky(yield func(int) bool) {
	t.left.panicky(yield)
	yield(t.v)
}

//coroutine:generator
func even(n int, yield func(string) bool) bool {
	return n == 0 || yield(fmt.Sprint("even ", n)) && odd(n-1, yield) && yield(fmt.Sprint("was even ", n))
}

//coroutine:generator
func odd(n int, yield func(string) bool) bool {
	return n == 0 || yield(fmt.Sprint("odd ", n)) && even(n-1, yield) && yield(fmt.Sprint("was odd ", n))
}

//coroutine:generator
func count(n int, yield func(int) bool) {
	for i := range n {
		if !yield(i) {
			return
		}
	}
}

//coroutine:generator
func both(n int, t *tree, yield func(int) bool) {
	count(n, yield)
	if !t.push(yield) {
		tell("stopped")
	}
	tell("%v", yield(100))
	count(2, yield)
	for v := range t.All() {
		tell("%v", yield(v))
	}
}

//coroutine:generator
func polite(n int, t *tree, yield func(int) bool) {
	for v := range t.All() {
		if !yield(v) {
			return
		}
	}
	for i := range n {
		if !yield(i) {
			return
		}
	}
	for v := range t.walk {
		if !yield(v) {
			return
		}
	}
}

// leaves calls even though it was stopped, a generator that yields nothing.
//
//coroutine:generator
func leaves(yield func(int) bool) {
	yield(1)
	for v := range (*tree)(nil).All() {
		if !yield(v) {
			return
		}
	}
	tell("goes on")
}

//coroutine:generator
func args(list []int, yield func(int) bool) {
	x := 1
	f := func() int { x *= 10; tell("f %d", x); return x }
	some(f(), yield, f(), x)
	some(x, yield, list...)
	some(x, yield)
	if x := []int{}; len(list) > 2 {
		some(x[len(list)], yield)
	}
}

//coroutine:generator
func some(first int, yield func(int) bool, rest ...int) {
	x := &first
	if !yield(*x) {
		return
	}
	*x++
	for i, v := range rest {
		if !yield(v + first + i) {
			return
		}
	}
}

type node[T any] struct {
	v    T
	next *node[T]
}

func (n node[T]) String() string { return fmt.Sprint(n.v) }

//coroutine:generator
func (n *node[T]) each(yield func(int, T) bool) bool {
	return n == nil || n.next.each(yield) && yield(0, n.v) && pair(1, n.v, yield) && pair(2, n.v, yield)
}

//coroutine:generator
func pair[K, V any](k K, v V, yield func(K, V) bool) bool { return yield(k, v) }

// twice hands on its own values with other type arguments.
//
//coroutine:generator
func twice[T any](n int, v T, yield func(string) bool) bool {
	if n == 0 {
		return yield(fmt.Sprintf("%T %v", v, v))
	}
	return twice(n-1, v, yield) && twice(n-1, n, yield)
}

type base struct{ n int }

//coroutine:generator
func (b base) values(yield func(int) bool) {
	b.n++
	if !yield(b.n) {
		return
	}
	b.n++
	yield(b.n)
}

type outer struct{ *base }

//coroutine:generator
func (o *outer) all(unused int, text ...string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for v := range o.values {
			if !yield(v) {
				return
			}
		}
		n := len(text)
		p := &text
		if !yield(n + len(*p)) {
			return
		}
		*p = nil
		if !yield(len(text)) {
			return
		}
	}
}

func spoken(n int) int { tell("spoken %d", n); return n }

//coroutine:generator
func outers(o *outer, yield func(int) bool) {
	for v := range o.all(spoken(1), "a", "b") {
		if !yield(v) {
			return
		}
	}
	for v := range o.all(spoken(2)) {
		if !yield(v) {
			return
		}
	}
}

func of[V any](push func(func(V) bool) bool) func() iter.Seq[V] {
	return func() iter.Seq[V] { return func(y func(V) bool) { push(y) } }
}

//coroutine:async
func SubjectDelegation(s *rttest.Script) (string, error) {
	t := sample()
	pulls(s, "All", t.All, func() rt.Generator[int] { return t.AllPull() })
	pulls(s, "push", of(t.push), func() rt.Generator[int] { return t.pushPull() })
	pulls(s, "walk", func() iter.Seq[int] { return t.walk }, func() rt.Generator[int] { return t.walkPull() })
	pulls(s, "rude", func() iter.Seq[int] { return t.rude }, func() rt.Generator[int] { return t.rudePull() })
	pulls(s, "guarded", of(t.guarded), func() rt.Generator[int] { return t.guardedPull() })
	pulls(s, "exits", of(t.exits), func() rt.Generator[int] { return t.exitsPull() })
	pulls(s, "panicky", func() iter.Seq[int] { return t.panicky }, func() rt.Generator[int] { return t.panickyPull() })
	return "", nil
}

//coroutine:async
func SubjectDelegationToOthers(s *rttest.Script) (string, error) {
	t := sample()
	pulls(s, "even", of(func(y func(string) bool) bool { return even(4, y) }), func() rt.Generator[string] { return evenPull(4) })
	pulls(s, "both", func() iter.Seq[int] { return func(y func(int) bool) { both(3, t, y) } }, func() rt.Generator[int] { return bothPull(3, t) })
	pulls(s, "polite", func() iter.Seq[int] { return func(y func(int) bool) { polite(3, t, y) } }, func() rt.Generator[int] { return politePull(3, t) })
	pulls(s, "leaves", func() iter.Seq[int] { return leaves }, func() rt.Generator[int] { return leavesPull() })
	for n := range 4 {
		list := make([]int, n)
		pulls(s, "args", func() iter.Seq[int] { return func(y func(int) bool) { args(list, y) } }, func() rt.Generator[int] { return argsPull(list) })
	}
	pulls(s, "twice", of(func(y func(string) bool) bool { return twice(3, "x", y) }), func() rt.Generator[string] { return twicePull(3, "x") })
	o := &outer{&base{7}}
	pulls(s, "outers", func() iter.Seq[int] { return func(y func(int) bool) { outers(o, y) } }, func() rt.Generator[int] { return outersPull(o) })
	pulls(s, "nil", func() iter.Seq[int] { return func(y func(int) bool) { outers(&outer{}, y) } }, func() rt.Generator[int] { return outersPull(&outer{}) })
	return "", nil
}

//coroutine:async
func SubjectDelegationOfPairs(s *rttest.Script) (string, error) {
	n := &node[string]{"a", &node[string]{"b", nil}}
	g := n.eachPull()
	for k, v := range g.All() {
		s.Note("%d %s", k, v)
	}
	s.Note("%v", g)
	g = n.eachPull()
	for range 3 {
		k, v, ok := g.Next()
		s.Note("%d %s %v", k, v, ok)
	}
	g.Stop()
	s.Note("%v", g)
	return "", nil
}

// An async function ranges over generators with bodies that suspend.
//
//coroutine:async
func SubjectRangeOverGenerators(s *rttest.Script) (string, error) {
	t := sample()
	sum := 0
	defer func() { s.Note("sum %d", sum) }()
	var fs []func() int
outer:
	for v := range t.All() {
		fs = append(fs, func() int { v++; return v })
		if co.Must(rttest.Step(s, "v", v)) == 4 {
			break
		}
		for w := range t.walk {
			n, err := co.Await(rttest.Step(s, "w", w))
			if err != nil {
				return "failed", err
			}
			sum += n
			if w == 3 {
				continue outer
			}
		}
	}
	for _, f := range fs {
		s.Note("%d %d", f(), f())
	}
	i := -1
	list := [6]int{}
	for i, list[co.Must(rttest.Step(s, "at", 2))] = range pairs(3, "x", "y") {
		s.Note("%d %v", co.Must(rttest.Step(s, "i", i)), list)
	}
	for range pairs(2) {
		co.Must(rttest.Step(s, "none", 0))
	}
	for k := range pairs(co.Must(rttest.Step(s, "n", 2)), []string{"a"}...) {
		s.Note("%d", co.Must(rttest.Step(s, "k", k)))
	}
	for v := range t.guardedAll() {
		if co.Must(rttest.Step(s, "guarded", v)) > 1 {
			panic("body")
		}
	}
	return "", nil
}

//coroutine:generator
func (t *tree) guardedAll() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { tell("all ended") }()
		for v := range t.All() {
			if !yield(v) {
				return
			}
		}
	}
}

//coroutine:generator
func pairs(n int, text ...string) iter.Seq2[int, int] {
	tell("pairs of %d", n)
	return func(yield func(int, int) bool) {
		for i := range n {
			if !yield(i, i*10+len(text)) {
				return
			}
		}
	}
}

type set[T comparable] struct{ m []T }

//coroutine:generator
func (s *set[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, v := range s.m {
			if !yield(v) {
				return
			}
		}
	}
}

//coroutine:async
func SubjectRangeOverGenericGenerators(s *rttest.Script) (string, error) {
	x, err := co.Await(joinedAsync(s, &set[string]{[]string{"a", "b"}}))
	if err != nil {
		return "", err
	}
	return x, co.Wait(rt.Yield())
}

//coroutine:async
func joined[T comparable](s *rttest.Script, x *set[T]) (text string, err error) {
	for v := range x.All() {
		for w := range x.All() {
			w := co.Must(rttest.Step(s, "w", w))
			text += fmt.Sprint(v, w)
		}
	}
	return text, nil
}

// deepPanic fails in an inner call.
//
//coroutine:generator
func (t *tree) deepPanic(depth int, yield func(int) bool) {
	if t == nil {
		return
	}
	t.left.deepPanic(depth+1, yield)
	yield(t.v)
	if t.v == 1 {
		panic(fmt.Sprint("at depth ", depth))
	}
	t.right.deepPanic(depth+1, yield)
}

//coroutine:async
func SubjectWhere(s *rttest.Script) (string, error) {
	g := sample().deepPanicPull(0)
	if _, ok := rt.Generator[int](g).(*treeDeepPanicGenerator); !ok {
		panic("another type")
	}
	g.Next()
	func() {
		defer func() { s.Note("%v", recover()) }()
		g.Next()
	}()
	line, on := g.Where()
	s.Note("%v %q %v", g, line, on)
	return "", nil
}

// The usual form: All hands its yield to a method that reports whether to go on.
//
//coroutine:generator
func (t *tree) usual() iter.Seq[int] {
	return func(yield func(int) bool) { t.push(yield) }
}

// Rude in other ways.
//
//coroutine:generator
func (t *tree) odd1(yield func(int) bool) bool { return yield(1) || yield(2) }

//coroutine:generator
func (t *tree) odd2(yield func(int) bool) bool {
	if !yield(1) {
		return true
	}
	return yield(2)
}

//coroutine:generator
func (t *tree) odd3(yield func(int) bool) (ok bool) {
	defer func() { ok = true }()
	return yield(1)
}

//coroutine:generator
func (t *tree) odd4(yield func(int) bool) bool {
	for i := range 3 {
		t.push(yield)
		if i == 1 {
			break
		}
	}
	return true
}

//coroutine:generator
func (t *tree) odds(yield func(int) bool) {
	tell("%v", t.odd1(yield) && t.push(yield))
	tell("%v", t.odd2(yield) && t.push(yield))
	tell("%v", t.odd3(yield) && t.push(yield))
	if !t.odd4(yield) {
		return
	}
	switch {
	case t.push(yield):
		t.push(yield)
	default:
		tell("default")
		t.push(yield)
	}
}

//coroutine:generator
func (t *tree) oddly() iter.Seq[int] {
	return func(yield func(int) bool) { t.odd2(yield) }
}

//coroutine:generator
func (t *tree) usually(yield func(int) bool) {
	for v := range t.usual() {
		if !yield(v) {
			return
		}
	}
	if t.v == 3 {
		t.left.usually(yield)
	} else {
		yield(-1)
	}
}

//coroutine:async
func SubjectManners(s *rttest.Script) (string, error) {
	t := sample()
	pulls(s, "usual", t.usual, func() rt.Generator[int] { return t.usualPull() })
	pulls(s, "odds", func() iter.Seq[int] { return t.odds }, func() rt.Generator[int] { return t.oddsPull() })
	pulls(s, "usually", func() iter.Seq[int] { return t.usually }, func() rt.Generator[int] { return t.usuallyPull() })
	for v := range t.usual() {
		if co.Must(rttest.Step(s, "usual", v)) == 4 {
			break
		}
	}
	for v := range t.oddly() {
		if v > 1 {
			break
		}
		co.Must(rttest.Step(s, "oddly", v))
	}
	func() {
		defer func() { s.Note("%v", recover()) }()
		for v := range t.oddly() {
			if co.Must(rttest.Step(s, "oddly", v)) == 1 {
				break
			}
		}
	}()
	return "", nil
}

//coroutine:generator
func evens(t *tree, yield func(int) bool) {
	for v := range t.All() {
		if v%2 == 0 && !yield(v) {
			return
		}
	}
	for i := range 4 {
		if i > 2 || !yield(i) {
			return
		}
	}
}

//coroutine:generator
func pulled(t *tree, g rt.Generator[int], yield func(int) bool) {
	for v := range g.All() {
		if !yield(v) {
			break
		}
		if v == 3 {
			break
		}
	}
	own := t.AllPull()
	for v := range own.All() {
		yield(-v)
		if v == 2 {
			break
		}
	}
	for v := range own.All() {
		yield(v * 10)
	}
}

//coroutine:async
func SubjectRangeOverAll(s *rttest.Script) (string, error) {
	t := sample()
	pulls(s, "evens", func() iter.Seq[int] { return func(y func(int) bool) { evens(t, y) } }, func() rt.Generator[int] { return evensPull(t) })
	pulls(s, "pulled", func() iter.Seq[int] { return func(y func(int) bool) { pulled(t, t.AllPull(), y) } }, func() rt.Generator[int] { return pulledPull(t, t.AllPull()) })
	g := t.AllPull()
	func() {
		defer func() { s.Note("%v %v", recover(), g != nil) }()
		for v := range g.All() {
			if co.Must(rttest.Step(s, "v", v)) == 3 {
				panic("at 3")
			}
		}
	}()
	for v := range g.All() {
		s.Note("then %d", co.Must(rttest.Step(s, "rest", v)))
	}
	return "", nil
}

// boxed has a tree that a pointer shares.
//
//coroutine:generator
func boxed(t tree, yield func(int) bool) {
	p := &t
	for v := range t.All() {
		p.v += 10
		yield(v + p.v)
	}
}

//coroutine:async
func SubjectBoxed(s *rttest.Script) (string, error) {
	t := *sample()
	pulls(s, "boxed", func() iter.Seq[int] { return func(yield func(int) bool) { boxed(t, yield) } }, func() rt.Generator[int] { return boxedPull(t) })
	return "", nil
}
