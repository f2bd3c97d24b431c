// Package blocking defines an analyzer that reports what blocks the loop.
//
// All tasks of a loop run on one goroutine. What blocks that goroutine in one task stops
// every task. The analyzer looks at the code that tasks run: async functions, and the
// function literals that co.Async and its variants make coroutines of. There it reports
//
//   - a send to a channel, a receive from one, a loop over one, and a select without default;
//   - calls of functions that wait: time.Sleep, sync.WaitGroup.Wait, sync.Cond.Wait, and those
//     of os, os/exec, net, net/http, database/sql and others that table.go lists;
//   - a call of a function of the same module that does any of these, directly or through
//     other functions: "load blocks: it calls read, which calls os.ReadFile". Such a
//     function may also call rt.Run, rt.Block and the like, or be marked
//     //coroutine:blocking. Where an async function itself does that, coroutinegen refuses
//     it, and this analyzer says nothing;
//   - a sync.Mutex or sync.RWMutex that is held across an await: the second task that locks
//     it waits for the first, which cannot run until the second has suspended.
//
// What runs on another goroutine is not reported: the call of a go statement, and what
// rt.ToThread and its like are given.
//
// The flag -blocking.calls adds functions to the table:
//
//	-blocking.calls=example.com/store.Load,example.com/store.DB.Query,example.com/legacy.*
//
// A function is written as the path of its package and its name. A method has the name of its
// type in between, without a star. The last name may be a * for all functions of a package and
// their methods, or for all methods of a type. If the flag is given more than once, the lists add
// up; go vet hands on the last one alone.
//
// A line that is meant to block, because it takes no time worth mentioning, says so:
//
//	config, err := os.ReadFile(name) //coroutine:blocks the program has just begun
//
// The directive stands at the end of the line or above it, and silences that one line. A
// function whose only blocking line is silenced does not block for its callers either. The
// reason is mandatory.
//
// # What the analyzer cannot see
//
//   - Calls through function values, and through interfaces that the table does not name: a
//     read from an io.Reader that is a file. A literal that a local variable holds, and that
//     nothing else is assigned to, is seen.
//   - Function literals that another function calls at once, as slices.SortFunc does.
//   - Functions of other modules that neither the table nor the flag names, and iterators in
//     a range clause.
//   - Methods Poll that are written by hand, callbacks of a loop, and protocols of package
//     transports, which also run on the loop.
//   - Computations that take long, loops that spin, and locks that are held for long without
//     an await.
//   - Sends to a channel with a buffer: whether there is room cannot be known. A channel of
//     which it is not known where it was made counts as one if the package makes channels of
//     its type with a buffer only. Variables, fields and results that may hold the same channel
//     are taken together.
//   - Receives from a channel with a buffer to which the same function sends, or to which a
//     function sends that it calls and gives the channel: it is a semaphore or a queue. Functions
//     that are called by a variable or an interface count as if they sent.
//   - Receives that drop the value, from such a channel in a field, a parameter or a variable of
//     the package: they release a semaphore.
//   - Receives in a function that closes the channel, or asks for its length, or that is given
//     such channels only. Receives from channels that an initializer or a function init fills
//     or closes.
//   - Operations on a channel of which the code does not say which one it is: behind a pointer or
//     an interface, or the receiver of a method of a type of channels. A receive from another one
//     without a name, such as an element of a slice, after a send to a channel of the same type.
//   - A select with such an operation. Calls of functions that operate on their parameters only,
//     and that are given channels for which these need not block.
//   - Mutexes that are locked by a helper function, by TryLock, or on some of the ways to the
//     await only. Awaits of deferred calls.
//   - Functions of package rt and below it. They do not block in a task, apart from those
//     above.
package blocking

// This file defines the Analyzer.

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
	"github.com/coroutinegen/coroutinegen/gen/internal/taskcode"
)

// Analyzer reports what blocks the loop.
var Analyzer = New()

