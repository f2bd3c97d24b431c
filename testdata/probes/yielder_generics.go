package fz

// Generators that take values and errors, and are generic, methods, or have unusual parameters,
// variables and types.

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strconv"
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
			list = append(list, string(a)+string(b), "n"+string(a)+string(b))
		}
	}
	seed := uint32(1)
	for i := range 40 {
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

func words(i int) string { return strings.Repeat("x", i) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

//coroutine:generator
func echoes[T any](y co.Yielder[T, T], first T) (list []T, err error) {
	for v := first; err == nil; {
		list = append(list, v)
		v, err = y.Yield(v)
	}
	return list, err
}

// largest yields the largest value so far.
//
//coroutine:generator
func largest[T cmp.Ordered](first T, y co.Yielder[T, T]) (T, error) {
	most := first
	for {
		v, err := y.Yield(most)
		if err != nil {
			return most, err
		}
		most = max(most, v)
	}
}

// translates uses generic generators of other types.
//
//coroutine:generator
func translates[K comparable, V any](m map[K]V, y co.Yielder[V, K]) (misses []K, err error) {
	var v V
	for {
		k, err := y.Yield(v)
		if err != nil {
			return misses, err
		}
		found, ok := m[k]
		if !ok {
			misses = append(misses, k)
			if k, err = asks(v, 2, y); err != nil {
				return misses, err
			}
			found = m[k]
		}
		v = found
	}
}

//coroutine:generator
func asks[Out, In any](v Out, n int, y co.Yielder[Out, In]) (in In, err error) {
	for range n {
		if in, err = y.Yield(v); err != nil {
			return in, fmt.Errorf("asks %T: %w", in, err)
		}
	}
	return in, nil
}

//coroutine:generator
func both(y co.Yielder[string, string]) (string, error) {
	a, err := echoes(y, "a")
	if err == rt.ErrGeneratorExit {
		return strings.Join(a, "+"), err
	}
	b, err := co.YieldFrom(y, largestPull("m"))
	return fmt.Sprint(a, b), err
}

//coroutine:async
func SubjectGenericFunctions(s *rttest.Script) (string, error) {
	drives(s, "echoes", tens, func(y co.Yielder[int, int]) ([]int, error) { return echoes(y, 3) }, func() rt.SendGenerator[int, int, []int] { return echoesPull(3) })
	drives(s, "echoes", words, func(y co.Yielder[string, string]) ([]string, error) { return echoes(y, "") }, func() rt.SendGenerator[string, string, []string] { return echoesPull("") })
	drives(s, "largest", tens, func(y co.Yielder[int, int]) (int, error) { return largest(25, y) }, func() rt.SendGenerator[int, int, int] { return largestPull(25) })
	drives(s, "largest", words, func(y co.Yielder[string, string]) (string, error) { return largest("xx", y) }, func() rt.SendGenerator[string, string, string] { return largestPull("xx") })
	m := map[int]string{10: "ten", 20: "twenty", 30: "thirty"}
	drives(s, "translates", tens, func(y co.Yielder[string, int]) ([]int, error) { return translates(m, y) }, func() rt.SendGenerator[string, int, []int] { return translatesPull(m) })
	drives(s, "asks", tens, func(y co.Yielder[string, int]) (int, error) { return asks("a", 3, y) }, func() rt.SendGenerator[string, int, int] { return asksPull[string, int]("a", 3) })
	drives(s, "both", words, func(y co.Yielder[string, string]) (string, error) { return both(y) }, func() rt.SendGenerator[string, string, string] { return bothPull() })
	return "", nil
}

type ring[T any] struct {
	items []T
	next  int
}

// fill yields the value that it is about to replace.
//
//coroutine:generator
func (r *ring[T]) fill(y co.Yielder[T, T]) (int, error) {
	n := 0
	for {
		v, err := y.Yield(r.items[r.next])
		if err != nil {
			return n, err
		}
		r.items[r.next] = v
		r.next = (r.next + 1) % len(r.items)
		n++
	}
}

// twice fills in two rounds.
//
//coroutine:generator
func (r *ring[T]) twice(y co.Yielder[T, T]) (int, error) {
	n, err := r.fill(y)
	if err == rt.ErrGeneratorExit {
		return n, err
	}
	m, err := r.fill(y)
	return n + m, err
}

type celsius float64

// heats is a method of a value that is no struct.
//
//coroutine:generator
func (c celsius) heats(y co.Yielder[celsius, float64]) (celsius, error) {
	for {
		d, err := y.Yield(c)
		if err != nil {
			return c, err
		}
		c += celsius(d)
	}
}

type point struct{ x, y int }

// moves is a method of a value that has a field y.
//
//coroutine:generator
func (p point) moves(y co.Yielder[point, point]) error {
	for {
		by, err := y.Yield(p)
		if err != nil {
			return fmt.Errorf("at %d,%d: %w", p.x, p.y, err)
		}
		p.x, p.y = p.x+by.x, p.y+by.y
	}
}

//coroutine:async
func SubjectMethods(s *rttest.Script) (string, error) {
	newRing := func() *ring[string] { return &ring[string]{items: []string{"a", "b", "c"}} }
	drives(s, "ring.fill", words, func(y co.Yielder[string, string]) (int, error) { return newRing().fill(y) }, func() rt.SendGenerator[string, string, int] { return newRing().fillPull() })
	drives(s, "ring.twice", words, func(y co.Yielder[string, string]) (int, error) { return newRing().twice(y) }, func() rt.SendGenerator[string, string, int] { return newRing().twicePull() })
	drives(s, "celsius.heats", func(i int) float64 { return float64(i) / 2 }, func(y co.Yielder[celsius, float64]) (celsius, error) { return celsius(20).heats(y) }, func() rt.SendGenerator[celsius, float64, celsius] { return celsius(20).heatsPull() })
	drives(s, "point.moves", func(i int) point { return point{i, -i} }, func(y co.Yielder[point, point]) (v rt.Void, err error) { return v, point{1, 2}.moves(y) }, func() rt.SendGenerator[point, point, rt.Void] { return point{1, 2}.movesPull() })
	return "", nil
}

// parameters has its Yielder between others, and changes all of them.
//
//coroutine:generator
func parameters(a int, yield co.Yielder[string, int], b string, rest ...int) (int, error) {
	for {
		x, err := yield.Yield(fmt.Sprint(a, b, rest))
		if err != nil {
			return a, err
		}
		a += x
		b += strconv.Itoa(x)
		rest = append(rest, x)
		if len(rest) > 4 {
			return parameters(a, yield, b)
		}
	}
}

// shadows has other variables called y.
//
//coroutine:generator
func shadows(y co.Yielder[int, int]) (sum int, err error) {
	for {
		x, err := y.Yield(sum)
		if err != nil {
			y := sum
			tell("%d", y)
			return y, err
		}
		func() {
			y := x
			sum += y
		}()
		for _, y := range []int{1, 2} {
			sum += y
		}
	}
}

// captures has parameters and results that closures share.
//
//coroutine:generator
func captures(n int, y co.Yielder[int, int]) (sum int, err error) {
	add := func(d int) { sum += d; n-- }
	less := func() bool { return n > 0 }
	defer func() { sum *= 2 }()
	for less() {
		x, e := y.Yield(sum)
		if err = e; err != nil {
			return
		}
		add(x)
		p := &x
		add(*p / 10)
	}
	return
}

// locals has types and constants of its own.
//
//coroutine:generator
func locals(y co.Yielder[string, int]) (string, error) {
	type corner struct{ a, b int }
	const k = 3
	list := []corner{{1, k}}
	for len(list) < 5 {
		x, err := y.Yield(fmt.Sprint(list[len(list)-1]))
		if err != nil {
			return fmt.Sprint(list), err
		}
		list = append(list, corner{x, len(list)})
	}
	return fmt.Sprintf("%v", list), nil
}

// blanks does not look at what it gets.
//
//coroutine:generator
func blanks(_ int, y co.Yielder[struct{}, struct{}], _ string) (_ int, _ error) {
	for range 3 {
		_, _ = y.Yield(struct{}{})
	}
	return 4, nil
}

// wide has a parameter of the type in package rt, and arrays, channels and functions as values.
//
//coroutine:generator
func wide(y rt.Yielder[[2]int, func(int) [2]int]) ([2]int, error) {
	v := [2]int{1, 2}
	for range 5 {
		f, err := y.Yield(v)
		if err != nil {
			return v, err
		}
		if f != nil {
			v = f(v[0])
		} else {
			v[0], v[1] = v[1], v[0]
		}
	}
	return v, nil
}

//coroutine:async
func SubjectParameters(s *rttest.Script) (string, error) {
	drives(s, "parameters", tens, func(y co.Yielder[string, int]) (int, error) { return parameters(1, y, "b", 2, 3) }, func() rt.SendGenerator[string, int, int] { return parametersPull(1, "b", 2, 3) })
	drives(s, "shadows", tens, func(y co.Yielder[int, int]) (int, error) { return shadows(y) }, func() rt.SendGenerator[int, int, int] { return shadowsPull() })
	drives(s, "captures", tens, func(y co.Yielder[int, int]) (int, error) { return captures(4, y) }, func() rt.SendGenerator[int, int, int] { return capturesPull(4) })
	drives(s, "locals", tens, func(y co.Yielder[string, int]) (string, error) { return locals(y) }, func() rt.SendGenerator[string, int, string] { return localsPull() })
	drives(s, "blanks", func(int) struct{} { return struct{}{} }, func(y co.Yielder[struct{}, struct{}]) (int, error) { return blanks(1, y, "") }, func() rt.SendGenerator[struct{}, struct{}, int] { return blanksPull(1, "") })
	drives(s, "wide", func(i int) func(int) [2]int { return func(n int) [2]int { return [2]int{n + i, i} } }, func(y co.Yielder[[2]int, func(int) [2]int]) ([2]int, error) { return wide(y) }, func() rt.SendGenerator[[2]int, func(int) [2]int, [2]int] { return widePull() })
	return "", nil
}

// coroutines yields what its caller awaits, and is sent the results.
//
//coroutine:generator
func coroutines(s *rttest.Script, n int, y co.Yielder[rt.Coroutine[int], int]) (sum int, err error) {
	for i := range n {
		x, err := y.Yield(co.Async(func() (int, error) { return co.Await(rttest.Step(s, "in a generator", i+1)) }))
		if err != nil {
			return sum, err
		}
		sum += x
	}
	return sum, nil
}

//coroutine:async
func SubjectAwaitsForAGenerator(s *rttest.Script) (string, error) {
	g := coroutinesPull(s, 2)
	c, ok := g.Next()
	for ok {
		n, err := co.Await(c)
		s.Note("%d %v", n, err)
		if err != nil {
			c, ok = g.Throw(err)
		} else {
			c, ok = g.Send(n)
		}
	}
	sum, err := g.Result()
	return strconv.Itoa(sum), err
}
