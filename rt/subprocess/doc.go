// Package subprocess runs other programs: asyncio's subprocesses, described as
// package os/exec does it.
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
// [Run] is all of this in one call, and kills the program if it is cancelled.
//
// A program that has ended may have left output behind in its pipes. So that
// nobody takes the one for the other, [Process.Wait] waits for both: the end of
// the program and that of its output. [Process.Exited] waits for the program
// alone.
package subprocess
