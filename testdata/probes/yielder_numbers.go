package fz

// Programs whose generators compute: they yield where a function is to be evaluated and are sent
// its value, fill buffers, search, play and edit.

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
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

// answers runs g and sends it f of what it yields.
func answers[Out, In, R any](g rt.SendGenerator[Out, In, R], f func(Out) In) (R, error) {
	for x, ok := g.Next(); ok; x, ok = g.Send(f(x)) {
	}
	return g.Result()
}

// movingAverage yields the average of the last n numbers.
//
//coroutine:generator
func movingAverage(n int, y co.Yielder[float64, float64]) (count int, err error) {
	ring := make([]float64, 0, n)
	at, total, average := 0, 0.0, 0.0
	for ; ; count++ {
		x, err := y.Yield(average)
		if err != nil {
			return count, err
		}
		if len(ring) < n {
			ring = append(ring, x)
		} else {
			total -= ring[at]
			ring[at] = x
			at = (at + 1) % n
		}
		total += x
		average = total / float64(len(ring))
	}
}

// statistics returns the mean and the variance of what it is sent (Welford).
//
//coroutine:generator
func statistics(y co.Yielder[int, float64]) (mean, variance float64, err error) {
	squares := 0.0
	for n := 0; ; {
		x, err := y.Yield(n)
		if err != nil {
			if n > 1 {
				variance = squares / float64(n-1)
			}
			if err == rt.ErrGeneratorExit {
				err = nil
			}
			return mean, variance, err
		}
		n++
		d := x - mean
		mean += d / float64(n)
		squares += float64(d * (x - mean)) // the conversion forbids the processor to add more precisely
	}
}

//coroutine:async
func SubjectAverages(s *rttest.Script) (string, error) {
	squares := func(i int) float64 { return float64(i * i) }
	drives(s, "movingAverage", squares, func(y co.Yielder[float64, float64]) (int, error) { return movingAverage(2, y) }, func() rt.SendGenerator[float64, float64, int] { return movingAveragePull(2) })
	drives(s, "statistics", squares, func(y co.Yielder[int, float64]) (v rt.Two[float64, float64], err error) {
		v.V1, v.V2, err = statistics(y)
		return
	}, func() rt.SendGenerator[int, float64, rt.Two[float64, float64]] { return statisticsPull() })
	g := statisticsPull()
	g.Next()
	for _, x := range []float64{2, 4, 4, 4, 5, 5, 7, 9} {
		g.Send(x)
	}
	err := g.Close()
	v, failed := g.Result()
	s.Note("%.3f %.3f %v %v", v.V1, v.V2, err, failed)
	return "", nil
}

var errNoRoot = errors.New("no root between the ends")

// bisects finds a root: it yields x and is sent f(x).
//
//coroutine:generator
func bisects(a, b float64, y co.Yielder[float64, float64]) (root float64, err error) {
	fa, err := y.Yield(a)
	if err != nil {
		return a, err
	}
	fb, err := y.Yield(b)
	if err != nil {
		return b, err
	}
	if fa*fb > 0 {
		return 0, errNoRoot
	}
	for range 60 {
		m := (a + b) / 2
		fm, err := y.Yield(m)
		switch {
		case err != nil:
			return m, err
		case fm == 0 || b-a < 1e-9:
			return m, nil
		case fa*fm < 0:
			b, fb = m, fm
		default:
			a, fa = m, fm
		}
	}
	return (a + b) / 2, nil
}

// brackets widens the interval until bisects finds a root in it.
//
//coroutine:generator
func brackets(width float64, y co.Yielder[float64, float64]) (root float64, tries int, err error) {
	for tries = 1; tries < 6; tries++ {
		if root, err = bisects(-width, width, y); !errors.Is(err, errNoRoot) {
			return root, tries, err
		}
		width *= 2
	}
	return 0, tries, err
}

// minimizes finds the minimum by golden sections, which reuse one value each.
//
//coroutine:generator
func minimizes(a, b float64, y co.Yielder[float64, float64]) (float64, error) {
	const ratio = 0.6180339887498949
	c, d := b-float64(ratio*(b-a)), a+float64(ratio*(b-a))
	fc, err := y.Yield(c)
	fd, err2 := y.Yield(d)
	for err == nil && err2 == nil && b-a > 1e-3 {
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - float64(ratio*(b-a))
			fc, err = y.Yield(c)
		} else {
			a, c, fc = c, d, fd
			d = a + float64(ratio*(b-a))
			fd, err = y.Yield(d)
		}
	}
	return (a + b) / 2, errors.Join(err, err2)
}

// A state2 is a point of an orbit.
type state2 struct{ t, x, v float64 }

// integrates makes n steps of Runge and Kutta. It yields a state, and is sent the acceleration.
//
//coroutine:generator
func integrates(at state2, h float64, n int, y co.Yielder[state2, float64]) (state2, error) {
	for range n {
		a1, err := y.Yield(at)
		if err != nil {
			return at, err
		}
		a2, v2, err := slope(at, h/2, at.v, a1, y)
		if err != nil {
			return at, err
		}
		a3, v3, err := slope(at, h/2, v2, a2, y)
		if err != nil {
			return at, err
		}
		a4, v4, err := slope(at, h, v3, a3, y)
		if err != nil {
			return at, err
		}
		at = state2{at.t + h, at.x + float64(h/6*(at.v+v2+v2+v3+v3+v4)), at.v + float64(h/6*(a1+a2+a2+a3+a3+a4))}
	}
	return at, nil
}

