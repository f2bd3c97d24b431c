package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// A table of constructors that one of the functions reads.
var commands = map[string]func() rt.Coroutine[int]{ // want "DoesNotCompile: initialization cycle for commands(.|\n)*; let an init function assign the variable$"
	"help": helpAsync,
}

//coroutine:async
func help() int {
	co.Must(rt.Yield())
	return len(commands)
}

type shell struct{}

var methods = []any{(*shell).listAsync} // want "DoesNotCompile: initialization cycle for methods(.|\n)*; let an init function assign the variable$"

//coroutine:async
func (s *shell) list() int {
	co.Must(rt.Yield())
	return len(methods)
}

var generic = []any{countAsync[int]} // want "DoesNotCompile: initialization cycle for generic(.|\n)*; let an init function assign the variable$"

//coroutine:async
func count[T any](v T) int {
	co.Must(rt.Yield())
	return len(generic)
}

// The table may be read through something that is called later.
var fine = []any{fine1Async, fine2Async[int]}

//coroutine:async
func fine1(fine []any) int {
	co.Must(rt.Yield())
	return len(fine)
}

//coroutine:async
func fine2[fine2 any](v fine2) int {
	co.Must(rt.Yield())
	return 0
}
