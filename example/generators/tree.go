package generators

import "iter"

// A Tree is a binary tree of numbers. The nil tree is empty.
type Tree struct {
	Left, Right *Tree
	Value       int
}

// All returns the values of t from left to right.
//
//coroutine:generator
func (t *Tree) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		if t == nil {
			return
		}
		for v := range t.Left.All() {
			if !yield(v) {
				return
			}
		}
		if !yield(t.Value) {
			return
		}
		for v := range t.Right.All() {
			if !yield(v) {
				return
			}
		}
	}
}

// SameFringe reports whether a and b have the same values from left to right, whatever their
// shapes. It walks both at once, and only as far as they are the same.
func SameFringe(a, b *Tree) bool {
	as, bs := a.AllPull(), b.AllPull()
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
