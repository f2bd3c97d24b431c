package subprocess

// This file holds the operations of a process: waiting for its end, and exchanging
// input and output with it.

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// Wait returns the operation that waits until the process and its output pipes have
// ended: all output has been read, or is buffered for the next read. A pipe is open
// while any program has it open, for example one that the process has started: see
// [Process.CloseOutputs]. Several tasks of one loop may wait. A cancelled Wait
// leaves the process alone.
//
// A process that fails is not an error: see [os.ProcessState.Success].
//
// Wait does not read while the process runs. A process that writes more than a pipe
// holds waits for a reader: see [Process.Communicate].
func (p *Process) Wait() WaitOp { return WaitOp{p: p} }

// A WaitOp is the operation that [Process.Wait] returns.
type WaitOp struct {
	p      *Process
	stage  rt.Stage
	state  *os.ProcessState
	exited bool
}

// Poll implements [rt.Awaitable].
func (o *WaitOp) Poll(t *rt.Task) (state *os.ProcessState, err error, ready bool) {
	_, err, ready = o.stage.Begin(t, "Process.Wait")
	if err != nil || !ready {
		return nil, err, ready
	}
	if !o.exited {
		if o.state, err, ready = o.p.exited.Poll(t); !ready {
			o.stage.Suspend(t)
			return nil, nil, false
		} else if err != nil {
			return nil, err, true
		}
		o.exited = true
		for _, out := range o.p.outputs {
			if err := out.drain(t.Loop()); err != nil {
				return nil, err, true
			}
		}
	}
	for _, out := range o.p.outputs {
		if out.ended {
			continue
		}
		if err := t.Err(); err != nil {
			return nil, err, true
		}
		out.wait(t)
		o.stage.Suspend(t)
		return nil, nil, false
	}
	return o.state, nil, true
}

// Awaitable implements [rt.Expr].
func (o WaitOp) Awaitable() rt.Awaitable[*os.ProcessState] { return &o }

// Communicate returns the operation that writes input to Stdin, closes Stdin, and
// at the same time reads Stdout and Stderr to their ends. Then it waits for the
// process, as [Process.Wait] does. Its results are the output and the error output,
// where these are pipes. It is no error if the process does not read all of its
// input.
//
// Communicate keeps all of the output. If the output or the error output has more
// than [DefaultLimit] bytes, or than [CommunicateOp.Limit] allows, it fails with a
// [*LimitError]. The process is left alone, and what was read is there for the next
// read.
//
// Input can be given once, and only to a process whose Stdin is a pipe. Otherwise,
// or if Stdin was closed, the operation fails before it has done anything.
//
// A cancelled Communicate leaves the process alone. What was read is there for the
// next read, and the rest of the input is still written. Communicate(nil) continues
// both.
func (p *Process) Communicate(input []byte) CommunicateOp {
	return CommunicateOp{p: p, input: input, limit: DefaultLimit}
}

// DefaultLimit is how many bytes of output, and of error output, [Process.Communicate]
// and [Run] keep if no other limit is set.
const DefaultLimit = 64 << 20

// A LimitError reports a process whose output exceeds the limit.
type LimitError struct {
	Output string // "Stdout" or "Stderr"
	Limit  int    // in bytes
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s of the process has more than %d bytes: read it as it comes, from the field of the Process, or raise the limit", e.Output, e.Limit)
}

// Limit makes o keep up to limit bytes of the output, and of the error output,
// instead of [DefaultLimit]. Limit panics if limit is not positive.
func (o CommunicateOp) Limit(limit int) CommunicateOp {
	mustBePositive(limit)
	o.limit = limit
	return o
}

func mustBePositive(limit int) {
	if limit <= 0 {
		panic(fmt.Errorf("subprocess: limit of %d bytes: it must be positive", limit))
	}
}

// A CommunicateOp is the operation that [Process.Communicate] returns.
type CommunicateOp struct {
	p      *Process
	input  []byte
	limit  int // of each output
	gather rt.GatherOp[[]byte]
	output rt.Two[[]byte, []byte]
	wait   WaitOp
	stage  rt.Stage
	talked bool // the exchange is over, and it waits for the process
}

// Poll implements [rt.Awaitable].
func (o *CommunicateOp) Poll(t *rt.Task) (v rt.Two[[]byte, []byte], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Process.Communicate")
	if err != nil || !ready {
		return v, err, ready
	}
	p := o.p
	if first {
		if err := p.feed(o.input); err != nil {
			return v, err, true
		}
		o.gather = rt.Gather(fed(p.Stdin), readAll(p.Stdout, "Stdout", o.limit), readAll(p.Stderr, "Stderr", o.limit))
	}
	if !o.talked {
		outputs, err, ready := o.gather.Poll(t)
		if !ready {
			o.stage.Suspend(t)
			return v, nil, false
		} else if err != nil {
			return v, err, true
		}
		o.output = rt.Two[[]byte, []byte]{V1: outputs[1], V2: outputs[2]}
		o.wait = p.Wait()
		o.talked = true
	}
	if _, err, ready = o.wait.Poll(t); !ready {
		o.stage.Suspend(t)
		return v, nil, false
	} else if err != nil {
		return v, err, true
	}
	return o.output, nil, true
}

// Awaitable implements [rt.Expr].
func (o CommunicateOp) Awaitable() rt.Awaitable[rt.Two[[]byte, []byte]] { return &o }

func readAll(r *streams.Reader, name string, limit int) rt.Expr[[]byte] {
	if r == nil {
		return rt.NewCoroutine[[]byte](nothing{})
	}
	return rt.NewCoroutine[[]byte](&readFrame{r.ReadAll().Limit(limit), name})
}

