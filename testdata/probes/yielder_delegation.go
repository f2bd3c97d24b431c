package fz

// Generators that hand their Yielder on to others, or hand on the values of others by YieldFrom:
// what is sent, thrown and returned passes through all of them, with panics, defers and closes at
// every place.

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

// sums yields n times, and returns the sum of what it gets.
//
//coroutine:generator
func sums(n int, y co.Yielder[int, int]) (sum int, err error) {
	for i := range n {
		x, err := y.Yield(i)
		if err != nil {
			return sum, err
		}
		sum += x
	}
	return sum, nil
}

// sumsLate does the same with deferred calls, and changes its results there.
//
//coroutine:generator
func sumsLate(n int, y co.Yielder[int, int]) (sum int, err error) {
	defer func() {
		tell("sumsLate %d %v", sum, err)
		if err != nil {
			err = fmt.Errorf("sumsLate: %w", err)
		}
		sum++
	}()
	for i := range n {
		x, err := y.Yield(i)
		if err != nil {
			return sum, err
		}
		sum += x
	}
	return sum, nil
}

//coroutine:generator
func calls(y co.Yielder[int, int]) (int, error) {
	a, err := sums(2, y)
	tell("a %d %v", a, err)
	if err != nil {
		return a, err
	}
	b, err := sumsLate(2, y)
	tell("b %d %v", b, err)
	x, again := y.Yield(a + b)
	return x, errors.Join(err, again)
}

//coroutine:generator
func callsFrom(y co.Yielder[int, int]) (int, error) {
	a, err := co.YieldFrom(y, sumsPull(2))
	tell("a %d %v", a, err)
	if err != nil {
		return a, err
	}
	b, err := co.YieldFrom(y, sumsLatePull(2))
	tell("b %d %v", b, err)
	x, again := y.Yield(a + b)
	return x, errors.Join(err, again)
}

// tail returns what another one returns.
//
//coroutine:generator
func tail(y co.Yielder[int, int]) (int, error) { return sumsLate(3, y) }

//coroutine:generator
func tailFrom(y co.Yielder[int, int]) (int, error) { return co.YieldFrom(y, sumsLatePull(3)) }

func plus1(v int, err error) int {
	tell("plus1 %v", err)
	return v + 1
}

// operands delegates in all places.
//
//coroutine:generator
func operands(y co.Yielder[int, int]) (n int, err error) {
	n = plus1(sums(1, y))*plus1(y.Yield(5)) + plus1(sumsLate(1, y))
	tell("%d", n)
	if x, err := sums(1, y); err == nil && x > 10 && plus1(sums(2, y)) > 30 {
		n += x
	} else if _, err := co.YieldFrom(y, sumsPull(plus1(sums(1, y))%4)); err != nil {
		return n, err
	}
	for x, err := sums(1, y); err == nil && x > 20 && n < 999; x, err = sumsLate(1, y) {
		n += x
	}
	switch plus1(sums(plus1(y.Yield(7))%3, y)) {
	case plus1(sums(1, y)):
		tell("equal")
	default:
		sums(1, y)
	}
	list := []int{plus1(sums(1, y)), plus1(co.YieldFrom(y, sumsPull(1)))}
	tell("%v", list)
	defer tell("deferred %d", plus1(sums(1, y)))
	list[plus1(sums(1, y))%2], err = sumsLate(1, y)
	return n + list[0] + list[1], err
}

//coroutine:async
func SubjectCalls(s *rttest.Script) (string, error) {
	drives(s, "calls", tens, func(y co.Yielder[int, int]) (int, error) { return calls(y) }, func() rt.SendGenerator[int, int, int] { return callsPull() })
	drives(s, "callsFrom", tens, func(y co.Yielder[int, int]) (int, error) { return callsFrom(y) }, func() rt.SendGenerator[int, int, int] { return callsFromPull() })
	drives(s, "tail", tens, func(y co.Yielder[int, int]) (int, error) { return tail(y) }, func() rt.SendGenerator[int, int, int] { return tailPull() })
	drives(s, "tailFrom", tens, func(y co.Yielder[int, int]) (int, error) { return tailFrom(y) }, func() rt.SendGenerator[int, int, int] { return tailFromPull() })
	drives(s, "operands", tens, func(y co.Yielder[int, int]) (int, error) { return operands(y) }, func() rt.SendGenerator[int, int, int] { return operandsPull() })
	return "", nil
}

