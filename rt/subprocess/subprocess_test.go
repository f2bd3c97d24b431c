//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package subprocess_test

// This file tests real processes that run a shell.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var do = testbed.Do

func await[T any](x rt.Expr[T]) (T, error) { return rt.Block(x) }

func wait[T any](x rt.Expr[T]) error { return testbed.Wait(x) }

// run runs fn on a loop with the poller and the processes of the system.
func run(t *testing.T, fn func() error) {
	t.Helper()
	if _, err := testbed.RunReal(t, do(fn)); err != nil {
		t.Error(err)
	}
}

// shell starts script. The letters i, o and e in mode stand for pipes to stdin, stdout and
// stderr.
func shell(script, mode string) (*subprocess.Process, error) {
	cmd := exec.Command("sh", "-c", script)
	if strings.Contains(mode, "i") {
		cmd.Stdin = subprocess.Pipe
	}
	if strings.Contains(mode, "o") {
		cmd.Stdout = subprocess.Pipe
	}
	if strings.Contains(mode, "e") {
		cmd.Stderr = subprocess.Pipe
	}
	return subprocess.Start(cmd)
}

func TestStdinStdout(t *testing.T) {
	run(t, func() error {
		p, err := shell("exec cat", "io")
		if err != nil {
			return err
		}
		defer p.Close()
		if p.Pid() <= 0 || p.State() != nil {
			t.Errorf("pid %d, state %v", p.Pid(), p.State())
		}
		for i := range 3 {
			fmt.Fprintf(p.Stdin, "line %d\n", i)
			if line, err := await(p.Stdout.ReadLine()); string(line) != fmt.Sprintf("line %d\n", i) || err != nil {
				t.Errorf("%q, %v", line, err)
			}
		}
		p.Stdin.Close()
		if rest, err := await(p.Stdout.ReadAll()); len(rest) != 0 || err != nil {
			t.Errorf("%q, %v", rest, err)
		}
		state, err := await(p.Wait())
		if err != nil || !state.Success() || p.State() != state {
			t.Errorf("%v, %v", state, err)
		}
		return nil
	})
}

func TestCommunicate(t *testing.T) {
	huge := bytes.Repeat([]byte("0123456789abcdef"), 50_000) // more than the pipes hold in both directions
	run(t, func() error {
		for _, test := range []struct {
			script, mode string
			input        []byte
			out, err     string
			code         int
		}{
			{"cat", "io", huge, string(huge), "", 0},
			{"cat; echo trouble >&2; exit 3", "ioe", []byte("input"), "input", "trouble\n", 3},
			{"echo out; echo err >&2", "oe", nil, "out\n", "err\n", 0},
			{"cat", "io", nil, "", "", 0},
			{"exit 0", "io", huge, "", "", 0}, // the process does not read the input
			{"head -c 5", "io", huge, "01234", "", 0},
			{"true", "", nil, "", "", 0},
			{"cat >&2", "ioe", huge, "", string(huge), 0},
		} {
			p, err := shell(test.script, test.mode)
			if err != nil {
				return err
			}
			got, err := await(p.Communicate(test.input))
			if err != nil || string(got.V1) != test.out || string(got.V2) != test.err || p.State().ExitCode() != test.code {
				t.Errorf("%s: %d bytes, %d bytes, %v, %v", test.script, len(got.V1), len(got.V2), p.State(), err)
			}
			if err := p.Close(); err != nil {
				t.Errorf("%s: close: %v", test.script, err)
			}
		}
		return nil
	})
}

