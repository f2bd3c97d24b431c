// Package subprocess runs other programs. An [exec.Cmd] describes the program, as
// in package os/exec; the operations are those of asyncio's subprocesses.
//
//	cmd := exec.Command("sort")
//	cmd.Stdin, cmd.Stdout = subprocess.Pipe, subprocess.Pipe
//	p, err := subprocess.Start(cmd)
//	if err != nil {
//		return err
//	}
//	defer p.Close()
//	out, _, err := co.Await2(p.Communicate([]byte("b\na\n")))
//
// [Run] does all of this in one call. If it is cancelled, it ends the program.
//
// A program that has ended may have left output in its pipes. [Process.Wait] waits
// for both, the end of the program and the end of its output. [Process.Exited]
// waits for the program alone.
package subprocess
