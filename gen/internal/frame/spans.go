package frame

// This file finds out which variables are never needed at the same time. Of each
// variable it keeps from where to where it is live, in program points: most have one or
// two such spans, however long the function is.

import (
	"slices"
	"sort"

	"github.com/coroutinegen/coroutinegen/gen/internal/ir"
)

// A span is a row of program points.
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

// append adds a stretch of points, in whatever order; tidy must follow.
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

// tidy returns the points that append has collected.
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

// spansOf returns where v may be needed.
func (l *liveness) spansOf(v *ir.Var) spans { return l.spans[l.index[v]] }