//coroutine:generator
func slope(at state2, h, v, a float64, y co.Yielder[state2, float64]) (acceleration, velocity float64, err error) {
	velocity = at.v + float64(h*a)
	acceleration, err = y.Yield(state2{at.t + h, at.x + float64(h*v), velocity})
	return
}

//coroutine:async
func SubjectSearches(s *rttest.Script) (string, error) {
	evaluations := 0
	cubic := func(x float64) float64 { evaluations++; return x*x*x - 20 }
	root, err := answers(bisectsPull(0, 10), cubic)
	s.Note("%.6f %v after %d", root, err, evaluations)
	root, err = answers(bisectsPull(5, 10), cubic)
	s.Note("%.6f %v", root, err)
	both, err := answers(bracketsPull(1), cubic)
	s.Note("%.6f in %d tries, %v", both.V1, both.V2, err)
	lowest, err := answers(minimizesPull(-4, 8), func(x float64) float64 { return (x-3)*(x-3) + 1 })
	s.Note("%.2f %v", lowest, err)
	end, err := answers(integratesPull(state2{0, 1, 0}, math.Pi/16, 32), func(at state2) float64 { return -at.x })
	s.Note("%.3f %.3f %.3f %v", end.t, end.x, end.v, err)
	signs := func(i int) float64 { return float64(i%5 - 2) }
	drives(s, "brackets", signs, func(y co.Yielder[float64, float64]) (v rt.Two[float64, int], err error) {
		v.V1, v.V2, err = brackets(1, y)
		return
	}, func() rt.SendGenerator[float64, float64, rt.Two[float64, int]] { return bracketsPull(1) })
	drives(s, "minimizes", signs, func(y co.Yielder[float64, float64]) (float64, error) { return minimizes(0, 1, y) }, func() rt.SendGenerator[float64, float64, float64] { return minimizesPull(0, 1) })
	drives(s, "integrates", signs, func(y co.Yielder[state2, float64]) (state2, error) { return integrates(state2{}, 1, 2, y) }, func() rt.SendGenerator[state2, float64, state2] { return integratesPull(state2{}, 1, 2) })
	return "", nil
}

// guesses guesses a number. It is sent -1 if the number is less, 1 if it is greater, and 0 if it
// is right.
//
//coroutine:generator
func guesses(low, high int, y co.Yielder[int, int]) (tries int, err error) {
	for tries = 1; low <= high; tries++ {
		middle := low + (high-low)/2
		switch answer, err := y.Yield(middle); {
		case err != nil:
			return tries, err
		case answer < 0:
			high = middle - 1
		case answer > 0:
			low = middle + 1
		default:
			return tries, nil
		}
	}
	return tries, errors.New("you cheat")
}

