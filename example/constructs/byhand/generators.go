package byhand

// This file has the generators.

import "github.com/coroutinegen/coroutinegen/rt"

// A Count is one call of count.
type Count struct{ i, n int }

// NewCount is count.
func NewCount(n int) *Count { return &Count{n: n} }

// Next returns the next number.
func (c *Count) Next() (int, bool) {
	if c.i >= c.n {
		return 0, false
	}
	c.i++
	return c.i - 1, true
}

// Totals is one call of totals, with that of total in it.
type Totals struct {
	n     int
	sum   int
	sums  []int
	err   error
	begun bool
}

// NewTotals is totals.
func NewTotals(n int) *Totals { return &Totals{n: n} }

// Next begins.
func (s *Totals) Next() (int, bool) { return s.Send(0) }

// Send adds n to the sum. A 0 ends the sum.
func (s *Totals) Send(n int) (int, bool) {
	switch {
	case len(s.sums) == s.n || s.err != nil: // it has ended
		return 0, false
	case !s.begun:
		s.begun = true
	case n != 0:
		s.sum += n
	default:
		s.sums = append(s.sums, s.sum)
		s.sum = 0
	}
	return s.sum, len(s.sums) < s.n
}

// Close ends it.
func (s *Totals) Close() error {
	if len(s.sums) < s.n && s.err == nil {
		s.err = rt.ErrGeneratorExit
	}
	return nil
}

// Result returns the sums.
func (s *Totals) Result() ([]int, error) {
	if len(s.sums) < s.n && s.err == nil {
		return nil, rt.ErrNoResult
	}
	return s.sums, s.err
}
