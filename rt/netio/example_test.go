//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A server and a client run on one loop. The functions are ordinary ones that run in lock-step.
// coroutinegen makes machines of the same source.
func ExampleListen() {
	answer := func(conn *netio.Conn) error {
		defer conn.Close()
		buf := make([]byte, 100)
		for {
			n, err := rt.Block(conn.Read(buf))
			if err == io.EOF {
				fmt.Println("server: the client is done")
				return nil
			}
			if err != nil {
				return err
			}
			if _, err := rt.Block(conn.Write(fmt.Appendf(nil, "you said %q", buf[:n]))); err != nil {
				return err
			}
		}
	}
	serve := func(l *netio.Listener) error {
		defer l.Close()
		for {
			conn, err := rt.Block(l.Accept())
			if err != nil {
				return err
			}
			rt.Spawn(rt.Current(), async(func() error { return answer(conn) }))
		}
	}
	ask := func(addr string) error {
		conn, err := rt.Block(netio.Dial("tcp", addr))
		if err != nil {
			return err
		}
		defer conn.Close()
		if _, err := rt.Block(conn.Write([]byte("hello"))); err != nil {
			return err
		}
		buf := make([]byte, 100)
		n, err := rt.Block(conn.Read(buf))
		if err != nil {
			return err
		}
		fmt.Printf("client: got %s\n", buf[:n])
		if err := conn.CloseWrite(); err != nil {
			return err
		}
		if _, err := rt.Block(conn.Read(buf)); err != io.EOF {
			return err
		}
		fmt.Println("client: the server is done")
		return nil
	}

	_, err := rt.Run(async(func() error {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		server := rt.Spawn(rt.Current(), async(func() error { return serve(l) }))
		if err := ask(l.Addr().String()); err != nil {
			return err
		}
		server.Cancel(errors.New("that was all"))
		_, err = rt.Block(server)
		return err
	}), rt.CancelOn(os.Interrupt))
	fmt.Println(errors.Is(err, context.Canceled), err)
	// Output:
	// client: got you said "hello"
	// server: the client is done
	// client: the server is done
	// true context canceled: that was all
}
