package rt

// This file is what debug mode says about a descriptor that nobody has closed.

import (
	"fmt"
	"runtime"
)

// An UnclosedError reports, in debug mode, something with a descriptor, such as a
// connection, that nobody can use any more and that nobody has closed. It is found, and
// closed, by the garbage collector.
type UnclosedError struct {
	What string // "connection", "listener", "socket for datagrams", ...
	Made string // function and line of the call that made it
}

func (e *UnclosedError) Error() string {
	return fmt.Sprintf("a %s was never closed: close it, in a deferred call say, or its descriptor stays open until the garbage collector finds it; it was made in %s", e.What, e.Made)
}

// NoteUnclosed returns, if any loop is in debug mode, the error to report should what is
// being made never be closed; else nil. The place is that of the innermost call on the
// stack that does not lie in this package or one below it. The calls of skip functions
// are passed over, as in [runtime.Callers]: 0 begins with the caller of NoteUnclosed, and a
// constructor passes 1 to name its own caller. See [runtime.AddCleanup] for how to find
// out that it was not closed.
func NoteUnclosed(what string, skip int) *UnclosedError {
	if debugLoops.Load() == 0 {
		return nil
	}
	pcs := make([]uintptr, 32)
	return &UnclosedError{what, outsideSite(pcs[:runtime.Callers(2+skip, pcs)])}
}

// Report hands e to the handler of l (see [Loop.Report]), on the goroutine of l. If
// l is nil, no loop has watched the descriptor, or its loop was closed: then any
// goroutine may call Report, and e goes where [HandleUnhandled] says. A nil e is not
// reported.
func (e *UnclosedError) Report(l *Loop) {
	switch {
	case e == nil:
	case l == nil:
		unhandled(e)
	default:
		l.Report(e)
	}
}
