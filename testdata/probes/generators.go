package fz

// Generators: what their callers see of every yield, of stops, panics and the end, on all backends
// and from iter.Pull.

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"slices"
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

//coroutine:generator
func count(n int, yield func(int) bool) {
	for i := range n {
		if !yield(i) {
			return
		}
	}
}

//coroutine:generator
func rude(n int, yield func(int) bool) {
	for i := 0; i < n; i++ {
		tell("%v", yield(i))
	}
	tell("end")
}

//coroutine:generator
func deferring(n int, yield func(int) bool) {
	defer tell("first %d", n)
	for i := range n {
		defer func() { tell("deferred %d", i) }()
		if !yield(i) {
			tell("leaves")
			return
		}
		n++
		if n > 12 {
			break
		}
	}
}

//coroutine:generator
func panics(at int, yield func(int) bool) {
	defer func() { tell("deferred") }()
	for i := 0; ; i++ {
		if i == at {
			panic(fmt.Sprint("at ", i))
		}
		if !yield(i) {
			panic("stopped")
		}
	}
}

//coroutine:generator
func recovers(yield func(int) bool) {
	defer func() { tell("recovered %v", recover()) }()
	var list []int
	for i := range 4 {
		yield(i)
		if i == 2 {
			yield(list[i])
		}
	}
}

//coroutine:generator
func exits(at int, yield func(int) bool) {
	defer tell("deferred")
	for i := range 4 {
		if i == at {
			runtime.Goexit()
		}
		yield(i)
	}
}

//coroutine:generator
func unguarded(list []int, yield func(int) bool) {
	for i := 0; ; i++ {
		if !yield(list[i]) {
			return
		}
	}
}

//coroutine:generator
func again(v int, yield func(int) bool) bool {
	return yield(v) && yield(v+1) && !yield(v+2) || yield(v+3)
}

func (t *tree) each(yield func(*tree) bool) {
	if t != nil {
		t.left.each(yield)
		yield(t)
		t.right.each(yield)
	}
}

type tree struct {
	left, right *tree
	v           int
}

func sample() *tree {
	return &tree{&tree{nil, &tree{v: 2}, 1}, &tree{&tree{v: 4}, nil, 5}, 3}
}

//coroutine:generator
func (t *tree) walk(yield func(int) bool) {
	if t == nil {
		return
	}
	for v := range t.left.walk {
		if !yield(v) {
			return
		}
	}
	if !yield(t.v) {
		return
	}
	for v := range t.right.walk {
		if !yield(v) {
			return
		}
	}
}

//coroutine:generator
func ranges(list []string, yield func(string) bool) {
	for i, s := range slices.Backward(list) {
		defer tell("left %d", i)
		if !yield(s) {
			return
		}
	}
	for range 2 {
	}
	for k := range map[string]int{"k": 1} {
		yield(k)
	}
	select {
	default:
		yield("select")
	}
	switch {
	case yield("case"):
		yield("chosen")
	default:
		tell("default")
	}
outer:
	for {
		for {
			if yield("loop") {
				break outer
			}
			continue outer
		}
	}
}

type list[T any] struct{ items []T }

//coroutine:generator
func (l *list[T]) All() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, x := range l.items {
			if !yield(x) {
				return
			}
		}
	}
}

//coroutine:generator
func grouped(text string) iter.Seq[string] {
	fields := strings.Fields(text) // runs first
	tell("%d fields", len(fields))
	n, calls := 0, 0
	inc := func() { n++ }
	return func(yield func(string) bool) {
		for _, f := range fields {
			inc()
			calls++
			text = text[1:]
			if !yield(fmt.Sprint(f, n, calls, text)) {
				return
			}
		}
		tell("%d", n)
	}
}

//coroutine:generator
func closures(yield func(func() int) bool) {
	for i := range 3 {
		n := i
		if !yield(func() int { n++; return n * 10 }) {
			return
		}
		tell("n is %d", n)
	}
}

