package rt_test

// This file tests what Linux says about a connection in its own way.

import (
	"io"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Urgent data is skipped by a read, which stops short of it: what comes after
// must be read all the same, though there is no further event.
func TestUrgentDataDoesNotStallReads(t *testing.T) {
	sent := make(chan bool)
	s := startServer(t, func(c *rt.Conn) rt.Coroutine[rt.Void] {
		return async(func() error {
			defer c.Close()
			if _, err := await(c.Write([]byte("!"))); err != nil {
				return err
			}
			await(rt.ToThread(func() (bool, error) { return <-sent, nil }))
			buf := make([]byte, 100)
			for {
				n, err := await(c.Read(buf))
				if err == io.EOF {
					return nil
				}
				if err != nil {
					return err
				}
				if _, err := await(c.Write(buf[:n])); err != nil {
					return err
				}
			}
		})
	})
	conn := s.dial()
	wantRead(t, conn, "!")
	raw, err := conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("before "))
	err = raw.Write(func(fd uintptr) bool {
		if _, err := syscall.SendmsgN(int(fd), []byte("U"), nil, nil, syscall.MSG_OOB); err != nil {
			t.Error(err)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("after"))
	sent <- true
	wantRead(t, conn, "before after")
	conn.CloseWrite()
	wantEOF(t, conn)
}
