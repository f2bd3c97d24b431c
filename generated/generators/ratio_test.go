package generators

// This file measures how much faster than iter.Pull the generators are, how much slower than their
// twins, and that the depth of a tree does not matter, in slices in turn.
//
//	go test ./generated/generators -run TestRatio -ratio -v

import (
	"flag"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/coroutinegen/coroutinegen/example/threeway"
)

var ratio = flag.Bool("ratio", false, "measure the generators beside iter.Pull and their twins written by hand")

func TestRatio(t *testing.T) {
	if !*ratio {
		t.Skip("run with -ratio")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	// compare measures b beside a, for each item, and demands that b takes as long as given.
	compare := func(a, b work, as, bs form, least, most float64) {
		c := threeway.Compare(passes(as), passes(bs), runtime.GC)
		scale := float64(a.items) / float64(b.items)
		ratio := c.Ratio * scale
		t.Logf("%s/%-10s %7.1f ns   %s/%-10s %7.1f ns   ratio %6.2f (quartiles %.2f, %.2f)", a.name, as.name, c.A/float64(a.items),
			b.name, bs.name, c.B/float64(b.items), ratio, c.Low*scale, c.High*scale)
		if ratio < least || most > 0 && ratio > most {
			t.Errorf("%s/%s is %.2f times %s/%s, want at least %.1f, at most %.1f", b.name, bs.name, ratio, a.name, as.name, least, most)
		}
	}
	next := func(w work) form { return form{"next", w.next} }
	all := func(w work) form { return form{"all", w.all} }
	pull := func(w work) form { return form{"iter.Pull", w.pull} }
	byHand := func(w work) form { return form{"by hand", w.byHand} }

	const nodes = 1 << 19
	text := "1 + 23 * (456 - 7) + "
	sum, lexer, parser := sums(1_000_000), lexes(text, 10_000), parses(text, 10_000)
	tree, deep := walks("tree", nodes, 0), walks("deep", nodes, 2000)
	fringe, average := fringes(nodes/2, 2000), averages(1_000_000)
	paged := pages(10_000, 100)

	compare(sum, sums(50_000), next(sum), pull(sums(50_000)), 20, 0)
	compare(lexer, lexes(text, 1000), next(lexer), pull(lexes(text, 1000)), 10, 0)
	compare(parser, parses(text, 1000), next(parser), pull(parses(text, 1000)), 10, 0)

	compare(average, averages(50_000), next(average), pull(averages(50_000)), 20, 0)

	compare(sum, sum, byHand(sum), next(sum), 0, 1.2)
	compare(sum, sum, byHand(sum), all(sum), 0, 1.2)
	compare(lexer, lexer, byHand(lexer), next(lexer), 0, 1.2)
	compare(lexer, lexer, byHand(lexer), all(lexer), 0, 1.2)
	compare(parser, parser, byHand(parser), next(parser), 0, 1.2)
	compare(tree, tree, byHand(tree), next(tree), 0, 1.2)
	compare(deep, deep, byHand(deep), next(deep), 0, 1.2)
	compare(fringe, fringe, byHand(fringe), next(fringe), 0, 1.2)

	compare(average, average, byHand(average), next(average), 0, 1.2)
	compare(paged, paged, byHand(paged), next(paged), 0, 1.2)
	compare(paged, paged, form{"channel", paged.sends}, next(paged), 0, 0)

	compare(tree, deep, next(tree), next(deep), 0, 1.3)
	compare(tree, deep, byHand(tree), byHand(deep), 0, 0) // the same of the twins
	compare(tree, tree, form{"loop", tree.loop}, next(tree), 0, 0)
}

// passes is f, done a number of times.
func passes(f form) threeway.Timed {
	return threeway.Timed{Name: f.name, Run: func(n int) {
		for range n {
			f.run()
		}
	}}
}
