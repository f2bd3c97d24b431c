package byhand

// This file has the async generator and its consumer.

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// NewTicks is ticks.
func NewTicks(n int) *asyncgen.Generator[int, rt.Void, rt.Void] {
	return asyncgen.New("ticks", func(y asyncgen.Yielder[int, rt.Void]) rt.Expr[rt.Void] {
		return rt.NewCoroutine(&Ticks{y: y, n: n})
	})
}

// Ticks is one call of ticks.
type Ticks struct {
	y     asyncgen.Yielder[int, rt.Void]
	i, n  int
	turn  rt.YieldOp
	yield asyncgen.YieldOp[int, rt.Void]
	at    uint8
}

// Poll implements rt.Awaitable.
func (k *Ticks) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	for k.i < k.n {
		switch k.at {
		case start:
			k.turn = rt.Yield()
			k.at = waiting
		case waiting:
			if _, err, ready := k.turn.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			k.yield = k.y.Yield(k.i)
			k.at = yielding
		case yielding:
			if _, err, ready := k.yield.Poll(t); !ready || err != nil {
				return rt.Void{}, err, ready
			}
			k.i++
			k.at = start
		}
	}
	return rt.Void{}, nil, true
}

// A Listen is one call of listen.
type Listen struct {
	ticks *asyncgen.Generator[int, rt.Void, rt.Void]
	total int
	err   error
	next  asyncgen.NextOp[int]
	close asyncgen.CloseOp
	at    uint8
}

// NewListen is listen.
func NewListen(n int) rt.Coroutine[int] { return rt.NewCoroutine(&Listen{ticks: NewTicks(n)}) }

// Poll implements rt.Awaitable. The body of its loop cannot panic: so nothing closes after that.
func (l *Listen) Poll(t *rt.Task) (int, error, bool) {
	for {
		switch l.at {
		case start:
			l.next = l.ticks.Next()
			l.at = waiting
		case waiting:
			v, err, ready := l.next.Poll(t)
			if !ready {
				return 0, nil, false
			}
			l.at = start
			if l.err = err; err != nil || !v.V2 {
				l.close = l.ticks.Close()
				l.at = yielding
				continue
			}
			l.total += v.V1
		case yielding: // until the generator has cleaned up
			_, err, ready := l.close.Poll(t)
			if !ready {
				return 0, nil, false
			}
			l.at = done
			if l.err == nil {
				l.err = err
			}
			return l.total, l.err, true
		default:
			panic(machine.Resumed("listen"))
		}
	}
}