// shapes of results

//coroutine:generator
func none(y co.Yielder[int, int]) {
	y.Yield(1)
	y.Yield(2)
}

//coroutine:generator
func justError(y co.Yielder[int, int]) error {
	_, err := y.Yield(3)
	return err
}

//coroutine:generator
func justValue(y co.Yielder[int, int]) string {
	x, err := y.Yield(4)
	return fmt.Sprint(x, err)
}

//coroutine:generator
func twoValues(y co.Yielder[int, int]) (int, string, error) {
	x, err := y.Yield(5)
	return x, "five", err
}

//coroutine:generator
func threeValues(y co.Yielder[int, int]) (a, b int, c string) {
	a, _ = y.Yield(6)
	b, _ = y.Yield(a)
	c = "six"
	return
}

//coroutine:generator
func allShapes(y co.Yielder[int, int]) (result string, err error) {
	none(y)
	if err := justError(y); err != nil {
		return "justError", err
	}
	v := justValue(y)
	a, b, err := twoValues(y)
	if err != nil {
		return v, err
	}
	c, d, e := threeValues(y)
	return fmt.Sprint(v, a, b, c, d, e), nil
}

//coroutine:generator
func allShapesFrom(y co.Yielder[int, int]) (result string, err error) {
	if _, err := co.YieldFrom(y, nonePull()); err != nil {
		return "none", err
	}
	if _, err := co.YieldFrom(y, justErrorPull()); err != nil {
		return "justError", err
	}
	v, err := co.YieldFrom(y, justValuePull())
	if err != nil {
		return v, err
	}
	two, err := co.YieldFrom(y, twoValuesPull())
	if err != nil {
		return v, err
	}
	three, err := co.YieldFrom(y, threeValuesPull())
	return fmt.Sprint(v, two.V1, two.V2, three), err
}

//coroutine:async
func SubjectShapes(s *rttest.Script) (string, error) {
	drives(s, "allShapes", tens, func(y co.Yielder[int, int]) (string, error) { return allShapes(y) }, func() rt.SendGenerator[int, int, string] { return allShapesPull() })
	drives(s, "allShapesFrom", tens, func(y co.Yielder[int, int]) (string, error) { return allShapesFrom(y) }, func() rt.SendGenerator[int, int, string] { return allShapesFromPull() })
	return "", nil
}

// innermost ends in one of several ways.
//
//coroutine:generator
func innermost(how string, y co.Yielder[string, int]) (result string, err error) {
	defer func() { tell("innermost ends: %v", err) }()
	x, err := y.Yield("innermost")
	tell("innermost %d %v", x, err)
	switch how {
	case "panics":
		panic("innermost")
	case "exits":
		runtime.Goexit()
	case "handles":
		if err != nil {
			x, err = y.Yield("handled")
		}
	case "ignores":
		for err == rt.ErrGeneratorExit {
			x, err = y.Yield("ignored")
		}
	case "swallows":
		return "swallowed", nil
	case "replaces":
		if err != nil {
			err = errors.New("replaced")
		}
	}
	return fmt.Sprint(how, x), err
}

//coroutine:generator
func middle(how string, from bool, y co.Yielder[string, int]) (result string, err error) {
	defer tell("middle ends")
	if _, err = y.Yield("middle"); err != nil {
		return "middle", err
	}
	if from {
		result, err = co.YieldFrom(y, innermostPull(how))
	} else {
		result, err = innermost(how, y)
	}
	tell("middle got %v %v", result, err)
	return "middle " + result, err
}

//coroutine:generator
func outermost(how string, from, from2 bool, y co.Yielder[string, int]) (result string, err error) {
	defer func() {
		tell("outermost ends: %q %v", result, err)
		if how == "panics" && from {
			result = fmt.Sprint("recovered ", recover())
		}
	}()
	if from2 {
		result, err = co.YieldFrom(y, middlePull(how, from))
	} else {
		result, err = middle(how, from, y)
	}
	if err == nil {
		_, err = y.Yield("outermost")
	}
	return "outermost " + result, err
}

