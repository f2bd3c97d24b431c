package fz

// Generators that take values and errors: what their callers see of every Yield, of Send, Throw,
// Close, panics and the end, in all positions of a Yield, and for all shapes of results.

import (
	"errors"
	"fmt"
	"os"
	"runtime"
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
func averager(y co.Yielder[float64, float64], start float64) (int, error) {
	sum, average := start, start
	for n := 1; ; n++ {
		x, err := y.Yield(average)
		if err != nil {
			return n, err
		}
		sum += x
		average = sum / float64(n+1)
	}
}

//coroutine:generator
func nothing(y co.Yielder[int, int]) {
	for i := range 3 {
		x, err := y.Yield(i)
		tell("%d %v", x, err)
	}
}

//coroutine:generator
func onlyError(y co.Yielder[int, int]) error {
	for i := 0; i < 3; i++ {
		if _, err := y.Yield(i); err != nil {
			return fmt.Errorf("at %d: %w", i, err)
		}
	}
	return nil
}

//coroutine:generator
func onlyValue(y co.Yielder[int, int]) string {
	a, err := y.Yield(1)
	b, again := y.Yield(2)
	return fmt.Sprint(a, err, b, again)
}

//coroutine:generator
func hands(y co.Yielder[int, int]) (int, error) { return y.Yield(5) }

//coroutine:generator
func pair(y co.Yielder[int, int]) (int, string, error) {
	a, err := y.Yield(1)
	if err != nil {
		return a, "first", err
	}
	b, err := y.Yield(a + 1)
	return a + b, "second", err
}

//coroutine:generator
func pairOnly(y co.Yielder[int, int]) (int, bool) {
	a, err := y.Yield(1)
	return a, err == nil
}

//coroutine:generator
func triple(y co.Yielder[int, int]) (a int, b string, c []int, err error) {
	for i := range 3 {
		x, err := y.Yield(i)
		if err != nil {
			return i, "early", c, err
		}
		c = append(c, x)
	}
	a, b = len(c), "late"
	return
}

//coroutine:generator
func tripleOnly(y co.Yielder[int, int]) (int, int, int) {
	return 1, must(y.Yield(7)), 3
}

//coroutine:generator
func silent(y co.Yielder[int, int]) (string, error) {
	tell("silent")
	return "silent", errors.New("no yield")
}

//coroutine:async
func SubjectResults(s *rttest.Script) (string, error) {
	drives(s, "averager", func(i int) float64 { return float64(i * i) }, func(y co.Yielder[float64, float64]) (int, error) { return averager(y, 2) }, func() rt.SendGenerator[float64, float64, int] { return averagerPull(2) })
	drives(s, "nothing", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { nothing(y); return }, func() rt.SendGenerator[int, int, rt.Void] { return nothingPull() })
	drives(s, "onlyError", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, onlyError(y) }, func() rt.SendGenerator[int, int, rt.Void] { return onlyErrorPull() })
	drives(s, "onlyValue", tens, func(y co.Yielder[int, int]) (string, error) { return onlyValue(y), nil }, func() rt.SendGenerator[int, int, string] { return onlyValuePull() })
	drives(s, "hands", tens, func(y co.Yielder[int, int]) (int, error) { return hands(y) }, func() rt.SendGenerator[int, int, int] { return handsPull() })
	drives(s, "pair", tens, func(y co.Yielder[int, int]) (v rt.Two[int, string], err error) {
		v.V1, v.V2, err = pair(y)
		return
	}, func() rt.SendGenerator[int, int, rt.Two[int, string]] { return pairPull() })
	drives(s, "pairOnly", tens, func(y co.Yielder[int, int]) (v rt.Two[int, bool], err error) {
		v.V1, v.V2 = pairOnly(y)
		return
	}, func() rt.SendGenerator[int, int, rt.Two[int, bool]] { return pairOnlyPull() })
	drives(s, "triple", tens, func(y co.Yielder[int, int]) (v rt.Three[int, string, []int], err error) {
		v.V1, v.V2, v.V3, err = triple(y)
		return
	}, func() rt.SendGenerator[int, int, rt.Three[int, string, []int]] { return triplePull() })
	drives(s, "tripleOnly", tens, func(y co.Yielder[int, int]) (v rt.Three[int, int, int], err error) {
		v.V1, v.V2, v.V3 = tripleOnly(y)
		return
	}, func() rt.SendGenerator[int, int, rt.Three[int, int, int]] { return tripleOnlyPull() })
	drives(s, "silent", tens, func(y co.Yielder[int, int]) (string, error) { return silent(y) }, func() rt.SendGenerator[int, int, string] { return silentPull() })
	return "", nil
}

