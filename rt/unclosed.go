package rt

// This file is what debug mode says about a connection that nobody has closed.

import (
	"fmt"
	"runtime"
)

// An UnclosedError reports, in debug mode, a connection, listener or socket for
// datagrams that nobody can use any more and that nobody has closed. It is found,
// and closed, by the garbage collector.
type UnclosedError struct {
	What string // "connection", "listener" or "socket for datagrams"
	Made string // function and line of the call that made it
}

func (e *UnclosedError) Error() string {
	return fmt.Sprintf("a %s was never closed: close it, in a deferred call say, or its descriptor stays open until the garbage collector finds it; it was made in %s", e.What, e.Made)
}

// An unclosedNote is what an [UnclosedError] is made of.
type unclosedNote struct {
	what string
	pcs  []uintptr // the stack of the call that made it
}

// noteUnclosed returns the note for what is being made, nil if no loop is in
// debug mode.
func noteUnclosed(what string) *unclosedNote {
	if debugLoops.Load() == 0 {
		return nil
	}
	pcs := make([]uintptr, 32)
	return &unclosedNote{what, pcs[:runtime.Callers(3, pcs)]}
}

func (n *unclosedNote) err() error { return &UnclosedError{n.what, connSite(n.pcs)} }