//coroutine:async
func SubjectThreeLevels(s *rttest.Script) (string, error) {
	for _, how := range []string{"returns", "panics", "exits", "handles", "ignores", "swallows", "replaces"} {
		for i := range 4 {
			from, from2 := i%2 > 0, i/2 > 0
			drives(s, "outermost", tens, func(y co.Yielder[string, int]) (string, error) { return outermost(how, from, from2, y) }, func() rt.SendGenerator[string, int, string] { return outermostPull(how, from, from2) })
		}
	}
	return "", nil
}

type tree struct {
	left, right *tree
	v           int
}

func sample() *tree {
	return &tree{&tree{nil, &tree{v: 2}, 1}, &tree{&tree{v: 4}, nil, 5}, 3}
}

// walk yields the values of t in order, and replaces them by what it gets.
//
//coroutine:generator
func (t *tree) walk(y co.Yielder[int, int]) error {
	if t == nil {
		return nil
	}
	if err := t.left.walk(y); err != nil {
		return err
	}
	v, err := y.Yield(t.v)
	if err != nil {
		return err
	}
	if v != 0 {
		t.v = v
	}
	return t.right.walk(y)
}

// depth returns the number of values and the depth of t.
//
//coroutine:generator
func (t *tree) depth(y co.Yielder[int, int]) (n, d int, err error) {
	if t == nil {
		return 0, 0, nil
	}
	n, d, err = t.left.depth(y)
	if err != nil {
		return n, d, fmt.Errorf("left of %d: %w", t.v, err)
	}
	if _, err := y.Yield(t.v); err != nil {
		return n, d, err
	}
	m, e, err := t.right.depth(y)
	return n + m + 1, max(d, e) + 1, err
}

// late walks with a deferred call at each node.
//
//coroutine:generator
func (t *tree) late(y co.Yielder[int, int]) (err error) {
	if t == nil {
		return nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%d: %w", t.v, err)
		}
	}()
	if err := t.left.late(y); err != nil {
		return err
	}
	if _, err := y.Yield(t.v); err != nil {
		return err
	}
	return t.right.late(y)
}

// from walks by YieldFrom.
//
//coroutine:generator
func (t *tree) from(y co.Yielder[int, int]) error {
	if t == nil {
		return nil
	}
	if _, err := co.YieldFrom(y, t.left.fromPull()); err != nil {
		return err
	}
	if _, err := y.Yield(t.v); err != nil {
		return err
	}
	_, err := co.YieldFrom(y, t.right.fromPull())
	return err
}

//coroutine:async
func SubjectTrees(s *rttest.Script) (string, error) {
	drives(s, "tree.walk", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, sample().walk(y) }, func() rt.SendGenerator[int, int, rt.Void] { return sample().walkPull() })
	drives(s, "tree.late", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, sample().late(y) }, func() rt.SendGenerator[int, int, rt.Void] { return sample().latePull() })
	drives(s, "tree.from", tens, func(y co.Yielder[int, int]) (v rt.Void, err error) { return v, sample().from(y) }, func() rt.SendGenerator[int, int, rt.Void] { return sample().fromPull() })
	drives(s, "tree.depth", tens, func(y co.Yielder[int, int]) (v rt.Two[int, int], err error) {
		v.V1, v.V2, err = sample().depth(y)
		return
	}, func() rt.SendGenerator[int, int, rt.Two[int, int]] { return sample().depthPull() })
	return "", nil
}

// nested returns a tree in which each node lies left of the one before, or right of it.
func nested(n int, right bool) (t *tree) {
	for i := range n {
		if right {
			t = &tree{v: i, right: t}
		} else {
			t = &tree{v: i, left: t}
		}
	}
	return t
}

