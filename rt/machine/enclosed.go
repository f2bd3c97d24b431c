package machine

// This file implements coroutines of functions whose types are local to the function.

import (
	"fmt"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An Enclosed is a coroutine whose frame has no methods, because its type is declared in a
// function. Generated code uses it for a function that keeps values of a local type whose name
// has another meaning in the package. Only inside a function can a second type have that name.
type Enclosed[F, T any] struct {
	Frame F
	Run   func(m *Enclosed[F, T], t *rt.Task) (v T, err error, ready bool) // Poll of [rt.Awaitable]
	At    func(m *Enclosed[F, T]) (line string, on any)                    // Where of [rt.Locator]; may be nil
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

// FuncName returns the name of the function as pkg.name, for [rt.Task.Chain]. It takes the name
// from the type of the frame.
func (m *Enclosed[F, T]) FuncName() string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", &m.Frame), "*")
	name, _, _ = strings.Cut(name, "[")
	return strings.TrimSuffix(name, "Frame")
}
