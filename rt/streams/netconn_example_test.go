//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// The server and the client of net/http run on goroutines of their own, over a listener and
// connections of one loop.
func ExampleNetConn() {
	program := co.Async(func() (rt.Void, error) {
		loop := rt.Current().Loop()
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "hello, %s", r.URL.Path[1:])
		})}
		serve := rt.Spawn(rt.Current(), rt.ToThread(func() (rt.Void, error) {
			return rt.Void{}, server.Serve(streams.NetListener(loop, l))
		}))
		client := &http.Client{Transport: &http.Transport{
			DialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
				conn, err := co.Await(rt.StartThreadsafe(loop, netio.Dial(network, addr)))
				if err != nil {
					return nil, err
				}
				return streams.NetConn(conn), nil
			},
		}}
		body, err := co.Await(rt.ToThread(func() ([]byte, error) {
			defer client.CloseIdleConnections()
			response, err := client.Get("http://" + l.Addr().String() + "/world")
			if err != nil {
				return nil, err
			}
			defer response.Body.Close()
			return io.ReadAll(response.Body)
		}))
		fmt.Printf("%s\n", body)
		co.Await(rt.ToThreadContext(func(ctx context.Context) (rt.Void, error) { return rt.Void{}, server.Shutdown(ctx) }))
		co.Await(serve)
		return rt.Void{}, err
	})
	if _, err := rt.Run(program); err != nil {
		fmt.Println(err)
	}
	// Output: hello, world
}

// A header is read as a line, and a decoder reads the rest. Here the decoder runs in a task of
// the loop.
func ExampleToReader() {
	program := co.Async(func() (rt.Void, error) {
		l, err := netio.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return rt.Void{}, err
		}
		server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
			return co.Async(func() (rt.Void, error) {
				s := streams.New(conn)
				defer s.Close()
				fmt.Fprintln(s, "gzip")
				z := gzip.NewWriter(streams.ToWriter(s.Writer))
				fmt.Fprint(z, "what was compressed")
				return rt.Void{}, z.Close()
			})
		})
		serve := rt.Spawn(rt.Current(), server.Serve())
		s, err := co.Await(streams.Dial("tcp", l.Addr().String()))
		if err != nil {
			return rt.Void{}, err
		}
		defer s.Close()
		format, err := co.Await(s.ReadLine())
		if err != nil {
			return rt.Void{}, err
		}
		fmt.Printf("%s", format)
		z, err := gzip.NewReader(streams.ToReader(s.Reader))
		if err != nil {
			return rt.Void{}, err
		}
		text, err := io.ReadAll(z)
		fmt.Printf("%s\n", text)
		server.Close()
		co.Await(serve)
		return rt.Void{}, err
	})
	if _, err := rt.Run(program); err != nil {
		fmt.Println(err)
	}
	// Output:
	// gzip
	// what was compressed
}
