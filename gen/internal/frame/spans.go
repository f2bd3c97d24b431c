package frame

// This file finds variables that are never needed at the same time. It keeps the spans of
// program points in which each variable is live. Most variables have one or two spans,
// however long the function is.

import (
	"slices"
	"sort"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A span is a row of program points.
type span struct{ from, to int } // to is the first point after the span

// spans are in order and do not touch each other.
type spans []span

// meets reports whether some point is in both s and t. It is fast if s is short.
func (s spans) meets(t spans) bool {
	for _, a := range s {
		if i := t.find(a); i < len(t) && t[i].from < a.to {
			return true
		}
	}
	return false
}

// with returns the union of s and t, which must not meet. It is fast if t is short, and
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

// append adds the points from from to to, in any order. The caller must call tidy after the
// last append.
func (s spans) append(from, to int) spans {
	switch last := len(s) - 1; {
	case from >= to:
	case last >= 0 && s[last].to == from:
		s[last].to = to
	default:
		s = append(s, span{from, to})
	}
	return s
}

// tidy returns the spans that append has collected, in order.
func (s spans) tidy() spans {
	slices.SortFunc(s, func(a, b span) int { return a.from - b.from })
	var tidy spans
	for _, a := range s {
		if last := len(tidy) - 1; last >= 0 && a.from <= tidy[last].to {
			tidy[last].to = max(tidy[last].to, a.to)
		} else {
			tidy = append(tidy, a)
		}
	}
	return tidy
}

// spansOf returns the spans in which v may be needed.
func (l *liveness) spansOf(v *ir.Var) spans { return l.spans[l.index[v]] }
