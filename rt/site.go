package rt

// This file finds the place in the user's program that an error or a report names. That is the
// innermost call on a stack that is not made on behalf of another caller.

import (
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/coroutinegen/coroutinegen/rt/internal/inside"
)

// innermost returns the innermost frame of pcs for which skip reports false. It reports ok
// false if there is none.
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

// siteOf returns the place of the innermost frame of pcs for which skip reports false, or "" if
// there is none.
func siteOf(pcs []uintptr, skip func(runtime.Frame) bool) string {
	frame, ok := innermost(pcs, skip)
	if !ok {
		return ""
	}
	return site(frame)
}

// site returns the function, file and line of frame.
func site(frame runtime.Frame) string {
	return fmt.Sprintf("%s %s:%d", path.Base(frame.Function), frame.File, frame.Line)
}

// caller returns the name of the innermost function on the stack that does not belong to this
// package, package machine or package annotations.
func caller() string {
	pcs := make([]uintptr, 32)
	if frame, ok := innermost(pcs[:runtime.Callers(2, pcs)], inPackage); ok {
		return frame.Function
	}
	return "unknown function"
}

// callerOutside is [caller] for functions that packages below this one call, too.
func callerOutside() string {
	pcs := make([]uintptr, 32)
	if frame, ok := innermost(pcs[:runtime.Callers(2, pcs)], inRuntime); ok {
		return frame.Function
	}
	return "unknown function"
}

// rangesOverEach returns the name of the function that ranges over Each of asyncgen, if that is the
// innermost call outside of this package. Each may be inlined, so its file tells, and not its name.
func rangesOverEach() (string, bool) {
	pcs := make([]uintptr, 32)
	pcs = pcs[:runtime.Callers(2, pcs)]
	inEach := func(f runtime.Frame) bool { return strings.HasSuffix(f.File, "/rt/asyncgen/each.go") }
	if frame, ok := innermost(pcs, inPackage); !ok || !inEach(frame) {
		return "", false
	}
	frame, ok := innermost(pcs, func(f runtime.Frame) bool { return inRuntime(f) || inEach(f) })
	return frame.Function, ok
}

// callSite returns the place of the innermost call in pcs that is not in this package.
func callSite(pcs []uintptr) string { return siteOf(pcs, inPackage) }

// outsideSite returns the place of the innermost call in pcs that is not in a package of the
// runtime. These packages make connections on behalf of their callers.
func outsideSite(pcs []uintptr) string { return siteOf(pcs, inRuntime) }

// writeSite returns the place of the innermost call in pcs that is neither in a package of the
// runtime nor in the standard library. fmt.Fprintf, for example, writes on behalf of its
// caller.
func writeSite(pcs []uintptr) string {
	return siteOf(pcs, func(f runtime.Frame) bool { return inRuntime(f) || isStandard(f) })
}

func inPackage(f runtime.Frame) bool { return isOurs(f.Function) }

func inRuntime(f runtime.Frame) bool { return isOurs(f.Function) || isBelow(f.Function) }

// isOurs reports whether function belongs to the code that runs coroutines and makes calls on
// behalf of its callers.
func isOurs(function string) bool { return inside.Runs(function) }

// isBelow reports whether function belongs to a package below this one.
func isBelow(function string) bool {
	rest, ok := strings.CutPrefix(function, inside.Module+"rt/")
	name, _, _ := strings.Cut(rest, ".")
	return ok && !strings.HasSuffix(name, "_test")
}

// isStandard reports whether f belongs to the standard library. Its file must be in the
// directory of the standard library, and its package path must begin with an element without a
// dot. Both are needed: a module may have such a path, too, and in a program built with
// -trimpath all files seem to be in one directory.
func isStandard(f runtime.Frame) bool {
	first, _, nested := strings.Cut(f.Function, "/")
	if !nested {
		first, _, _ = strings.Cut(f.Function, ".")
	}
	return !strings.Contains(first, ".") && first != "main" && strings.HasPrefix(f.File, standardRoot())
}

// standardRoot returns the directory of the standard library on the machine that built the
// program, with a slash at the end. It returns "" if the program does not contain it.
var standardRoot = sync.OnceValue(func() string {
	pc := reflect.ValueOf(fmt.Fprint).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return strings.TrimSuffix(file, "fmt/print.go")
})
