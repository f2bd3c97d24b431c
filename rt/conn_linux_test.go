package rt_test

// This file tests what Linux says about a connection in its own way, and what it
// alone has.

import (
	"errors"
	"fmt"
	"io"
	"os"
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

// A Unix socket whose name begins with @ is in no directory.
func TestAbstractUnixSocket(t *testing.T) {
	checkLeaks(t)
	name := fmt.Sprintf("@rt-test-%d", os.Getpid())
	_, err := rt.Run(async(func() error {
		l, err := rt.Listen("unix", name)
		if err != nil {
			return err
		}
		packets, err := rt.ListenPacket("unixgram", name+"-packets")
		if err != nil {
			return err
		}
		sender, err := rt.DialPacket("unixgram", name+"-packets")
		if err != nil {
			return err
		}
		accept := rt.Spawn(rt.Current(), l.Accept())
		client, err := await(rt.Dial("unix", name))
		if err != nil {
			return err
		}
		server, err := await(accept)
		if err != nil {
			return err
		}
		for _, addr := range []string{l.Addr().String(), server.LocalAddr().String(), client.RemoteAddr().String()} {
			if addr != name {
				t.Errorf("the address is %s, want %s", addr, name)
			}
		}
		if _, err := await(client.Write([]byte("hello"))); err != nil {
			return err
		}
		client.Close()
		if got, err := readAll(server); got != "hello" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		buf := make([]byte, 10)
		if _, err := await(sender.Write([]byte("a"))); err != nil {
			return err
		}
		if got, err := await(packets.ReadFrom(buf)); string(buf[:got.V1]) != "a" || err != nil {
			t.Errorf("read %q, %v", buf[:got.V1], err)
		}
		if _, err := os.Lstat(name); err == nil {
			t.Error("there is a file of that name")
		}
		return errors.Join(server.Close(), l.Close(), packets.Close(), sender.Close())
	}))
	if err != nil {
		t.Error(err)
	}
	if _, err := rt.Run(rt.Dial("unix", name)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connected to what is closed: %v", err)
	}
}
