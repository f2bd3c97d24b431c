//go:build coroutine_source

package machine

// FromSource is true in a build from source: see frommachine.go.
const FromSource = true

// A Source is, in a build from source, the generator that runs its function as it is.
type Source[V any] struct{ *Pull[V] }

// A Source2 is a [Source] of pairs of values.
type Source2[K, V any] struct{ *Pull2[K, V] }

// RunSource returns the generator that runs seq, which calls the function called name.
func RunSource[V any](name string, seq func(yield func(V) bool)) Source[V] {
	p := NewPull(name, seq)
	return Source[V]{&p}
}

// RunSource2 is [RunSource] for pairs of values.
func RunSource2[K, V any](name string, seq func(yield func(K, V) bool)) Source2[K, V] {
	p := NewPull2(name, seq)
	return Source2[K, V]{&p}
}
