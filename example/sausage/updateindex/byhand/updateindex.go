// Package byhand is update_index with gather as one would write it against package rt without the
// generator.
package byhand

import (
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Steps are the coroutines that update_index calls, and the function that it calls soon.
type Steps struct {
	Request     []rt.Expr[string]
	Process     func(data []string) rt.Coroutine[string]
	Database    func(result string) rt.Coroutine[rt.Void]
	UpdateCache func(result string)
}

// UpdateIndex is gathered.
func UpdateIndex(s Steps) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Updater{Steps: s})
}

// Where the coroutine goes on.
const (
	start uint8 = iota
	gathering
	processing
	storing
	yielding
	done // or running
)

// An Updater is one call of update_index. The operations follow one another, so there is a field
// for each; a union of them would be smaller.
type Updater struct {
	Steps
	gather  rt.GatherOp[string]
	process rt.Coroutine[string]
	store   rt.Coroutine[rt.Void]
	yield   rt.YieldOp
	result  string
	at      uint8
}

// Poll implements rt.Awaitable. Each case ends in what the next one waits for.
func (u *Updater) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := u.at
	u.at = done // unless it suspends
	switch at {
	case start:
		u.gather = rt.Gather(u.Request...)
		fallthrough
	case gathering:
		data, err, ready := u.gather.Poll(t)
		if !ready || err != nil {
			return u.leave(gathering, err, ready)
		}
		u.process = u.Process(data)
		fallthrough
	case processing:
		var err error
		if u.result, err, ready = u.process.Poll(t); !ready || err != nil {
			return u.leave(processing, err, ready)
		}
		u.store = u.Database(u.result)
		fallthrough
	case storing:
		if _, err, ready := u.store.Poll(t); !ready || err != nil {
			return u.leave(storing, err, ready)
		}
		t.Loop().CallSoon(func() { u.UpdateCache(u.result) })
		u.yield = rt.Yield()
		fallthrough
	case yielding:
		_, err, ready = u.yield.Poll(t)
		return u.leave(yielding, err, ready)
	}
	panic(machine.Resumed("update_index"))
}

// leave suspends at a state, or ends with err.
func (u *Updater) leave(at uint8, err error, ready bool) (rt.Void, error, bool) {
	if !ready {
		u.at = at
		return rt.Void{}, nil, false
	}
	return rt.Void{}, err, true
}