type readFrame struct {
	read streams.ReadAllOp
	name string
}

// Poll implements [rt.Awaitable].
func (f *readFrame) Poll(t *rt.Task) (p []byte, err error, ready bool) {
	p, err, ready = f.read.Poll(t)
	if long, ok := err.(*streams.TooLongError); ok {
		err = &LimitError{f.name, long.Limit}
	}
	return p, err, ready
}

type nothing struct{}

func (nothing) Poll(*rt.Task) ([]byte, error, bool) { return nil, nil, true }

// feed begins to write input, and closes Stdin after it.
func (p *Process) feed(input []byte) error {
	w := p.Stdin
	if len(input) > 0 {
		if w == nil {
			return errNoStdin
		}
		if _, err := w.Write(input); err != nil && w.Err() == nil { // fed tells of a failure to send
			return fmt.Errorf("input for a process whose Stdin is closed, by an earlier Communicate perhaps: give it once: %w", err)
		}
	}
	if w != nil {
		w.Close()
	}
	return nil
}

var errNoStdin = errors.New("input for a process without a pipe there: let Stdin of the command be subprocess.Pipe")

// fed waits until the input is written and w is closed.
func fed(w *streams.Writer) rt.Expr[[]byte] {
	if w == nil {
		return rt.NewCoroutine[[]byte](nothing{})
	}
	return rt.NewCoroutine[[]byte](&fedFrame{w.WaitClosed()})
}

type fedFrame struct{ closed streams.DrainOp }

// Poll implements [rt.Awaitable].
func (f *fedFrame) Poll(t *rt.Task) (_ []byte, err error, ready bool) {
	if _, err, ready = f.closed.Poll(t); !ready {
		return nil, nil, false
	}
	if refused(err) || errors.Is(err, net.ErrClosed) || errors.Is(err, fs.ErrClosed) {
		err = nil // the process did not read all of its input
	}
	return nil, err, true
}

// A Result is the result of [Run].
type Result struct {
	Stdout, Stderr []byte
	State          *os.ProcessState
}

// grace is how long a cancelled Run waits for the process to end by itself.
const grace = 5 * time.Second

// Run returns the operation that starts cmd, writes input to it, and waits until it
// has ended. Where Stdin, Stdout or Stderr is nil, Run makes a pipe. If the process
// fails, the error is an [*exec.ExitError], and the result is there, too. It is an
// error to give input to a cmd whose Stdin is not nil; the cmd is not started then.
//
// If the output or the error output has more than [DefaultLimit] bytes, or than
// [RunOp.Limit] allows, Run ends the process as if it were cancelled, and the error
// is a [*LimitError].
//
// A cancelled Run asks the process to end, kills it if it has not ended within five
// seconds, and waits until it has ended. No process is left behind.
func Run(cmd *exec.Cmd, input []byte) RunOp {
	return RunOp{cmd: cmd, input: input, limit: DefaultLimit}
}

// Limit makes o keep up to limit bytes of the output, and of the error output,
// instead of [DefaultLimit]. Limit panics if limit is not positive.
func (o RunOp) Limit(limit int) RunOp {
	mustBePositive(limit)
	o.limit = limit
	return o
}

// A RunOp is the operation that [Run] returns.
type RunOp struct {
	cmd    *exec.Cmd
	input  []byte
	limit  int // of each output
	stage  rt.Stage
	p      *Process
	talk   CommunicateOp
	ending error // why the process is being ended
	scope  *rt.Scope
	shield *rt.Scope
}

// Poll implements [rt.Awaitable].
func (o *RunOp) Poll(t *rt.Task) (r *Result, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Run")
	if err != nil || !ready {
		return nil, err, ready
	}
	if first {
		if err := o.start(); err != nil {
			return nil, err, true
		}
	}
	if o.ending == nil {
		output, err, ready := o.talk.Poll(t)
		if !ready {
			o.stage.Suspend(t)
			return nil, nil, false
		}
		if err == nil {
			return o.result(output)
		}
		o.ending = err
		o.shield = t.OpenShield()
		o.scope = t.OpenTimeout(grace)
		o.p.closePipes()
		o.p.Terminate()
	}
	return o.end(t)
}

func (o *RunOp) start() (err error) {
	cmd := o.cmd
	if cmd.Stdin == nil {
		cmd.Stdin = Pipe
	}
	if cmd.Stdin != Pipe && len(o.input) > 0 {
		return errNoStdin
	}
	if cmd.Stdout == nil {
		cmd.Stdout = Pipe
	}
	if cmd.Stderr == nil {
		cmd.Stderr = Pipe
	}
	if o.p, err = Start(cmd); err != nil {
		return err
	}
	o.talk = o.p.Communicate(o.input).Limit(o.limit)
	return nil
}

func (o *RunOp) result(output rt.Two[[]byte, []byte]) (*Result, error, bool) {
	o.p.closePipes()
	r := &Result{output.V1, output.V2, o.p.State()}
	if !r.State.Success() {
		return r, &exec.ExitError{ProcessState: r.State, Stderr: r.Stderr}, true
	}
	return r, nil, true
}

// end ends the process: it asks first, and kills the process after grace.
func (o *RunOp) end(t *rt.Task) (*Result, error, bool) {
	for {
		_, err, ready := o.p.exited.Poll(t)
		if !ready {
			o.stage.Suspend(t)
			return nil, nil, false
		}
		if err == nil || o.scope == nil {
			break
		}
		o.scope.Close() // the time is up
		o.scope = nil
		o.p.Kill()
	}
	o.shield.Close() // and the scope in it
	return nil, o.ending, true
}

// Awaitable implements [rt.Expr].
func (o RunOp) Awaitable() rt.Awaitable[*Result] { return &o }
