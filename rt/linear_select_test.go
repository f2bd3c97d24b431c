package rt_test

// This file checks that selects of queues, channels, a future and timers are linearizable on
// two loops, while goroutines use the same queues and channels. What is taken is taken once,
// what is put is there once, and what a select did not choose has not happened.

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/linear"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/queues"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A lane passes values in order. It is a queue or a channel.
type lane int

const (
	queueLane    lane = iota // a thread-safe queue
	bufferedLane             // a channel with room for one value
	directLane               // a channel without room; to its peers it looks as if it had room
	lanes

	futureLane lane = -1 // the select chose the future
	timerLane  lane = -2
	noLane     lane = -3 // the select was cancelled, or nothing was possible
)

var laneLimits = [lanes]int{2, 1, 1}

// A selectCall is a select, or the setting of the future. A select takes from some lanes, puts
// v into others, and may have further cases.
type selectCall struct {
	what  string // select, set, empty
	gets  [lanes]bool
	puts  [lanes]bool
	v     byte
	timer bool
}

type selectReturn struct {
	on  lane
	put bool
	v   byte
}

type selectState struct {
	values [lanes]string
	set    bool
}

func stepSelect(s selectState, in selectCall, out selectReturn) (selectState, bool) {
	switch {
	case in.what == "set":
		s.set = true
	case in.what == "empty": // checked at the end
		return s, s.values == [lanes]string{}
	case out.on == noLane:
	case out.on == timerLane:
		return s, in.timer
	case out.on == futureLane:
		return s, s.set
	case out.put:
		possible := in.puts[out.on] && len(s.values[out.on]) < laneLimits[out.on]
		s.values[out.on] += string([]byte{in.v})
		return s, possible
	default:
		values := s.values[out.on]
		if !in.gets[out.on] || values == "" || values[0] != out.v {
			return s, false
		}
		s.values[out.on] = values[1:]
	}
	return s, true
}

// A selection is the lanes and the history of the operations on them.
type selection struct {
	linear.History
	queue    *queues.Queue[byte]
	channels [lanes]chan byte // nil: the lane is no channel
	stop     rt.Future[int]
	mu       sync.Mutex
	values   byte
}

func newSelection() *selection {
	return &selection{
		queue:    queues.New[byte](laneLimits[queueLane]).Threadsafe(),
		channels: [lanes]chan byte{bufferedLane: make(chan byte, 1), directLane: make(chan byte)},
	}
}

func (s *selection) value() byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values++
	return s.values
}

// await makes the select that call describes, as a task.
func (s *selection) await(call selectCall, stoppable bool) (out selectReturn) {
	began := rt.Current().Loop().Time()
	gets, puts := map[rt.Branch]lane{}, map[rt.Branch]lane{}
	var branches []rt.Branch
	for l := range lanes {
		if call.gets[l] {
			var get rt.Branch = rt.On(rt.Receive(s.channels[l]))
			if l == queueLane {
				get = rt.On(s.queue.Get())
			}
			gets[get], branches = l, append(branches, get)
		}
		if call.puts[l] {
			var put rt.Branch = rt.On(rt.Send(s.channels[l], call.v))
			if l == queueLane {
				put = rt.On(s.queue.Put(call.v))
			}
			puts[put], branches = l, append(branches, put)
		}
	}
	const limit = 20 * time.Microsecond
	stop, late := rt.On(&s.stop), rt.On(rt.Sleep(limit))
	if stoppable {
		branches = append(branches, stop)
	}
	if call.timer {
		branches = append(branches, late)
	}
	chosen, err := rt.Block(rt.Select(branches...))
	if err != nil {
		return selectReturn{on: noLane}
	}
	if l, ok := gets[chosen]; ok {
		v, err := chosen.(*rt.Case[byte]).Result()
		if err != nil {
			panic(err)
		}
		return selectReturn{on: l, v: v}
	}
	if l, ok := puts[chosen]; ok {
		return selectReturn{on: l, put: true}
	}
	if chosen == late {
		if rt.Current().Loop().Time()-began < limit {
			panic("the timer was early")
		}
		return selectReturn{on: timerLane}
	}
	return selectReturn{on: futureLane}
}

// some returns a random choice of the lanes, at least one.
func some(r *rand.Rand) (on [lanes]bool) {
	for l := range lanes {
		on[l] = r.IntN(2) == 0
	}
	on[r.IntN(int(lanes))] = true
	return on
}

