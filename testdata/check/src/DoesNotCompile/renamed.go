package p

import "github.com/coroutinegen/coroutinegen/annotations"

// The remedies use the name of the import.
//
//coroutine:async
func unnamedImport() (int, error) {
	_ = annotations.Wait(fAsync()) // want "DoesNotCompile: cannot use .*\\n.*\\n.*; fAsync\\(\\) has one result besides its error: write annotations.Await; or annotations.Must"
	return fAsync()                // want "DoesNotCompile: not enough return values.*\\n.*\\n.*; nobody awaits fAsync\\(\\): write annotations.Await"
}
