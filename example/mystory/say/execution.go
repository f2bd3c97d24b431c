package main

import (
	"fmt"
	"io"

	"github.com/coroutinegen/coroutinegen/rt"
)

// An execution prints what a loop does: the slides "Hello World execution".
type execution struct {
	w    io.Writer
	loop *rt.Loop
}

func (e *execution) print(what string, t *rt.Task) {
	name := "a callback"
	if t != nil {
		name = t.Name()
	}
	fmt.Fprintf(e.w, "%4.1f s: %s %s\n", e.loop.Time().Seconds(), what, name)
}

func (e *execution) Started(t *rt.Task)   { e.print("the queue gets", t) }
func (e *execution) StepBegan(t *rt.Task) { e.print("the loop runs", t) }
func (e *execution) StepEnded(t *rt.Task) { e.print("control is back from", t) }
func (e *execution) Ended(t *rt.Task)     { e.print("there is a result of", t) }