// plus1 returns the value of a Yield, and says its error.
func plus1(v int, err error) int {
	tell("plus1 %v", err)
	return v + 1
}

func isNil(v int, err error) bool { return err == nil }

//coroutine:generator
func statements(y co.Yielder[int, int]) (int, error) {
	y.Yield(1)
	_, _ = y.Yield(2)
	x, _ := y.Yield(3)
	_, err := y.Yield(x)
	var a, e = y.Yield(5)
	tell("%v %v %v", err, a, e)
	var list [3]int
	i := 1
	list[i], err = y.Yield(6)
	tell("%v %v", list, err)
	p := &list
	p[plus1(y.Yield(7))%3], err = y.Yield(8)
	tell("%v %v", list, err)
	m := map[string]int{}
	m["k"], m["e"] = plus1(y.Yield(9)), plus1(y.Yield(10))
	tell("%v", m)
	m["k"] += plus1(y.Yield(11))
	m["k"]++
	tell("%v", m)
	return m["k"], err
}

//coroutine:generator
func conditions(y co.Yielder[int, int]) (n int, err error) {
	if x, err := y.Yield(1); err != nil {
		tell("if %v", err)
	} else if z, err := y.Yield(x); err == nil && z > 5 {
		n += z
	} else if isNil(y.Yield(3)) && !isNil(y.Yield(4)) || isNil(y.Yield(5)) {
		n++
	}
	for x, err := y.Yield(6); err == nil && x > 0 && n < 90; x, err = y.Yield(x / 2) {
		n += x
	}
	for plus1(y.Yield(7)) > 50 {
		n++
		if n > 200 {
			break
		}
	}
	switch x, err := y.Yield(8); {
	case err != nil:
		tell("switch %v", err)
	case x > 30:
		n += 2
		fallthrough
	default:
		n += plus1(y.Yield(9))
	}
	switch plus1(y.Yield(10)) {
	case plus1(y.Yield(11)), plus1(y.Yield(12)):
		tell("equal")
	case 1:
		tell("one")
	default:
		tell("neither")
	}
	return n, nil
}

//coroutine:generator
func operands(y co.Yielder[int, int]) (int, error) {
	x := 1
	f := func(d int) int { x += d; return x }
	n := f(1)*plus1(y.Yield(x)) + f(2) - plus1(y.Yield(f(3)))*x
	tell("%d %d", n, x)
	tell("%v", fmt.Sprint(x, plus1(y.Yield(plus1(y.Yield(plus1(y.Yield(1)))))), f(1)))
	s := []int{plus1(y.Yield(1)), f(1), plus1(y.Yield(2))}
	t := struct{ a, b int }{b: plus1(y.Yield(3)), a: plus1(y.Yield(4))}
	a := [...]int{2: plus1(y.Yield(5)), 0: f(1)}
	tell("%v %v %v %v", s, t, a, s[plus1(y.Yield(6))%3])
	var any any = plus1(y.Yield(7))
	if v, ok := any.(int); ok {
		tell("%d", v)
	}
	q := map[int]int{plus1(y.Yield(8)): plus1(y.Yield(9))}
	tell("%v %v", len(q), append(s[:1], plus1(y.Yield(10)), f(1)))
	return plus1(y.Yield(11)) << 2, nil
}

//coroutine:generator
func mustAll(y co.Yielder[int, int]) int {
	defer func() { tell("left") }()
	n := must(y.Yield(must(y.Yield(1)) + must(y.Yield(2))))
	return n + must(y.Yield(n))
}

//coroutine:async
func SubjectPositions(s *rttest.Script) (string, error) {
	drives(s, "statements", tens, func(y co.Yielder[int, int]) (int, error) { return statements(y) }, func() rt.SendGenerator[int, int, int] { return statementsPull() })
	drives(s, "conditions", tens, func(y co.Yielder[int, int]) (int, error) { return conditions(y) }, func() rt.SendGenerator[int, int, int] { return conditionsPull() })
	drives(s, "operands", tens, func(y co.Yielder[int, int]) (int, error) { return operands(y) }, func() rt.SendGenerator[int, int, int] { return operandsPull() })
	drives(s, "mustAll", tens, func(y co.Yielder[int, int]) (int, error) { return mustAll(y), nil }, func() rt.SendGenerator[int, int, int] { return mustAllPull() })
	return "", nil
}

