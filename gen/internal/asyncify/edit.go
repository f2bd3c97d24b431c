package asyncify

// This file defines edits: insertions into the source text, and the map from
// the text that results back to what was inserted.

import (
	"cmp"
	"slices"
)

// A siteKey names one place where an await may be put. It stays the same from
// one call of [Program.Source] to the next.
type siteKey struct {
	fn   *function
	kind string
	pos  int // source offset
	end  int
}

// An edit replaces source text by other text; an empty range inserts.
type edit struct {
	from, to int // source offsets
	rank     rank
	seq      int
	text     string
	site     siteKey
}

// A rank orders the edits that stand at the same offset.
type rank int

const (
	closing rank = iota // ends what was opened before: inner first
	after               // follows a statement
	opening             // precedes what stands here: outer first
)

// A segment says what a stretch of the output is: inserted for a site, or
// source text.
type segment struct {
	from, to int // output offsets
	src      int // source offset of from if verbatim, else -1
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

// write appends src[from:to] to the output, with those of edits applied that
// fall inside.
func (p *Program) write(fn *function, from, to int, edits []edit) {
	sortEdits(edits)
	at := from
	for _, e := range edits {
		if e.from < from || e.to > to {
			continue
		}
		p.verbatim(fn, at, e.from)
		p.insert(fn, e.site, e.text)
		at = e.to
	}
	p.verbatim(fn, at, to)
}

func (p *Program) verbatim(fn *function, from, to int) {
	if from >= to {
		return
	}
	start := len(p.out)
	p.out = append(p.out, p.src[from:to]...)
	p.segments = append(p.segments, segment{from: start, to: len(p.out), src: from, fn: fn})
}

func (p *Program) insert(fn *function, site siteKey, text string) {
	start := len(p.out)
	p.out = append(p.out, text...)
	p.segments = append(p.segments, segment{from: start, to: len(p.out), src: -1, site: site, fn: fn})
}
