//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package tlsconn_test

// This file tests encrypted connections over sockets with crypto/tls and net/http as the peers.

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/tlsconn"
)

func TestClientOfHTTPServer(t *testing.T) {
	testbed.Clean(t)
	page := strings.Repeat("a page of text. ", 50_000)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, page) }))
	defer server.Close()
	config := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	config.ServerName = "example.com"
	_, err := testbed.RunReal(t, do(func() error {
		conn, err := await(tlsconn.Dial("tcp", server.Listener.Addr().String(), config))
		if err != nil {
			return err
		}
		s := streams.New(conn)
		defer s.Close()
		s.WriteString("GET / HTTP/1.0\r\nHost: example.com\r\n\r\n")
		head, err := await(s.ReadUntil("\r\n\r\n"))
		if err != nil || !strings.HasPrefix(string(head), "HTTP/1.0 200 OK\r\n") {
			t.Errorf("%q, %v", head, err)
		}
		body, err := await(s.ReadAll())
		if string(body) != page || err != nil {
			t.Errorf("got %d bytes, %v; want %d", len(body), err, len(page))
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestServerOfGoClients(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	const clients, size = 20, 100_000
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, err = testbed.RunReal(t, do(func() error {
		server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
			return do(func() error {
				secret, err := await(tlsconn.Server(conn, serverConfig))
				if err != nil {
					return err
				}
				defer secret.Close()
				buf := make([]byte, 3000)
				for {
					n, err := await(secret.Read(buf))
					if err == io.EOF {
						return nil
					}
					if err != nil {
						return err
					}
					if err := wait(secret.Write(buf[:n])); err != nil {
						return err
					}
				}
			})
		})
		serve := rt.Spawn(rt.Current(), server.Serve())
		var calls []rt.Expr[int]
		for range clients {
			calls = append(calls, rt.ToThread(func() (int, error) {
				conn, err := tls.Dial("tcp", addr, clientConfig)
				if err != nil {
					return 0, err
				}
				defer conn.Close()
				go conn.Write(make([]byte, size))
				n, err := io.ReadFull(conn, make([]byte, size))
				return n, err
			}))
		}
		got, err := await(rt.Gather(calls...))
		if err != nil {
			return err
		}
		for _, n := range got {
			if n != size {
				t.Errorf("a client got %d bytes", n)
			}
		}
		server.Close()
		return wait(serve)
	}))
	if err != nil {
		t.Error(err)
	}
}

func TestDialNamesTheHost(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	l, err := tls.Listen("tcp", "127.0.0.1:0", serverConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err == nil {
			err = conn.(*tls.Conn).Handshake()
			conn.Close()
		}
		accepted <- err
	}()
	config := &tls.Config{RootCAs: clientConfig.RootCAs}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	conn, err := testbed.RunReal(t, tlsconn.Dial("tcp", "localhost:"+port, config))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := <-accepted; err != nil {
		t.Error(err)
	}
}

// The peer resets the connection in the handshake, in the middle of a write, and while a read
// waits.
func TestResets(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	reset := func(err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) }
	for _, when := range []string{"handshake", "write", "read"} {
		ended := make(chan error, 1)
		begun := make(chan bool)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				ended <- err
				return
			}
			if when == "handshake" {
				_, err = conn.Read(make([]byte, 10)) // a part of the hello
			} else {
				secret := tls.Server(conn, serverConfig)
				if err = secret.Handshake(); err == nil {
					_, err = io.ReadFull(secret, make([]byte, 1000))
				}
				<-begun
			}
			conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
			ended <- err
		}()
		_, err := testbed.RunReal(t, do(func() error {
			conn, err := await(tlsconn.Dial("tcp", l.Addr().String(), clientConfig))
			if when == "handshake" {
				if !reset(err) {
					t.Errorf("handshake: %v", err)
				}
				return nil
			}
			if err != nil {
				return err
			}
			if when == "write" {
				write := rt.Spawn(rt.Current(), conn.Write(make([]byte, 64<<20)))
				yields(10)
				close(begun)
				if n, err := await(write); n == 0 || n == 64<<20 || !reset(err) {
					t.Errorf("write: %d, %v", n, err)
				}
				return conn.Close()
			}
			if err := wait(conn.Write(make([]byte, 1000))); err != nil {
				return err
			}
			read := rt.Spawn(rt.Current(), conn.Read(make([]byte, 1)))
			yields(10)
			close(begun)
			if n, err := await(read); n != 0 || !reset(err) {
				t.Errorf("read: %d, %v", n, err)
			}
			return conn.Close()
		}))
		if err != nil {
			t.Errorf("%s: %v", when, err)
		}
		if err := <-ended; err != nil {
			t.Errorf("%s: the peer: %v", when, err)
		}
	}
}

