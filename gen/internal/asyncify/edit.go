package asyncify

// This file defines edits, which insert text into the source, and the map from
// the resulting text back to the insertions.

import (
	"cmp"
	"go/token"
	"slices"
)

// A siteKey names one place where an await may be put. It stays the same from
// one call of [Program.Source] to the next.
type siteKey struct {
	fn   *function
	kind string
	pos  token.Pos
	end  token.Pos
}

// An edit replaces source text by other text; an empty range inserts.
type edit struct {
	from, to token.Pos
	rank     rank
	seq      int
	text     string
	site     siteKey
}

// A rank orders the edits that stand at the same offset.
type rank int

const (
	closing rank = iota // the end of a wrapped expression: inner first
	after               // follows a statement
	opening             // precedes a statement or expression: outer first
)

// A segment is a part of the output that was inserted for a site or copied from the
// source.
type segment struct {
	from, to int       // output offsets
	src      token.Pos // of from if verbatim, else NoPos
	site     siteKey
	fn       *function // whose copy this is; nil outside the copies
}

// sortEdits brings edits into the order in which they are applied.
func sortEdits(edits []edit) {
	slices.SortStableFunc(edits, func(a, b edit) int {
		if c := cmp.Compare(a.from, b.from); c != 0 {
			return c
		}
		if c := cmp.Compare(a.rank, b.rank); c != 0 {
			return c
		}
		if a.rank == closing {
			return cmp.Compare(b.seq, a.seq)
		}
		return cmp.Compare(a.seq, b.seq)
	})
}

// write appends the source text between from and to to the output. It applies the edits
// that lie in this text.
func (s *source) write(fn *function, from, to token.Pos, edits []edit) {
	sortEdits(edits)
	at := from
	for _, e := range edits {
		if e.from < from || e.to > to {
			continue
		}
		s.verbatim(fn, at, e.from)
		s.insert(fn, e.site, e.text)
		at = e.to
	}
	s.verbatim(fn, at, to)
}

func (s *source) verbatim(fn *function, from, to token.Pos) {
	if from >= to {
		return
	}
	start := len(s.out)
	s.out = append(s.out, s.text(from, to)...)
	s.segments = append(s.segments, segment{from: start, to: len(s.out), src: from, fn: fn})
}

func (s *source) insert(fn *function, site siteKey, text string) {
	start := len(s.out)
	s.out = append(s.out, text...)
	s.segments = append(s.segments, segment{from: start, to: len(s.out), site: site, fn: fn})
}

// text returns the source text between from and to.
func (s *source) text(from, to token.Pos) string {
	start := s.syntax.FileStart
	return string(s.Text[from-start : to-start])
}

// before returns the byte of the source that precedes pos.
func (s *source) before(pos token.Pos) byte { return s.Text[pos-s.syntax.FileStart-1] }
