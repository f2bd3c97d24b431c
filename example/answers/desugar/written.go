package main

import (
	"fmt"
	"io"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//go:generate go tool coroutinegen -backend=goroutine
//go:generate go tool coroutinegen -o ../../../generated/answers/desugar

// coro prints before and after it has read.
//
//coroutine:async
func coro(w io.Writer, name string, sock *netio.Conn) error {
	fmt.Fprintln(w, "before", name)
	data := make([]byte, 1024)
	n, err := co.Await(sock.Read(data))
	if err != nil {
		return err
	}
	fmt.Fprintln(w, "after", name, string(data[:n]))
	return nil
}

// both is asyncio.gather(coro('first'), coro('second')).
//
//coroutine:async
func both(w io.Writer, first, second *netio.Conn) error {
	_, _, err := co.Await2(rt.Gather2(coroAsync(w, "first", first), coroAsync(w, "second", second)))
	return err
}
