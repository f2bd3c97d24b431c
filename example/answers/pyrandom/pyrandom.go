// Package pyrandom has the random numbers of Python. The programs of the page begin with
// random.seed(444), and what they print depends on nothing else: with the same numbers, ours print
// the same.
package pyrandom

const (
	size  = 624
	shift = 397
)

// A Random is Python's random.Random: the Mersenne Twister MT19937.
type Random struct {
	state [size]uint32
	next  int // in state
}

// Seed is random.seed(n), for an n of at most 32 bits.
func Seed(n uint32) *Random {
	r := &Random{next: size}
	s := &r.state
	s[0] = 19650218
	for i := uint32(1); i < size; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + i
	}
	i := uint32(1)
	for range size { // the key is n alone
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1664525) + n
		if i++; i == size {
			s[0], i = s[size-1], 1
		}
	}
	for range size - 1 {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*1566083941) - i
		if i++; i == size {
			s[0], i = s[size-1], 1
		}
	}
	s[0] = 1 << 31
	return r
}

// bits is random.getrandbits(n).
func (r *Random) bits(n int) uint32 {
	if r.next == size {
		r.fill()
	}
	y := r.state[r.next]
	r.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	y ^= y >> 18
	return y >> (32 - n)
}

func (r *Random) fill() {
	s := &r.state
	for i := range s {
		y := s[i]&(1<<31) | s[(i+1)%size]&(1<<31-1)
		s[i] = s[(i+shift)%size] ^ y>>1 ^ (y&1)*0x9908b0df
	}
	r.next = 0
}

// Upto10 is random.randint(0, 10): four random bits, until they are 10 or less.
func (r *Random) Upto10() int {
	for {
		if n := r.bits(4); n <= 10 {
			return int(n)
		}
	}
}
