package main

// This file tests the program as its users run it: a process, clients that
// know nothing of package rt, Ctrl-C.

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A process is this package, built and running.
type process struct {
	*exec.Cmd
	addr   string // where it listens
	stdout *bufio.Reader
	stderr bytes.Buffer
}

// startProcess runs this package on a free port. If files is positive it may
// have only so many open.
func startProcess(t *testing.T, files int) *process {
	t.Helper()
	switch runtime.GOOS {
	case "windows", "plan9", "js", "wasip1":
		t.Skip("no sockets or no os.Interrupt on " + runtime.GOOS)
	}
	program := filepath.Join(t.TempDir(), "echo")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute) // only if it hangs
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, program, "-addr", "127.0.0.1:0")}
	if files > 0 {
		p.Cmd = exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" -addr 127.0.0.1:0`, files), program)
	}
	p.Stderr = &p.stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	p.stdout = bufio.NewReader(stdout)
	line, err := p.stdout.ReadString('\n')
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		t.Fatalf("the program said %q (%v), %s", line, err, &p.stderr)
	}
	p.addr = addr
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := p.stdout.ReadString('\n'); !strings.Contains(line, "nc "+host+" "+port) {
		t.Errorf("it said %q (%v), want what to try", line, err)
	}
	return p
}

// interrupt is Ctrl-C.
func (p *process) interrupt(t *testing.T) {
	t.Helper()
	p.signal(t, os.Interrupt)
}

func (p *process) signal(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := p.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// wantEnd wants that p ends well, having complained of nothing but complaint.
func (p *process) wantEnd(t *testing.T, complaint string) {
	t.Helper()
	if said, err := io.ReadAll(p.stdout); string(said) != "shut down\n" {
		t.Errorf("it said %q (%v), want that it has shut down", said, err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
	if got := p.stderr.String(); !strings.Contains(got, complaint) || complaint == "" && got != "" {
		t.Errorf("printed %q, want %q", got, complaint)
	}
}

func (p *process) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*net.TCPConn)
}

func TestProcess(t *testing.T) {
	p := startProcess(t, 0)
	const clients, rounds = 300, 20
	seed := rttest.Seed(t)
	conns := make([]*net.TCPConn, clients) // all at once
	for i := range conns {
		conns[i] = p.dial(t)
	}
	var group sync.WaitGroup
	for i, conn := range conns {
		group.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			for range rounds {
				if err := roundTrip(conn, random); err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
			}
		})
	}
	group.Wait()

	// One that leaves, one that resets, and one that talks and never listens
	// are not in the way of the others.
	conns[0].CloseWrite()
	wantClosed(t, conns[0])
	conns[1].SetLinger(0)
	conns[1].Close()
	flooding := make(chan bool)
	group.Go(func() {
		block := make([]byte, 1<<16)
		for n := 0; ; n += len(block) {
			if n == 1<<17 {
				close(flooding)
			}
			if _, err := conns[2].Write(block); err != nil {
				return // the server has gone
			}
		}
	})
	<-flooding
	for _, conn := range conns[3:] {
		if err := roundTrip(conn, rand.New(rand.NewPCG(seed, 0))); err != nil {
			t.Error(err)
		}
	}

	p.interrupt(t)
	for _, conn := range conns[3:] {
		wantClosed(t, conn)
	}
	p.wantEnd(t, "connection reset by peer") // nobody awaits that task: it is reported
	conns[2].Close()
	group.Wait()
	if conn, err := net.Dial("tcp", p.addr); err == nil {
		conn.Close()
		t.Error("somebody still listens")
	}
}

// A server that runs out of descriptors goes on with the clients that it has,
// lets the others wait, and serves them when it can.
func TestProcessOutOfDescriptors(t *testing.T) {
	const files, clients = 40, 100
	p := startProcess(t, files)
	seed := rttest.Seed(t)
	conns := make([]*net.TCPConn, clients)
	for i := range conns {
		conns[i] = p.dial(t) // the system lets them wait in line
	}
	for i, conn := range conns {
		if err := roundTrip(conn, rand.New(rand.NewPCG(seed, uint64(i)))); err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		conn.Close() // and makes room
	}
	p.interrupt(t)
	p.wantEnd(t, "too many open files: trying again until it works")
}

// What systems send that stop services does the same as Ctrl-C.
func TestProcessIsTerminated(t *testing.T) {
	p := startProcess(t, 0)
	conn := p.dial(t)
	if _, err := conn.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	p.signal(t, syscall.SIGTERM)
	wantClosed(t, conn)
	p.wantEnd(t, "")
}

// A server that cannot listen says why, and fails.
func TestProcessCannotListen(t *testing.T) {
	p := startProcess(t, 0)
	out, err := exec.Command(p.Path, "-addr", p.addr).CombinedOutput()
	if want := "address already in use"; err == nil || !strings.Contains(string(out), want) {
		t.Errorf("a second server on the same port: %v, %s; want %q", err, out, want)
	}
	p.interrupt(t)
	p.wantEnd(t, "")
}

// roundTrip sends something, of up to several reads of the server, and wants
// it back.
func roundTrip(conn net.Conn, random *rand.Rand) error {
	sent := make([]byte, 1+random.IntN(10000))
	for i := range sent {
		sent[i] = byte(random.Uint32())
	}
	if _, err := conn.Write(sent); err != nil {
		return err
	}
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(conn, got); err != nil {
		return err
	}
	if !bytes.Equal(got, sent) {
		return errors.New("what came back is not what was sent")
	}
	return nil
}

func wantClosed(t *testing.T, conn net.Conn) {
	t.Helper()
	var b [1]byte
	if n, err := conn.Read(b[:]); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes, %v; want the end of the stream", n, err)
	}
}
