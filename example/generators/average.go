package generators

import co "github.com/coroutinegen/coroutinegen/annotations"

// Average hands out the average of the numbers that are sent to it, and returns how many there
// were.
//
//coroutine:generator
func Average(y co.Yielder[float64, float64]) (int, error) {
	sum, n := 0.0, 0
	for average := 0.0; ; average = sum / float64(n) {
		v, err := y.Yield(average)
		if err != nil {
			return n, err
		}
		sum += v
		n++
	}
}
