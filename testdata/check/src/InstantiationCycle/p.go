package p

import co "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func grow[T any](v T, n int) int {
	if n == 0 {
		return 0
	}
	return co.Must(growAsync([]T{v}, n-1)) // want "InstantiationCycle"
}

// The same type again and again is fine, and so is a type that does not grow.
//
//coroutine:async
func fine[K comparable, V any](k K, v V, n int) int {
	if n == 0 {
		return 0
	}
	return co.Must(fineAsync(n, v, n-1)) + co.Must(fineAsync(k, []int{n}, n-1)) + co.Must(fineAsync(k, "", n-1))
}

func use() { _ = fineAsync("", 1, 2) }
