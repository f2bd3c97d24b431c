package machine

// This file defines the coroutines of functions whose types cannot leave them.

import (
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An Enclosed is a coroutine whose frame has no methods, because its type is declared in a
// function. Generated code uses it where a function keeps values of a type of its own whose
// name means something else in its package: only inside a function can there be a second
// type of that name.
type Enclosed[F, T any] struct {
	Frame F
	Run   func(m *Enclosed[F, T], t *rt.Task) (v T, err error, ready bool) // as [rt.Awaitable]
	At    func(m *Enclosed[F, T]) (line string, on any)                    // as [rt.Locator]; may be nil
}

// Poll implements [rt.Awaitable].
func (m *Enclosed[F, T]) Poll(t *rt.Task) (v T, err error, ready bool) { return m.Run(m, t) }

// Where implements [rt.Locator].
func (m *Enclosed[F, T]) Where() (line string, on any) {
	if m.At == nil {
		return "", nil
	}
	return m.At(m)
}

// FuncName returns the name of the function, as pkg.name, for [rt.Task.Chain]. The name of
// the type of the frame tells it.
func (m *Enclosed[F, T]) FuncName() string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", &m.Frame), "*")
	name, _, _ = strings.Cut(name, "[")
	return strings.TrimSuffix(name, "Frame")
}
