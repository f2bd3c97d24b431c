package rt

// This file defines the coroutines of functions whose types cannot leave them.

// A Machine is a coroutine whose frame has no methods, because its type is declared in a
// function. Generated code uses it where a function keeps values of a type of its own whose
// name means something else in its package: only inside a function can there be a second
// type of that name.
type Machine[F, T any] struct {
	Frame F
	Run   func(m *Machine[F, T], t *Task) (v T, err error, ready bool) // as [Awaitable.Poll]
	At    func(m *Machine[F, T]) (line string, on any)                 // as [Locator.Where]; may be nil
}

// Poll implements [Awaitable].
func (m *Machine[F, T]) Poll(t *Task) (v T, err error, ready bool) { return m.Run(m, t) }

// Where implements [Locator].
func (m *Machine[F, T]) Where() (line string, on any) {
	if m.At == nil {
		return "", nil
	}
	return m.At(m)
}

// name is what [Task.Chain] says.
func (m *Machine[F, T]) name() string { return frameName(&m.Frame) }