//coroutine:generator
func anys(yield func(any) bool) {
	var err error
	x := 1
	yield(nil)
	yield(1)
	yield(err)
	yield([2]int{x, 2})
	yield(x << 2)
	err = errors.New("e")
	yield(err)
	yield(x == 1)
}

//coroutine:generator
func args(yield func(int) bool) {
	x := 1
	f := func() int { x += 10; return x }
	tell("%v", fmt.Sprint(x, yield(x), x, yield(f()), f(), yield(x)))
	a := [3]bool{}
	i := 0
	a[i], i = yield(7), 2
	tell("%v %v", a, i)
	m := map[bool]int{yield(8): 1, !yield(9): 2}
	tell("%v", m)
}

//coroutine:async
func SubjectGenerators(s *rttest.Script) (string, error) {
	pulls(s, "count", func() iter.Seq[int] { return func(y func(int) bool) { count(5, y) } }, func() rt.Generator[int] { return countPull(5) })
	pulls(s, "rude", func() iter.Seq[int] { return func(y func(int) bool) { rude(5, y) } }, func() rt.Generator[int] { return rudePull(5) })
	pulls(s, "deferring", func() iter.Seq[int] { return func(y func(int) bool) { deferring(5, y) } }, func() rt.Generator[int] { return deferringPull(5) })
	for at := range 3 {
		pulls(s, "panics", func() iter.Seq[int] { return func(y func(int) bool) { panics(at, y) } }, func() rt.Generator[int] { return panicsPull(at) })
		pulls(s, "exits", func() iter.Seq[int] { return func(y func(int) bool) { exits(at, y) } }, func() rt.Generator[int] { return exitsPull(at) })
	}
	pulls(s, "recovers", func() iter.Seq[int] { return recovers }, func() rt.Generator[int] { return recoversPull() })
	pulls(s, "unguarded", func() iter.Seq[int] { return func(y func(int) bool) { unguarded([]int{1, 2, 3}, y) } }, func() rt.Generator[int] { return unguardedPull([]int{1, 2, 3}) })
	return "", nil
}

//coroutine:async
func SubjectGeneratorsOfAllKinds(s *rttest.Script) (string, error) {
	pulls(s, "again", func() iter.Seq[int] { return func(y func(int) bool) { again(5, y) } }, func() rt.Generator[int] { return againPull(5) })
	pulls(s, "walk", func() iter.Seq[int] { return sample().walk }, func() rt.Generator[int] { return sample().walkPull() })
	words := []string{"a", "b", "c"}
	pulls(s, "ranges", func() iter.Seq[string] { return func(y func(string) bool) { ranges(words, y) } }, func() rt.Generator[string] { return rangesPull(words) })
	l := &list[string]{words}
	pulls(s, "All", l.All, func() rt.Generator[string] { return l.AllPull() })
	pulls(s, "grouped", func() iter.Seq[string] { return grouped("x yy zzz") }, func() rt.Generator[string] { return groupedPull("x yy zzz") })
	pulls(s, "anys", func() iter.Seq[any] { return anys }, func() rt.Generator[any] { return anysPull() })
	pulls(s, "args", func() iter.Seq[int] { return args }, func() rt.Generator[int] { return argsPull() })
	for f := range closuresPull().All() {
		s.Note("%d %d", f(), f())
	}
	return "", nil
}

// reenter calls its own generator.
//
//coroutine:generator
func reenter(own *rt.Generator[int], yield func(int) bool) {
	for i := range 3 {
		func() {
			defer func() { tell("%v", recover()) }()
			if i == 1 {
				(*own).Stop()
			}
			(*own).Next()
		}()
		if !yield(i) {
			return
		}
	}
}

//coroutine:async
func SubjectReenter(s *rttest.Script) (string, error) {
	var g rt.Generator[int]
	g = reenterPull(&g)
	said = nil
	for v := range g.All() {
		s.Note("%d %v", v, said)
	}
	s.Note("%v", g)
	for v := range g.All() {
		s.Note("%d", v)
	}
	return "", nil
}

