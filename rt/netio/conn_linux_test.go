package netio_test

// This file tests what is special to connections on Linux.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// A read skips urgent data and stops short of it. The data after it must be read nevertheless,
// although there is no further event.
func TestUrgentDataDoesNotStallReads(t *testing.T) {
	sent := make(chan bool)
	s := startServer(t, func(c *netio.Conn) rt.Coroutine[rt.Void] {
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
	_, err := testbed.RunReal(t, async(func() error {
		l, err := netio.Listen("unix", name)
		if err != nil {
			return err
		}
		packets, err := netio.ListenPacket("unixgram", name+"-packets")
		if err != nil {
			return err
		}
		sender, err := netio.DialPacket("unixgram", name+"-packets")
		if err != nil {
			return err
		}
		accept := rt.Spawn(rt.Current(), l.Accept())
		client, err := await(netio.Dial("unix", name))
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
	if _, err := testbed.RunReal(t, netio.Dial("unix", name)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("connected to what is closed: %v", err)
	}
}

// terminal opens both sides of a pseudo-terminal.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system has no pseudo-terminals:", err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		master.Close()
		t.Skip("this system has no pseudo-terminals:", err)
	}
	return master, slave
}

// A terminal delivers one line at a time, even if more have been typed. Its end is the end of
// the stream for the other side.
func TestTerminal(t *testing.T) {
	checkLeaks(t)
	master, slave := terminal(t)
	keyboard, err := netio.FileConn(master)
	if err != nil {
		t.Fatal(err)
	}
	program, err := netio.FileConn(slave)
	if err != nil {
		t.Fatal(err)
	}
	if name := program.LocalAddr().String(); name != slave.Name() {
		t.Errorf("the terminal is called %s, want %s", name, slave.Name())
	}
	master.Close()
	slave.Close()
	_, err = testbed.RunReal(t, async(func() error {
		if _, err := await(keyboard.Write([]byte("one\ntwo\nthree\n"))); err != nil {
			return err
		}
		buf := make([]byte, 100)
		for _, want := range []string{"one\n", "two\n", "three\n"} {
			if n, err := await(program.Read(buf)); string(buf[:n]) != want || err != nil {
				t.Errorf("read %q, %v; want %q", buf[:n], err, want)
			}
		}
		read := rt.Spawn(rt.Current(), program.Read(buf))
		for range 3 {
			await(rt.Yield())
		}
		if read.Done() {
			t.Error("read what nobody has typed")
		}
		if _, err := await(keyboard.Write([]byte("\x04"))); err != nil { // the typed end of the input
			return err
		}
		if n, err := await(read); n != 0 || err != io.EOF {
			t.Errorf("the end, typed: %d, %v", n, err)
		}
		if err := program.CloseWrite(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("half of a terminal closed: %v", err)
		}
		if _, err := await(program.Write([]byte("bye"))); err != nil {
			return err
		}
		program.Close()
		screen, err := readAll(keyboard) // includes the echo
		if want := "one\r\ntwo\r\nthree\r\nbye"; screen != want || err != nil {
			t.Errorf("on the screen: %q, %v; want %q", screen, err, want)
		}
		return keyboard.Close()
	}))
	if err != nil {
		t.Error(err)
	}
}
