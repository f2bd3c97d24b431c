// Package pause has the operation that asyncified programs await between
// their statements.
package pause

// This file defines Op and TwiceOp: awaits that suspend now and then, by a
// seeded pattern.

import (
	"os"
	"strconv"
	"sync/atomic"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Env names the environment variable that seeds the pattern of a run. 0 makes
// every await ready at once, 1 makes every await suspend; any other number is
// the seed of a random half and half.
const Env = "ASYNCIFY_SEED"

// plenty is the number of suspensions after which most awaits are ready at
// once, so that a program that loops a million times ends in time.
const plenty = 20_000

var (
	seed, _ = strconv.ParseUint(os.Getenv(Env), 10, 64)
	state   atomic.Uint64
	count   atomic.Int64
)

func init() { state.Store(seed) }

// Op suspends at most once. Its value is awaited once.
type Op struct{ suspended bool }

// Here returns an Op.
func Here() Op { return Op{} }

// Awaitable makes Op an [rt.Expr].
func (o Op) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Poll makes progress on behalf of t.
func (o *Op) Poll(t *rt.Task) (rt.Void, error, bool) {
	if !o.suspended && suspend() {
		o.suspended = true
		t.Wake()
		return rt.Void{}, nil, false
	}
	return rt.Void{}, nil, true
}

// TwiceOp suspends at most twice. Its value is awaited once.
type TwiceOp struct{ suspended int8 }

// Twice returns a TwiceOp.
func Twice() TwiceOp { return TwiceOp{} }

// Awaitable makes TwiceOp an [rt.Expr].
func (o TwiceOp) Awaitable() rt.Awaitable[rt.Void] { return &o }

// Poll makes progress on behalf of t.
func (o *TwiceOp) Poll(t *rt.Task) (rt.Void, error, bool) {
	if o.suspended < 2 && suspend() {
		o.suspended++
		t.Wake()
		return rt.Void{}, nil, false
	}
	return rt.Void{}, nil, true
}

// suspend draws the next element of the pattern: splitmix64, which goroutines
// can share.
func suspend() bool {
	if seed == 0 {
		return false
	}
	x := state.Add(0x9e3779b97f4a7c15)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	x ^= x >> 31
	if count.Load() >= plenty {
		return x>>54 == 0
	}
	if seed != 1 && x>>63 == 0 {
		return false
	}
	count.Add(1)
	return true
}
