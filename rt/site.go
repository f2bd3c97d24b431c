package rt

// This file finds the place in the program of the user that an error or a report is to
// name: the innermost call on a stack that somebody else makes on behalf of that place.

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// innermost returns the innermost frame of pcs that skip does not report, ok if there is
// one.
func innermost(pcs []uintptr, skip func(runtime.Frame) bool) (frame runtime.Frame, ok bool) {
	frames := runtime.CallersFrames(pcs)
	for more := len(pcs) > 0; more; {
		frame, more = frames.Next()
		if !skip(frame) {
			return frame, true
		}
	}
	return frame, false
}

// siteOf returns the place of the innermost frame of pcs that skip does not report, "" if
// there is none.
func siteOf(pcs []uintptr, skip func(runtime.Frame) bool) string {
	frame, ok := innermost(pcs, skip)
	if !ok {
		return ""
	}
	return site(frame)
}

// site returns function, file and line of frame.
func site(frame runtime.Frame) string {
	return fmt.Sprintf("%s %s:%d", path.Base(frame.Function), frame.File, frame.Line)
}

// caller returns the name of the innermost function on the stack that is not
// part of this package, package machine or package annotations.
func caller() string {
	pcs := make([]uintptr, 32)
	if frame, ok := innermost(pcs[:runtime.Callers(2, pcs)], inPackage); ok {
		return frame.Function
	}
	return "unknown function"
}

// callerOutside is [caller] for what packages below this one call, too.
func callerOutside() string {
	pcs := make([]uintptr, 32)
	if frame, ok := innermost(pcs[:runtime.Callers(2, pcs)], inRuntime); ok {
		return frame.Function
	}
	return "unknown function"
}

// callSite returns the innermost of the program counters that is not in this
// package.
func callSite(pcs []uintptr) string { return siteOf(pcs, inPackage) }

// connSite returns the innermost call on the stack that is not in the packages
// of the runtime: these make connections on behalf of somebody.
func connSite(pcs []uintptr) string { return siteOf(pcs, inRuntime) }

// writeSite returns the innermost call on the stack that is neither in the packages of
// the runtime nor in the standard library: fmt.Fprintf writes on behalf of its caller.
func writeSite(pcs []uintptr) string {
	return siteOf(pcs, func(f runtime.Frame) bool { return inRuntime(f) || isStandard(f) })
}

func inPackage(f runtime.Frame) bool { return isOurs(f.Function) }

func inRuntime(f runtime.Frame) bool { return isOurs(f.Function) || isBelow(f.Function) }

// isOurs reports whether function runs coroutines: its calls are made on behalf of
// somebody.
func isOurs(function string) bool { return inside.Runs(function) }

// isBelow reports whether function is one of a package below this one.
func isBelow(function string) bool {
	rest, ok := strings.CutPrefix(function, inside.Module+"rt/")
	name, _, _ := strings.Cut(rest, ".")
	return ok && !strings.HasSuffix(name, "_test")
}

// isStandard reports whether f is of the standard library: its file is where that of
// fmt.Fprint is, and the path of its package begins with an element without a dot. A
// module may have such a path, too; and all files seem to be in one place in a program
// that was built with -trimpath.
func isStandard(f runtime.Frame) bool {
	first, _, nested := strings.Cut(f.Function, "/")
	if !nested {
		first, _, _ = strings.Cut(f.Function, ".")
	}
	return !strings.Contains(first, ".") && first != "main" && strings.HasPrefix(f.File, standardRoot())
}

// standardRoot returns the directory of the standard library, with a slash behind it, as
// it was when the program was built; "" if the program does not know it.
var standardRoot = sync.OnceValue(func() string {
	pc := reflect.ValueOf(fmt.Fprint).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return strings.TrimSuffix(file, "fmt/print.go")
})
