package netio_test

// This file tests terminals. One side of a pseudo-terminal is a Conn, and the test has the
// other side.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// openTerminal returns the two sides of a pseudo-terminal that passes on everything unchanged.
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system has no pseudo-terminals:", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this system has no pseudo-terminals:", err)
	}
	t.Cleanup(func() { slave.Close() })
	raw, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	raw.Oflag &^= unix.OPOST
	raw.Lflag &^= unix.ECHO | unix.ICANON | unix.ISIG | unix.IEXTEN
	if err := unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, raw); err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// ours returns a connection over f. It closes f.
func ours(t *testing.T, f *os.File) *netio.Conn {
	t.Helper()
	c, err := netio.FileConn(f)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	return c
}

// readExactly reads n bytes.
func readExactly(c *netio.Conn, n int) (string, error) {
	buf := make([]byte, n)
	for got := 0; got < n; {
		k, err := await(c.Read(buf[got:]))
		got += k
		if err != nil {
			return string(buf[:got]), err
		}
	}
	return string(buf), nil
}

func TestReadTerminal(t *testing.T) {
	checkLeaks(t)
	master, slave := openTerminal(t)
	c := ours(t, master)
	_, err := testbed.RunReal(t, async(func() error {
		defer c.Close()
		for _, text := range []string{"1", "2345"} {
			read := rt.Spawn(rt.Current(), machine.Lockstep(func() (string, error) { return readExactly(c, len(text)) }))
			await(rt.Yield())
			fmt.Fprint(slave, text)
			if got, err := await(read); got != text || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
		}
		slave.Close()
		if n, err := await(c.Read(make([]byte, 1))); n != 0 || err != io.EOF {
			t.Errorf("when the other side is closed: %d, %v", n, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// Two connections share one side, one for each direction.
func TestTerminalBothWays(t *testing.T) {
	checkLeaks(t)
	master, slave := openTerminal(t)
	again, err := os.OpenFile(slave.Name(), os.O_WRONLY|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	in, out := ours(t, slave), ours(t, again)
	_, err = testbed.RunReal(t, async(func() error {
		defer in.Close()
		defer out.Close()
		buf := make([]byte, 10)
		for _, text := range []string{"1", "2345"} {
			read := rt.Spawn(rt.Current(), machine.Lockstep(func() (string, error) { return readExactly(in, len(text)) }))
			if n, err := await(out.Write([]byte(text))); n != len(text) || err != nil {
				t.Errorf("wrote %d, %v", n, err)
			}
			if n, err := io.ReadFull(master, buf[:len(text)]); string(buf[:n]) != text || err != nil {
				t.Errorf("the other side read %q, %v", buf[:n], err)
			}
			if read.Done() {
				t.Error("read what was written on the same side")
			}
			fmt.Fprint(master, text)
			if got, err := await(read); got != text || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
		}
		master.Close()
		if n, err := await(in.Read(buf)); n != 0 || err != io.EOF {
			t.Errorf("when the other side is closed: %d, %v", n, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A terminal that is open for writing only has no end to read, so reading is an error.
func TestTerminalForWritingOnly(t *testing.T) {
	checkLeaks(t)
	_, slave := openTerminal(t)
	f, err := os.OpenFile(slave.Name(), os.O_WRONLY|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := ours(t, f)
	defer c.Close()
	if n, err := testbed.RunReal(t, c.Read(make([]byte, 1))); n != 0 || !errors.Is(err, unix.EBADF) {
		t.Errorf("read %d, %v", n, err)
	}
}
