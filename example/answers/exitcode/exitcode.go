// Exitcode is the Haskell question of "Questions and answers": a program runs sleep 1, prints its
// output and its error output, and then its exit code, which is sometimes there and mostly not.
// The end of the output and the end of the process are two events. Whoever has read all output may
// only look at the exit code if somebody has waited for it.
//
//	withProcessWait_ conf $ \p ->      p, err := subprocess.Start(cmd); defer p.Close()
//	atomically (getStdout p)           co.Await(p.Stdout.ReadAll())
//	getExitCode p                      p.State(): nil if it is not known yet (look)
//	waitExitCode p                     co.Await(p.Wait())                    (wait)
//	readProcess conf                   co.Await(subprocess.Run(cmd, nil))    (read)
//
// byhand.go has the program that waits without the generator, goroutines.go has it with package os/exec.
//
//	go run ./generated/answers/exitcode -code wait
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/exitcode

func main() {
	code := flag.String("code", "wait", "`way` to the exit code: look, wait, read or goroutines")
	flag.Parse()
	cmd := exec.Command("sleep", "1")
	var err error
	switch *code {
	case "look", "wait":
		_, err = rt.Run(withProcessAsync(os.Stdout, cmd, *code == "wait"))
	case "read":
		_, err = rt.Run(readProcessAsync(os.Stdout, cmd))
	case "goroutines":
		err = goroutines(os.Stdout, cmd)
	default:
		log.Fatalf("there is no way %q", *code)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// withProcess is the question's program. With wait it is the answer's.
//
//coroutine:async
func withProcess(w io.Writer, cmd *exec.Cmd, wait bool) error {
	cmd.Stdout, cmd.Stderr = subprocess.Pipe, subprocess.Pipe
	p, err := subprocess.Start(cmd)
	if err != nil {
		return err
	}
	defer p.Close()
	out, err := co.Await(p.Stdout.ReadAll())
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%q\n", out)
	if out, err = co.Await(p.Stderr.ReadAll()); err != nil {
		return err
	}
	fmt.Fprintf(w, "%q\n", out)
	if wait {
		if _, err := co.Await(p.Wait()); err != nil {
			return err
		}
	}
	printCode(w, p.State())
	fmt.Fprintf(w, "%q\n", "test")
	// withProcessWait_ waits in the end, in any case, and fails if the process has.
	state, err := co.Await(p.Wait())
	if err == nil && !state.Success() {
		err = fmt.Errorf("%v: %v", cmd, state)
	}
	return err
}

// printCode prints Nothing or Just an exit code.
func printCode(w io.Writer, state *os.ProcessState) {
	if state == nil {
		fmt.Fprintln(w, "nothing")
		return
	}
	fmt.Fprintln(w, state)
}

// readProcess is "what I should actually be using instead".
//
//coroutine:async
func readProcess(w io.Writer, cmd *exec.Cmd) error {
	result, err := co.Await(subprocess.Run(cmd, nil))
	if result == nil {
		return err
	}
	fmt.Fprintf(w, "%q\n%q\n", result.Stdout, result.Stderr)
	printCode(w, result.State)
	fmt.Fprintf(w, "%q\n", "test")
	return err
}
