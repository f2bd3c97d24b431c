package gen

// This file defines the options and the result of a run.

// Options are the options of a run.
type Options struct {
	Dir      string   // directory in which Patterns are resolved; "" is the current one
	Patterns []string // packages, as for the go command; none means "."

	// Backend is "machine" (or ""), which writes state machines, or
	// "goroutine", which runs each function as it is on a goroutine in
	// lock-step with the loop.
	Backend string

	// Output is the directory for a complete copy of the package, in which the marked
	// functions are rewritten. "" writes x_coroutine.go beside each x.go instead.
	Output string

	// GOOS, GOARCH and Tags select the build to generate for. Tags are separated by
	// commas. If all three are "", the build is that of the environment; files with
	// marked functions outside that build are generated for a build that has them.
	GOOS, GOARCH, Tags string

	// InGoGenerate says that go generate runs the tool. go generate has a list of
	// files and stops if one of them is gone, so files that must go become stubs.
	InGoGenerate bool

	// DumpStages are the stages (order, lower, dot, frame) after which the function
	// DumpFunc is printed to Result.Dump. A method is named Type.Method.
	DumpStages []string
	DumpFunc   string

	// Lines is "relative" or "absolute" for line directives, with which traces, profiles and
	// debuggers show the lines of the source. Before Go 1.27, gc copies the names of files from
	// directives, so a debugger finds a relative name only in its own directory. Absolute names
	// differ from computer to computer. "" writes no directives.
	Lines string

	// Baseline switches off everything that only makes the output shorter or
	// faster.
	Baseline bool

	// Logf, if not nil, is told of every decision.
	Logf func(format string, args ...any)

	// Progress, if not nil, is told of each package before work on it begins, and of
	// the go command, which may have to compile what the packages import.
	Progress func(format string, args ...any)

	limits limits // zero except in tests
}

// A Result holds the files that a run would write. Nothing has been written yet.
type Result struct {
	Files     []File // sorted by path
	Dump      string // the text that Options.DumpStages asks for
	Functions int    // how many functions were rewritten

	dirs []string // directories that Write may write to
	err  error    // why there is no result: a file cannot be read
}

// A File is one file of the output.
type File struct {
	Path    string
	Content []byte // nil if the file must go: nothing is generated into it any more
	Old     []byte // present content; nil if there is no such file

	stub   []byte   // content that may replace a file that must go
	root   string   // directory that writing must not leave; "" is that of Path
	copied []string // for a copy, the hashes that its present content may have
}
