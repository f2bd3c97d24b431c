// Package byhand is a game of the exhibition as one would write it against package rt without
// the generator.
package byhand

import (
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Play is game, with the number of moves and what they take.
func Play(master *locks.Lock, moves int, masters, theirs time.Duration) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Game{master: master, moves: moves, masters: masters, theirs: theirs})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	waiting
	moving
	answering
	done // or running
)

// A Game is one call of game.
type Game struct {
	master          *locks.Lock
	moves           int // that are left
	masters, theirs time.Duration
	acquire         locks.LockOp
	sleep           rt.SleepOp
	at              uint8
}

// Poll implements rt.Awaitable. It is a loop over the states: what a case leaves is the next one.
func (g *Game) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := g.at
	g.at = done // unless it suspends
	for {
		switch at {
		case start:
			if g.moves == 0 {
				return rt.Void{}, nil, true
			}
			g.moves--
			g.acquire = g.master.Acquire()
			at = waiting
		case waiting: // for the master
			if _, err, ready = g.acquire.Poll(t); !ready || err != nil {
				return g.suspend(at, err, ready)
			}
			g.sleep = rt.Sleep(g.masters)
			at = moving
		case moving: // the master
			if _, err, ready = g.sleep.Poll(t); !ready {
				return g.suspend(at, err, ready)
			}
			g.master.Release()
			if err != nil {
				return rt.Void{}, err, true
			}
			g.sleep = rt.Sleep(g.theirs)
			at = answering
		case answering: // the opponent
			if _, err, ready = g.sleep.Poll(t); !ready || err != nil {
				return g.suspend(at, err, ready)
			}
			at = start
		case done:
			panic(machine.Resumed("game"))
		}
	}
}

// suspend is the end of a Poll in a state whose operation is not ready, or has failed.
func (g *Game) suspend(at uint8, err error, ready bool) (rt.Void, error, bool) {
	if !ready {
		g.at = at
	}
	return rt.Void{}, err, ready
}
