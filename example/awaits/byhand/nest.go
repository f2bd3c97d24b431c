package byhand

// This file is calls inside calls: each frame lies in that of its caller.

import (
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Nested1 is awaits.Nested1.
func Nested1(g *gate.Gate, rounds int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Nesting1{g: g, rounds: rounds})
}

// A Nesting1 is one call of Nested1.
type Nesting1 struct {
	g      *gate.Gate
	rounds int
	i      int
	sum    int
	nest   Nest1
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Nesting1) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case done:
		panic(machine.Resumed("Nested1"))
	}
round:
	if f.i >= f.rounds {
		return f.sum, nil, true
	}
	f.nest.g, f.nest.at = f.g, start
first:
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	if err != nil {
		return f.sum, err, true
	}
	f.sum += n
	f.i++
	goto round
}

// Nested5 is awaits.Nested5.
func Nested5(g *gate.Gate, rounds int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Nesting5{g: g, rounds: rounds})
}

// A Nesting5 is one call of Nested5.
type Nesting5 struct {
	g      *gate.Gate
	rounds int
	i      int
	sum    int
	nest   Nest5
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Nesting5) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case done:
		panic(machine.Resumed("Nested5"))
	}
round:
	if f.i >= f.rounds {
		return f.sum, nil, true
	}
	f.nest.g, f.nest.at = f.g, start
first:
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	if err != nil {
		return f.sum, err, true
	}
	f.sum += n
	f.i++
	goto round
}

// Nested10 is awaits.Nested10.
func Nested10(g *gate.Gate, rounds int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Nesting10{g: g, rounds: rounds})
}

// A Nesting10 is one call of Nested10.
type Nesting10 struct {
	g      *gate.Gate
	rounds int
	i      int
	sum    int
	nest   Nest10
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Nesting10) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case done:
		panic(machine.Resumed("Nested10"))
	}
round:
	if f.i >= f.rounds {
		return f.sum, nil, true
	}
	f.nest.g, f.nest.at = f.g, start
first:
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	if err != nil {
		return f.sum, err, true
	}
	f.sum += n
	f.i++
	goto round
}

// A Nest1 is one call of nest1.
type Nest1 struct {
	g    *gate.Gate
	pass gate.PassOp
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest1) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.pass = f.g.Pass()
	case done:
		panic(machine.Resumed("nest1"))
	}
	n, err, ready := f.pass.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest2 is one call of nest2.
type Nest2 struct {
	g    *gate.Gate
	nest Nest1
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest2) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest2"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest3 is one call of nest3.
type Nest3 struct {
	g    *gate.Gate
	nest Nest2
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest3) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest3"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest4 is one call of nest4.
type Nest4 struct {
	g    *gate.Gate
	nest Nest3
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest4) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest4"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest5 is one call of nest5.
type Nest5 struct {
	g    *gate.Gate
	nest Nest4
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest5) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest5"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest6 is one call of nest6.
type Nest6 struct {
	g    *gate.Gate
	nest Nest5
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest6) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest6"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest7 is one call of nest7.
type Nest7 struct {
	g    *gate.Gate
	nest Nest6
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest7) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest7"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest8 is one call of nest8.
type Nest8 struct {
	g    *gate.Gate
	nest Nest7
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest8) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest8"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest9 is one call of nest9.
type Nest9 struct {
	g    *gate.Gate
	nest Nest8
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest9) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest9"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}

// A Nest10 is one call of nest10.
type Nest10 struct {
	g    *gate.Gate
	nest Nest9
	at   uint8
}

// Poll implements rt.Awaitable.
func (f *Nest10) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.nest.g, f.nest.at = f.g, start
	case done:
		panic(machine.Resumed("nest10"))
	}
	n, err, ready := f.nest.Poll(t)
	if !ready {
		f.at = first
		return 0, nil, false
	}
	return n + 1, err, true
}
