package awaits

// This file is what the benchmarks measure in plain Go, on goroutines.

import (
	"testing"
	"time"
)

// A channelGate is a gate.Gate for goroutines: to suspend is to wait for
// another goroutine.
type channelGate struct {
	every, passed int
	there, back   chan bool
}

func newChannelGate(tb testing.TB, every int) *channelGate {
	g := &channelGate{every: every, there: make(chan bool), back: make(chan bool)}
	go func() {
		for range g.there {
			g.back <- true
		}
	}()
	tb.Cleanup(func() { close(g.there) })
	return g
}

func (g *channelGate) pass() (int, error) {
	if g.every > 0 && (g.passed+1)%g.every == 0 {
		g.there <- true
		<-g.back
	}
	g.passed++
	return g.passed - 1, nil
}

func three(g *channelGate, rounds int) (sum int, err error) {
	for range rounds {
		a, err := g.pass()
		if err != nil {
			return sum, err
		}
		b, err := g.pass()
		if err != nil {
			return sum, err
		}
		c, err := g.pass()
		if err != nil {
			return sum, err
		}
		sum += a - 2*b + 3*c
	}
	return sum, nil
}

// nested calls itself until depth is 1, and then passes g.
func nested(g *channelGate, depth int) (n int, err error) {
	if depth == 1 {
		n, err = g.pass()
	} else {
		n, err = nested(g, depth-1)
	}
	return n + 1, err
}

func nestedRounds(g *channelGate, depth, rounds int) (sum int, err error) {
	for range rounds {
		n, err := nested(g, depth)
		if err != nil {
			return sum, err
		}
		sum += n
	}
	return sum, nil
}

func nested1(g *channelGate, rounds int) (int, error)  { return nestedRounds(g, 1, rounds) }
func nested5(g *channelGate, rounds int) (int, error)  { return nestedRounds(g, 5, rounds) }
func nested10(g *channelGate, rounds int) (int, error) { return nestedRounds(g, 10, rounds) }

func spawn(g *channelGate, rounds int) (sum int, err error) {
	type result struct {
		n   int
		err error
	}
	for range rounds {
		results := make(chan result)
		go func() {
			n, err := nested(g, 1)
			results <- result{n, err}
		}()
		r := <-results
		if r.err != nil {
			return sum, r.err
		}
		sum += r.n
	}
	return sum, nil
}

func sleepGoroutine(_ *channelGate, rounds int) (int, error) {
	for range rounds {
		time.Sleep(time.Nanosecond)
	}
	return 0, nil
}
