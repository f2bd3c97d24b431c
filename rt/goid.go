package rt

// This file tells Block and Current where they were called: on a goroutine that runs a loop, in
// a lock-step coroutine, or elsewhere. It is slow, and generated code never calls it.

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"sync"
)

// goroutines maps the ids of goroutines to their occupations: a *Loop that the goroutine runs,
// or the host of lock-step coroutines.
var goroutines sync.Map

// register records the occupation of the calling goroutine and returns a function that removes
// it. It reports false if the goroutine has an occupation already.
func register(as any) (unregister func(), ok bool) { return registerID(goid(), as) }

// registerNew is register for a goroutine that has just begun and has no occupation.
func registerNew(as any) (unregister func(), ok bool) { return registerID(ownID(), as) }

func registerID(id uint64, as any) (unregister func(), ok bool) {
	if _, occupied := goroutines.LoadOrStore(id, as); occupied {
		return nil, false
	}
	return func() { goroutines.Delete(id) }, true
}

func errNested() error {
	return fmt.Errorf("%s runs an event loop on a goroutine that is running one already, and would stop all of its tasks: "+
		"await the coroutine there, or run the loop on a goroutine of its own with rt.ToThread", caller())
}

// occupation returns the occupation of the calling goroutine, a *Loop or a baton, or nil.
func occupation() any {
	as, _ := goroutines.Load(goid())
	if h, ok := as.(host); ok {
		return h.Innermost()
	}
	return as
}

// goid returns the id of the calling goroutine. The only public source of the id is a stack
// trace, and the time that a trace takes grows with the depth of the stack. So goid lets a new
// goroutine make the trace: its stack is short, and its trace names the goroutine that created
// it.
func goid() (id uint64) {
	next, _ := iter.Pull(func(func(struct{}) bool) {
		id = idIn(" in goroutine ", "\n") // created by iter.Pull[...] in goroutine 7
	})
	next()
	return id
}

// ownID is goid for a stack that is not deep.
func ownID() uint64 { return idIn("goroutine ", " ") } // goroutine 7 [running]:

// idIn returns the number between before and after in the trace of the calling goroutine.
func idIn(before, after string) uint64 {
	var few [1024]byte
	trace := few[:runtime.Stack(few[:], false)]
	for size := 2 * len(few); len(trace) == size/2; size *= 2 {
		trace = make([]byte, size)
		trace = trace[:runtime.Stack(trace, false)]
	}
	_, rest, _ := bytes.Cut(trace, []byte(before))
	digits, _, _ := bytes.Cut(rest, []byte(after))
	id, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		panic(fmt.Errorf("internal error: no goroutine id in %q", trace))
	}
	return id
}

// goroutineTraces yields the ids and tracebacks of all goroutines. It stops the world.
func goroutineTraces() iter.Seq2[uint64, string] {
	return func(yield func(uint64, string) bool) {
		buf := make([]byte, 64<<10)
		n := runtime.Stack(buf, true)
		for n == len(buf) {
			buf = make([]byte, 2*len(buf))
			n = runtime.Stack(buf, true)
		}
		for trace := range bytes.SplitSeq(buf[:n], []byte("\n\n")) {
			fields := bytes.Fields(trace) // goroutine 7 [running]: ...
			if len(fields) < 2 {
				continue
			}
			id, err := strconv.ParseUint(string(fields[1]), 10, 64)
			if err == nil && !yield(id, string(trace)) {
				return
			}
		}
	}
}
