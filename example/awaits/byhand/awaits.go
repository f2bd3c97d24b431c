// Package byhand is the coroutines of package awaits as one would write them
// against package rt without the generator.
package byhand

import (
	"time"

	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Where a coroutine goes on.
const (
	start uint8 = iota
	first
	second
	third
	done // or running
)

// Three is awaits.Three.
func Three(g *gate.Gate, rounds int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Threes{g: g, rounds: rounds})
}

// A Threes is one call of Three.
type Threes struct {
	g      *gate.Gate
	rounds int
	i      int
	sum    int
	a, b   int
	pass   gate.PassOp
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Threes) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case second:
		goto second
	case third:
		goto third
	case done:
		panic(machine.Resumed("Three"))
	}
round:
	if f.i >= f.rounds {
		return f.sum, nil, true
	}
	f.pass = f.g.Pass()
first:
	{
		a, err, ready := f.pass.Poll(t)
		if !ready {
			f.at = first
			return 0, nil, false
		}
		if err != nil {
			return f.sum, err, true
		}
		f.a = a
	}
	f.pass = f.g.Pass()
second:
	{
		b, err, ready := f.pass.Poll(t)
		if !ready {
			f.at = second
			return 0, nil, false
		}
		if err != nil {
			return f.sum, err, true
		}
		f.b = b
	}
	f.pass = f.g.Pass()
third:
	c, err, ready := f.pass.Poll(t)
	if !ready {
		f.at = third
		return 0, nil, false
	}
	if err != nil {
		return f.sum, err, true
	}
	f.sum += f.a - 2*f.b + 3*c
	f.i++
	goto round
}

// Spawn is awaits.Spawn.
func Spawn(g *gate.Gate, rounds int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Spawner{g: g, rounds: rounds})
}

// A Spawner is one call of Spawn.
type Spawner struct {
	g      *gate.Gate
	rounds int
	i      int
	sum    int
	task   *rt.TaskOf[int]
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Spawner) Poll(t *rt.Task) (int, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case done:
		panic(machine.Resumed("Spawn"))
	}
round:
	if f.i >= f.rounds {
		return f.sum, nil, true
	}
	f.task = rt.Spawn(t, rt.NewCoroutine[int](&Nest1{g: f.g}))
first:
	n, err, ready := f.task.Poll(t)
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

// Sleep is awaits.Sleep.
func Sleep(d time.Duration, rounds int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Sleeper{d: d, rounds: rounds})
}

// A Sleeper is one call of Sleep.
type Sleeper struct {
	d      time.Duration
	rounds int
	i      int
	sleep  rt.SleepOp
	at     uint8
}

// Poll implements rt.Awaitable.
func (f *Sleeper) Poll(t *rt.Task) (rt.Void, error, bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case first:
		goto first
	case done:
		panic(machine.Resumed("Sleep"))
	}
round:
	if f.i >= f.rounds {
		return rt.Void{}, nil, true
	}
	f.sleep = rt.Sleep(f.d)
first:
	_, err, ready := f.sleep.Poll(t)
	if !ready {
		f.at = first
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	f.i++
	goto round
}

// Idle is awaits.Idle.
func Idle(d time.Duration) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Idler{d: d})
}

// An Idler is one call of Idle.
type Idler struct {
	d     time.Duration
	sleep rt.SleepOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (f *Idler) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := f.at
	f.at = done // unless it suspends
	switch at {
	case start:
		f.sleep = rt.Sleep(f.d)
	case done:
		panic(machine.Resumed("Idle"))
	}
	_, err, ready = f.sleep.Poll(t)
	if !ready {
		f.at = first
	}
	return rt.Void{}, err, ready
}
