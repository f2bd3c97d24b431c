//go:build !coroutine_source

package machine

// FromSource says that coroutines run the functions of the source, unchanged, on goroutines in
// lock-step with the loop, in place of their machines. A generated constructor asks it:
//
//	if machine.FromSource {
//		return machine.LockstepVoid(func() error { return handle(conn) })
//	}
//	return rt.NewCoroutine(&handleFrame{conn: conn})
//
// Build with the tag coroutine_source to set it: go test -tags coroutine_source. Breakpoints,
// steps and coverage are then those of the source. Without the tag it is false, and the compiler
// drops the branch.
const FromSource = false
