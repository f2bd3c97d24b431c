package generators

// This file lays the generators beside their twins written by hand, iter.Pull, a goroutine with a
// channel, and the functions that they are made of.
//
//	go test ./generated/generators -run '^$' -bench .
//	go test ./generated/generators -run TestRatio -ratio -v

import (
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/example/generators/arith"
	"github.com/coroutinegen/coroutinegen/example/generators/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
)

// A work is a program, in each form, that takes a number of items from one generator or two. Each
// form returns what it adds up.
type work struct {
	name   string
	items  int
	next   func() int // the generator, by Next
	all    func() int // the generator, by All; nil if two are walked at once
	byHand func() int
	pull   func() int // iter.Pull
	sends  func() int // a goroutine that sends the items to a channel
	push   func() int // the function itself, in a range statement; nil like all
	loop   func() int // another algorithm, written by hand; nil if there is none
}

// works returns the programs, for so many numbers and nodes, and nearly so many tokens. Trees are
// balanced, or have the given depth.
func works(numbers, nodes, depth int) []work {
	const part = "1 + 23 * (456 - 7) + " // 10 tokens
	return []work{
		sums(numbers),
		walks("tree", nodes, 0),
		walks("deep", nodes, depth),
		fringes(nodes/2, depth),
		lexes(part, numbers/10),
		parses(part, numbers/10),
		averages(numbers),
		pages(numbers/100, 100),
	}
}

// sent returns the values of seq as a goroutine sends them.
func sent[V any](seq iter.Seq[V]) <-chan V {
	c := make(chan V)
	go func() {
		defer close(c)
		for v := range seq {
			c <- v
		}
	}()
	return c
}

// added adds up the values that next returns.
func added(next func() (int, bool)) (sum int) {
	for v, ok := next(); ok; v, ok = next() {
		sum += v
	}
	return sum
}

func sums(n int) work {
	return work{
		"sum", n,
		func() int { return Sum(n) },
		func() (sum int) {
			for v := range CountPull(n).All() {
				sum += v
			}
			return sum
		},
		func() int { return byhand.Sum(n) },
		func() int {
			next, stop := iter.Pull(Count(n))
			defer stop()
			return added(next)
		},
		func() (sum int) {
			for v := range sent(Count(n)) {
				sum += v
			}
			return sum
		},
		func() (sum int) {
			for v := range Count(n) {
				sum += v
			}
			return sum
		},
		nil,
	}
}

func walks(name string, nodes, depth int) work {
	tree, twin := trees(upTo(nodes), depth)
	return work{
		name, nodes,
		func() (sum int) {
			w := tree.AllPull()
			for v, ok := w.Next(); ok; v, ok = w.Next() {
				sum += v
			}
			return sum
		},
		func() (sum int) {
			for v := range tree.AllPull().All() {
				sum += v
			}
			return sum
		},
		func() (sum int) {
			w := twin.All()
			for v, ok := w.Next(); ok; v, ok = w.Next() {
				sum += v
			}
			return sum
		},
		func() int {
			next, stop := iter.Pull(tree.All())
			defer stop()
			return added(next)
		},
		func() (sum int) {
			for v := range sent(tree.All()) {
				sum += v
			}
			return sum
		},
		func() (sum int) {
			for v := range tree.All() {
				sum += v
			}
			return sum
		},
		func() (sum int) {
			w := twin.Loop()
			for v, ok := w.Next(); ok; v, ok = w.Next() {
				sum += v
			}
			return sum
		},
	}
}

func fringes(nodes, depth int) work {
	values := upTo(nodes)
	a, twinA := trees(values, 0)
	b, twinB := trees(values, depth)
	one := func(same bool) int {
		if same {
			return 1
		}
		return 0
	}
	return work{
		"fringe", 2 * nodes,
		func() int { return one(SameFringe(a, b)) },
		nil,
		func() int { return one(byhand.SameFringe(twinA, twinB)) },
		func() int {
			nextA, stopA := iter.Pull(a.All())
			defer stopA()
			nextB, stopB := iter.Pull(b.All())
			defer stopB()
			for {
				v, more := nextA()
				w, too := nextB()
				if v != w || more != too || !more {
					return one(v == w && more == too)
				}
			}
		},
		func() int {
			as, bs := sent(a.All()), sent(b.All())
			for {
				v, more := <-as
				w, too := <-bs
				if v != w || more != too || !more {
					return one(v == w && more == too)
				}
			}
		},
		nil,
		nil,
	}
}

// expression returns an expression that repeats part, and how many tokens it has.
func expression(part string, times int) (text string, tokens int) {
	text = strings.Repeat(part, times) + "1"
	for range Tokens(text) {
		tokens++
	}
	return text, tokens
}

