package asynciter

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
)

// Collect returns the coroutine that takes all values of it, and closes it. If it fails, the
// result also has the values before the failure.
func Collect[V any](it asyncgen.Iterator[V]) rt.Coroutine[[]V] {
	mustExist("Collect", it)
	return collectAsync(it)
}

//coroutine:async
func collect[V any](it asyncgen.Iterator[V]) (list []V, err error) {
	for v := range co.Each(it, &err) {
		list = append(list, v)
	}
	return list, err
}
