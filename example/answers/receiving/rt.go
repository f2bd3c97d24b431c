package main

// This file has the three coroutines on package rt: netio.Conn.Read is AsyncRecv, and files.Open is
// what the page says of aiofiles.

import (
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/files"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//coroutine:async
func rtSleepy(w io.Writer, identifier string, count int) error {
	loop := co.Self().Loop()
	for i := range count {
		fmt.Fprintln(w, identifier, "step", i+1, "at", fmt.Sprintf("%.2f", loop.Time().Seconds()))
		if err := co.Wait(rt.Sleep(100 * time.Millisecond)); err != nil {
			return err
		}
	}
	return nil
}

//coroutine:async
func rtRead(w io.Writer, path string, amount int) error {
	loop := co.Self().Loop()
	fmt.Fprintln(w, "read", path, "at", int(loop.Time().Seconds()))
	file, err := co.Await(files.Open(path))
	if err != nil {
		return err
	}
	defer co.Wait(file.Close())
	result := make([]byte, amount)
	for n := 0; n < amount; {
		m, err := co.Await(file.Read(result[n:]))
		if err != nil {
			return err
		}
		n += m
	}
	fmt.Fprintln(w, "done", path, "at", int(loop.Time().Seconds()), "got", amount, "B")
	return nil
}

//coroutine:async
func rtRecv(w io.Writer, name string, dial rt.Expr[*netio.Conn], amount int) error {
	loop := co.Self().Loop()
	fmt.Fprintln(w, "read", name, "at", int(loop.Time().Seconds()))
	conn, err := co.Await(dial)
	if err != nil {
		return err
	}
	defer conn.Close()
	result := make([]byte, amount)
	for n := 0; n < amount; {
		m, err := co.Await(conn.Read(result[n:]))
		if err != nil {
			return err
		}
		n += m
	}
	fmt.Fprintln(w, "done", name, "at", int(loop.Time().Seconds()), "got", amount, "B")
	return nil
}

// rtAll runs all three.
//
//coroutine:async
func rtAll(w io.Writer, name string, dial rt.Expr[*netio.Conn], path string) error {
	_, err := co.Await(rt.Gather[rt.Void](
		rtSleepyAsync(w, "background", 5),
		rtRecvAsync(w, name, dial, 1024*32),
		rtReadAsync(w, path, 1024*4),
	))
	return err
}