func lexes(part string, times int) work {
	text, tokens := expression(part, times)
	return work{
		"lexer", tokens,
		func() (sum int) {
			l := TokensPull(text)
			for v, ok := l.Next(); ok; v, ok = l.Next() {
				sum += v.Value
			}
			return sum
		},
		func() (sum int) {
			for v := range TokensPull(text).All() {
				sum += v.Value
			}
			return sum
		},
		func() (sum int) {
			l := byhand.Tokens(text)
			for v, ok := l.Next(); ok; v, ok = l.Next() {
				sum += v.Value
			}
			return sum
		},
		func() (sum int) {
			next, stop := iter.Pull(Tokens(text))
			defer stop()
			for v, ok := next(); ok; v, ok = next() {
				sum += v.Value
			}
			return sum
		},
		func() (sum int) {
			for v := range sent(Tokens(text)) {
				sum += v.Value
			}
			return sum
		},
		func() (sum int) {
			for v := range Tokens(text) {
				sum += v.Value
			}
			return sum
		},
		nil,
	}
}

func parses(part string, times int) work {
	text, tokens := expression(part, times)
	value := func(v int, err error) int {
		if err != nil {
			panic(err)
		}
		return v
	}
	return work{
		"parser", tokens,
		func() int { return value(Eval(text)) },
		nil,
		func() int { return value(byhand.Eval(text)) },
		func() int {
			next, stop := iter.Pull(Tokens(text))
			defer stop()
			return value(arith.Eval(next))
		},
		func() int {
			c := sent(Tokens(text))
			return value(arith.Eval(func() (arith.Token, bool) {
				v, ok := <-c
				return v, ok
			}))
		},
		nil,
		nil,
	}
}

// averages sends n numbers, the same for all forms.
func averages(n int) work {
	value := func(i int) float64 { return float64(i & 7) }
	type averager interface {
		Next() (float64, bool)
		Send(v float64) (float64, bool)
		Close() error
		Result() (int, error)
	}
	count := func(n int, err error) int { // err is that of Close
		if err != rt.ErrGeneratorExit {
			panic(err)
		}
		return n
	}
	var _, _ averager = AveragePull(), byhand.Average()
	return work{
		"average", n,
		func() int {
			g := AveragePull()
			g.Next()
			for i := range n {
				g.Send(value(i))
			}
			g.Close()
			return count(g.Result())
		},
		nil,
		func() int {
			g := byhand.Average()
			g.Next()
			for i := range n {
				g.Send(value(i))
			}
			g.Close()
			return count(g.Result())
		},
		func() int { // iter.Pull, and a variable for what is sent
			var sent float64
			seen := 0
			next, stop := iter.Pull(func(yield func(float64) bool) {
				sum := 0.0
				for average := 0.0; yield(average); average = sum / float64(seen) {
					sum += sent
					seen++
				}
			})
			next()
			for i := range n {
				sent = value(i)
				next()
			}
			stop()
			return seen
		},
		func() int { // two channels
			in, out := make(chan float64), make(chan float64)
			seen := 0
			go func() {
				sum := 0.0
				for v := range in {
					sum += v
					seen++
					out <- sum / float64(seen)
				}
				close(out)
			}()
			for i := range n {
				in <- value(i)
				<-out
			}
			close(in)
			<-out
			return seen
		},
		nil,
		nil,
	}
}

// pages reads pages of size numbers from an async generator. The loop is another iterator, which
// has no task of its own.
func pages(n, size int) work {
	run := func(x rt.Coroutine[int]) int {
		v, err := rt.Run(x)
		if err != nil {
			panic(err)
		}
		return v
	}
	blocking := func(yield func(int) bool) {
		for page := range n {
			runtime.Gosched() // until the server has answered
			for i := range size {
				if !yield(page*size + i) {
					return
				}
			}
		}
	}
	return work{
		"pages", n * size,
		func() int { return run(SumPagesAsync(n, size)) },
		nil,
		func() int { return run(byhand.SumPages(byhand.Pages(n, size))) },
		func() int {
			next, stop := iter.Pull(blocking)
			defer stop()
			return added(next)
		},
		func() (sum int) {
			for v := range sent(blocking) {
				sum += v
			}
			return sum
		},
		nil,
		func() int { return run(byhand.SumPages(byhand.NewPageReader(n, size))) },
	}
}

// forms returns the forms that w has, and their names.
func (w *work) forms() (forms []form) {
	for _, f := range []form{
		{"next", w.next}, {"all", w.all}, {"byhand", w.byHand}, {"iter.Pull", w.pull}, {"goroutine", w.sends}, {"push", w.push}, {"loop", w.loop},
	} {
		if f.run != nil {
			forms = append(forms, f)
		}
	}
	return forms
}

// A form is a way to do a work.
type form struct {
	name string
	run  func() int
}

// All forms do the same.
func TestWorks(t *testing.T) {
	for _, w := range works(1000, 1000, 100) {
		want := w.byHand()
		for _, f := range w.forms() {
			if got := f.run(); got != want {
				t.Errorf("%s/%s: %d, want %d", w.name, f.name, got, want)
			}
		}
	}
}

func Benchmark(b *testing.B) {
	for _, w := range works(1_000_000, 1<<19, 2000) {
		for _, f := range w.forms() {
			b.Run(w.name+"/"+f.name, func(b *testing.B) {
				var before, after runtime.MemStats
				b.ReportAllocs()
				runtime.ReadMemStats(&before)
				n := 0
				for b.Loop() {
					f.run()
					n += w.items
				}
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/item")
				b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(n), "allocs/item")
			})
		}
	}
}
