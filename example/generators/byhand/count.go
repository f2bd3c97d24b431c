// Package byhand is the generators of package generators as one would write them by hand: each is
// a frame, with a state that says where Next goes on.
package byhand

// Where a generator goes on.
const (
	start     uint8 = iota
	suspended       // after a value
	ended
)

// Count is generators.CountPull.
func Count(n int) *Counter { return &Counter{n: n} }

// A Counter counts up to n.
type Counter struct {
	n, i int
	at   uint8
}

// Next returns the next number.
func (c *Counter) Next() (int, bool) {
	switch c.at {
	case start:
		c.at = suspended
	case suspended:
		c.i++
	case ended:
		return 0, false
	}
	if c.i >= c.n {
		c.at = ended
		return 0, false
	}
	return c.i, true
}

// Stop ends the generator.
func (c *Counter) Stop() { c.at = ended }

// Sum is generators.Sum.
func Sum(n int) (sum int) {
	numbers := Count(n)
	for v, ok := numbers.Next(); ok; v, ok = numbers.Next() {
		sum += v
	}
	return sum
}
