/*
Coroutinegen rewrites Go functions marked with //coroutine:async into resumable
state machines: async/await for Go, without a goroutine per task.

Usage:

	coroutinegen [flags] [packages]

The packages are named as for the go command; without any, it is the one in the
current directory. A file name stands for the package that it belongs to. The
usual way to run it is a line in one file of the package,

	//go:generate go tool coroutinegen

after the tool was added to the module, once:

	go get -tool github.com/coroutinegen/coroutinegen/cmd/coroutinegen

What to write in the source is told by the documentation of the package
annotations; what the generated code looks like, and why, by that of gen.

# What it writes

For each x.go with marked functions, x_coroutine.go beside it. It holds, for each
function name, a function nameAsync with the same parameters, which returns the
coroutine. The source may use nameAsync before it was ever generated, and
generated files may be stale, broken or missing: they are never read.

With -o dir it writes a complete package into dir instead: the generated files,
and a copy of all that is not async.

Nothing is written until every package was analysed. If anything is refused, all
of it is printed and nothing is written. Files that would not change are not
touched. A file that coroutinegen did not generate is never overwritten.

# Flags

	-backend machine|goroutine
		machine (the default) writes state machines. goroutine writes a few
		lines that run each function as it stands on a goroutine in lock-step
		with the loop: the same API and the same order of events, slower, and
		a debugger can step through the source.
	-o dir
		write a complete package into dir, rather than beside the source
	-check
		write nothing; list the files that are stale and exit 1 if there are any
	-diff
		write nothing; print what would change and exit 1 if anything would
	-dump stages
		print one function after the stages given, of order, lower, dot and frame,
		separated by commas, and write nothing. The function is the first
		argument: a name, or Type.Method
	-baseline
		leave out everything that only makes the output shorter or faster
	-v
		print a line for each decision

# Examples

	coroutinegen                         the package in this directory
	coroutinegen ./...                   all packages from here on
	coroutinegen -check ./...            in CI: is everything up to date?
	coroutinegen -diff .                 what would change?
	coroutinegen -backend=goroutine .    the same program on goroutines
	coroutinegen -o ../generated/echo .  a package of its own
	coroutinegen -dump=order,lower,frame handle .
	coroutinegen -dump=lower Server.handle ./server

# Diagnostics

What is refused is printed in the style of the compiler, with a code, and with
what to do about it on the next line:

	./echo.go:18:15: Await in log, which is not async [AwaitOutsideAsync]
		put //coroutine:async above the function; or ...

The codes and an example of each are in gen/internal/diag/codes.go. The same
checks run in go vet,

	go vet -vettool=$(go tool -n coroutinegen) ./...

and in any other driver of analyzers, as gen/check.Analyzer.

# Exit status

0 if all went well; 1 if something was refused, could not be written, or is stale
with -check or -diff; 2 if the command line makes no sense.
*/
package main
