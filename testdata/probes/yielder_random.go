package fz

// Random generators that delegate to each other in all ways, with errors and panics that are
// handled, replaced and passed on at every level.

import (
	"errors"
	"fmt"
	"os"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A script is what a caller does with a generator: n for Next, s for Send, t for Throw, x for
// Throw(ErrGeneratorExit), c for Close, a for a range over All.
var scripts = makeScripts()

func makeScripts() (list []string) {
	const ops = "nstxca"
	list = []string{""}
	for _, a := range ops {
		list = append(list, string(a))
		for _, b := range ops {
			list = append(list, "n"+string(a)+string(b))
		}
	}
	seed := uint32(1)
	for i := range 25 {
		script := "n"
		for range 3 + i/5 {
			seed = seed*1664525 + 1013904223
			script += string("nnnsssssttxca"[seed>>16%13])
		}
		list = append(list, script)
	}
	return list
}

var errThrown = errors.New("thrown")

// drives compares the generator that pull makes with the reference, which runs body, under all
// scripts. in makes the values to send.
func drives[Out, In, R any](s *rttest.Script, name string, in func(i int) In, body func(y co.Yielder[Out, In]) (R, error), pull func() rt.SendGenerator[Out, In, R]) {
	for _, script := range scripts {
		a := driven(script, in, pull)
		b := driven(script, in, func() rt.SendGenerator[Out, In, R] {
			g := machine.NewSendPull(name, body)
			return &g
		})
		if a != b {
			fmt.Printf("%s %q: the generator does\n%s\nand the reference\n%s\n", name, script, a, b)
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
func driven[Out, In, R any](script string, in func(i int) In, pull func() rt.SendGenerator[Out, In, R]) string {
	var b strings.Builder
	said = nil
	g := pull()
	fmt.Fprintf(&b, "%s", state(g))
	for i, op := range script {
		fmt.Fprintf(&b, "\n%c %v %v", op, called(func() string { return do(g, op, in(i)) }), said)
		said = nil
		v, err := g.Result()
		fmt.Fprintf(&b, " (%v, %v) %s", v, err, state(g))
	}
	for range 20 { // it may yield once more, or panic
		called(func() string { return do(g, 'c', in(0)) })
	}
	return b.String()
}

// state returns the state of g. The line of a generator that is suspended depends on the version.
func state[Out, In, R any](g rt.SendGenerator[Out, In, R]) string {
	_, state, _ := strings.Cut(g.String(), ": ")
	if state != "created" && state != "closed" {
		return ""
	}
	return state
}

// do does one operation.
func do[Out, In, R any](g rt.SendGenerator[Out, In, R], op rune, in In) string {
	switch op {
	case 'n':
		v, ok := g.Next()
		return fmt.Sprint(v, ok)
	case 's':
		v, ok := g.Send(in)
		return fmt.Sprint(v, ok)
	case 't':
		v, ok := g.Throw(errThrown)
		return fmt.Sprint(v, ok)
	case 'x':
		v, ok := g.Throw(rt.ErrGeneratorExit)
		return fmt.Sprint(v, ok)
	case 'c':
		return fmt.Sprint(g.Close())
	}
	n := 0
	var values []string
	for v := range g.All() {
		values = append(values, fmt.Sprint(v))
		if n++; n == 3 {
			break
		}
	}
	return fmt.Sprint(values)
}

// called returns the result of f, its panic, or that it has ended its goroutine.
func called(f func() string) string {
	done := make(chan string)
	go func() {
		result := "exit"
		defer func() {
			if v := recover(); v != nil {
				result = fmt.Sprint("panic ", v)
			}
			done <- result
		}()
		result = f()
	}()
	return <-done
}

func tens(i int) int { return 10 * i }

// An op is what a statement of a random generator does.
type op int

const (
	yields op = iota
	calls
	callsLate
	callsFrom
	returns
	fails
	panics
)

// A handler is what a statement does about an error.
type handler int

const (
	passes handler = iota
	swallows
	replaces
	yieldsAgain
	stops
)

type statement struct {
	op      op
	n       int
	handler handler
	block   []statement
}

// A source makes random numbers.
type source uint32

func (r *source) below(n int) int {
	*r = *r*1664525 + 1013904223
	return int(*r>>16) % n
}

func (r *source) block(depth int) (list []statement) {
	for range 1 + r.below(3) {
		s := statement{n: r.below(90), handler: handler(r.below(5))}
		if k := r.below(20); k < 9 && depth > 0 {
			s.op = calls + op(r.below(3))
			s.block = r.block(depth - 1)
		} else if k > 16 {
			s.op = returns + op(r.below(3))
		}
		list = append(list, s)
	}
	return list
}

// run runs a random generator.
//
//coroutine:generator
func run(block []statement, y co.Yielder[int, int]) (total int, err error) {
	for i, s := range block {
		var got int
		var err error
		switch s.op {
		case yields:
			got, err = y.Yield(s.n)
		case calls:
			got, err = run(s.block, y)
		case callsLate:
			got, err = runLate(s.n, s.block, y)
		case callsFrom:
			got, err = co.YieldFrom(y, runPull(s.block))
		case returns:
			return s.n, nil
		case fails:
			err = fmt.Errorf("error %d", s.n)
		case panics:
			panic(s.n)
		}
		tell("%d: %d %v", i, got, err)
		total += got
		if err == nil {
			continue
		}
		switch s.handler {
		case passes:
			return total, err
		case replaces:
			return total, errors.New("replaced")
		case yieldsAgain:
			if got, err = y.Yield(-s.n); err != nil {
				return total, err
			}
			total += got
		case stops:
			return total, nil
		}
	}
	return total, nil
}

// runLate does the same, and changes its results and its panics in a deferred call.
//
//coroutine:generator
func runLate(n int, block []statement, y co.Yielder[int, int]) (total int, err error) {
	defer func() {
		tell("late %d %v", total, err)
		total++
		switch n % 4 {
		case 0:
			if v := recover(); v != nil {
				err = fmt.Errorf("recovered %v", v)
			}
		case 1:
			if err == rt.ErrGeneratorExit {
				err = nil
			}
		case 2:
			if v := recover(); v != nil {
				panic(fmt.Sprint("again ", v))
			}
		}
	}()
	if n%3 == 0 {
		return run(block, y)
	}
	total, err = run(block, y)
	return total + n, err
}

//coroutine:async
func SubjectRandom(s *rttest.Script) (string, error) {
	for seed := range source(25) {
		r := seed
		block := r.block(3)
		drives(s, "run", tens, func(y co.Yielder[int, int]) (int, error) { return run(block, y) }, func() rt.SendGenerator[int, int, int] { return runPull(block) })
		drives(s, "runLate", tens, func(y co.Yielder[int, int]) (int, error) { return runLate(int(seed), block, y) }, func() rt.SendGenerator[int, int, int] { return runLatePull(int(seed), block) })
	}
	return "", nil
}
