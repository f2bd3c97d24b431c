// Transports is the last slide of "asyncio: how sausage is made", "What I didn't cover?": a
// transport represents a connection and talks in bytes, a protocol implements what the
// application does. A server that shouts back what it hears, and a client, both in two forms:
//
//	loop.create_server(callback)      transports.Serve(listener, factory)
//	loop.create_connection(callback)  transports.Dial(network, addr, factory)
//	loop.start_server(callback)       streams.NewServer(listener, handler)
//	loop.open_connection(callback)    streams.Dial(network, addr)
//
// The first two are callbacks: the loop calls the methods of a protocol, which keeps in its fields
// where it stands. The others are coroutines over streams, which keep that in their place in the
// code. A protocol of one end talks to a stream of the other.
//
//	go run ./generated/sausage/transports
package main

import (
	"fmt"
	"io"
	"log"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/sausage/transports

func main() {
	for _, c := range conversations {
		var server, client strings.Builder
		if _, err := rt.Run(converseAsync(c, &server, &client)); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("-- %s\n%s%s", c.name, &server, &client)
	}
}

// A conversation is a server and a client, each in one of its forms.
type conversation struct {
	name   string
	serve  func(l *netio.Listener, w io.Writer) *streams.Server
	client func(addr string, w io.Writer) rt.Coroutine[rt.Void]
}

var conversations = []conversation{
	{"create_server, create_connection", createServer, createConnectionAsync},
	{"create_server, open_connection", createServer, openConnectionAsync},
	{"start_server, create_connection", startServer, createConnectionAsync},
	{"start_server, open_connection", startServer, openConnectionAsync},
}

// words are what the client says, each after the answer to the one before it.
var words = []string{"hello", "world"}

// converse runs the server until the client has gone.
//
//coroutine:async
func converse(c conversation, serverLog, clientLog io.Writer) error {
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := c.serve(l, serverLog)
	serving := co.Spawn(server.Serve())
	if err := co.Wait(c.client(l.Addr().String(), clientLog)); err != nil {
		return err
	}
	server.Close()
	return co.Wait(serving)
}