// A cutConn is a connection that breaks after a number of bytes in both directions together,
// with or without a reset.
type cutConn struct {
	net.Conn
	left  int
	reset bool
}

func (c *cutConn) cut() error {
	if c.reset {
		c.Conn.(*net.TCPConn).SetLinger(0)
	}
	c.Conn.Close()
	return net.ErrClosed
}

func (c *cutConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p[:min(len(p), c.left)])
	if c.left -= n; c.left == 0 && err == nil {
		err = c.cut()
	}
	return n, err
}

func (c *cutConn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, c.cut()
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// Clients leave anywhere in the handshake and after it. The server serves the others, and
// nothing is left of those that left.
func TestClientsThatBreakOff(t *testing.T) {
	testbed.Clean(t)
	seed := rttest.Seed(t)
	serverConfig, clientConfig := configs()
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, err = testbed.RunReal(t, do(func() error {
		server := streams.NewServer(l, func(conn *netio.Conn) rt.Coroutine[rt.Void] {
			return do(func() error {
				secret, err := await(rt.Timeout(time.Minute, tlsconn.Server(conn, serverConfig)))
				if err != nil {
					return nil // the client has left
				}
				defer secret.Close()
				s := streams.New(secret)
				for {
					line, err := await(s.ReadLine())
					if err != nil {
						return nil
					}
					s.Write(line)
					if wait(s.Flush()) != nil {
						return nil
					}
				}
			})
		})
		serve := rt.Spawn(rt.Current(), server.Serve())
		const lanes, each = 8, 25
		var calls []rt.Expr[int]
		for lane := range lanes {
			calls = append(calls, rt.ToThread(func() (served int, err error) {
				random := rand.New(rand.NewPCG(seed, uint64(lane)))
				for i := range each {
					conn, err := net.Dial("tcp", addr)
					if err != nil {
						return served, err
					}
					broken := &cutConn{Conn: conn, left: 1 + random.IntN(4000), reset: random.IntN(2) == 0}
					if i%5 == 0 { // this client stays
						broken.left = 1 << 30
					}
					secret := tls.Client(broken, clientConfig)
					line := strings.Repeat("x", 500) + "\n"
					got := make([]byte, len(line))
					for range 3 {
						if _, err = secret.Write([]byte(line)); err == nil {
							_, err = io.ReadFull(secret, got)
						}
						if err != nil {
							break
						}
					}
					if err == nil && string(got) == line {
						served++
					} else if i%5 == 0 {
						return served, err
					}
					secret.Close()
				}
				return served, nil
			}))
		}
		got, err := await(rt.Gather(calls...))
		if err != nil {
			return err
		}
		for lane, served := range got {
			if served < each/5 {
				t.Errorf("lane %d: %d were served", lane, served)
			}
		}
		server.Close()
		if err := wait(serve); err != nil {
			return err
		}
		if tasks, timers := rt.Current().Loop().Tasks(), rt.Current().Loop().Timers(); len(tasks) != 1 || timers > 0 {
			t.Errorf("%v and %d timers are left", tasks, timers)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A file is sent over an encrypted connection between other data. The peer leaves when it has
// everything, or earlier.
func TestSendfileEncrypted(t *testing.T) {
	testbed.Clean(t)
	name := filepath.Join(t.TempDir(), "file")
	data := bytes.Repeat([]byte("0123456789abcdef"), 200_000)
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The file is larger than the buffers of the system, so the peer leaves before everything
	// is sent.
	large, err := os.Create(filepath.Join(t.TempDir(), "large"))
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	const largeSize = 64 << 20
	if err := large.Truncate(largeSize); err != nil {
		t.Fatal(err)
	}
	serverConfig, clientConfig := configs()
	_, err = testbed.RunReal(t, do(func() error {
		for _, all := range []bool{true, false} {
			l, err := netio.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			accept := rt.Spawn(rt.Current(), l.Accept())
			a, err := await(netio.Dial("tcp", l.Addr().String()))
			if err != nil {
				return err
			}
			b, err := await(accept)
			l.Close()
			if err != nil {
				return err
			}
			both, err := await(rt.Gather2(tlsconn.Client(a, clientConfig), tlsconn.Server(b, serverConfig)))
			if err != nil {
				return err
			}
			client, server := both.V1, both.V2
			receive := spawn(func() error {
				defer server.Close()
				r := streams.NewReader(server)
				n := 1000
				if all {
					n = 6 + len(data) - 5 + 5
				}
				got, err := await(r.ReadExactly(n))
				if all && string(got) != "before"+string(data[5:])+"after" {
					t.Errorf("received %d bytes, or they differ", len(got))
				}
				return err
			})
			if err := wait(client.Write([]byte("before"))); err != nil {
				return err
			}
			file := f
			if !all {
				file = large
			}
			n, err := await(client.Sendfile(file, 5, -1))
			if all {
				if n != int64(len(data)-5) || err != nil {
					t.Errorf("sent %d, %v", n, err)
				}
				if err := wait(client.Write([]byte("after"))); err != nil {
					return err
				}
			} else if n == largeSize-5 || err == nil {
				t.Errorf("sent %d although the peer has left, %v", n, err)
			}
			if err := wait(receive); err != nil {
				return err
			}
			client.Close()
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A Unix socket has no name to verify, so the config contains the name.
func TestTLSOverUnixSocket(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	other := clientConfig.Clone()
	other.ServerName = "other.test"
	path := filepath.Join(t.TempDir(), "s")
	l, err := netio.Listen("unix", path)
	if err != nil {
		t.Skip("the path of the temporary directory is too long:", err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		defer l.Close()
		for _, test := range []struct {
			config *tls.Config
			fails  any // type of the error
		}{
			{clientConfig, nil},
			{&tls.Config{ServerName: "example.test"}, new(x509.UnknownAuthorityError)},
			{other, new(x509.HostnameError)},
		} {
			accept := rt.Spawn(rt.Current(), l.Accept())
			a, err := await(netio.Dial("unix", path))
			if err != nil {
				return err
			}
			b, err := await(accept)
			if err != nil {
				return err
			}
			accepted := rt.Spawn(rt.Current(), tlsconn.Server(b, serverConfig))
			client, err := await(tlsconn.Client(a, test.config))
			server, serverErr := await(accepted)
			if test.fails != nil {
				if !errors.As(err, test.fails) || serverErr == nil {
					t.Errorf("client: %v, server: %v", err, serverErr)
				}
				continue
			}
			if err := errors.Join(err, serverErr); err != nil {
				return err
			}
			if err := wait(client.Write([]byte("xxx"))); err != nil {
				return err
			}
			got, err := await(streams.NewReader(server).ReadExactly(3))
			if string(got) != "xxx" || err != nil {
				t.Errorf("read %q, %v", got, err)
			}
			state := client.ConnectionState()
			if state.CipherSuite == 0 || len(state.VerifiedChains) != 1 || client.LocalAddr() == nil || client.RemoteAddr().String() != path {
				t.Errorf("state: %+v", state)
			}
			if err := errors.Join(client.Close(), server.Close()); err != nil {
				return err
			}
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}
