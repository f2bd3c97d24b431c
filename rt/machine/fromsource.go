//go:build coroutine_source

package machine

import "github.com/coroutinegen/coroutinegen/rt"

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

// A SendSource is a [Source] that takes values and errors.
type SendSource[Out, In, R any] struct{ *SendPull[Out, In, R] }

// RunSendSource returns the generator that runs body, which calls the function called name.
func RunSendSource[Out, In, R any](name string, body func(y rt.Yielder[Out, In]) (R, error)) SendSource[Out, In, R] {
	p := NewSendPull(name, body)
	return SendSource[Out, In, R]{&p}
}
