package main

// This file holds the text that -h prints.

const usage = `usage: coroutinegen [flags] [packages]
       coroutinegen help [topic]

Rewrites functions marked with //coroutine:async, or with //coroutine:generator,
into state machines.
x.go with marked functions gets x_coroutine.go beside it.

  -backend machine|goroutine   what to write: state machines, or the functions as
                               they are on goroutines in lock-step with the loop
  -o dir                       write a complete package into dir instead
  -check                       write nothing; list stale files and functions, exit 1 if any
  -diff                        write nothing; print what would change, exit 1 if any
  -watch                       generate whenever a file is saved, until Ctrl-C
  -goos GOOS                   generate for this one build only, as the go command
  -goarch GOARCH               has it; without these three flags the tool generates
  -tags tag,list               from the files of all systems
  -dump order,lower,dot,frame F
                               write nothing; print function F after these stages,
                               as text or, after dot, as a graph for Graphviz
  -line relative|absolute      write line directives: traces, profiles and debuggers
                               then show the lines of the source
  -json                        print what is wrong as JSON, an object on each line
  -baseline                    omit what only makes the output shorter or faster
  -v                           print a line for each decision
  -version                     print the version of the tool

examples:

  //go:generate go tool coroutinegen      in a source file, for go generate
  coroutinegen ./...                      all packages in and below this directory
  coroutinegen -check ./...               in CI: is everything up to date?
  coroutinegen -watch ./...               while you edit
  coroutinegen -backend=goroutine .       the same program on goroutines
  coroutinegen -dump=lower Server.handle ./server
  coroutinegen -dump=dot handle . | dot -Tsvg > handle.svg
  coroutinegen compare TestHandle .       the machine and its twin, side by side
  coroutinegen help AwaitInClosure        what does this code mean?

The manual: go doc github.com/coroutinegen/coroutinegen/cmd/coroutinegen
What to write in the source: go doc github.com/coroutinegen/coroutinegen/annotations
`
