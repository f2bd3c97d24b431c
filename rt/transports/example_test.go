//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package transports_test

import (
	"bytes"
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

// A shouter answers everything in capital letters.
type shouter struct {
	transports.Base
	t *transports.Transport
}

func (s *shouter) ConnectionMade(t *transports.Transport) { s.t = t }
func (s *shouter) DataReceived(p []byte)                  { s.t.Write(bytes.ToUpper(p)) }

// A caller sends one text and prints the answer.
type caller struct {
	transports.Base
	t *transports.Transport
}

func (c *caller) ConnectionMade(t *transports.Transport) {
	c.t = t
	t.Write([]byte("hello"))
	t.WriteEOF()
}

func (c *caller) DataReceived(p []byte) { fmt.Printf("%s\n", p) }

func Example() {
	program := co.Async(func() (rt.Void, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := transports.Serve(l, func() transports.Protocol { return new(shouter) })
		serve := rt.Spawn(rt.Current(), server.Serve())
		t, err := co.Await(transports.Dial("tcp", l.Addr().String(), func() transports.Protocol { return new(caller) }))
		if err != nil {
			return rt.Void{}, err
		}
		co.Await(t.Lost())
		server.Close()
		return co.Await(serve)
	})
	if _, err := rt.Run(program); err != nil {
		fmt.Println(err)
	}
	// Output: HELLO
}
