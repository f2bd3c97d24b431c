package rivals

// This file is an echo server, three times: one that keeps a buffer for each
// connection, one that borrows it while there is something to read, and one on
// goroutines.

import (
	"errors"
	"io"
	"net"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

const bufferSize = 4096

// serve echoes on every connection, until the listener is closed.
//
//coroutine:async
func serve(l *netio.Listener) error {
	for {
		conn, err := co.Await(l.Accept())
		if err != nil {
			return unlessOver(err)
		}
		co.Spawn(echoAsync(conn))
	}
}

//coroutine:async
func echo(conn *netio.Conn) error {
	defer conn.Close()
	buf := make([]byte, bufferSize)
	for {
		n, err := co.Await(conn.Read(buf))
		if err != nil {
			return unlessOver(err)
		}
		if _, err := co.Await(conn.Write(buf[:n])); err != nil {
			return unlessOver(err)
		}
	}
}

// serveBorrowing is serve with buffers that connections share.
//
//coroutine:async
func serveBorrowing(l *netio.Listener) error {
	free := new(buffers)
	for {
		conn, err := co.Await(l.Accept())
		if err != nil {
			return unlessOver(err)
		}
		co.Spawn(echoBorrowingAsync(conn, free))
	}
}

//coroutine:async
func echoBorrowing(conn *netio.Conn, free *buffers) error {
	defer conn.Close()
	for {
		if err := co.Wait(conn.Readable()); err != nil {
			return unlessOver(err)
		}
		buf := free.get()
		n, err := co.Await(conn.Read(buf))
		if err == nil {
			_, err = co.Await(conn.Write(buf[:n]))
		}
		free.put(buf)
		if err != nil {
			return unlessOver(err)
		}
	}
}

// buffers are those that nobody uses just now. Tasks of one loop never run at
// the same time, so they need no lock.
type buffers [][]byte

func (b *buffers) get() []byte {
	if len(*b) == 0 {
		return make([]byte, bufferSize)
	}
	last := len(*b) - 1
	buf := (*b)[last]
	*b = (*b)[:last]
	return buf
}

func (b *buffers) put(buf []byte) { *b = append(*b, buf) }

// unlessOver is err, unless the client has just gone, or the listener.
func unlessOver(err error) error {
	if err == io.EOF || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func serveGoroutines(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go echoGoroutines(conn)
	}
}

func echoGoroutines(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, bufferSize)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err := conn.Write(buf[:n]); err != nil {
			return
		}
	}
}
