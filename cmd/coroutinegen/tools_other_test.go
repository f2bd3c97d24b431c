//go:build !linux

package main

// mayTrace reports whether a debugger works here. Elsewhere than on Linux, it needs rights that
// a test does not have.
func mayTrace() bool { return false }
