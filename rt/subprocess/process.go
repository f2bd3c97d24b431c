package subprocess

// This file holds the process: its start, its pipes and its end.

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// Pipe is a value for Stdin, Stdout or Stderr of an [exec.Cmd]. It stands for a pipe
// to the field of the [Process] with the same name.
var Pipe pipe

// Stdout is a value for Stderr of an [exec.Cmd]. It sends the error output where the
// output goes.
var Stdout toStdout

type pipe struct{}

func (pipe) Read([]byte) (int, error)  { return 0, errNotStarted }
func (pipe) Write([]byte) (int, error) { return 0, errNotStarted }

type toStdout struct{}

func (toStdout) Write([]byte) (int, error) { return 0, errNotStarted }

var errNotStarted = errors.New("this pipe is made by subprocess.Start: do not start the command yourself")

// A Process is a program that runs or has run.
type Process struct {
	Stdin  *streams.Writer // nil unless the command has Pipe there
	Stdout *streams.Reader
	Stderr *streams.Reader

	cmd     *exec.Cmd
	conns   []*netio.Conn // of the three, to close
	outputs []*output
	exited  *rt.Future[*os.ProcessState]
}

// Start starts cmd. Its Stdin, Stdout and Stderr may be nil or an [*os.File], as in
// package os/exec, or [Pipe]; Stderr may be [Stdout], too. The process goes on if
// the task that started it ends.
//
// Start takes about a millisecond. It needs no loop. The pipes belong to the first
// loop that uses them.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, exited: rt.NewFuture[*os.ProcessState]()}
	var theirs []*os.File // their ends of the pipes
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	if err := p.connect(&theirs); err != nil {
		p.closePipes()
		return nil, fmt.Errorf("start %s: %w", cmd, err)
	}
	if err := cmd.Start(); err != nil {
		p.closePipes()
		return nil, err
	}
	go func() {
		err := cmd.Wait()
		if cmd.ProcessState != nil {
			p.exited.Set(cmd.ProcessState)
		} else {
			p.exited.Fail(err)
		}
	}()
	return p, nil
}

// connect makes the pipes and gives cmd its ends of them.
func (p *Process) connect(theirs *[]*os.File) error {
	open := func(write bool) (*netio.Conn, *os.File, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, nil, err
		}
		ours, their := r, w
		if write {
			ours, their = w, r
		}
		defer ours.Close()
		*theirs = append(*theirs, their)
		conn, err := netio.FileConn(ours)
		if err != nil {
			return nil, nil, err
		}
		p.conns = append(p.conns, conn)
		return conn, their, nil
	}
	read := func() (*streams.Reader, *os.File, error) {
		conn, their, err := open(false)
		if err != nil {
			return nil, nil, err
		}
		end, err := conn.Detach()
		if err != nil {
			return nil, nil, err
		}
		o := &output{below: end}
		o.conn = netio.NewConn(o)
		p.conns[len(p.conns)-1] = o.conn
		p.outputs = append(p.outputs, o)
		return streams.NewReader(o.conn), their, nil
	}
	cmd := p.cmd
	if cmd.Stdin == Pipe {
		conn, their, err := open(true)
		if err != nil {
			return err
		}
		p.Stdin, cmd.Stdin = streams.NewWriter(conn), their
	}
	if cmd.Stdout == Pipe {
		r, their, err := read()
		if err != nil {
			return err
		}
		p.Stdout, cmd.Stdout = r, their
	}
	switch cmd.Stderr {
	case Pipe:
		r, their, err := read()
		if err != nil {
			return err
		}
		p.Stderr, cmd.Stderr = r, their
	case Stdout:
		cmd.Stderr = cmd.Stdout
	}
	return nil
}

// Pid returns the number by which the system knows the process.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// State says how the process has ended. It returns nil while the process runs.
func (p *Process) State() *os.ProcessState {
	state, _, _ := p.exited.Result()
	return state
}

// Signal sends sig to the process. If the process has ended, the error is
// [os.ErrProcessDone].
func (p *Process) Signal(sig os.Signal) error { return p.cmd.Process.Signal(sig) }

// Terminate asks the process to end: it sends SIGTERM.
func (p *Process) Terminate() error { return p.Signal(syscall.SIGTERM) }

// Kill ends the process at once.
func (p *Process) Kill() error { return p.cmd.Process.Kill() }

// Close kills the process if it runs, and closes the pipes. Close does not wait.
func (p *Process) Close() error {
	err := p.Kill()
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	p.closePipes()
	return err
}

// CloseOutputs closes our ends of Stdout and Stderr. Output that was not read is
// lost, and Wait does not wait for it. Call CloseOutputs when a program that the
// process has started keeps the pipes open.
func (p *Process) CloseOutputs() {
	for _, o := range p.outputs {
		if !o.conn.Closed() {
			o.conn.Close()
		}
	}
}

func (p *Process) closePipes() {
	for _, conn := range p.conns {
		if !conn.Closed() {
			conn.Close()
		}
	}
}

// Exited returns a future that is set when the process has ended. It does not wait
// for the output in the pipes. Any goroutine and any loop may wait for the future.
func (p *Process) Exited() *rt.Future[*os.ProcessState] { return p.exited }
