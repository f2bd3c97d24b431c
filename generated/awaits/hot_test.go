package awaits

// This file lays the machines whose loops do not await beside the same loops in
// plain functions.
//
//	go test ./generated/awaits -run TestHot -ratio -v
//
// It prints generated / plain; the target is 1.1.

import (
	"testing"

	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
	"github.com/coroutinegen/coroutinegen/example/threeway"
	"github.com/coroutinegen/coroutinegen/rt"
)

var hot = []struct {
	name      string
	generated rounds
	plain     func(pass func() int, rounds int) int
}{
	{"HotSum", HotSumAsync, hotSum},
	{"HotSieve", HotSieveAsync, hotSieve},
	{"HotMatrix", HotMatrixAsync, hotMatrix},
	{"HotCalls", HotCallsAsync, hotCalls},
	{"HotStruct", HotStructAsync, hotStruct},
	{"HotSearch", HotSearchAsync, hotSearch},
}

// counter returns what a gate gives, without a gate.
func counter() func() int {
	n := -1
	return func() int { n++; return n }
}

func TestHot(t *testing.T) {
	for _, h := range hot {
		for _, n := range []int{0, 1, 1000, 100_000} {
			got, err := rt.Run(h.generated(&gate.Gate{}, n))
			if want := h.plain(counter(), n); got != want || err != nil {
				t.Errorf("%s, %d rounds: %d, %v, want %d", h.name, n, got, err, want)
			}
		}
		if *ratio {
			threeway.Ratio(t, h.name,
				threeway.Timed{Name: "plain", Run: func(n int) { h.plain(counter(), n) }},
				threeway.Timed{Name: "generated", Run: runner(t, h.generated, 0)})
		}
	}
}

func hotSum(pass func() int, rounds int) int {
	sum := uint32(pass())
	data := make([]uint32, 1000+sum)
	for done := 0; done < rounds; done += len(data) {
		for i := range data {
			data[i] += uint32(i)
			sum = sum*31 + data[i]
		}
	}
	pass()
	return int(sum) + len(data)
}

func hotSieve(pass func() int, rounds int) (count int) {
	limit := 1<<14 + pass()
	composite := make([]bool, limit)
	pass()
	for done := 0; done < rounds; done += 40_000 {
		clear(composite)
	next:
		for p := 2; p < limit; p++ {
			if composite[p] {
				continue next
			}
			count++
			for q := 2 * p; q < limit; q += p {
				composite[q] = true
			}
		}
	}
	pass()
	return count + len(composite)
}

func hotMatrix(pass func() int, rounds int) int {
	const n = 32
	var a, b, c [n][n]float64
	for i := range n {
		a[i][i], b[i][n-1-i] = float64(pass()), 2
	}
	for done := 0; done < rounds; done += n * n * n {
		for i := range n {
			for j := range n {
				sum := 0.0
				for k := range n {
					sum += a[i][k] * b[k][j]
				}
				c[i][j] = sum
			}
		}
	}
	pass()
	return int(c[3][n-4])
}

func hotCalls(pass func() int, rounds int) int {
	seed := uint32(pass())
	low, high := 0, 0
	for range rounds {
		seed = scramble(seed)
		if seed>>31 == 0 {
			low++
		} else {
			high++
		}
	}
	pass()
	return low - high + int(seed&1)
}

func hotStruct(pass func() int, rounds int) int {
	type point struct{ x, y, dx, dy int }
	p := point{dx: 3, dy: pass()}
	for range rounds {
		p.x, p.y = p.x+p.dx, p.y+p.dy
		if p.x > 1000 || p.x < 0 {
			p.dx = -p.dx
		}
		if p.y > 1000 || p.y < 0 {
			p.dy = -p.dy
		}
	}
	pass()
	return p.x + p.y
}

func hotSearch(pass func() int, rounds int) int {
	text := []byte("the quick brown fox jumps over the lazy dog")
	word := []byte("lazy")
	found := pass()
outer:
	for done := 0; ; {
		for i := 0; i+len(word) <= len(text); i++ {
			done++
			if done >= rounds {
				break outer
			}
			j := 0
			for j < len(word) && text[i+j] == word[j] {
				j++
			}
			if j == len(word) {
				found++
				continue outer
			}
		}
		if found < 0 {
			return 0
		}
	}
	pass()
	return found
}
