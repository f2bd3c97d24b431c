package rt

// This file implements context variables: values that belong to a task and are inherited by the
// tasks that it starts.

import (
	"context"
	"slices"
)

// A Var is a variable of which every task has its own value, such as the user for whom the task
// works, a logger, or the id of a request. A new task begins with the values of its parent at
// that time. What either of them sets later does not affect the other. A Var corresponds to
// contextvars.ContextVar of Python.
//
// A Var is usually a package variable. Its methods are called on the goroutine of the task's
// loop. Tasks in which no Var is set pay nothing.
type Var[T any] struct {
	name     string
	fallback T
}

// NewVar returns a variable whose value is fallback where it was not set. The name appears in
// dumps.
func NewVar[T any](name string, fallback T) *Var[T] {
	return &Var[T]{name: name, fallback: fallback}
}

// String returns the name of v.
func (v *Var[T]) String() string { return v.name }

// Get returns the value of v in t.
func (v *Var[T]) Get(t *Task) T {
	x, _ := v.Lookup(t)
	return x
}

// Lookup returns the value of v in t, and whether it was set.
func (v *Var[T]) Lookup(t *Task) (x T, ok bool) {
	if t.rare != nil {
		if x, ok := t.rare.vars.lookup(v); ok {
			return x.(T), true
		}
	}
	return v.fallback, false
}

// Set makes x the value of v in t, and in the tasks that t starts from now on. The function
// restore restores the value from before:
//
//	defer user.Set(co.Self(), name)()
func (v *Var[T]) Set(t *Task, x T) (restore func()) {
	r := t.ensureRare()
	before, ok := r.vars.lookup(v)
	r.vars = r.vars.with(v, x)
	return func() {
		if ok {
			r.vars = r.vars.with(v, before)
		} else {
			r.vars = r.vars.without(v)
		}
	}
}

// From returns the value that v had in the task of ctx when the scope of ctx was opened. ctx
// must be a [Scope] or derived from one. Any goroutine may call From, so functions passed to
// [ToThreadContext] can read variables.
func (v *Var[T]) From(ctx context.Context) (x T, ok bool) {
	if x, ok := ctx.Value(v).(T); ok {
		return x, true
	}
	return v.fallback, false
}

// Vars returns the names and values of the variables that are set in t.
func (t *Task) Vars() map[string]any {
	all := make(map[string]any)
	if t.rare != nil {
		for _, b := range t.rare.vars {
			all[b.key.(interface{ String() string }).String()] = b.value
		}
	}
	return all
}

// bindings holds the variables that are set in a task. Tasks share bindings and never change
// them: there are few variables, and setting one copies all.
type bindings []binding

type binding struct{ key, value any }

func (b bindings) index(key any) int {
	return slices.IndexFunc(b, func(e binding) bool { return e.key == key })
}

func (b bindings) lookup(key any) (value any, ok bool) {
	if i := b.index(key); i >= 0 {
		return b[i].value, true
	}
	return nil, false
}

func (b bindings) with(key, value any) bindings {
	b = slices.Clone(b)
	if i := b.index(key); i >= 0 {
		b[i].value = value
		return b
	}
	return append(b, binding{key, value})
}

func (b bindings) without(key any) bindings {
	return slices.DeleteFunc(slices.Clone(b), func(e binding) bool { return e.key == key })
}
