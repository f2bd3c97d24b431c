package machine

// This file implements what machines need and Go has no expression for.

import (
	"reflect"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// Resumed returns the panic value for a machine that is polled although it has returned, has
// panicked or is running. name is the name of the function.
func Resumed(name string) error { return inside.Resumed(name) }

// Box returns a pointer to a new variable that holds v. Machines use it for
// parameters that closures share.
func Box[T any](v T) *T { return &v }

// Callable returns f. If f is nil, it returns a function that panics as a call of f would.
// Machines use Callable to defer f: see "Defer, panic, recover, Goexit" in package gen.
func Callable(f func()) func() {
	if f == nil {
		return func() { f() }
	}
	return f
}

// A MapIter is a range over a map that can be paused. It has the semantics of the range
// statement: the order is random, an entry that is deleted before it is reached is not
// produced, and an entry that is added may be produced or not.
//
// Like the map itself, it must not be used by several goroutines at once.
type MapIter[K comparable, V any] struct {
	iter  *reflect.MapIter
	key   K
	value V
}

// RangeMap returns an iterator over m that has not begun.
func RangeMap[M ~map[K]V, K comparable, V any](m M) *MapIter[K, V] {
	return &MapIter[K, V]{iter: reflect.ValueOf(map[K]V(m)).MapRange()}
}

// Next advances to the next entry and reports whether there is one.
func (it *MapIter[K, V]) Next() bool {
	if !it.iter.Next() {
		return false
	}
	reflect.ValueOf(&it.key).Elem().SetIterKey(it.iter)
	reflect.ValueOf(&it.value).Elem().SetIterValue(it.iter)
	return true
}

// Key returns the key of the current entry.
func (it *MapIter[K, V]) Key() K { return it.key }

// Value returns the value of the current entry.
func (it *MapIter[K, V]) Value() V { return it.value }
