// Package byhand has the coroutines and generators of package constructs as one would write them
// against package rt without the generator.
package byhand

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Where a coroutine goes on.
const (
	start uint8 = iota
	waiting
	yielding
	done // or running
)

// A Double is one call of double.
type Double struct {
	n     int
	yield rt.YieldOp
	at    uint8
}

// NewDouble is double.
func NewDouble(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Double{n: n}) }

// Poll implements rt.Awaitable.
func (d *Double) Poll(t *rt.Task) (int, error, bool) {
	switch d.at {
	case start:
		d.yield = rt.Yield()
		d.at = waiting
	case done:
		panic(machine.Resumed("double"))
	}
	_, err, ready := d.yield.Poll(t)
	if !ready {
		return 0, nil, false
	}
	d.at = done
	if err != nil {
		return 0, err, true
	}
	return 2 * d.n, nil, true
}

// A Sum is one call of sum.
type Sum struct {
	i, n, total int
	double      Double
	at          uint8
}

// NewSum is sum.
func NewSum(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Sum{n: n}) }

// Poll implements rt.Awaitable.
func (s *Sum) Poll(t *rt.Task) (int, error, bool) {
	if s.at == done {
		panic(machine.Resumed("sum"))
	}
	for ; s.i < s.n; s.i++ {
		if s.at == start {
			s.double = Double{n: s.i}
			s.at = waiting
		}
		v, err, ready := s.double.Poll(t)
		if !ready {
			return 0, nil, false
		}
		s.at = start
		if err != nil {
			s.at = done
			return 0, err, true
		}
		s.total += v
	}
	s.at = done
	return s.total, nil, true
}

// A Size is one call of size: there is nothing but its double to keep.
type Size struct{ double Double }

// NewSize is size.
func NewSize(n int) rt.Coroutine[string] { return rt.NewCoroutine(&Size{Double{n: n}}) }

// Poll implements rt.Awaitable.
func (s *Size) Poll(t *rt.Task) (string, error, bool) {
	switch v, err, ready := s.double.Poll(t); {
	case !ready:
		return "", nil, false
	case err != nil || v > 10:
		return "large", err, true
	}
	return "small", nil, true
}

// A Guarded is one call of guarded.
type Guarded struct {
	log   *[]string
	yield rt.YieldOp
	at    uint8
}

// NewGuarded is guarded.
func NewGuarded(log *[]string) rt.Coroutine[rt.Void] { return rt.NewCoroutine(&Guarded{log: log}) }

// Poll implements rt.Awaitable. It closes unless it suspends: also if something panics.
func (g *Guarded) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := g.at
	g.at = done // unless it suspends
	switch at {
	case start:
		*g.log = append(*g.log, "open")
		g.yield = rt.Yield()
	case done:
		panic(machine.Resumed("guarded"))
	}
	defer func() {
		if g.at == done {
			*g.log = append(*g.log, "close")
		}
	}()
	if _, err, ready = g.yield.Poll(t); !ready {
		g.at = waiting
	}
	return rt.Void{}, err, ready
}

// A Both is one call of both.
type Both struct {
	n      int
	gather rt.Gather2Op[int, int]
	at     uint8
}

// NewBoth is both.
func NewBoth(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Both{n: n}) }

// Poll implements rt.Awaitable.
func (b *Both) Poll(t *rt.Task) (int, error, bool) {
	switch b.at {
	case start:
		b.gather = rt.Gather2(NewDouble(b.n), NewDouble(b.n+1))
		b.at = waiting
	case done:
		panic(machine.Resumed("both"))
	}
	v, err, ready := b.gather.Poll(t)
	if !ready {
		return 0, nil, false
	}
	b.at = done
	if err != nil {
		return 0, err, true
	}
	return v.V1 + v.V2, nil, true
}

// A Group is one call of group.
type Group struct {
	n     int
	tasks []*rt.TaskOf[int]
	join  rt.GroupJoinOp
	at    uint8
}

// NewGroup is group.
func NewGroup(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Group{n: n}) }

// Poll implements rt.Awaitable.
func (g *Group) Poll(t *rt.Task) (int, error, bool) {
	switch g.at {
	case start:
		group := t.OpenGroup()
		g.tasks = make([]*rt.TaskOf[int], g.n)
		for i := range g.tasks {
			g.tasks[i] = rt.SpawnIn(group, NewDouble(i))
		}
		g.join = group.Join()
		g.at = waiting
	case done:
		panic(machine.Resumed("group"))
	}
	_, err, ready := g.join.Poll(t)
	if !ready {
		return 0, nil, false
	}
	g.at = done
	if err != nil {
		return 0, err, true
	}
	total := 0
	for _, task := range g.tasks {
		v, _, _ := task.Result()
		total += v
	}
	return total, nil, true
}

// A Patient is one call of patient.
type Patient struct {
	n       int
	timeout rt.TimeoutOp[int]
	at      uint8
}

// NewPatient is patient.
func NewPatient(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Patient{n: n}) }

// Poll implements rt.Awaitable.
func (p *Patient) Poll(t *rt.Task) (int, error, bool) {
	switch p.at {
	case start:
		p.timeout = rt.Timeout(time.Second, NewDouble(p.n))
		p.at = waiting
	case done:
		panic(machine.Resumed("patient"))
	}
	v, err, ready := p.timeout.Poll(t)
	if ready {
		p.at = done
	}
	return v, err, ready
}

// A Locked is one call of locked.
type Locked struct {
	lock    *locks.Lock
	counter *int
	before  int
	acquire locks.LockOp
	yield   rt.YieldOp
	at      uint8
}

// NewLocked is locked.
func NewLocked(lock *locks.Lock, counter *int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine(&Locked{lock: lock, counter: counter})
}

// Poll implements rt.Awaitable.
func (l *Locked) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := l.at
	l.at = done // unless it suspends
	switch at {
	case start:
		l.acquire = l.lock.Acquire()
		fallthrough
	case waiting:
		if _, err, ready = l.acquire.Poll(t); !ready || err != nil {
			if !ready {
				l.at = waiting
			}
			return rt.Void{}, err, ready
		}
		l.before = *l.counter
		l.yield = rt.Yield()
	case done:
		panic(machine.Resumed("locked"))
	}
	defer func() {
		if l.at == done {
			l.lock.Release()
		}
	}()
	if _, err, ready = l.yield.Poll(t); !ready {
		l.at = yielding
		return rt.Void{}, nil, false
	}
	if err == nil {
		*l.counter = l.before + 1
	}
	return rt.Void{}, err, true
}
