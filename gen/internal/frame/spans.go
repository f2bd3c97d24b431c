package frame

// This file finds out which variables are never needed at the same time. The
// program points of a function are numbered as the walk over its blocks comes to
// them, and of each variable those stretches are kept in which it is live: most have
// one or two, however long the function is.

import (
	"math/bits"
	"slices"
	"sort"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A span is a stretch of program points.
type span struct{ from, to int } // to is the first behind it

// Spans are in order and do not touch each other.
type spans []span

// meets reports whether some point is in both s and t; it is quick if s is short.
func (s spans) meets(t spans) bool {
	for _, a := range s {
		if i := t.find(a); i < len(t) && t[i].from < a.to {
			return true
		}
	}
	return false
}

// with returns s and t together, which do not meet. It is quick if t is short, and
// may change s.
func (s spans) with(t spans) spans {
	for _, a := range t {
		s = slices.Insert(s, s.find(a), a)
	}
	return s
}

// find returns the index of the first span that does not end before a begins.
func (s spans) find(a span) int {
	return sort.Search(len(s), func(i int) bool { return s[i].to > a.from })
}

// A tracer makes spans of the live sets at one program point after the other.
type tracer struct {
	at   int
	last set
	of   []spans // by index of the variable
}

func (t *tracer) point(s set) {
	for i, w := range s {
		for diff := w ^ t.last[i]; diff != 0; diff &= diff - 1 {
			n := bits.TrailingZeros64(diff)
			of := &t.of[i*64+n]
			if w&(1<<n) != 0 {
				*of = append(*of, span{from: t.at})
			} else {
				(*of)[len(*of)-1].to = t.at
			}
		}
		t.last[i] = w
	}
	t.at++
}

// spansOf returns where v may be needed.
func (l *liveness) spansOf(v *ir.Var) spans {
	if l.spans == nil {
		l.trace = &tracer{last: l.none(), of: make([]spans, 64*len(l.none()))}
		for _, b := range l.fn.Blocks {
			l.block(b)
		}
		l.trace.point(l.none())
		l.spans, l.trace = l.trace.of, nil
	}
	return l.spans[l.index[v]]
}
