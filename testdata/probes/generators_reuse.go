package fz

// Delegation to a generator whose frame is used again: each call has variables of its own.

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

type tree struct {
	left, right *tree
	v           int
}

func sample() *tree {
	return &tree{&tree{nil, &tree{v: 2}, 1}, &tree{&tree{v: 4}, nil, 5}, 3}
}

// kept are closures and pointers of calls that have ended.
var kept []func() int

func readKept() {
	for _, f := range kept {
		tell("kept %d", f())
	}
}

//coroutine:generator
func (t *tree) closures(depth int, yield func(func() int) bool) bool {
	if t == nil {
		return true
	}
	n := t.v * 100
	inc := func() int { n++; return n }
	kept = append(kept, inc)
	if !t.left.closures(depth+1, yield) || !yield(inc) {
		readKept()
		return false
	}
	n += depth
	return t.right.closures(depth+1, yield) && yield(func() int { return n + depth })
}

//coroutine:generator
func (t *tree) pointers(yield func(*int) bool) bool {
	if t == nil {
		return true
	}
	x := t.v
	p := &x
	return t.left.pointers(yield) && yield(p) && t.right.pointers(yield) && yield(&x)
}

//coroutine:generator
func (t *tree) loops(yield func(int) bool) bool {
	var seen []int
	var zero int
	for _, c := range []*tree{t.left, t.right} {
		zero += 1
		var fresh int
		fresh++
		if c == nil {
			continue
		}
		for i := range 2 {
			if !yield(i*1000+fresh*100+zero*10) || !c.loops(yield) {
				return false
			}
			seen = append(seen, i)
		}
	}
	return yield(t.v + len(seen)*10000)
}

// arrays has values that must be zero again.
//
//coroutine:generator
func arrays(n int, yield func(any) bool) bool {
	var a [4]int
	var s struct {
		x int
		e error
	}
	var m map[string]int
	for i := range n {
		a[i] = n
		s.x += i
		s.e = errors.New("e")
		if m == nil {
			m = map[string]int{}
		}
		m["k"]++
		if !yield(fmt.Sprint(a, s.x, s.e != nil, m)) || !arrays(n-1, yield) || !yield(fmt.Sprint(a, s.x, s.e != nil, m)) {
			return false
		}
	}
	return yield(fmt.Sprint(n, a, s.x, s.e != nil, m))
}

// recovering recovers the panic of a chain, and walks it again.
//
//coroutine:generator
func recovering(yield func(int) bool) bool {
	for i := range 3 {
		if !guard(i, yield) {
			return false
		}
	}
	return true
}

//coroutine:generator
func guard(n int, yield func(int) bool) (ok bool) {
	defer func() {
		if v := recover(); v != nil {
			tell("recovered %v", v)
			ok = true
		}
	}()
	return deep(n, 3, yield) && shallow(n, yield)
}

//coroutine:generator
func deep(at, n int, yield func(int) bool) bool {
	if n == 0 {
		return yield(-1)
	}
	if !yield(n) || !deep(at, n-1, yield) {
		return false
	}
	if at == n {
		panic(fmt.Sprint("deep ", n))
	}
	return yield(n * 10)
}

//coroutine:generator
func shallow(n int, yield func(int) bool) bool {
	if n == 0 {
		var t *tree
		return yield(t.v)
	}
	return yield(n)
}

// Two chains that delegate to each other, and to themselves.
//
//coroutine:generator
func (t *tree) a(yield func(string) bool) bool {
	return t == nil || yield(fmt.Sprint("a", t.v)) && t.left.a(yield) && t.right.b(yield)
}

//coroutine:generator
func (t *tree) b(yield func(string) bool) bool {
	return t == nil || t.left.b(yield) && t.right.a(yield) && yield(fmt.Sprint("b", t.v))
}

// in loops over functions that misbehave.
//
//coroutine:generator
func within(t *tree, yield func(int) bool) {
	bad := func(body func(int) bool) {
		for i := range 3 {
			body(i)
		}
	}
	for i := range bad {
		t.loops(yield)
		if !yield(i) {
			return
		}
	}
}

// ends by Goexit in the innermost.
//
//coroutine:generator
func (t *tree) exit(yield func(int) bool) bool {
	if t.v == 4 {
		runtime.Goexit()
	}
	if t.left != nil && !t.left.exit(yield) {
		return false
	}
	return yield(t.v) && (t.right == nil || t.right.exit(yield))
}

// changes the tree while it walks.
//
//coroutine:generator
func (t *tree) changing(yield func(*tree) bool) {
	if t == nil {
		return
	}
	for v := range t.left.changing {
		if !yield(v) {
			return
		}
	}
	if !yield(t) {
		return
	}
	for v := range t.right.changing {
		if !yield(v) {
			return
		}
	}
}

