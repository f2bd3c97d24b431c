package main

// This file has withProcess, in the form that waits, as one would write it against package rt without
// the generator. What is deferred runs when Poll returns and has not suspended.

import (
	"fmt"
	"io"
	"os/exec"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

func withProcessByHand(w io.Writer, cmd *exec.Cmd) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine(&processHand{w: w, cmd: cmd})
}

// A processHand is one call of withProcess.
type processHand struct {
	w    io.Writer
	cmd  *exec.Cmd
	p    *subprocess.Process
	read streams.ReadAllOp
	wait subprocess.WaitOp
	at   uint8
}

// Where withProcess goes on.
const (
	processBegins uint8 = iota
	processReadsStdout
	processReadsStderr
	processWaits
	processIsDone // or running
)

// Poll implements rt.Awaitable.
func (f *processHand) Poll(t *rt.Task) (v rt.Void, err error, ready bool) {
	at := f.at
	f.at = processIsDone // unless it suspends
	switch at {
	case processIsDone:
		panic(machine.Resumed("withProcess"))
	case processBegins:
		f.cmd.Stdout, f.cmd.Stderr = subprocess.Pipe, subprocess.Pipe
		if f.p, err = subprocess.Start(f.cmd); err != nil {
			return v, err, true
		}
		f.read, at = f.p.Stdout.ReadAll(), processReadsStdout
	}
	defer func() {
		if f.at == processIsDone { // not suspended
			f.p.Close()
		}
	}()
	for at != processWaits {
		out, err, ready := f.read.Poll(t)
		if !ready {
			f.at = at
			return v, nil, false
		}
		if err != nil {
			return v, err, true
		}
		fmt.Fprintf(f.w, "%q\n", out)
		if at == processReadsStdout {
			f.read, at = f.p.Stderr.ReadAll(), processReadsStderr
		} else {
			f.wait, at = f.p.Wait(), processWaits
		}
	}
	state, err, ready := f.wait.Poll(t)
	if !ready {
		f.at = at
		return v, nil, false
	}
	if err != nil {
		return v, err, true
	}
	printCode(f.w, state)
	fmt.Fprintf(f.w, "%q\n", "test")
	if !state.Success() {
		err = fmt.Errorf("%v: %v", f.cmd, state)
	}
	return v, err, true
}
