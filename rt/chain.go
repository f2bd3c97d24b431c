package rt

// This file shows where a task stands: the chain of awaits from its coroutine down to what it
// waits for, with source lines.

import (
	"fmt"
	"iter"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A Locator is a coroutine or an operation that knows where it stands. Machines made by
// coroutinegen are Locators. Machines written by hand and your own operations may be. The loop
// calls Where on its goroutine while the Locator is suspended.
type Locator interface {
	// Where returns the await at which the coroutine is suspended, as "file.go:12 text", and
	// what that await polls. An operation without source of its own may return what it waits
	// for, or no line. If the coroutine is not suspended, both results are empty.
	Where() (line string, on any)
}

// A Place is one level of a chain of awaits.
type Place struct {
	Function string // pkg.name of a coroutine, the type of an operation, the name of a task
	Line     string // "file.go:12  text" of the await at which it stands; may be empty
}

func (p Place) String() string {
	if p.Line == "" {
		return p.Function
	}
	return p.Function + "  " + p.Line
}

// Chain returns where t stands, from its coroutine down to the operation that it waits for. If
// t waits for another task, the chain goes on in that task.
func (t *Task) Chain() []Place {
	var chain []Place
	for _, place := range t.Frames() {
		chain = append(chain, place)
	}
	return chain
}

// Frames yields the levels of [Task.Chain], each with what stands there: a pointer to the frame
// of a coroutine, an operation, or the [*Task] that t waits for. It is for tools that show a
// task. What it yields may be read until the next step of a task, and must not be changed.
func (t *Task) Frames() iter.Seq2[any, Place] {
	return func(yield func(any, Place) bool) {
		seen := map[*Task]bool{t: true}
		c := t.frame()
		for n := 0; c != nil && n < 1000; n++ {
			if other := taskOf(c); other != nil {
				if !yield(other, Place{Function: other.Name()}) || seen[other] {
					return
				}
				seen[other] = true
				c = other.frame()
				continue
			}
			c = unwrapped(c)
			line, on := "", any(nil)
			if l, ok := c.(Locator); ok {
				line, on = l.Where()
			}
			if !yield(c, Place{frameName(c), line}) {
				return
			}
			c = on
		}
	}
}

// line returns the innermost source line at which t stands, or "".
func (t *Task) line() string {
	line := ""
	for _, place := range t.Chain() {
		if place.Line != "" {
			line = place.String()
		}
	}
	return line
}

// Stack returns [Task.Chain] as text. The first line is the name of t, and each level has a
// line of its own. In debug mode [Task.SpawnedAt] follows.
func (t *Task) Stack() string {
	var b strings.Builder
	b.WriteString(t.Name())
	for _, place := range t.Chain() {
		fmt.Fprintf(&b, "\n\t%s", place)
	}
	if at := t.SpawnedAt(); at != "" && t.loop.debug != nil {
		fmt.Fprintf(&b, "\n\tspawned by %s", at)
	}
	return b.String()
}

// String returns the name of t and its coroutine. A task that has ended forgets its coroutine,
// unless the task failed and nobody has asked for its result.
func (t *Task) String() string {
	if c := t.coroutine(); c != nil {
		return t.Name() + " (" + frameName(c) + ")"
	}
	return t.Name()
}

// frame returns the coroutine of t, or nil after the end of t.
func (t *Task) frame() any {
	if t.flags&taskKept != 0 {
		return nil
	}
	return t.coroutine()
}

// coroutine returns the coroutine of t, or nil if t has forgotten it.
func (t *Task) coroutine() any { return unwrapped(t.self.(interface{ coroutine() any }).coroutine()) }

// taskOf returns the task of the handle c, or nil if c is no handle of a task.
func taskOf(c any) *Task {
	if c, ok := c.(interface{ task() *Task }); ok {
		return c.task()
	}
	return nil
}

// unwrapped returns the frame inside of a [Coroutine] or of a wrapper of debug mode.
func unwrapped(c any) any {
	for {
		w, ok := c.(interface{ wrapped() any })
		if !ok {
			return c
		}
		c = w.wrapped()
	}
}

// wrapped returns the frame, for [Task.Chain].
func (c Coroutine[T]) wrapped() any { return c.frame }

// frameName returns the function of a frame as pkg.name, or the type of an operation.
func frameName(c any) string {
	c = unwrapped(c)
	switch c := c.(type) {
	case interface{ name() string }:
		return c.name()
	case inside.Named:
		return c.FuncName()
	}
	name := strings.TrimLeft(fmt.Sprintf("%T", c), "*") // *pkg.nameFrame, *rt.GatherOp[...]
	name, _, _ = strings.Cut(name, "[")
	return strings.TrimSuffix(name, "Frame")
}
