package gen

// This file defines what a run is asked for and what it returns.

// Options say what to generate and how.
type Options struct {
	Dir      string   // directory in which Patterns are resolved; "" is the current one
	Patterns []string // packages, as for the go command; none means "."

	// Backend is "machine" (or ""), which writes state machines, or
	// "goroutine", which runs each function as it is on a goroutine in
	// lock-step with the loop.
	Backend string

	// Output is the directory for a complete copy of each package, with what is
	// async rewritten. "" writes x_coroutine.go beside each x.go instead.
	Output string

	// GOOS, GOARCH and Tags, which are separated by commas, say for which build to
	// generate. If all are "", it is that of the environment, and files with async
	// functions that are not part of it are generated for a build that they are
	// part of.
	GOOS, GOARCH, Tags string

	// InGoGenerate says that go generate runs the tool. It has a list of files and
	// stops if one of them is gone, so those that must go become stubs.
	InGoGenerate bool

	// DumpStages are stages (order, lower, dot, frame) after which the function
	// DumpFunc, or Type.Method, is printed to Result.Dump.
	DumpStages []string
	DumpFunc   string

	// Baseline switches off everything that only makes the output shorter or
	// faster.
	Baseline bool

	// Logf, if not nil, is told of every decision.
	Logf func(format string, args ...any)

	// Progress, if not nil, is told what is being done now: of each package, and of
	// the go command, which may have to compile what the packages import.
	Progress func(format string, args ...any)

	limits limits // zero except in tests
}

// A Result is what a run would write. Nothing has been written yet.
type Result struct {
	Files     []File // sorted by path
	Dump      string // what Options.DumpStages asked for
	Functions int    // how many functions were rewritten

	dirs []string // that were or would be written to
	err  error    // why there is no result: a file cannot be read
}

// A File is one file of the output.
type File struct {
	Path    string
	Content []byte // nil if the file must go: nothing is generated into it any more
	Old     []byte // what it holds now; nil if there is no such file

	stub   []byte   // what may stand instead of a file that must go
	root   string   // directory that writing must not leave; "" is that of Path
	copied []string // hashes of the copies that it may be; none if it is no copy
}
