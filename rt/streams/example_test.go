//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// The same functions with //coroutine:async, and co.Await for rt.Block, are
// what coroutinegen makes machines of.
func Example() {
	shout := func(conn *rt.Conn) rt.Coroutine[rt.Void] {
		return rt.Lockstep(func() (rt.Void, error) {
			s := streams.New(conn)
			defer s.Close()
			for {
				line, err := rt.Block(s.ReadLine())
				if err == io.EOF {
					return rt.Void{}, nil
				}
				if err != nil {
					return rt.Void{}, err
				}
				fmt.Fprint(s, strings.ToUpper(string(line)))
				if _, err := rt.Block(s.Drain()); err != nil {
					return rt.Void{}, err
				}
			}
		})
	}
	program := rt.Lockstep(func() (rt.Void, error) {
		l, err := rt.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := streams.NewServer(l, shout)
		serve := rt.Spawn(rt.Current(), server.Serve())

		s, err := rt.Block(streams.Dial("tcp", l.Addr().String()))
		if err != nil {
			return rt.Void{}, err
		}
		fmt.Fprintln(s, "hello")
		fmt.Fprintln(s, "and goodbye")
		s.WriteEOF()
		answer, err := rt.Block(s.ReadAll())
		fmt.Printf("%s", answer)
		s.Close()

		server.Close()
		if err == nil {
			_, err = rt.Block(serve)
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
