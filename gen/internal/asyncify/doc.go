// Package asyncify turns an ordinary Go program into one whose functions are
// async, without changing what it prints. The corpus test feeds it Go's own
// test suite, and thereby judges coroutinegen against Go.
//
// Every function f of the program stays as it is: closures, interface calls,
// go and defer statements, initialisers and function values go on calling it.
// Beside it stands a copy that is marked //coroutine:async, in which
//
//   - an await stands before every statement, at the head of every loop body
//     and case clause and at the end of every block;
//   - every static call of another such function is an await of its copy;
//   - the same holds for the function literals that it defers.
//
// main becomes a runner for its own copy:
//
//	func sum(n int) (s int) {              func sum_co(n int) (s int) {
//		for i := range n {                     co.Must(pause.Here()); for i := range n {
//			s += twice(i)                          co.Must(pause.Here()); s += co.Must(twice_coAsync(i)); co.Must(pause.Here())
//		}                                      }
//		return                                 co.Must(pause.Here()); return
//	}                                      }
//
// The edits are insertions into the source text, on the same line; everything
// else stays verbatim, comments and line numbers included.
//
// Of a package that is not a program, [ParsePackage] leaves the original functions
// their names and gives them another body, which runs the copy until it is done. So the
// package's own tests run on the copies. There the calls of Read, Write and their like
// can be awaits, too.
//
// What coroutinegen refuses is taken back piece by piece: the caller hands the
// position of a diagnostic to [Program.GiveUp] and asks for the source again.
package asyncify
