//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/subprocess"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func shell(script string) *exec.Cmd { return exec.Command("sh", "-c", script) }

// ways are those that wait.
var ways = map[string]func(w io.Writer, cmd *exec.Cmd) error{
	"wait": func(w io.Writer, cmd *exec.Cmd) error {
		_, err := rt.Run(withProcessAsync(w, cmd, true))
		return err
	},
	"read": func(w io.Writer, cmd *exec.Cmd) error {
		_, err := rt.Run(readProcessAsync(w, cmd))
		return err
	},
	"by hand": func(w io.Writer, cmd *exec.Cmd) error {
		_, err := rt.Run(withProcessByHand(w, cmd))
		return err
	},
	"goroutines": goroutines,
}

// "You reliably get ExitSuccess": the exit code and all output are there every time, whether the
// outputs end with the process or before it, and whatever the code is.
func TestNeverRace(t *testing.T) {
	const times = 20
	for name, way := range ways {
		for i := range times {
			for script, want := range map[string]string{
				"true":                             "\"\"\n\"\"\nexit status 0\n\"test\"\n",
				"echo out; echo err >&2":           "\"out\\n\"\n\"err\\n\"\nexit status 0\n\"test\"\n",
				"echo out; exec >&- 2>&-; sh -c :": "\"out\\n\"\n\"\"\nexit status 0\n\"test\"\n",
				fmt.Sprintf("exit %d", i+1):        fmt.Sprintf("\"\"\n\"\"\nexit status %d\n\"test\"\n", i+1),
			} {
				var out strings.Builder
				err := way(&out, shell(script))
				if fails := strings.HasPrefix(script, "exit"); out.String() != want || (err != nil) != fails {
					t.Errorf("%s, %s: %v\n%s", name, script, err, &out)
				}
			}
		}
	}
}

// "It may genuinely still be running at this point": the process has closed its outputs, both have
// been read, and there is no exit code before the process is allowed to end.
func TestLook(t *testing.T) {
	cmd := shell("exec >&- 2>&-; read x; exit 3")
	stdin, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, subprocess.Pipe, subprocess.Pipe
	p, err := subprocess.Start(cmd)
	stdin.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	runner := rt.NewRunner()
	defer runner.Close()
	for _, read := range []rt.Expr[[]byte]{p.Stdout.ReadAll(), p.Stderr.ReadAll()} {
		if out, err := rt.RunOn(runner, read); len(out) > 0 || err != nil {
			t.Errorf("output %q, %v", out, err)
		}
	}
	if state := p.State(); state != nil {
		t.Errorf("the process has ended: %v", state)
	}
	end.Close()
	state, err := rt.RunOn(runner, rt.Timeout(time.Minute, p.Wait()))
	if err != nil || state.ExitCode() != 3 || p.State() != state {
		t.Errorf("%v, %v; then %v", state, err, p.State())
	}
}

// The question's program prints what it may: nothing, or the code. The rest is always the same.
func TestQuestion(t *testing.T) {
	var out strings.Builder
	_, err := rt.Run(withProcessAsync(&out, shell("exec >&- 2>&-; sh -c :"), false))
	without := strings.NewReplacer("nothing\n", "", "exit status 0\n", "").Replace(out.String())
	if want := "\"\"\n\"\"\n\"test\"\n"; err != nil || without != want {
		t.Errorf("%v\n%s", err, &out)
	}
}