//coroutine:generator
func changer(yield func(int) bool) {
	t := sample()
	for x := range t.changing {
		if x.v < 3 {
			x.left, x.right = x.right, &tree{v: x.v * 7}
		}
		x.v += 100
		if !yield(x.v) {
			return
		}
	}
}

// several: one generator used by several delegations at once, at different depths.
//
//coroutine:generator
func several(n int, yield func(int) bool) bool {
	if n == 0 {
		return yield(0)
	}
	if n%2 == 0 {
		return several(n-1, yield) && several(n-2, yield)
	}
	for v := range func(y func(int) bool) { several(n-1, y) } {
		if !yield(v + n*10) {
			return false
		}
	}
	return several(n-1, yield)
}

type number interface{ ~int | ~int8 }

// generic delegates with the same and with other type arguments.
//
//coroutine:generator
func generic[T number](n T, yield func(string) bool) bool {
	if n <= 0 {
		return yield(fmt.Sprintf("%T", n))
	}
	if n == 2 && !generic(int8(n-1), yield) {
		return false
	}
	return generic(n-1, yield) && yield(fmt.Sprint(n)) && generic(n-2, yield)
}

// labels leaves loops around delegations.
//
//coroutine:generator
func labels(yield func(int) bool) {
	t := sample()
outer:
	for i := range 3 {
		for j := range 3 {
			switch ok := t.loops(yield); {
			case !ok:
				break outer
			case i == j:
				continue outer
			}
			if i == 2 {
				goto end
			}
		}
	}
end:
	t.loops(yield)
	yield(77)
}

//coroutine:async
func SubjectReuse(s *rttest.Script) (string, error) {
	reset := func(p puller) puller { kept = nil; return p }
	same("closures", func() puller { return reset(called(sample().closuresPull(1))) },
		func() puller {
			return reset(called(pulling(func(y func(func() int) bool) { sample().closures(1, y) })))
		})
	same("pointers", func() puller { return pointed(sample().pointersPull()) },
		func() puller { return pointed(pulling(func(y func(*int) bool) { sample().pointers(y) })) })
	same("loops", func() puller { return gen(sample().loopsPull()) }, func() puller { return pull(func(y func(int) bool) { sample().loops(y) }) })
	same("arrays", func() puller { return gen(arraysPull(3)) }, func() puller { return pull(func(y func(any) bool) { arrays(3, y) }) })
	same("recovering", func() puller { return gen(recoveringPull()) }, func() puller { return pull(func(y func(int) bool) { recovering(y) }) })
	same("ab", func() puller { return gen(sample().aPull()) }, func() puller { return pull(func(y func(string) bool) { sample().a(y) }) })
	same("within", func() puller { return gen(withinPull(sample())) }, func() puller { return pull(func(y func(int) bool) { within(sample(), y) }) })
	same("exit", func() puller { return gen(sample().exitPull()) }, func() puller { return pull(func(y func(int) bool) { sample().exit(y) }) })
	same("changer", func() puller { return gen(changerPull()) }, func() puller { return pull(changer) })
	same("several", func() puller { return gen(severalPull(6)) }, func() puller { return pull(func(y func(int) bool) { several(6, y) }) })
	same("generic", func() puller { return gen(genericPull(4)) }, func() puller { return pull(func(y func(string) bool) { generic(4, y) }) })
	same("labels", func() puller { return gen(labelsPull()) }, func() puller { return pull(labels) })
	return "", nil
}

type nexter[V any] interface {
	Next() (V, bool)
	Stop()
}

type pulled[V any] struct {
	next func() (V, bool)
	stop func()
}

func (p pulled[V]) Next() (V, bool) { return p.next() }
func (p pulled[V]) Stop()           { p.stop() }

func pulling[V any](seq iter.Seq[V]) pulled[V] {
	next, stop := iter.Pull(seq)
	return pulled[V]{next, stop}
}

// called calls what g hands out, twice.
func called(g nexter[func() int]) puller {
	return puller{func() string {
		f, ok := g.Next()
		if !ok {
			return "false"
		}
		return fmt.Sprint(f(), f(), ok)
	}, func() string { g.Stop(); readKept(); return "stopped" }}
}

// pointed changes what the pointers that g hands out point to, and shows all.
func pointed(g nexter[*int]) puller {
	var all []*int
	return puller{func() string {
		p, ok := g.Next()
		if !ok {
			return "false"
		}
		*p += 10
		all = append(all, p)
		text := ""
		for _, p := range all {
			text += fmt.Sprint(*p, " ")
		}
		return text + "true"
	}, func() string { g.Stop(); return "stopped" }}
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
