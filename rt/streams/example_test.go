//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// With //coroutine:async, and co.Await for rt.Block, coroutinegen makes machines of the same
// functions.
func Example() {
	shout := func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return co.Async(func() (rt.Void, error) {
			s := streams.New(conn)
			defer s.Close()
			for {
				line, err := co.Await(s.ReadLine())
				if err == io.EOF {
					return rt.Void{}, nil
				}
				if err != nil {
					return rt.Void{}, err
				}
				fmt.Fprint(s, strings.ToUpper(string(line)))
				if _, err := co.Await(s.Drain()); err != nil {
					return rt.Void{}, err
				}
			}
		})
	}
	program := co.Async(func() (rt.Void, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := streams.NewServer(l, shout)
		serve := rt.Spawn(rt.Current(), server.Serve())

		s, err := co.Await(streams.Dial("tcp", l.Addr().String()))
		if err != nil {
			return rt.Void{}, err
		}
		fmt.Fprintln(s, "hello")
		fmt.Fprintln(s, "and goodbye")
		s.WriteEOF()
		answer, err := co.Await(s.ReadAll())
		fmt.Printf("%s", answer)
		s.Close()

		server.Close()
		if err == nil {
			_, err = co.Await(serve)
		}
		return rt.Void{}, err
	})
	if _, err := rt.Run(program); err != nil {
		fmt.Println(err)
	}
	// Output:
	// HELLO
	// AND GOODBYE
}

// A server that is told to end accepts no more clients. It gives the clients that it has ten
// seconds, and then cancels their tasks.
func ExampleServer_Close() {
	closed := new(rt.Future[rt.Void])
	closeOnSignal := func(server *streams.Server) rt.Coroutine[rt.Void] {
		return co.Async(func() (rt.Void, error) {
			signals := rt.Signals(os.Interrupt, syscall.SIGTERM)
			defer signals.Close()
			sig, err := co.Await(signals.Next())
			if err != nil {
				return rt.Void{}, err
			}
			fmt.Println(sig)
			server.Close()
			closed.Set(rt.Void{})
			if _, err := co.Await(rt.Sleep(10 * time.Second)); err != nil {
				return rt.Void{}, err // all clients have gone
			}
			server.CancelClients(errors.New("the server shuts down"))
			return rt.Void{}, nil
		})
	}
	echo := func(conn *netio.Conn) rt.Coroutine[rt.Void] {
		return co.Async(func() (rt.Void, error) {
			s := streams.New(conn)
			defer s.Close()
			fmt.Fprintln(s, "hello")
			line, err := co.Await(s.ReadLine())
			s.Write(line)
			return rt.Void{}, err
		})
	}
	client := func(addr string) rt.Coroutine[rt.Void] {
		return co.Async(func() (rt.Void, error) {
			s, err := co.Await(streams.Dial("tcp", addr))
			if err != nil {
				return rt.Void{}, err
			}
			defer s.Close()
			if _, err := co.Await(s.ReadLine()); err != nil {
				return rt.Void{}, err
			}
			syscall.Kill(os.Getpid(), syscall.SIGTERM) // usually somebody else sends the signal
			if _, err := co.Await(closed); err != nil {
				return rt.Void{}, err
			}
			fmt.Fprintln(s, "the last word")
			answer, err := co.Await(s.ReadAll())
			fmt.Printf("%s", answer)
			return rt.Void{}, err
		})
	}
	program := co.Async(func() (rt.Void, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := streams.NewServer(l, echo)
		talk := rt.Spawn(rt.Current(), client(l.Addr().String()))
		rt.Spawn(rt.Current(), closeOnSignal(server))
		if _, err := co.Await(server.Serve()); err != nil {
			return rt.Void{}, err
		}
		return co.Await(talk)
	})
	_, err := rt.Run(program)
	fmt.Println("shut down:", err)
	// Output:
	// terminated
	// the last word
	// shut down: <nil>
}