// New returns an analyzer like [Analyzer], with a flag of its own. A program that runs several
// drivers gives each another one.
func New() *analysis.Analyzer {
	extra := make(list)
	a := &analysis.Analyzer{
		Name: "blocking",
		Doc: `report what blocks the goroutine of a loop

The blocking analyzer reports, in async functions and in coroutines of function literals,
what blocks the goroutine that runs all tasks: channel operations, calls that wait for a
file, a connection or another goroutine, calls of functions of the same module that do so,
and a sync.Mutex that is held across an await. The directive //coroutine:blocks reason, at
the end of a line or above it, silences the line.`,
		URL:       "https://pkg.go.dev/github.com/coroutinegen/coroutinegen/gen/check/blocking",
		Requires:  []*analysis.Analyzer{taskcode.Analyzer},
		Run:       func(ap *analysis.Pass) (any, error) { return nil, run(ap, extra) },
		FactTypes: []analysis.Fact{new(blocks)},
	}
	a.Flags.Var(extra, "calls", "comma-separated `list` of further functions that block: path.Func, path.Type.Method, path.*; each use of the flag adds to the list")
	return a
}

// list is the value of the flag calls.
type list map[string]bool

func (l list) String() string { return strings.Join(slices.Sorted(maps.Keys(l)), ",") }

func (l list) Set(s string) error {
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !strings.Contains(name[strings.LastIndex(name, "/")+1:], ".") {
			return fmt.Errorf("%q is not the path of a package, a dot and a name", name)
		}
		l[name] = true
	}
	return nil
}

// pass is the state of one pass.
type pass struct {
	*analysis.Pass
	code     *taskcode.Code
	extra    list
	silence  silence
	channels *channels
	known    map[types.Object]*blocks // of functions and variables of this package
	all      map[*taskcode.Body][]event
	needs    map[*taskcode.Body]*needs
}

func run(ap *analysis.Pass, extra list) error {
	code := taskcode.Of(ap)
	if len(code.Bodies) == 0 || isStandard(ap) {
		return nil
	}
	p := &pass{Pass: ap, code: code, extra: extra, silence: make(silence), channels: channelsOf(code, ap.TypesInfo, ap.Pkg),
		all: make(map[*taskcode.Body][]event), needs: make(map[*taskcode.Body]*needs)}
	for _, f := range code.Files {
		p.directives(f)
	}
	for _, b := range code.Bodies {
		if b.Task || b.Callee != nil {
			p.all[b] = p.events(b)
		}
	}
	all := make(map[*taskcode.Body][]event)
	for b, list := range p.all {
		all[b] = slices.DeleteFunc(slices.Clone(list), func(e event) bool { return p.isMet(b, e) })
	}
	p.all = all
	if !isRuntime(ap.Pkg.Path()) {
		p.propagate()
		p.export()
	}
	for _, b := range code.Bodies {
		if b.Task {
			for _, e := range p.all[b] {
				p.report(e)
			}
			p.heldLocks(b)
		}
	}
	return nil
}

// isRuntime reports whether the package is rt or below it. Its functions are known by their
// documentation, and not by what they do: they send to channels that have room.
func isRuntime(path string) bool {
	return path == marker.RT || strings.HasPrefix(path, marker.RT+"/")
}

// isStandard reports whether the package belongs to the standard library: such a package has no
// module, and imports neither rt nor annotations.
func isStandard(ap *analysis.Pass) bool {
	if ap.Module != nil && ap.Module.Path != "" {
		return false
	}
	for _, p := range ap.Pkg.Imports() {
		if p.Path() == marker.RT || p.Path() == marker.Annotations {
			return false
		}
	}
	return true
}

// orSilence ends the messages that a directive can silence: vet says neither which analyzer
// reports a line, nor how to go on.
const orSilence = "; or write //coroutine:blocks and a reason at the end of the line"

// report reports an event in code that a task runs.
func (p *pass) report(e event) {
	message := fmt.Sprintf("%s blocks the goroutine that runs all tasks; %s", e.what, e.remedy)
	if e.callee != nil {
		why := p.why(e.callee)
		if b := p.code.Body(e.callee); why == nil || b != nil && b.Blocking {
			return // it does not block; or check.Analyzer reports the call
		}
		here := p.Pkg.Path()
		message = fmt.Sprintf("%s blocks: it %s; call it on another goroutine, with rt.ToThread", stepOf(e.callee).in(here), why.in(here))
	} else if e.refused {
		return
	}
	p.Report(analysis.Diagnostic{Pos: e.pos, End: e.end, Message: message + orSilence})
}