// Wait returns when the output is there and not before, even if it is read afterwards or at the
// same time.
func TestWaitForOutput(t *testing.T) {
	run(t, func() error {
		text := strings.Repeat("x", 50_000) // a pipe holds it
		p, err := shell("printf %50000s | tr ' ' x", "o")
		if err != nil {
			return err
		}
		defer p.Close()
		if err := wait(p.Wait()); err != nil {
			return err
		}
		got, err := await(p.Stdout.ReadAll())
		if string(got) != text || err != nil {
			t.Errorf("after the end: read %d bytes, %v", len(got), err)
		}

		p, err = shell("for i in 1 2 3 4 5 6 7 8 9; do printf %10000s; done; echo", "o")
		if err != nil {
			return err
		}
		defer p.Close()
		lines := 0
		reader := rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) {
			n := 0
			for {
				chunk, err := await(p.Stdout.ReadExactly(1000))
				n += len(chunk)
				lines++
				if err == io.EOF || err == io.ErrUnexpectedEOF {
					return n, nil
				}
				if err != nil {
					return n, err
				}
				if err := wait(rt.Yield()); err != nil {
					return n, err
				}
			}
		}))
		waiters := []*rt.TaskOf[*os.ProcessState]{rt.Spawn(rt.Current(), p.Wait()), rt.Spawn(rt.Current(), p.Wait())}
		for _, w := range waiters {
			if state, err := await(w); err != nil || !state.Success() {
				t.Errorf("%v, %v", state, err)
			}
		}
		if n, err := await(reader); n != 90_001 || err != nil {
			t.Errorf("a reader beside Wait has got %d bytes, %v", n, err)
		}
		return nil
	})
}

// A grandchild keeps the pipe open. Wait waits for it, and Exited does not.
func TestPipeKeptOpen(t *testing.T) {
	run(t, func() error {
		p, err := shell("exec 3<&0; cat <&3 & echo started", "io")
		if err != nil {
			return err
		}
		if state, err := await(p.Exited()); err != nil || !state.Success() {
			t.Errorf("%v, %v", state, err)
		}
		w := rt.Spawn(rt.Current(), p.Wait())
		for range 20 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if w.Done() {
			t.Error("Wait has ended although a program has the pipe open")
		}
		w.Cancel(nil)
		if err := wait(w); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled wait: %v", err)
		}
		w = rt.Spawn(rt.Current(), p.Wait())
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		if line, err := await(p.Stdout.ReadLine()); string(line) != "started\n" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		p.CloseOutputs()
		if err := wait(w); err != nil {
			t.Errorf("after CloseOutputs: %v", err)
		}
		return p.Close() // this closes stdin, which ends the cat
	})
}

