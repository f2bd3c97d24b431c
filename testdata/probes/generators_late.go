package fz

// Generators to which others hand their yields after these have returned false, however deep.

import (
	"fmt"
	"iter"
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
		machine := pull()
		a := driven(s, script, func() func(byte) string {
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
		machine.Stop()
		if a != b {
			panic(fmt.Sprintf("%s %q: the generator does %s, and iter.Pull %s", name, script, a, b))
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
func k1(yield func(int) bool) bool { tell("k1"); return yield(10) && yield(11) }

//coroutine:generator
func k2() iter.Seq[int] {
	return func(yield func(int) bool) {
		tell("k2")
		if !yield(20) {
			tell("k2 left")
			return
		}
		yield(21)
	}
}

//coroutine:generator
func k3(yield func(int) bool) {
	tell("k3")
	defer tell("k3 done")
	if !yield(30) {
		return
	}
	yield(31)
}

//coroutine:generator
func g1(yield func(int) bool) bool { tell("g1"); return k1(yield) && yield(100) }

//coroutine:generator
func g2(yield func(int) bool) {
	tell("g2")
	for v := range k2() {
		if !yield(v) {
			return
		}
	}
	yield(200)
}

//coroutine:generator
func g3(yield func(int) bool) {
	tell("g3")
	for v := range k3 {
		if !yield(v) {
			return
		}
	}
	yield(300)
}

//coroutine:generator
func g4(yield func(int) bool) { tell("g4"); k3(yield) }

//coroutine:generator
func h1(yield func(int) bool) { yield(1); g1(yield); tell("end") }

//coroutine:generator
func h2(yield func(int) bool) { yield(1); g2(yield); tell("end") }

//coroutine:generator
func h3(yield func(int) bool) { yield(1); g3(yield); tell("end") }

//coroutine:generator
func h4(yield func(int) bool) { yield(1); g4(yield); tell("end") }

//coroutine:generator
func even(n int, yield func(int) bool) bool {
	return n == 0 || odd(n-1, yield) && yield(2*n) && yield(n)
}

//coroutine:generator
func odd(n int, yield func(int) bool) bool {
	return n == 0 || even(n-1, yield) && yield(-n) && yield(-2*n)
}

//coroutine:generator
func h5(yield func(int) bool) { yield(1); tell("%v", even(3, yield)) }

//coroutine:generator
func h6(yield func(int) bool) { yield(1); tell("%v", odd(3, yield)) }

//coroutine:generator
func h7(yield func(int) bool) { yield(1); t := sample(); t.deep(yield); tell("end") }

//coroutine:generator
func (t *tree) deep(yield func(int) bool) bool {
	if t == nil {
		return k1(yield)
	}
	return t.left.deep(yield) && yield(t.v) && t.right.deep(yield)
}

type tree struct {
	left, right *tree
	v           int
}

func sample() *tree {
	return &tree{&tree{nil, &tree{v: 2}, 1}, &tree{&tree{v: 4}, nil, 5}, 3}
}

//
//coroutine:generator
func h8() iter.Seq[int] {
	return func(yield func(int) bool) {
		if yield(1) {
			tell("more")
		}
		for v := range k2() {
			if !yield(v) {
				return
			}
		}
		g2(yield)
	}
}

//coroutine:generator
func nothing(yield func(int) bool) {
	tell("nothing")
	if len(said) > 1000 {
		yield(1)
	}
}

//coroutine:generator
func g9(yield func(int) bool) {
	for v := range nothing {
		if !yield(v) {
			return
		}
	}
	tell("g9 goes on")
	k1(yield)
}

//coroutine:generator
func g10(n int, yield func(int) bool) bool {
	if n == 0 {
		g9(yield)
		return true
	}
	return g10(n-1, yield)
}

//coroutine:generator
func h9(yield func(int) bool) { yield(1); g9(yield); tell("end"); yield(4) }

//coroutine:generator
func h10(yield func(int) bool) {
	yield(1)
	tell("%v", g10(3, yield))
	tell("end")
	yield(4)
	g10(2, yield)
}

//coroutine:async
func Subject(s *rttest.Script) (string, error) {
	pulls(s, "h1", func() iter.Seq[int] { return h1 }, func() rt.Generator[int] { return h1Pull() })
	pulls(s, "h2", func() iter.Seq[int] { return h2 }, func() rt.Generator[int] { return h2Pull() })
	pulls(s, "h3", func() iter.Seq[int] { return h3 }, func() rt.Generator[int] { return h3Pull() })
	pulls(s, "h4", func() iter.Seq[int] { return h4 }, func() rt.Generator[int] { return h4Pull() })
	pulls(s, "h5", func() iter.Seq[int] { return h5 }, func() rt.Generator[int] { return h5Pull() })
	pulls(s, "h6", func() iter.Seq[int] { return h6 }, func() rt.Generator[int] { return h6Pull() })
	pulls(s, "h7", func() iter.Seq[int] { return h7 }, func() rt.Generator[int] { return h7Pull() })
	pulls(s, "h8", h8, func() rt.Generator[int] { return h8Pull() })
	pulls(s, "h9", func() iter.Seq[int] { return h9 }, func() rt.Generator[int] { return h9Pull() })
	pulls(s, "h10", func() iter.Seq[int] { return h10 }, func() rt.Generator[int] { return h10Pull() })
	return co.Await(rttest.Step(s, "end", "over"))
}
