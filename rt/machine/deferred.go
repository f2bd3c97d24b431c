package machine

// This file lets deferred calls await in lock-step coroutines. These are plain Go, so the stack
// shows which deferred calls they are in.

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// A deferredCall is a deferred call that may await and that a lock-step coroutine is in.
type deferredCall struct {
	entry uintptr   // entry of the function
	scope *rt.Scope // shield of the call
}

// watch finds out which deferred calls the coroutine is in, and shields the calls that begin.
// It is called whenever the answer may matter. So it finds the end of a deferred call late, but
// before anybody can see a difference.
func (b *baton) watch() {
	pcs := make([]uintptr, 64)
	n := runtime.Callers(2, pcs)
	for n == len(pcs) {
		pcs = make([]uintptr, 2*n)
		n = runtime.Callers(2, pcs)
	}
	frames := runtime.CallersFrames(pcs[:n])
	var calls []uintptr // innermost first
	var callee runtime.Frame
	unwinding := "" // function called by the panic or Goexit that was passed last
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if name, ok := strings.CutPrefix(frame.Function, lockstepPrefix); ok && (strings.HasSuffix(name, "]).run") || strings.HasSuffix(name, "]).CallBy")) {
			break
		}
		if b.isDeferred(callee, frame) && !siblings(callee.Function, unwinding) {
			calls = append(calls, callee.Entry)
		}
		switch frame.Function {
		case "runtime.Goexit":
			insideOf(b.task).Goexit()
			unwinding = callee.Function
		case "runtime.gopanic":
			unwinding = callee.Function
		}
		callee = frame
	}
	b.enter(calls)
}

// siblings reports whether f and g are literals of the same function. If f is a deferred call,
// and a panic that f has not recovered calls g, then f is over although it is still on the
// stack.
func siblings(f, g string) bool {
	i, j := strings.LastIndexByte(f, '.'), strings.LastIndexByte(g, '.')
	return i >= 0 && j >= 0 && f[:i] == g[:j]
}

const (
	lockstepPrefix    = inside.Module + "rt/machine.(*lockstep["
	annotationsPrefix = inside.Module + "annotations."
)

// isDeferred reports whether callee is a deferred call that may await. Such a call is one of
// the literals of b.places or a function of package annotations. The compiler wraps a deferred
// call of package annotations, but callers does not contain the wrapper. Usually the function
// is inlined in the wrapper, and not in caller. Otherwise the call is deferred if the runtime
// makes it during a panic or runtime.Goexit, or if caller makes it where it returns.
func (b *baton) isDeferred(callee, caller runtime.Frame) bool {
	switch {
	case callee.Func == nil:
		return strings.HasPrefix(callee.Function, annotationsPrefix) && callee.Entry != caller.Entry
	case strings.HasPrefix(callee.Function, annotationsPrefix):
		return caller.Function == "runtime.gopanic" || caller.Function == "runtime.Goexit" || b.isPlace(caller.File, caller.Line)
	}
	file, line := callee.Func.FileLine(callee.Entry)
	return b.isPlace(file, line)
}

func (b *baton) isPlace(file string, line int) bool {
	return slices.Contains(b.places, fmt.Sprintf("%s:%d", path.Base(file), line))
}

// enter makes b.deferred correspond to calls.
func (b *baton) enter(calls []uintptr) {
	same := 0
	for same < len(b.deferred) && same < len(calls) && b.deferred[same].entry == calls[len(calls)-1-same] {
		same++
	}
	if same < len(b.deferred) {
		b.deferred[same].scope.Close()
		b.deferred = b.deferred[:same]
	}
	for i := len(calls) - 1 - same; i >= 0; i-- {
		b.deferred = append(b.deferred, deferredCall{calls[i], b.task.OpenShield()})
	}
}

// Watch finds out which deferred calls the coroutine is in, if its task is watched.
func (b *baton) Watch() {
	in := insideOf(b.task)
	if !in.Watched() {
		return
	}
	in.SetWatched(false) // watch must not run within itself
	b.watch()
	in.SetWatched(true)
}
