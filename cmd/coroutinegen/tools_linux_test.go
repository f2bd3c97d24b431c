package main

// This file finds out whether a debugger works here.

import (
	"os/exec"
	"runtime"
	"syscall"
)

// mayTrace reports whether a process may trace another one, which some containers forbid.
func mayTrace() bool {
	runtime.LockOSThread() // the tracer of a process is a thread
	defer runtime.UnlockOSThread()
	cmd := exec.Command("true")
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		return false
	}
	cmd.Process.Kill()
	cmd.Wait()
	return true
}