// A grandchild writes for ever. Wait buffers up to a limit, and the loop goes on.
func TestPipeKeptFull(t *testing.T) {
	run(t, func() error {
		p, err := shell("yes & exit", "o")
		if err != nil {
			return err
		}
		defer p.Close()
		w := rt.Spawn(rt.Current(), p.Wait())
		if err := wait(p.Exited()); err != nil {
			return err
		}
		for range 100 {
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		if w.Done() {
			t.Error("Wait has ended although a program has the pipe open")
		}
		// The buffered output comes first, and then the rest.
		want := strings.Repeat("y\n", 1000)
		for range 2000 {
			if got, err := await(p.Stdout.ReadExactly(len(want))); string(got) != want || err != nil {
				return fmt.Errorf("read %d bytes, or they differ: %w", len(got), err)
			}
		}
		p.CloseOutputs() // this closes the pipe, which ends the yes
		return wait(w)
	})
}

func TestKillTerminateSignal(t *testing.T) {
	run(t, func() error {
		for name, test := range map[string]struct {
			how  func(p *subprocess.Process) error
			want syscall.Signal
		}{
			"kill":      {(*subprocess.Process).Kill, syscall.SIGKILL},
			"terminate": {(*subprocess.Process).Terminate, syscall.SIGTERM},
			"signal":    {func(p *subprocess.Process) error { return p.Signal(syscall.SIGUSR1) }, syscall.SIGUSR1}, // nohup ignores SIGHUP
			"close":     {(*subprocess.Process).Close, syscall.SIGKILL},
		} {
			p, err := shell("echo up; exec sleep 1000", "io")
			if err != nil {
				return err
			}
			if line, err := await(p.Stdout.ReadLine()); string(line) != "up\n" || err != nil {
				t.Errorf("%q, %v", line, err)
			}
			if err := test.how(p); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			state, err := await(p.Wait())
			if err != nil {
				return err
			}
			if status := state.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != test.want {
				t.Errorf("%s: ended by %v", name, state)
			}
			for _, err := range []error{p.Kill(), p.Terminate(), p.Signal(os.Interrupt)} {
				if !errors.Is(err, os.ErrProcessDone) {
					t.Errorf("%s: signal to what has ended: %v", name, err)
				}
			}
			if err := p.Close(); err != nil {
				t.Errorf("%s: close: %v", name, err)
			}
		}
		return nil
	})
}

// A signal at any moment ends the process or comes too late.
func TestSignalRace(t *testing.T) {
	run(t, func() error {
		for range 30 {
			p, err := shell("exit 0", "o")
			if err != nil {
				return err
			}
			if err := p.Terminate(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
			if _, err := await(p.Wait()); err != nil {
				return err
			}
			if err := p.Close(); err != nil {
				return err
			}
		}
		return nil
	})
}

// However a process ends, and whether or not anybody waits, the exit status is read from the
// system: no zombie is left.
func TestNoZombies(t *testing.T) {
	run(t, func() error {
		var procs []*subprocess.Process
		for i := range 30 {
			p, err := shell([]string{"exit 0", "exec sleep 1000", "exec cat"}[i%3], "io")
			if err != nil {
				return err
			}
			procs = append(procs, p)
			switch i % 4 {
			case 0:
				p.Kill()
			case 1:
				p.Terminate()
			}
			p.Close() // nobody waits
		}
		for _, p := range procs {
			if err := wait(p.Exited()); err != nil {
				return err
			}
			if err := syscall.Kill(p.Pid(), 0); err != syscall.ESRCH {
				t.Errorf("process %d is still there: %v", p.Pid(), err)
			}
		}
		return nil
	})
}

func TestStdinBrokenPipe(t *testing.T) {
	run(t, func() error {
		p, err := shell("exit 0", "i")
		if err != nil {
			return err
		}
		defer p.Close()
		p.Stdin.Write(make([]byte, 1<<20))
		if err := wait(p.Stdin.Flush()); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("written to what has ended: %v", err)
		}
		return wait(p.Wait())
	})
}

// A process whose output nobody reads is held up, and goes on when somebody reads.
func TestOutputHoldsUpTheProcess(t *testing.T) {
	run(t, func() error {
		p, err := shell("dd if=/dev/zero bs=1000 count=1000 2>/dev/null", "o")
		if err != nil {
			return err
		}
		defer p.Close()
		if _, err := await(p.Stdout.ReadExactly(1)); err != nil {
			return err
		}
		if p.Stdout.Buffered() > 100_000 || p.State() != nil {
			t.Errorf("%d bytes were read ahead, state %v", p.Stdout.Buffered(), p.State())
		}
		if n, err := await(p.Stdout.Discard(999_999)); n != 999_999 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		return wait(p.Wait())
	})
}

func TestStderrToStdout(t *testing.T) {
	run(t, func() error {
		cmd := exec.Command("sh", "-c", "echo one; echo two >&2; echo three")
		cmd.Stdout, cmd.Stderr = subprocess.Pipe, subprocess.Stdout
		p, err := subprocess.Start(cmd)
		if err != nil {
			return err
		}
		defer p.Close()
		got, err := await(p.Communicate(nil))
		if string(got.V1) != "one\ntwo\nthree\n" || got.V2 != nil || err != nil {
			t.Errorf("%q, %q, %v", got.V1, got.V2, err)
		}
		return nil
	})
}

func TestEnvironmentAndSession(t *testing.T) {
	run(t, func() error {
		cmd := exec.Command("sh", "-c", "echo $COLOUR; ps -o sid= -p $$ 2>/dev/null || cut -d' ' -f6 /proc/$$/stat; pwd")
		cmd.Env = append(os.Environ(), "COLOUR=green")
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		cmd.Stdout = subprocess.Pipe
		p, err := subprocess.Start(cmd)
		if err != nil {
			return err
		}
		defer p.Close()
		got, err := await(p.Communicate(nil))
		fields := strings.Fields(string(got.V1))
		if err != nil || len(fields) != 3 || fields[0] != "green" || fields[1] != fmt.Sprint(p.Pid()) || fields[2] != "/" {
			t.Errorf("%q, %v; pid %d", got.V1, err, p.Pid())
		}
		return nil
	})
}

func TestStartFails(t *testing.T) {
	run(t, func() error {
		for _, name := range []string{"/no/such/program", "no-such-program-anywhere", os.TempDir()} {
			cmd := exec.Command(name)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = subprocess.Pipe, subprocess.Pipe, subprocess.Pipe
			if _, err := subprocess.Start(cmd); err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, exec.ErrNotFound) && !errors.Is(err, fs.ErrPermission) {
				t.Errorf("start %s: %v", name, err)
			}
		}
		cmd := exec.Command("echo", "x")
		cmd.Stdout = subprocess.Pipe
		if err := cmd.Run(); err == nil || !strings.Contains(err.Error(), "subprocess.Start") {
			t.Errorf("started in the usual way: %v", err)
		}
		return nil
	})
}

