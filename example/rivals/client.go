package rivals

// This file is the clients of the echo servers: the same for all of them, in a
// process of their own.

import (
	"errors"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

const requestSize = 100

// load opens connections to addr, makes n requests on each of them, and returns
// how long the requests took.
//
//coroutine:async
func load(addr string, connections, n int) (time.Duration, error) {
	connected := locks.NewBarrier(connections + 1)
	group := co.Self().OpenGroup()
	for range connections {
		rt.SpawnIn(group, requestAsync(addr, n, connected))
	}
	if _, err := co.Await(connected.Wait()); err != nil {
		return 0, errors.Join(err, co.Wait(group.Join()))
	}
	begin := time.Now()
	err := co.Wait(group.Join())
	return time.Since(begin), err
}

// request makes n requests on one connection, one after the other.
//
//coroutine:async
func request(addr string, n int, connected *locks.Barrier) error {
	conn, err := co.Await(netio.Dial("tcp", addr))
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := co.Await(connected.Wait()); err != nil {
		return err
	}
	buf := make([]byte, requestSize)
	for range n {
		if _, err := co.Await(conn.Write(buf)); err != nil {
			return err
		}
		for left := buf; len(left) > 0; {
			n, err := co.Await(conn.Read(left))
			if err != nil {
				return err
			}
			left = left[n:]
		}
	}
	return nil
}