//coroutine:async
func SubjectDeep(s *rttest.Script) (string, error) {
	for _, right := range []bool{false, true} {
		t := nested(1000, right)
		g := t.walkPull()
		sum, n := 0, 0
		for v, ok := g.Next(); ok; v, ok = g.Send(v + 1) {
			sum += v
			n++
		}
		_, err := g.Result()
		s.Note("%d %d %v", n, sum, err)

		h := t.latePull()
		for range 500 {
			h.Next()
		}
		h.Throw(errThrown)
		_, err = h.Result()
		s.Note("%d %v", len(err.Error()), errors.Is(err, errThrown))
		h = t.latePull()
		h.Next()
		err = h.Close()
		s.Note("%d %v", len(err.Error()), errors.Is(err, rt.ErrGeneratorExit))

		d := t.depthPull()
		for range d.All() {
		}
		both, err := d.Result()
		s.Note("%v %v", both, err)
	}
	f := nested(50, false).fromPull()
	sum := 0
	for v := range f.All() {
		sum += v
	}
	_, err := f.Result()
	s.Note("%d %v", sum, err)
	return "", nil
}

//coroutine:generator
func even(n int, y co.Yielder[int, int]) (int, error) {
	if n == 0 {
		return 0, nil
	}
	sum, err := odd(n-1, y)
	if err != nil {
		return sum, err
	}
	x, err := y.Yield(2 * n)
	return sum + x, err
}

//coroutine:generator
func odd(n int, y co.Yielder[int, int]) (sum int, err error) {
	if n%3 == 0 {
		defer func() { tell("odd %d %d", n, sum) }()
	}
	x, err := y.Yield(n)
	if err != nil || n == 0 {
		return x, err
	}
	sum, err = even(n-1, y)
	return sum + x, err
}

//coroutine:generator
func hanoi(n int, from, to, over string, y co.Yielder[string, int]) (moves int, err error) {
	if n == 0 {
		return 0, nil
	}
	moves, err = hanoi(n-1, from, over, to, y)
	if err != nil {
		return moves, err
	}
	if _, err := y.Yield(from + to); err != nil {
		return moves, err
	}
	more, err := hanoi(n-1, over, to, from, y)
	return moves + 1 + more, err
}

//coroutine:generator
func permutes(list []int, n int, y co.Yielder[string, int]) error {
	if n == 0 {
		_, err := y.Yield(fmt.Sprint(list))
		return err
	}
	for i := range n {
		list[i], list[n-1] = list[n-1], list[i]
		err := permutes(list, n-1, y)
		list[i], list[n-1] = list[n-1], list[i]
		if err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func SubjectRecursion(s *rttest.Script) (string, error) {
	for n := range 8 {
		drives(s, "even", tens, func(y co.Yielder[int, int]) (int, error) { return even(n, y) }, func() rt.SendGenerator[int, int, int] { return evenPull(n) })
	}
	drives(s, "hanoi", tens, func(y co.Yielder[string, int]) (int, error) { return hanoi(3, "a", "b", "c", y) }, func() rt.SendGenerator[string, int, int] { return hanoiPull(3, "a", "b", "c") })
	drives(s, "permutes", tens, func(y co.Yielder[string, int]) (v rt.Void, err error) { return v, permutes([]int{1, 2, 3}, 3, y) }, func() rt.SendGenerator[string, int, rt.Void] { return permutesPull([]int{1, 2, 3}, 3) })
	return "", nil
}

//coroutine:generator
func given(g rt.SendGenerator[int, int, int], y co.Yielder[int, int]) (int, error) {
	n, err := co.YieldFrom(y, g)
	tell("%d %v", n, err)
	m, again := co.YieldFrom(y, g) // it has ended, or has ignored a close
	return n + m, errors.Join(err, again)
}

//coroutine:generator
func ignoring(y co.Yielder[int, int]) (n int, err error) {
	for ; n < 6; n++ {
		if _, err := y.Yield(n); err != nil {
			tell("ignoring %v", err)
		}
	}
	return n, nil
}

//coroutine:async
func SubjectGiven(s *rttest.Script) (string, error) {
	for begun := range 4 {
		g := func() rt.SendGenerator[int, int, int] {
			g := sumsPull(3)
			for range begun {
				g.Next()
			}
			return g
		}
		drives(s, "given", tens, func(y co.Yielder[int, int]) (int, error) { return given(g(), y) }, func() rt.SendGenerator[int, int, int] { return givenPull(g()) })
	}
	drives(s, "given", tens, func(y co.Yielder[int, int]) (int, error) { return given(ignoringPull(), y) }, func() rt.SendGenerator[int, int, int] { return givenPull(ignoringPull()) })
	return "", nil
}
