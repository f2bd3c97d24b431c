// Package byhand is the ticker as one would write it against package rt
// without the generator.
package byhand

import (
	"context"
	"errors"
	"log"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Every is every.
func Every(period, limit time.Duration, job func(n int) rt.Coroutine[rt.Void]) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Ticker{period: period, limit: limit, job: job})
}

// Work is work.
func Work(n int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Worker{n: n})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	sleeping
	working
	done // or running
)

// A Ticker is one call of every.
type Ticker struct {
	n             int
	period, limit time.Duration
	next          time.Duration // when job n is due, on the loop's clock
	job           func(n int) rt.Coroutine[rt.Void]
	sleep         rt.SleepOp
	work          rt.TimeoutOp[rt.Void]
	at            uint8
}

// Poll implements rt.Awaitable.
func (k *Ticker) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := k.at
	k.at = done // unless it suspends
	switch at {
	case sleeping:
		goto sleeping
	case working:
		goto working
	case done:
		panic(machine.Resumed("every"))
	}
	k.next = t.Loop().Time()
tick:
	k.n++
	k.next += k.period // and not period from now: that would drift
	k.sleep = rt.Sleep(k.next - t.Loop().Time())
sleeping:
	_, err, ready = k.sleep.Poll(t)
	if !ready {
		k.at = sleeping
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	k.work = rt.Timeout(k.limit, k.job(k.n))
working:
	_, err, ready = k.work.Poll(t)
	if !ready {
		k.at = working
		return rt.Void{}, nil, false
	}
	if errors.Is(err, context.DeadlineExceeded) {
		log.Printf("job %d: %v", k.n, err)
	} else if err != nil {
		return rt.Void{}, err, true
	}
	goto tick
}

// A Worker is one call of work.
type Worker struct {
	n     int
	sleep rt.SleepOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (w *Worker) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := w.at
	w.at = done // unless it suspends
	switch at {
	case start:
		w.sleep = rt.Sleep(time.Duration(w.n) * 100 * time.Millisecond)
	case done:
		panic(machine.Resumed("work"))
	}
	_, err, ready = w.sleep.Poll(t)
	if !ready {
		w.at = sleeping
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	log.Printf("job %d: done", w.n)
	return rt.Void{}, nil, true
}
