package rt

// This file reports, in debug mode, descriptors that nobody has closed.

import (
	"fmt"
	"runtime"
)

// An UnclosedError reports, in debug mode, something with a descriptor, such as a connection,
// that nobody can use any more and that nobody has closed. The garbage collector finds it, and
// it is then closed.
type UnclosedError struct {
	What string // "connection", "listener", "socket for datagrams", ...
	Made string // function and line of the call that made it
}

func (e *UnclosedError) Error() string {
	return fmt.Sprintf("a %s was never closed: close it, in a deferred call say, or its descriptor stays open until the garbage collector finds it; it was made in %s", e.What, e.Made)
}

// NoteUnclosed returns the error to report if the thing that is being made is never closed. It
// returns nil unless some loop is in debug mode. The error names the place of the innermost
// call on the stack that is neither in this package nor in one below it. NoteUnclosed passes
// over the calls of skip functions, as [runtime.Callers] does: 0 begins with the caller of
// NoteUnclosed, and a constructor passes 1 to name its own caller. [runtime.AddCleanup] finds
// out that the thing was not closed.
func NoteUnclosed(what string, skip int) *UnclosedError {
	if debugLoops.Load() == 0 {
		return nil
	}
	pcs := make([]uintptr, 32)
	return &UnclosedError{what, outsideSite(pcs[:runtime.Callers(2+skip, pcs)])}
}

// Report passes e to the handler of l (see [Loop.Report]), on the goroutine of l. If l is nil,
// no loop has watched the descriptor, or its loop was closed. Any goroutine may then call
// Report, and e goes to the handler of [HandleUnhandled]. A nil e is not reported.
func (e *UnclosedError) Report(l *Loop) {
	switch {
	case e == nil:
	case l == nil:
		unhandled(e)
	default:
		l.Report(e)
	}
}
