//go:build !coroutine_source

package machine

import "github.com/coroutinegen/coroutinegen/rt"

// FromSource says that coroutines run the functions of the source, unchanged, on goroutines in
// lock-step with the loop, in place of their machines. A generated constructor asks it:
//
//	if machine.FromSource {
//		return machine.LockstepVoid(func() error { return handle(conn) })
//	}
//	return rt.NewCoroutine(&handleFrame{conn: conn})
//
// Build with the tag coroutine_source to set it: go test -tags coroutine_source. Breakpoints,
// steps and coverage are then those of the source. Without the tag it is false, and the compiler
// drops the branch.
const FromSource = false

// A Source is the part of a generator that runs its function as it is, in a build from source. In
// other builds it is empty.
type Source[V any] struct{}

// A Source2 is a [Source] of pairs of values.
type Source2[K, V any] struct{}

// RunSource returns the generator that runs seq, which calls the function called name. It is
// called in builds from source only.
func RunSource[V any](name string, seq func(yield func(V) bool)) (_ Source[V]) { return }

// RunSource2 is [RunSource] for pairs of values.
func RunSource2[K, V any](name string, seq func(yield func(K, V) bool)) (_ Source2[K, V]) { return }

func (Source[V]) Next() (v V, ok bool)          { return }
func (Source2[K, V]) Next() (k K, v V, ok bool) { return }
func (Source[V]) Stop()                         {}
func (Source2[K, V]) Stop()                     {}
func (Source[V]) String() string                { return "" }
func (Source2[K, V]) String() string            { return "" }

// A SendSource is a [Source] that takes values and errors.
type SendSource[Out, In, R any] struct{}

// RunSendSource returns the generator that runs body, which calls the function called name. It is
// called in builds from source only.
func RunSendSource[Out, In, R any](name string, body func(y rt.Yielder[Out, In]) (R, error)) (_ SendSource[Out, In, R]) {
	return
}

func (SendSource[Out, In, R]) Next() (v Out, ok bool)           { return }
func (SendSource[Out, In, R]) Send(in In) (v Out, ok bool)      { return }
func (SendSource[Out, In, R]) Throw(err error) (v Out, ok bool) { return }
func (SendSource[Out, In, R]) Close() (err error)               { return }
func (SendSource[Out, In, R]) Result() (v R, err error)         { return }
func (SendSource[Out, In, R]) String() string                   { return "" }
