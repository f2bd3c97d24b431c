package p

import . "github.com/coroutinegen/coroutinegen/annotations"

//coroutine:async
func dotImport() (int, error) {
	_ = Wait(fAsync()) // want "DoesNotCompile: cannot use .*\\n.*\\n.*; fAsync\\(\\) has one result besides its error: write Await; or Must"
	return fAsync()    // want "DoesNotCompile: not enough return values.*\\n.*\\n.*; nobody awaits fAsync\\(\\): write Await"
}