func TestRun(t *testing.T) {
	run(t, func() error {
		r, err := await(subprocess.Run(exec.Command("tr", "a-z", "A-Z"), []byte("hello")))
		if err != nil || string(r.Stdout) != "HELLO" || len(r.Stderr) != 0 || !r.State.Success() {
			t.Errorf("%+v, %v", r, err)
		}
		r, err = await(subprocess.Run(exec.Command("sh", "-c", "echo no >&2; exit 7"), nil))
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 7 || string(exit.Stderr) != "no\n" || r.State.ExitCode() != 7 {
			t.Errorf("%+v, %v", r, err)
		}
		if _, err := await(subprocess.Run(exec.Command("/no/such/program"), nil)); err == nil {
			t.Error("ran what does not exist")
		}
		return nil
	})
}

// A cancelled Run leaves no process behind.
func TestCancelledRun(t *testing.T) {
	run(t, func() error {
		for _, test := range []struct {
			script string
			want   string
		}{
			{"echo up; exec sleep 1000", "signal: terminated"},
			{"trap 'exit 4' TERM; echo up; while :; do sleep 0.01; done", "exit status 4"},
		} {
			cmd := exec.Command("sh", "-c", test.script)
			r, w, err := os.Pipe()
			if err != nil {
				return err
			}
			cmd.Stdout = w
			task := rt.Spawn(rt.Current(), subprocess.Run(cmd, nil))
			up, err := await(rt.ToThread(func() (string, error) {
				buf := make([]byte, 10)
				n, err := r.Read(buf)
				return string(buf[:n]), err
			}))
			if up != "up\n" || err != nil {
				return fmt.Errorf("%q, %w", up, err)
			}
			task.Cancel(nil)
			if err := wait(task); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			r.Close()
			w.Close()
			if got := cmd.ProcessState.String(); got != test.want {
				t.Errorf("%s: ended with %s", test.script, got)
			}
		}
		return nil
	})
}

func TestCancelledCommunicateKeepsOutput(t *testing.T) {
	run(t, func() error {
		p, err := shell("echo early; cat; echo late", "io")
		if err != nil {
			return err
		}
		defer p.Close()
		if err := wait(p.Stdout.Peek(6)); err != nil {
			return err
		}
		task := rt.Spawn(rt.Current(), rt.Timeout(time.Nanosecond, p.Communicate(nil)))
		if err := wait(task); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		got, err := await(p.Communicate(nil))
		if string(got.V1) != "early\nlate\n" || err != nil {
			t.Errorf("%q, %v", got.V1, err)
		}
		return nil
	})
}