// reenterFrom calls its own generator from the yield of a function that it calls.
//
//coroutine:generator
func reenterFrom(sink func(int) bool, yield func(int) bool) {
	if yield(1) {
		count(2, sink)
	}
}

//coroutine:async
func SubjectReenterFrom(s *rttest.Script) (string, error) {
	var g rt.Generator[int]
	g = reenterFromPull(func(v int) bool {
		defer func() { s.Note("%d: %v", v, recover()) }()
		g.Next()
		return true
	})
	for v := range g.All() {
		s.Note("%d", v)
	}
	return "", nil
}

//coroutine:async
func SubjectAll(s *rttest.Script) (string, error) {
	g := countPull(6)
	for v := range g.All() {
		s.Note("%d", v)
		if v == 2 {
			break
		}
	}
	for v := range g.All() {
		s.Note("then %d", v)
	}
	for v := range g.All() {
		s.Note("never %d", v)
	}
	s.Note("%v", g)
	s.Note("%v", countPull(1))
	return "", nil
}

//coroutine:generator
func localType(yield func(int) bool) {
	type corner struct{ a, b int }
	p := corner{1, 2}
	if !yield(p.a) {
		return
	}
	yield(p.b)
	fmt.Printf("%T", p)
}

//coroutine:generator
func generic[T any](v T, yield func(string) bool) {
	type box struct{ v T }
	const k = 3
	b := box{v}
	yield(fmt.Sprint(b.v, k))
	yield(fmt.Sprintf("%v", b))
}

//coroutine:async
func SubjectLocalTypes(s *rttest.Script) (string, error) {
	for v := range localTypePull().All() {
		s.Note("%d", v)
	}
	for v := range genericPull(3).All() {
		s.Note("%s", v)
	}
	return "", nil
}

//coroutine:generator
func named(n int, yield func(int) bool) (ok bool) {
	ok = yield(n)
	ok = yield(n + 1)
	return
}

// coroutines yields what its caller awaits.
//
//coroutine:generator
func coroutines(s *rttest.Script, n int, yield func(rt.Coroutine[int]) bool) {
	for i := range n {
		if !yield(co.Async(func() (int, error) { return co.Await(rttest.Step(s, "in a generator", i)) })) {
			return
		}
	}
	yield(co.Async(func() (int, error) {
		n++
		return n, co.Wait(rt.Yield())
	}))
}

//coroutine:async
func SubjectCoroutinesOfAGenerator(s *rttest.Script) (string, error) {
	pulls(s, "named", func() iter.Seq[int] { return func(y func(int) bool) { named(3, y) } }, func() rt.Generator[int] { return namedPull(3) })
	g := coroutinesPull(s, 2)
	defer g.Stop()
	for c, ok := g.Next(); ok; c, ok = g.Next() {
		n, err := co.Await(c)
		s.Note("%d %v", n, err)
		if err != nil {
			return "", err
		}
	}
	return "", nil
}

// again calls its own generator while it is being stopped.
//
//coroutine:generator
func againStopped(own *rt.Generator[int], yield func(int) bool) {
	defer func() {
		v, ok := (*own).Next()
		tell("%d %v", v, ok)
		(*own).Stop()
	}()
	if !yield(1) {
		v, ok := (*own).Next()
		tell("%d %v", v, ok)
	}
}

//coroutine:async
func SubjectReenterStopped(s *rttest.Script) (string, error) {
	for _, script := range []string{"ns", "nsn", "nss"} {
		var g rt.Generator[int]
		g = againStoppedPull(&g)
		said = nil
		for _, op := range script {
			if op == 's' {
				g.Stop()
				s.Note("stopped %v", said)
				continue
			}
			v, ok := g.Next()
			s.Note("%d %v %v", v, ok, said)
		}
	}
	return "", nil
}
