package fz

// Go's own tests of iter.Pull, in iter/pull_test.go, as generators. Each is compared with iter.Pull.
//
// Cases that are no generators: TestPullDoubleYield and TestPullDoubleYield2, as yield is stored.
// What the tests say of goroutines, and those of the runtime of locked threads, does not apply:
// a generator has no goroutine.

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

//coroutine:generator
func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				break
			}
		}
	}
}

//coroutine:generator
func squares(n int) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for i := range n {
			if !yield(i, int64(i)*int64(i)) {
				break
			}
		}
	}
}

//coroutine:async
func SubjectPull(s *rttest.Script) (string, error) {
	for n := range 4 {
		same("count", func() puller { return gen(countPull(n)) }, func() puller { return pull(count(n)) })
		same("squares", func() puller { return gen2(squaresPull(n)) }, func() puller { return pull2(squares(n)) })
	}
	return "", nil
}

// A slot holds what next is, for the function itself to call.
type slot struct{ next func() string }

func (s *slot) again() {
	defer func() {
		if v := recover(); v != nil {
			tell("double next fails") // the values differ
		}
	}()
	tell("%s", s.next())
}

//coroutine:generator
func doubleNext(s *slot) iter.Seq[int] {
	return func(_ func(int) bool) { s.again() }
}

//coroutine:generator
func doubleNext2(s *slot) iter.Seq2[int, int] {
	return func(_ func(int, int) bool) { s.again() }
}

// doubleNextBetween does it between its values. While it is stopped, next of iter.Pull returns false,
// and that of a generator panics as ever.
//
//coroutine:generator
func doubleNextBetween(s *slot) iter.Seq[int] {
	return func(yield func(int) bool) {
		s.again()
		if !yield(1) {
			return
		}
		s.again()
		if !yield(2) {
			return
		}
		s.again()
	}
}

//coroutine:async
func SubjectDoubleNext(s *rttest.Script) (string, error) {
	// caught returns p, of which the function knows the next.
	caught := func(of *slot, p puller) puller {
		of.next = p.next
		return p
	}
	same("doubleNext",
		func() puller { of := new(slot); return caught(of, gen(doubleNextPull(of))) },
		func() puller { of := new(slot); return caught(of, pull(doubleNext(of))) })
	same("doubleNext2",
		func() puller { of := new(slot); return caught(of, gen2(doubleNext2Pull(of))) },
		func() puller { of := new(slot); return caught(of, pull2(doubleNext2(of))) })
	same("doubleNextBetween",
		func() puller { of := new(slot); return caught(of, gen(doubleNextBetweenPull(of))) },
		func() puller { of := new(slot); return caught(of, pull(doubleNextBetween(of))) })
	return "", nil
}

//coroutine:generator
func panicSeq() iter.Seq[int] {
	return func(yield func(int) bool) {
		panic("boom")
	}
}

//coroutine:generator
func panicCleanupSeq() iter.Seq[int] {
	return func(yield func(int) bool) {
		for range 3 {
			if !yield(55) {
				panic("boom")
			}
		}
	}
}

//coroutine:generator
func panicSeq2() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		panic("boom")
	}
}

//coroutine:generator
func panicCleanupSeq2() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for range 3 {
			if !yield(55, 100) {
				panic("boom")
			}
		}
	}
}

// panicError panics with values of other kinds, and at other places.
//
//coroutine:generator
func panicError(yield func(int) bool) {
	defer func() {
		tell("deferred")
		if v := recover(); v != nil {
			panic(fmt.Errorf("again: %v", v))
		}
	}()
	var list []int
	if !yield(1) {
		panic(errors.New("stopped"))
	}
	yield(list[len(list)])
}

//coroutine:async
func SubjectPanic(s *rttest.Script) (string, error) {
	same("panicSeq", func() puller { return gen(panicSeqPull()) }, func() puller { return pull(panicSeq()) })
	same("panicCleanupSeq", func() puller { return gen(panicCleanupSeqPull()) }, func() puller { return pull(panicCleanupSeq()) })
	same("panicSeq2", func() puller { return gen2(panicSeq2Pull()) }, func() puller { return pull2(panicSeq2()) })
	same("panicCleanupSeq2", func() puller { return gen2(panicCleanupSeq2Pull()) }, func() puller { return pull2(panicCleanupSeq2()) })
	same("panicError", func() puller { return gen(panicErrorPull()) }, func() puller { return pull(panicError) })
	return "", nil
}

//coroutine:generator
func goexitSeq() iter.Seq[int] {
	return func(yield func(int) bool) {
		runtime.Goexit()
	}
}

//coroutine:generator
func goexitCleanupSeq() iter.Seq[int] {
	return func(yield func(int) bool) {
		for range 3 {
			if !yield(55) {
				runtime.Goexit()
			}
		}
	}
}

//coroutine:generator
func goexitSeq2() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		runtime.Goexit()
	}
}

//coroutine:generator
func goexitCleanupSeq2() iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for range 3 {
			if !yield(55, 100) {
				runtime.Goexit()
			}
		}
	}
}

// goexitDeferred ends the goroutine in a deferred call, or panics there.
//
//coroutine:generator
func goexitDeferred(panics bool, yield func(int) bool) {
	defer func() { tell("%v", recover()) }()
	defer func() {
		if panics {
			panic("deferred")
		}
		runtime.Goexit()
	}()
	for i := range 3 {
		if !yield(i) {
			runtime.Goexit()
		}
	}
	panic("end")
}

//coroutine:async
func SubjectGoexit(s *rttest.Script) (string, error) {
	same("goexitSeq", func() puller { return gen(goexitSeqPull()) }, func() puller { return pull(goexitSeq()) })
	same("goexitCleanupSeq", func() puller { return gen(goexitCleanupSeqPull()) }, func() puller { return pull(goexitCleanupSeq()) })
	same("goexitSeq2", func() puller { return gen2(goexitSeq2Pull()) }, func() puller { return pull2(goexitSeq2()) })
	same("goexitCleanupSeq2", func() puller { return gen2(goexitCleanupSeq2Pull()) }, func() puller { return pull2(goexitCleanupSeq2()) })
	for _, panics := range []bool{false, true} {
		same("goexitDeferred", func() puller { return gen(goexitDeferredPull(panics)) },
			func() puller { return pull(func(yield func(int) bool) { goexitDeferred(panics, yield) }) })
	}
	return "", nil
}

// A stopped generator, or one that has ended, lets another loop see nothing.
//
//coroutine:async
func SubjectAllAfterStop(s *rttest.Script) (string, error) {
	g := squaresPull(4)
	for k, v := range g.All() {
		s.Note("%d %d", k, v)
		if k == 1 {
			break
		}
	}
	s.Note("%v", fmt.Sprint(g.Next()))
	for k, v := range g.All() {
		s.Note("%d %d", k, v)
		g.Stop()
	}
	for k, v := range g.All() {
		s.Note("never %d %d", k, v)
	}
	return fmt.Sprint(g.Next()), nil
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