// Input is written once. A Communicate after a cancelled one goes on with the input of that
// one. Input that would be dropped is an error.
func TestInputIsGivenOnce(t *testing.T) {
	huge := bytes.Repeat([]byte("0123456789abcdef"), 50_000) // more than a pipe holds
	run(t, func() error {
		p, err := shell("cat", "io")
		if err != nil {
			return err
		}
		defer p.Close()
		task := rt.Spawn(rt.Current(), p.Communicate(huge))
		testbed.Yields(2) // it has begun
		task.Cancel(nil)
		if err := wait(task); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if _, err := await(p.Communicate([]byte("more"))); err == nil || !strings.Contains(err.Error(), "Stdin is closed") {
			t.Errorf("input for the second time: %v", err)
		}
		got, err := await(p.Communicate(nil))
		if !bytes.Equal(got.V1, huge) || err != nil {
			t.Errorf("%d bytes, %v", len(got.V1), err)
		}

		p, err = shell("cat", "io")
		if err != nil {
			return err
		}
		defer p.Close()
		p.Stdin.WriteString("by hand")
		p.Stdin.WriteEOF()
		if _, err := await(p.Communicate([]byte("more"))); err == nil || !strings.Contains(err.Error(), "Stdin is closed") {
			t.Errorf("input after the end: %v", err)
		}
		if got, err := await(p.Communicate(nil)); string(got.V1) != "by hand" || err != nil {
			t.Errorf("%q, %v", got.V1, err)
		}
		return nil
	})
}

func TestInputWithoutAPipe(t *testing.T) {
	run(t, func() error {
		p, err := shell("echo out", "o")
		if err != nil {
			return err
		}
		defer p.Close()
		if _, err := await(p.Communicate([]byte("input"))); err == nil || !strings.Contains(err.Error(), "subprocess.Pipe") {
			t.Errorf("communicate: %v", err)
		}
		if got, err := await(p.Communicate(nil)); string(got.V1) != "out\n" || err != nil {
			t.Errorf("%q, %v", got.V1, err)
		}
		cmd := exec.Command("cat")
		cmd.Stdin = strings.NewReader("its own")
		if _, err := await(subprocess.Run(cmd, []byte("input"))); err == nil || !strings.Contains(err.Error(), "subprocess.Pipe") || cmd.Process != nil {
			t.Errorf("run: %v, process %v", err, cmd.Process)
		}
		return nil
	})
}

// There is nothing to read, and the output goes nowhere.
func TestDevNull(t *testing.T) {
	run(t, func() error {
		p, err := shell("cat", "o") // stdin
		if err != nil {
			return err
		}
		defer p.Close()
		if got, err := await(p.Communicate(nil)); len(got.V1) != 0 || err != nil {
			t.Errorf("%q, %v", got.V1, err)
		}
		p, err = shell("cat; echo out; echo err >&2", "i") // stdout and stderr
		if err != nil {
			return err
		}
		defer p.Close()
		if got, err := await(p.Communicate([]byte("input"))); got.V1 != nil || got.V2 != nil || err != nil || !p.State().Success() {
			t.Errorf("%q, %v, %v", got, p.State(), err)
		}
		return nil
	})
}

func TestCancelledWait(t *testing.T) {
	run(t, func() error {
		p, err := shell("cat", "i")
		if err != nil {
			return err
		}
		defer p.Close()
		task := rt.Spawn(rt.Current(), p.Wait())
		if err := wait(rt.Yield()); err != nil {
			return err
		}
		task.Cancel(nil)
		if err := wait(task); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled wait: %v", err)
		}
		p.Stdin.Close() // the process notices this
		state, err := await(p.Wait())
		if err != nil || !state.Success() {
			t.Errorf("%v, %v", state, err)
		}
		return nil
	})
}
