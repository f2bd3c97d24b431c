// Package asyncify turns an ordinary Go program into a program whose functions are
// async, without changing what the program prints. The corpus test does this with Go's
// own test suite, and so tests coroutinegen against Go.
//
// Every function f of the program stays as it is: closures, interface calls,
// go and defer statements, initialisers and function values still call f.
// Asyncify adds a copy of f that is marked //coroutine:async. In the copy,
//
//   - an await stands before every statement, at the head of every loop body
//     and case clause and at the end of every block;
//   - every static call of another such function is an await of its copy;
//   - the same holds for the function literals that the copy defers.
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
// The edits are insertions into the source text, on the same line. Everything
// else stays verbatim, comments and line numbers included.
//
// In a package that is not a program, [ParsePackage] gives each original function
// another body, which runs the copy until the copy is done. So the tests of the package
// run on the copies. In such a package, calls of Read, Write and the like can be
// awaits, too.
//
// What coroutinegen refuses is taken back piece by piece. The caller passes the
// position of a diagnostic to [Program.GiveUp] and calls [Program.Source] again.
package asyncify
