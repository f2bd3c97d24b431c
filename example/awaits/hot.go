package awaits

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/awaits/gate"
)

// Each of these passes g, computes for a number of rounds without an await, on
// variables that live across the awaits, and passes g again.

// HotSum adds up a slice.
//
//coroutine:async
func HotSum(g *gate.Gate, rounds int) (int, error) {
	sum := uint32(co.Must(g.Pass()))
	data := make([]uint32, 1000+sum)
	for done := 0; done < rounds; done += len(data) {
		for i := range data {
			data[i] += uint32(i)
			sum = sum*31 + data[i]
		}
	}
	co.Must(g.Pass())
	return int(sum) + len(data), nil
}

// HotSieve counts primes with the sieve of Eratosthenes.
//
//coroutine:async
func HotSieve(g *gate.Gate, rounds int) (count int, err error) {
	limit := 1<<14 + co.Must(g.Pass())
	composite := make([]bool, limit)
	co.Must(g.Pass())
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
	co.Must(g.Pass())
	return count + len(composite), nil
}

// HotMatrix multiplies matrices.
//
//coroutine:async
func HotMatrix(g *gate.Gate, rounds int) (int, error) {
	const n = 32
	var a, b, c [n][n]float64
	for i := range n {
		a[i][i], b[i][n-1-i] = float64(co.Must(g.Pass())), 2
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
	co.Must(g.Pass())
	return int(c[3][n-4]), nil
}

// HotCalls calls a small function in its loop.
//
//coroutine:async
func HotCalls(g *gate.Gate, rounds int) (int, error) {
	seed := uint32(co.Must(g.Pass()))
	low, high := 0, 0
	for range rounds {
		seed = scramble(seed)
		if seed>>31 == 0 {
			low++
		} else {
			high++
		}
	}
	co.Must(g.Pass())
	return low - high + int(seed&1), nil
}

func scramble(x uint32) uint32 {
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	return x + 0x9e3779b9
}

// HotStruct computes on the fields of a struct.
//
//coroutine:async
func HotStruct(g *gate.Gate, rounds int) (int, error) {
	type point struct{ x, y, dx, dy int }
	p := point{dx: 3, dy: co.Must(g.Pass())}
	for range rounds {
		p.x, p.y = p.x+p.dx, p.y+p.dy
		if p.x > 1000 || p.x < 0 {
			p.dx = -p.dx
		}
		if p.y > 1000 || p.y < 0 {
			p.dy = -p.dy
		}
	}
	co.Must(g.Pass())
	return p.x + p.y, nil
}

// HotSearch leaves its loops by their labels, and by a return.
//
//coroutine:async
func HotSearch(g *gate.Gate, rounds int) (int, error) {
	text := []byte("the quick brown fox jumps over the lazy dog")
	word := []byte("lazy")
	found := co.Must(g.Pass())
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
			return 0, nil
		}
	}
	co.Must(g.Pass())
	return found, nil
}
