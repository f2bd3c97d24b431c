package generators

// This file compares the generators with their twins written by hand, with iter.Pull of the
// functions that they are made of, and with these functions themselves.

import (
	"errors"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/generators/arith"
	"github.com/coroutinegen/coroutinegen/example/generators/byhand"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// A puller is a generator, written by the tool or by hand.
type puller[V any] interface {
	Next() (V, bool)
	Stop()
}

// pulled is iter.Pull as a puller.
type pulled[V any] struct {
	next func() (V, bool)
	stop func()
}

func (p pulled[V]) Next() (V, bool) { return p.next() }
func (p pulled[V]) Stop()           { p.stop() }

func pull[V any](seq iter.Seq[V]) puller[V] {
	next, stop := iter.Pull(seq)
	return pulled[V]{next, stop}
}

// take returns up to n values of p, which it stops.
func take[V any](p puller[V], n int) (values []V) {
	defer p.Stop()
	for range n {
		v, ok := p.Next()
		if !ok {
			break
		}
		values = append(values, v)
	}
	return values
}

// same checks that all pullers hand out the values of seq, and may be stopped after any of them.
func same[V comparable](t *testing.T, seq iter.Seq[V], pullers map[string]func() puller[V]) {
	t.Helper()
	want := slices.Collect(seq)
	pullers["iter.Pull"] = func() puller[V] { return pull(seq) }
	for name, of := range pullers {
		step := max(1, len(want)/10)
		for n := 0; n <= len(want)+1; n += step {
			p := of()
			if got := take(p, n); !slices.Equal(got, want[:min(n, len(want))]) {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
			if v, ok := p.Next(); ok {
				t.Errorf("%s: after Stop, there is %v", name, v)
			}
		}
		if got := take(of(), len(want)+1); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 10} {
		same(t, Count(n), map[string]func() puller[int]{
			"generator": func() puller[int] { return CountPull(n) },
			"by hand":   func() puller[int] { return byhand.Count(n) },
		})
		want := 0
		for v := range CountPull(n).All() {
			want += v
		}
		if got, twin := Sum(n), byhand.Sum(n); got != want || twin != want {
			t.Errorf("Sum(%d) is %d, by hand %d, want %d", n, got, twin, want)
		}
	}
}

// grow makes a tree of the nodes in list, in their order, and returns its root. Its depth is that
// of a balanced tree, or depth if that is more: then the tree leans to the left. linked puts the
// left, root and right of a tree together.
func grow[T any](list []*T, depth int, linked func(left, root, right *T)) *T {
	if len(list) == 0 {
		return nil
	}
	at := len(list) / 2
	if depth > bits.Len(uint(len(list))) {
		at = len(list) - 1 - (len(list)-depth)/depth
	}
	linked(grow(list[:at], depth-1, linked), list[at], grow(list[at+1:], 0, linked))
	return list[at]
}

// trees returns two trees of the values, whose nodes lie in memory in the order of their walk.
func trees(values []int, depth int) (*Tree, *byhand.Tree) {
	nodes, twins := make([]Tree, len(values)), make([]byhand.Tree, len(values))
	var list []*Tree
	var twin []*byhand.Tree
	for i, v := range values {
		nodes[i].Value, twins[i].Value = v, v
		list, twin = append(list, &nodes[i]), append(twin, &twins[i])
	}
	return grow(list, depth, func(left, root, right *Tree) { root.Left, root.Right = left, right }),
		grow(twin, depth, func(left, root, right *byhand.Tree) { root.Left, root.Right = left, right })
}

// upTo returns the numbers from 0 up to n.
func upTo(n int) []int { return slices.Collect(Count(n)) }

func depthOf(t *Tree) int {
	if t == nil {
		return 0
	}
	return 1 + max(depthOf(t.Left), depthOf(t.Right))
}

func TestTree(t *testing.T) {
	for _, size := range []struct{ nodes, depth int }{{0, 0}, {1, 1}, {7, 3}, {7, 7}, {100, 20}, {500, 100}} {
		tree, twin := trees(upTo(size.nodes), size.depth)
		if depth := depthOf(tree); depth != size.depth {
			t.Errorf("depth %d, want %d", depth, size.depth)
		}
		same(t, tree.All(), map[string]func() puller[int]{
			"generator": func() puller[int] { return tree.AllPull() },
			"by hand":   func() puller[int] { return twin.All() },
			"a loop":    func() puller[int] { return twin.Loop() },
		})
		if got := slices.Collect(tree.AllPull().All()); !slices.Equal(got, slices.Collect(tree.All())) {
			t.Errorf("All of the generator: %v", got)
		}
	}
}

func TestSameFringe(t *testing.T) {
	for _, test := range []struct{ a, b, depth, change int }{
		{0, 0, 1, -1}, {1, 1, 1, -1}, {60, 60, 6, -1}, {60, 60, 40, -1}, // the same
		{60, 60, 40, 0}, {60, 60, 40, 30}, {60, 60, 40, 59}, // another value
		{60, 61, 40, -1}, {61, 60, 40, -1}, {0, 1, 1, -1}, // another length
	} {
		values := upTo(test.b)
		if test.change >= 0 {
			values[test.change] = -1
		}
		a, twinA := trees(upTo(test.a), 0)
		b, twinB := trees(values, test.depth)
		want := slices.Equal(slices.Collect(a.All()), slices.Collect(b.All()))
		if got, twin := SameFringe(a, b), byhand.SameFringe(twinA, twinB); got != want || twin != want {
			t.Errorf("%+v: %v, by hand %v, want %v", test, got, twin, want)
		}
	}
}

var texts = []string{
	"", " ", "1", " 12 ", "1+2*3", "(1 + 2) * 3", "-(4 - -5) * 67 - 8", "((((9))))",
	"1 +", "1 2", "(1", ")", "x", "1 + $ * 3",
	"100 - 2 * (30 + 4 * (500 - 6)) - 78 * 9",
}

func TestTokens(t *testing.T) {
	for _, text := range texts {
		same(t, Tokens(text), map[string]func() puller[arith.Token]{
			"generator": func() puller[arith.Token] { return TokensPull(text) },
			"by hand":   func() puller[arith.Token] { return byhand.Tokens(text) },
		})
	}
}

func TestEval(t *testing.T) {
	values := map[string]int{"1": 1, " 12 ": 12, "1+2*3": 7, "(1 + 2) * 3": 9, "-(4 - -5) * 67 - 8": -611, "((((9))))": 9,
		"100 - 2 * (30 + 4 * (500 - 6)) - 78 * 9": 100 - 2*(30+4*(500-6)) - 78*9}
	for _, text := range texts {
		want, valid := values[text]
		next, stop := iter.Pull(Tokens(text))
		defer stop()
		for name, eval := range map[string]func() (int, error){
			"generator": func() (int, error) { return Eval(text) },
			"by hand":   func() (int, error) { return byhand.Eval(text) },
			"iter.Pull": func() (int, error) { return arith.Eval(next) },
			"pushed":    func() (int, error) { return EvalPushed(text) },
		} {
			switch got, err := eval(); {
			case (err == nil) != valid || valid && got != want:
				t.Errorf("%s: %q is %d, %v, want %d", name, text, got, err, want)
			case err != nil && !strings.HasSuffix(err.Error(), "is not expected"):
				t.Error(err)
			}
		}
	}
}

// A parser says how many parentheses are open, and returns when it is closed, or at an error.
func TestParser(t *testing.T) {
	p := (&parser{}).evalPull()
	open := []int{}
	for depth, ok := p.Next(); ok; {
		open = append(open, depth)
		if len(open) == 4 {
			break
		}
		depth, ok = p.Send(arith.Token{Kind: '('})
	}
	if want := []int{0, 1, 2, 3}; !slices.Equal(open, want) {
		t.Errorf("open parentheses: %v, want %v", open, want)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if _, err := p.Result(); !errors.Is(err, rt.ErrGeneratorExit) {
		t.Error(err)
	}

	p = (&parser{}).evalPull()
	p.Next()
	broken := errors.New("no more text")
	if _, ok := p.Throw(broken); ok {
		t.Error("it takes more tokens")
	}
	if _, err := p.Result(); err != broken {
		t.Error(err)
	}
}
