package transports_test

// This file tests that a server closes the transports over its connections.

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

func TestServerClosesTransports(t *testing.T) {
	const size = 1000 // the pipe takes 10 bytes
	text := strings.Repeat("x", size)
	for name, test := range map[string]struct {
		writes, handedOn, closeClients bool
		want                           string
		end                            error
	}{
		"close clients":                     {closeClients: true},
		"close clients with text":           {closeClients: true, writes: true, want: "xxxxxxxxxx", end: syscall.ECONNRESET},
		"handed on":                         {handedOn: true},
		"handed on with text":               {handedOn: true, writes: true, want: text},
		"handed on with text, then clients": {handedOn: true, closeClients: true, writes: true, want: "xxxxxxxxxx", end: syscall.ECONNRESET},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 10)
			r := &recorder{}
			r.made = func() {
				if test.writes {
					r.t.Write([]byte(text))
				}
			}
			run(t, func() error {
				l := netio.NewListener(&testbed.Accepts{a})
				server := transports.Serve(l, func() transports.Protocol { return r })
				if test.handedOn { // the handler does not wait for the transport
					server = streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
						return do(func() error {
							_, err := transports.New(rt.Current().Loop(), conn, r)
							return err
						})
					})
				}
				serve := testbed.Start(func() error { return wait(server.Serve()) })
				server.Close()
				if test.closeClients {
					server.CloseClients()
				}
				reader := streams.NewReader(b)
				got, err := await(reader.ReadAll())
				if err != nil {
					got, _ = await(reader.ReadExactly(reader.Buffered()))
				}
				if string(got) != test.want || !errors.Is(err, test.end) {
					t.Errorf("the client got %d bytes, %v; want %d, %v", len(got), err, len(test.want), test.end)
				}
				return errors.Join(wait(serve), b.Close())
			})
			r.want(t, "made", "lost")
		})
	}
}
