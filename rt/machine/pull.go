package machine

// This file runs generators from source: the function itself, unchanged, by iter.Pull. It is the
// reference that machines are held against.

import "iter"

// A Pull is a generator that runs an iterator function as it is, on a goroutine of its own, by
// [iter.Pull]. The goroutine backend of coroutinegen returns it. It implements rt.Generator.
type Pull[V any] struct {
	pulled
	seq  iter.Seq[V]
	next func() (V, bool)
}

// NewPull returns the generator that runs seq, which calls the function called name.
func NewPull[V any](name string, seq func(yield func(V) bool)) Pull[V] {
	return Pull[V]{pulled: pulled{named: named{name: name}}, seq: seq}
}

// Next implements rt.Generator.
func (p *Pull[V]) Next() (v V, ok bool) {
	if p.begins() {
		p.next, p.stop = iter.Pull(p.seq)
	}
	defer p.enter(&ok)()
	if p.next == nil { // stopped before it began
		return v, false
	}
	return p.next()
}

// All implements rt.Generator.
func (p *Pull[V]) All() iter.Seq[V] {
	return func(yield func(V) bool) {
		for v, ok := p.Next(); ok && yield(v); v, ok = p.Next() {
		}
	}
}

// A Pull2 is a [Pull] of pairs of values.
type Pull2[K, V any] struct {
	pulled
	seq  iter.Seq2[K, V]
	next func() (K, V, bool)
}

// NewPull2 returns the generator that runs seq, which calls the function called name.
func NewPull2[K, V any](name string, seq func(yield func(K, V) bool)) Pull2[K, V] {
	return Pull2[K, V]{pulled: pulled{named: named{name: name}}, seq: seq}
}

// Next implements rt.Generator2.
func (p *Pull2[K, V]) Next() (k K, v V, ok bool) {
	if p.begins() {
		p.next, p.stop = iter.Pull2(p.seq)
	}
	defer p.enter(&ok)()
	if p.next == nil { // stopped before it began
		return k, v, false
	}
	return p.next()
}

// All implements rt.Generator2.
func (p *Pull2[K, V]) All() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, v, ok := p.Next(); ok && yield(k, v); k, v, ok = p.Next() {
		}
	}
}

// The states of a generator, as String tells them. A machine tells a line in place of suspended.
const (
	created   = "created"
	suspended = "suspended"
	running   = "running"
	closed    = "closed"
)

// A named is what a generator tells about itself.
type named struct {
	name  string
	state string // "" is created
}

// begins reports whether the generator has not begun yet.
func (n *named) begins() bool { return n.state == "" }

// Where implements rt.Locator. The function runs as it is, so no line is known.
func (n *named) Where() (line string, on any) { return "", nil }

// String implements rt.Generator.
func (n *named) String() string {
	if n.begins() {
		return n.name + ": " + created
	}
	return n.name + ": " + n.state
}

// pulled is the part that does not depend on the types of the values.
type pulled struct {
	named
	// stopping: Stop runs the function. Calls by the function do nothing then.
	stopping bool
	stop     func()
}

// enter notes that the function runs. The caller defers what it returns.
func (p *pulled) enter(ok *bool) (leave func()) {
	was := p.state
	if was == running {
		if p.stopping {
			return func() {}
		}
		panic(Reentered(p.name))
	}
	p.state = running
	return func() {
		p.state = closed
		if *ok && was != closed {
			p.state = suspended
		}
	}
}

// Stop implements rt.Generator.
func (p *pulled) Stop() {
	switch p.state {
	case running:
		if p.stopping {
			return
		}
		panic(Reentered(p.name))
	case suspended:
		p.state, p.stopping = running, true
		defer func() { p.state = closed }()
		p.stop()
	}
	p.state = closed
}