// task makes selects as a task. Producers go on until all their values are put. Consumers,
// which also put values now and then, go on until they see the future.
func (s *selection) task(client int, r *rand.Rand, produces bool) error {
	self := rt.Current()
	for left := 6; left > 0; {
		call := selectCall{what: "select", timer: r.IntN(4) == 0}
		if produces {
			call.puts, call.v = some(r), s.value()
		} else {
			call.gets = [lanes]bool{true, true, true}
		}
		scope := self.OpenScope()
		switch cancel := func() { scope.Cancel(nil) }; r.IntN(6) {
		case 0:
			self.Loop().CallSoon(cancel)
		case 1:
			self.Loop().CallSoon(func() { self.Loop().CallSoon(cancel) })
		case 2:
			go self.Loop().CallSoonThreadsafe(cancel)
		}
		out := linear.Do(&s.History, client, call, func() selectReturn { return s.await(call, !produces) })
		scope.Close()
		if produces && out.put {
			left--
		}
		if out.on == futureLane {
			return nil
		}
		for range r.IntN(3) {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
	}
	return nil
}

// goroutine does the same as task, with Go's own select.
func (s *selection) goroutine(client int, r *rand.Rand, produces bool, stop <-chan int) {
	for left := 4; left > 0; {
		call := selectCall{what: "select", gets: [lanes]bool{false, true, true}}
		buffered, direct := s.channels[bufferedLane], s.channels[directLane]
		var out selectReturn
		if produces {
			call.gets, call.puts, call.v = [lanes]bool{}, call.gets, s.value()
			linear.Do(&s.History, client, call, func() selectReturn {
				select {
				case buffered <- call.v:
					out = selectReturn{on: bufferedLane, put: true}
				case direct <- call.v:
					out = selectReturn{on: directLane, put: true}
				}
				return out
			})
			left--
		} else {
			linear.Do(&s.History, client, call, func() selectReturn {
				select {
				case v := <-buffered:
					out = selectReturn{on: bufferedLane, v: v}
				case v := <-direct:
					out = selectReturn{on: directLane, v: v}
				case <-stop:
					out = selectReturn{on: noLane}
				}
				return out
			})
			if out.on == noLane {
				return
			}
		}
		for range r.IntN(20) {
			runtime.Gosched()
		}
	}
}

// drain takes the values that are left.
func (s *selection) drain(client int) {
	take := func(l lane, v byte) {
		call := selectCall{what: "select"}
		call.gets[l] = true
		linear.Do(&s.History, client, call, func() selectReturn { return selectReturn{on: l, v: v} })
	}
	for v, ok := s.queue.TryGet(); ok; v, ok = s.queue.TryGet() {
		take(queueLane, v)
	}
	for len(s.channels[bufferedLane]) > 0 {
		take(bufferedLane, <-s.channels[bufferedLane])
	}
	linear.Do(&s.History, client, selectCall{what: "empty"}, func() selectReturn { return selectReturn{on: noLane} })
}

func TestSelectsAreLinearizable(t *testing.T) {
	testbed.Clean(t)
	seed := rttest.Seed(t)
	rounds := uint64(40)
	if testing.Short() {
		rounds = 8
	}
	for round := range rounds {
		s := newSelection()
		random := func(client int) *rand.Rand { return rand.New(rand.NewPCG(seed+uint64(client), round)) }
		var producers, consumers sync.WaitGroup
		for loop := range 2 {
			onLoop := func(wg *sync.WaitGroup, first int, produces bool) {
				wg.Go(func() {
					var xs []rt.Expr[rt.Void]
					for client := first; client < first+2; client++ {
						xs = append(xs, do(func() error { return s.task(client, random(client), produces) }))
					}
					if _, err := rt.Run(rt.Gather(xs...), rt.WithSeed(seed)); err != nil {
						t.Error(err)
					}
				})
			}
			onLoop(&producers, 4*loop, true)
			onLoop(&consumers, 4*loop+2, false)
		}
		stop := make(chan int)
		producers.Go(func() { s.goroutine(8, random(8), true, nil) })
		consumers.Go(func() { s.goroutine(9, random(9), false, stop) })
		producers.Wait()
		linear.Do(&s.History, 10, selectCall{what: "set"}, func() selectReturn { s.stop.Set(1); return selectReturn{} })
		close(stop)
		consumers.Wait()
		s.drain(10)
		if linear.Check(t, &s.History, selectState{}, stepSelect); t.Failed() {
			t.Log(fmt.Sprint("round ", round))
			return
		}
	}
}