//coroutine:generator
func loops(y co.Yielder[string, int]) (sum int, err error) {
	for i, w := range strings.Fields("a bb ccc") {
		x, err := y.Yield(fmt.Sprint(i, w))
		if err != nil {
			continue
		}
		sum += x
	}
	for i := range plus1(y.Yield("range")) % 4 {
		if _, err := y.Yield(fmt.Sprint("i", i)); err == errThrown {
			break
		}
	}
	for k, v := range map[string]int{"k": 1} {
		x, err := y.Yield(k)
		tell("%v %v %v", v, x, err)
	}
	for _, r := range "öx" {
		y.Yield(string(r))
	}
	for i := range [2]int{} {
		defer tell("deferred %d", i)
		y.Yield("array")
	}
outer:
	for i := range 3 {
		for {
			x, err := y.Yield("labels")
			switch {
			case err == errThrown:
				continue outer
			case err != nil:
				return sum, err
			case x > 30:
				break outer
			case i == 1:
				break
			default:
				sum++
				continue outer
			}
			break
		}
	}
	return sum, nil
}

//coroutine:generator
func jumps(y co.Yielder[int, int]) (int, error) {
	n := 0
again:
	x, err := y.Yield(n)
	if err == errThrown && n < 20 {
		n += 10
		goto again
	}
	if err != nil {
		goto out
	}
	n += x
	if n < 100 {
		n++
		goto again
	}
out:
	return n, err
}

//coroutine:generator
func selects(y co.Yielder[int, int]) (n int, err error) {
	ch := make(chan int, 3)
	for n < 3 {
		select {
		case ch <- plus1(y.Yield(n)):
			n++
		case x := <-ch:
			n += x
		}
		select {
		case x, ok := <-ch:
			if _, err := y.Yield(x); err != nil {
				return n, fmt.Errorf("%v %w", ok, err)
			}
		default:
			y.Yield(-1)
		}
	}
	close(ch)
	for x := range ch {
		y.Yield(x)
	}
	return n, nil
}

//coroutine:generator
func types(list []any, y co.Yielder[any, any]) error {
	for _, v := range list {
		switch v := v.(type) {
		case nil:
			y.Yield("nil")
		case int, string:
			x, err := y.Yield(v)
			tell("%v %v %v", v, x, err)
		case error:
			if _, err := y.Yield(v.Error()); err != nil {
				return errors.Join(v, err)
			}
		}
	}
	return nil
}

//coroutine:generator
func closures(y co.Yielder[func() int, func(int) int]) (int, error) {
	total := 0
	for i := range 3 {
		n := i
		f, err := y.Yield(func() int { n++; total += n; return n })
		if err != nil {
			return total, err
		}
		if f != nil {
			total = f(total)
		}
		tell("n is %d", n)
	}
	return total, nil
}

//coroutine:generator
func arguments(y co.Yielder[int, int]) (n int, err error) {
	defer tell("deferred %v", plus1(y.Yield(1)))
	done := make(chan int)
	go func(v int) { done <- v }(plus1(y.Yield(2)))
	defer func(v int) { n += v }(plus1(y.Yield(3)))
	n = <-done
	_, err = y.Yield(n)
	return n, err
}

//coroutine:async
func SubjectControl(s *rttest.Script) (string, error) {
	drives(s, "loops", tens, func(y co.Yielder[string, int]) (int, error) { return loops(y) }, func() rt.SendGenerator[string, int, int] { return loopsPull() })
	drives(s, "jumps", tens, func(y co.Yielder[int, int]) (int, error) { return jumps(y) }, func() rt.SendGenerator[int, int, int] { return jumpsPull() })
	drives(s, "selects", tens, func(y co.Yielder[int, int]) (int, error) { return selects(y) }, func() rt.SendGenerator[int, int, int] { return selectsPull() })
	list := []any{1, nil, "a", errThrown, true, 2}
	drives(s, "types", func(i int) any { return i }, func(y co.Yielder[any, any]) (v rt.Void, err error) { return v, types(list, y) }, func() rt.SendGenerator[any, any, rt.Void] { return typesPull(list) })
	drives(s, "arguments", tens, func(y co.Yielder[int, int]) (int, error) { return arguments(y) }, func() rt.SendGenerator[int, int, int] { return argumentsPull() })
	g := closuresPull()
	for f := range g.All() {
		s.Note("%d %d", f(), f())
		if h, ok := g.Send(func(n int) int { return 10 * n }); ok {
			s.Note("then %d", h())
		}
	}
	n, err := g.Result()
	s.Note("%d %v", n, err)
	return "", nil
}

//coroutine:generator
func deferring(y co.Yielder[int, int]) (n int, err error) {
	defer tell("first")
	defer func() {
		tell("named %d %v", n, err)
		n += 100
		if err == rt.ErrGeneratorExit {
			err = nil
		}
	}()
	for i := range 4 {
		defer func() { tell("deferred %d", i) }()
		x, err := y.Yield(i)
		if err != nil {
			return n, err
		}
		n += x
	}
	return n, nil
}

