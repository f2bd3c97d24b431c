package fz

// Operands, arguments and results that a generator keeps across a yield, or need not keep.

import (
	"fmt"
	"iter"
	"os"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type puller struct{ next, stop func() string }

func gen[V any](g rt.Generator[V]) puller {
	return puller{
		func() string { v, ok := g.Next(); return fmt.Sprint(v, ok) },
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

var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

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

type array [3]int

// sliced shares its parameter, whose type is a type parameter, with a slice.
//
//coroutine:generator
func sliced[A ~[3]int](a A) iter.Seq[int] {
	s := a[:]
	return func(yield func(int) bool) {
		for i := range 3 {
			a[i] += 10
			if !yield(s[i]) {
				return
			}
		}
	}
}

// late defers calls with what a yield has returned, which a later yield replaces.
//
//coroutine:generator
func late(yield func(int) bool) (ok bool) {
	defer tell("%v", yield(1))
	defer func(x, y bool) { tell("%v %v %v", x, y, ok) }(yield(2), yield(3))
	for i := range 2 {
		defer tell("%v", yield(4+i))
	}
	return yield(6)
}

type base struct{ n int }

//coroutine:generator
func (b base) values(yield func(int) bool) {
	for i := range b.n {
		if !yield(i) {
			return
		}
	}
}

// shared ranges over a method of a variable that a closure assigns.
//
//coroutine:generator
func shared(n int, yield func(int) bool) {
	b := base{n}
	grow := func() { b.n++ }
	for v := range b.values {
		grow()
		if !yield(v + b.n) {
			return
		}
	}
	for v := range b.values {
		yield(v)
	}
}

// unused returns the result of another generator to nobody.
//
//coroutine:generator
func unused(n int, yield func(int) bool) bool {
	yield(n)
	x := n * n
	for v := range ignores(x) {
		if !yield(v) {
			return false
		}
	}
	return pushes(x, yield)
}

//coroutine:generator
func pushes(n int, yield func(int) bool) bool { return yield(n) || yield(n+1) }

//coroutine:generator
func ignores(unused int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if !yield(1) {
			return
		}
	}
}

//coroutine:generator
func ignored(f func() int, yield func(int) bool) {
	x := f()
	for v := range ignores(x) {
		if !yield(v) {
			return
		}
	}
}

// notTrue has a variable called true before its literal.
//
//coroutine:generator
func notTrue(n int) iter.Seq[int] {
	true := n > 100
	return func(yield func(int) bool) {
		for i := range n {
			if true || !yield(i) {
				return
			}
		}
	}
}

//coroutine:async
func SubjectOperandsOfGenerators(s *rttest.Script) (string, error) {
	same("sliced", func() puller { return gen(slicedPull(array{1, 2, 3})) }, func() puller { return pull(sliced(array{1, 2, 3})) })
	same("late", func() puller { return gen(latePull()) }, func() puller { return pull(func(y func(int) bool) { late(y) }) })
	same("shared", func() puller { return gen(sharedPull(2)) }, func() puller { return pull(func(y func(int) bool) { shared(2, y) }) })
	same("unused", func() puller { return gen(unusedPull(2)) }, func() puller { return pull(func(y func(int) bool) { unused(2, y) }) })
	f := func() int { tell("f"); return 1 }
	same("ignored", func() puller { return gen(ignoredPull(f)) }, func() puller { return pull(func(y func(int) bool) { ignored(f, y) }) })
	same("notTrue", func() puller { return gen(notTruePull(3)) }, func() puller { return pull(notTrue(3)) })
	return "", nil
}
