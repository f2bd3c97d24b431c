package byhand

// A Tree is generators.Tree.
type Tree struct {
	Left, Right *Tree
	Value       int
}

// All is generators.Tree.AllPull.
func (t *Tree) All() *Walk { return &Walk{calls: []call{{t: t}}} }

// A Walk goes through a tree from left to right, as the recursive function does, with a stack of
// its own.
type Walk struct {
	calls []call
}

// A call is one call of the function.
type call struct {
	t  *Tree
	at side
}

// A side says where a call goes on.
type side uint8

const (
	left side = iota
	root
	right
	above
)

// Next returns the next value.
func (w *Walk) Next() (int, bool) {
	calls := w.calls
	for len(calls) > 0 {
		c := &calls[len(calls)-1]
		if c.t == nil {
			calls = calls[:len(calls)-1]
			continue
		}
		c.at++
		switch c.at - 1 {
		case left:
			calls = append(calls, call{t: c.t.Left})
		case root:
			w.calls = calls
			return c.t.Value, true
		case right:
			calls = append(calls, call{t: c.t.Right})
		case above:
			calls = calls[:len(calls)-1]
		}
	}
	w.calls = nil
	return 0, false
}

// Stop ends the generator.
func (w *Walk) Stop() { w.calls = nil }

// Loop is All without recursion.
func (t *Tree) Loop() *Descent { return &Descent{next: t} }

// A Descent is a walk as one writes it who does not think of the recursive function: its stack has
// only trees whose values are still to come.
type Descent struct {
	next  *Tree // whose leftmost value comes next; nil for that of the last of above
	above []*Tree
}

// Next returns the next value.
func (d *Descent) Next() (int, bool) {
	for t := d.next; t != nil; t = t.Left {
		d.above = append(d.above, t)
	}
	last := len(d.above) - 1
	if last < 0 {
		d.Stop()
		return 0, false
	}
	t := d.above[last]
	d.above, d.next = d.above[:last], t.Right
	return t.Value, true
}

// Stop ends the generator.
func (d *Descent) Stop() { *d = Descent{} }

// SameFringe is generators.SameFringe.
func SameFringe(a, b *Tree) bool {
	as, bs := a.All(), b.All()
	defer as.Stop()
	defer bs.Stop()
	for {
		v, more := as.Next()
		w, too := bs.Next()
		if v != w || more != too {
			return false
		}
		if !more {
			return true
		}
	}
}
