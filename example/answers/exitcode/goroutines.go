package main

// This file has the program with goroutines: the three threads of the answer, of which one reads
// each output, and one waits for the process.

import (
	"fmt"
	"io"
	"os/exec"
	"sync"
)

func goroutines(w io.Writer, cmd *exec.Cmd) error {
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var out, errout []byte
	var outErr, erroutErr error
	var read sync.WaitGroup
	read.Go(func() { out, outErr = io.ReadAll(stdout) })
	read.Go(func() { errout, erroutErr = io.ReadAll(stderr) })
	read.Wait() // cmd.Wait closes the pipes: it must not come first
	err = cmd.Wait()
	if outErr != nil {
		return outErr
	}
	if erroutErr != nil {
		return erroutErr
	}
	fmt.Fprintf(w, "%q\n%q\n", out, errout)
	printCode(w, cmd.ProcessState)
	fmt.Fprintf(w, "%q\n", "test")
	return err
}