//coroutine:generator
func panics(at int, y co.Yielder[int, int]) (string, error) {
	defer func() { tell("deferred") }()
	for i := 0; ; i++ {
		if i == at {
			panic(fmt.Sprint("at ", i))
		}
		if _, err := y.Yield(i); err != nil {
			panic(err)
		}
	}
}

//coroutine:generator
func recovers(y co.Yielder[int, int]) (result string, err error) {
	defer func() {
		if v := recover(); v != nil {
			result = fmt.Sprint("recovered ", v)
		}
	}()
	var list []int
	for i := range 4 {
		if _, err := y.Yield(i); err != nil {
			panic(err.Error())
		}
		if i == 2 {
			y.Yield(list[i])
		}
	}
	return "never", nil
}

//coroutine:generator
func repanics(y co.Yielder[int, int]) (result string, err error) {
	defer func() {
		if v := recover(); v != nil {
			tell("recovered %v", v)
			panic(fmt.Sprint("again ", v))
		}
	}()
	must(y.Yield(1))
	must(y.Yield(2))
	return "done", nil
}

//coroutine:generator
func exits(at int, y co.Yielder[int, int]) (string, error) {
	defer func() { tell("deferred %v", recover()) }()
	for i := range 4 {
		if i == at {
			runtime.Goexit()
		}
		if _, err := y.Yield(i); err != nil {
			defer runtime.Goexit()
			return "exits", err
		}
	}
	return "end", nil
}

//coroutine:generator
func ignores(n int, y co.Yielder[int, int]) error {
	for i := 0; ; i++ {
		if _, err := y.Yield(i); err != nil {
			tell("%v", err)
			if n--; n < 0 {
				return err
			}
		}
	}
}

//coroutine:generator
func nilPanics(y co.Yielder[int, int]) error {
	var f func()
	if _, err := y.Yield(1); err != nil {
		f()
	}
	defer f()
	_, err := y.Yield(2)
	return err
}

//coroutine:async
func SubjectDefers(s *rttest.Script) (string, error) {
	drives(s, "deferring", tens, func(y co.Yielder[int, int]) (int, error) { return deferring(y) }, func() rt.SendGenerator[int, int, int] { return deferringPull() })
	drives(s, "recovers", tens, func(y co.Yielder[int, int]) (string, error) { return recovers(y) }, func() rt.SendGenerator[int, int, string] { return recoversPull() })
	drives(s, "repanics", tens, func(y co.Yielder[int, int]) (string, error) { return repanics(y) }, func() rt.SendGenerator[int, int, string] { return repanicsPull() })
	drives(s, "nilPanics", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, nilPanics(y) }, func() rt.SendGenerator[int, int, rt.Void] { return nilPanicsPull() })
	for at := range 3 {
		drives(s, "panics", tens, func(y co.Yielder[int, int]) (string, error) { return panics(at, y) }, func() rt.SendGenerator[int, int, string] { return panicsPull(at) })
		drives(s, "exits", tens, func(y co.Yielder[int, int]) (string, error) { return exits(at, y) }, func() rt.SendGenerator[int, int, string] { return exitsPull(at) })
		drives(s, "ignores", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, ignores(at, y) }, func() rt.SendGenerator[int, int, rt.Void] { return ignoresPull(at) })
	}
	return "", nil
}

// reenters calls all methods of its own generator.
//
//coroutine:generator
func reenters(own *rt.SendGenerator[int, int, string], y co.Yielder[int, int]) (string, error) {
	defer func() {
		tell("%v", called(func() string { return fmt.Sprint((*own).Close()) }))
	}()
	for i := range 3 {
		for _, op := range "nstxca" {
			tell("%c %v", op, called(func() string { return do(*own, op, 1) }))
		}
		v, err := (*own).Result()
		tell("%v %v %v", v, err, *own)
		if _, err := y.Yield(i); err != nil {
			return "thrown", err
		}
	}
	return "end", nil
}

//coroutine:generator
func reentersOuter(own *rt.SendGenerator[int, int, string], y co.Yielder[int, int]) (string, error) {
	if _, err := y.Yield(-1); err != nil {
		return "", err
	}
	return reenters(own, y)
}

//coroutine:async
func SubjectReenters(s *rttest.Script) (string, error) {
	for _, script := range scripts {
		for _, outer := range []bool{false, true} {
			said = nil
			var g rt.SendGenerator[int, int, string]
			if outer {
				g = reentersOuterPull(&g)
			} else {
				g = reentersPull(&g)
			}
			for i, op := range script {
				s.Note("%c %v %v", op, called(func() string { return do(g, op, i) }), said)
				said = nil
			}
			g.Close()
		}
	}
	return "", nil
}
