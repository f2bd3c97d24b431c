// Receiving is section 4 of the answer "Coroutines versus subroutines in a nut shell",
// "Non-Blocking I/O": AsyncRecv reads from a socket as long as there is something, and only then
// suspends. Files and sockets are the same kind of event, and here the loop does not tell them
// apart, as the page suggests.
//
//	connection.setblocking(False)          selects.Connect
//	connection.recv(...)                   selects.Recv
//	except BlockingIOError: yield self     selects.ErrWouldBlock, y.Yield(r)
//	isinstance(command, AsyncRecv)         a readable: what has a descriptor to wait for
//
// loop.go has the loop, with what the page leaves to its readers: a heap in place of a list that is
// sorted, several coroutines for one descriptor, and what the coroutines return. rt.go has the same
// on package rt.
//
// The page reads from localhost:25000 and does not say who sends. Here the program does.
//
//	go run ./generated/answers/receiving
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/receiving

func main() {
	addr := flag.String("addr", "127.0.0.1:25000", "send at `address`")
	flag.Parse()
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	go sendTo(l)

	const path = "/dev/urandom"
	to := l.Addr().String()
	p := &program{w: os.Stdout, loop: loop{system: selects.New()}}
	connect := func() (int, error) { return selects.Connect(to) }
	if err := p.run(p.sleepyPull("background", 5), p.recvPull(to, connect, 1024*32), p.readPull(path, 1024*4)); err != nil {
		log.Fatal(err)
	}
	fmt.Println("once more on package rt:")
	if _, err := rt.Run(rtAllAsync(os.Stdout, to, netio.Dial("tcp", to), path)); err != nil {
		log.Fatal(err)
	}
}

// sendTo sends 32,768 bytes to each client, and pauses in the middle.
func sendTo(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		conn.Write(make([]byte, 20000))
		time.Sleep(70 * time.Millisecond)
		conn.Write(make([]byte, 12768))
		conn.Close()
	}
}

// A program is what is global on the page.
type program struct {
	w    io.Writer
	loop loop
}

func (p *program) seconds() float64 { return p.loop.system.Now().Seconds() }

// An asyncSleep is that of example sleeping.
type asyncSleep struct{ until time.Duration }

//coroutine:generator
func (s asyncSleep) await(y co.Yielder[any, rt.Void]) error {
	_, err := y.Yield(s)
	return err
}

//coroutine:generator
func (p *program) asleep(d time.Duration, y co.Yielder[any, rt.Void]) error {
	if err := (asyncSleep{p.loop.system.Now() + d/2}).await(y); err != nil {
		return err
	}
	return asyncSleep{p.loop.system.Now() + d/2}.await(y)
}

// An asyncRead is that of example reading.
type asyncRead struct {
	file   *os.File
	amount int
	buffer []byte
}

//coroutine:generator
func (r *asyncRead) await(y co.Yielder[any, rt.Void]) ([]byte, error) {
	for len(r.buffer) < r.amount {
		if _, err := y.Yield(r); err != nil {
			return nil, err
		}
		var b [1]byte
		n, err := r.file.Read(b[:])
		if err != nil {
			return nil, err
		}
		r.buffer = append(r.buffer, b[:n]...)
	}
	return r.buffer, nil
}

func (r *asyncRead) fd() int { return int(r.file.Fd()) }

// An asyncRecv is the event that a socket can be read, until there is the amount. The socket does
// not block.
type asyncRecv struct {
	connection int
	amount     int
	readBuffer int
	buffer     []byte
}

// await receives what there is, and suspends when there is nothing.
//
//coroutine:generator
func (r *asyncRecv) await(y co.Yielder[any, rt.Void]) ([]byte, error) {
	b := make([]byte, r.readBuffer)
	for len(r.buffer) < r.amount {
		switch n, err := selects.Recv(r.connection, b); {
		case err == selects.ErrWouldBlock:
			if _, err := y.Yield(r); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		case n == 0:
			return nil, io.ErrUnexpectedEOF // the page's would read for ever
		default:
			r.buffer = append(r.buffer, b[:n]...)
		}
	}
	return r.buffer, nil
}

func (r *asyncRecv) fd() int { return r.connection }

// String is __repr__.
func (r *asyncRecv) String() string {
	return fmt.Sprintf("AsyncRecv(file=%d, amount=%d, progress=%d)", r.connection, r.amount, len(r.buffer))
}

//coroutine:generator
func (p *program) sleepy(identifier string, count int, y co.Yielder[any, rt.Void]) error {
	for i := range count {
		fmt.Fprintln(p.w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", p.seconds()))
		if err := p.asleep(100*time.Millisecond, y); err != nil {
			return err
		}
	}
	return nil
}

// read is ready of section 3.5, with the output of section 4.
//
//coroutine:generator
func (p *program) read(path string, amount int, y co.Yielder[any, rt.Void]) error {
	fmt.Fprintln(p.w, "read", path, "at", int(p.seconds()))
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	result, err := (&asyncRead{file: file, amount: amount}).await(y)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, "done", path, "at", int(p.seconds()), "got", len(result), "B")
	return nil
}

// recv does the same with a socket.
//
//coroutine:generator
func (p *program) recv(name string, connect func() (int, error), amount int, y co.Yielder[any, rt.Void]) error {
	fmt.Fprintln(p.w, "read", name, "at", int(p.seconds()))
	connection, err := connect()
	if err != nil {
		return err
	}
	defer selects.Close(connection)
	result, err := (&asyncRecv{connection: connection, amount: amount, readBuffer: 1024}).await(y)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.w, "done", name, "at", int(p.seconds()), "got", len(result), "B")
	return nil
}

// run runs all coroutines until completion.
func (p *program) run(coroutines ...coroutine) error {
	defer func() {
		for _, coroutine := range coroutines {
			coroutine.Close() // in case another one has failed
		}
	}()
	for _, coroutine := range coroutines {
		p.loop.start(coroutine)
	}
	return p.loop.run()
}