// queens yields the ways to place n queens. What it is sent says how many more are wanted.
//
//coroutine:generator
func queens(n int, columns []int, y co.Yielder[string, int]) (found int, err error) {
	row := len(columns)
	if row == n {
		_, err := y.Yield(fmt.Sprint(columns))
		return 1, err
	}
columns:
	for c := range n {
		for r, other := range columns {
			if other == c || other-c == row-r || c-other == row-r {
				continue columns
			}
		}
		more, err := queens(n, append(slices.Clip(columns), c), y)
		found += more
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// knapsack yields items, and is sent how many of each to take, until nothing fits.
//
//coroutine:generator
func knapsack(room int, items map[string]int, names []string, y co.Yielder[string, int]) (taken map[string]int, left int, err error) {
	taken, left = map[string]int{}, room
	defer func() { tell("%d left, %v", left, taken) }()
	for _, name := range names {
		size := items[name]
		for size <= left {
			n, err := y.Yield(fmt.Sprintf("%s (%d of %d)", name, size, left))
			if errors.Is(err, errThrown) { // the next one
				break
			}
			if err != nil {
				return taken, left, err
			}
			if n = min(n, left/size); n <= 0 {
				break
			}
			taken[name] += n
			left -= n * size
		}
	}
	return taken, left, nil
}

//coroutine:async
func SubjectGames(s *rttest.Script) (string, error) {
	for _, secret := range []int{1, 50, 77, 100, 101} {
		tries, err := answers(guessesPull(1, 100), func(n int) int { return secret - n })
		s.Note("%d: %d %v", secret, tries, err)
	}
	drives(s, "guesses", func(i int) int { return i%3 - 1 }, func(y co.Yielder[int, int]) (int, error) { return guesses(1, 9, y) }, func() rt.SendGenerator[int, int, int] { return guessesPull(1, 9) })
	for n := 1; n < 7; n++ {
		found, err := answers(queensPull(n, nil), func(string) int { return 0 })
		s.Note("%d queens: %d %v", n, found, err)
	}
	drives(s, "queens", tens, func(y co.Yielder[string, int]) (int, error) { return queens(4, nil, y) }, func() rt.SendGenerator[string, int, int] { return queensPull(4, nil) })
	items, names := map[string]int{"tent": 5, "stove": 2, "book": 1}, []string{"tent", "stove", "book"}
	drives(s, "knapsack", func(i int) int { return i % 3 }, func(y co.Yielder[string, int]) (v rt.Two[map[string]int, int], err error) {
		v.V1, v.V2, err = knapsack(12, items, names, y)
		return
	}, func() rt.SendGenerator[string, int, rt.Two[map[string]int, int]] {
		return knapsackPull(12, items, names)
	})
	return "", nil
}

// A buffer is a ring of values.
type buffer[T any] struct {
	items       []T
	first, used int
}

func (b *buffer[T]) full() bool { return b.used == len(b.items) }

func (b *buffer[T]) put(v T) {
	b.items[(b.first+b.used)%len(b.items)] = v
	b.used++
}

func (b *buffer[T]) take() (v T) {
	v = b.items[b.first]
	b.first = (b.first + 1) % len(b.items)
	b.used--
	return v
}

// in takes values until the buffer is full, and goes on when there is room.
//
//coroutine:generator
func (b *buffer[T]) in(y co.Yielder[bool, T]) (refused int, err error) {
	for {
		v, err := y.Yield(!b.full())
		switch {
		case err != nil:
			return refused, err
		case b.full():
			refused++
		default:
			b.put(v)
		}
	}
}

// out hands out values, and waits while there are none.
//
//coroutine:generator
func (b *buffer[T]) out(y co.Yielder[*T, rt.Void]) (waits int, err error) {
	for {
		var next *T
		if b.used > 0 {
			v := b.take()
			next = &v
		} else {
			waits++
		}
		if _, err := y.Yield(next); err != nil {
			return waits, err
		}
	}
}

// edits is sent commands and yields the text. A command that fails is thrown away.
//
//coroutine:generator
func edits(text string, y co.Yielder[string, string]) (undone int, err error) {
	var history []string
	for {
		command, err := y.Yield(text)
		if err != nil {
			return undone, err
		}
		verb, arg, _ := strings.Cut(command, " ")
		before := text
		switch verb {
		case "add":
			text += arg
		case "cut":
			if !strings.HasSuffix(text, arg) {
				if _, err := y.Yield("no " + arg); err != nil {
					return undone, err
				}
				continue
			}
			text = strings.TrimSuffix(text, arg)
		case "replace":
			if text, err = replaces(text, arg, y); err != nil {
				return undone, err
			}
		case "undo":
			if len(history) == 0 {
				goto empty
			}
			text = history[len(history)-1]
			history = history[:len(history)-1]
			undone++
			continue
		case "quit":
			return undone, nil
		default:
			panic("unknown command " + verb)
		}
		history = append(history, before)
		continue
	empty:
		if _, err := y.Yield("nothing to undo"); err != nil {
			return undone, err
		}
	}
}

// replaces asks for each place.
//
//coroutine:generator
func replaces(text, what string, y co.Yielder[string, string]) (string, error) {
	by, err := y.Yield("by what?")
	if err != nil {
		return text, err
	}
	done := ""
	for what != "" {
		before, after, ok := strings.Cut(text, what)
		if !ok {
			break
		}
		answer, err := y.Yield(done + before + "[" + what + "]" + after)
		if err != nil {
			return done + text, err
		}
		if answer == "yes" {
			done += before + by
		} else {
			done += before + what
		}
		text = after
	}
	return done + text, nil
}

//coroutine:async
func SubjectBuffers(s *rttest.Script) (string, error) {
	b := &buffer[int]{items: make([]int, 3)}
	in, out := b.inPull(), b.outPull()
	in.Next()
	for i := range 12 {
		room, _ := in.Send(i)
		s.Note("%d %v", i, room)
		if i%3 == 0 || i > 8 {
			if v, ok := out.Next(); v != nil {
				s.Note("took %d %v", *v, ok)
			}
		}
	}
	in.Close()
	out.Close()
	refused, err := in.Result()
	waits, failed := out.Result()
	s.Note("%d %v %d %v", refused, err, waits, failed)

	e := editsPull("a")
	for v, ok := e.Next(); ok; {
		for _, command := range []string{"undo", "", "add bcb", "cut x", "", "replace b", "y", "yes", "no", "undo", "undo", "undo", "", "quit"} {
			if v, ok = e.Send(command); ok {
				s.Note("%s: %s", command, v)
			}
		}
	}
	undone, err := e.Result()
	s.Note("%d %v", undone, err)
	commands := []string{"add bcb", "replace b", "y", "yes", "undo", "cut x", "what"}
	drives(s, "edits", func(i int) string { return commands[i%len(commands)] }, func(y co.Yielder[string, string]) (int, error) { return edits("b", y) }, func() rt.SendGenerator[string, string, int] { return editsPull("b") })
	return "", nil
}
