package tlsconn_test

// This file tests encrypted connections over pipes in memory. Both ends are tasks of one loop
// with a fake clock and a shuffled order.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
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

// pair returns two ends of an encrypted connection over a and b.
func pair(a, b tlsconn.Lower, version uint16) (client, server *tlsconn.Conn, err error) {
	serverConfig, clientConfig := configs()
	clientConfig = clientConfig.Clone()
	clientConfig.MaxVersion = version
	both, err := await(rt.Gather2(tlsconn.Client(a, clientConfig), tlsconn.Server(b, serverConfig)))
	return both.V1, both.V2, err
}

var versions = map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

func TestBothEnds(t *testing.T) {
	for name, version := range versions {
		for _, size := range []int{1, 100, 1 << 20} {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				a, b := rttest.NewPipe(nil, "a", "b", size)
				run(t, func() error {
					client, server, err := pair(a, b, version)
					if err != nil {
						return err
					}
					if client.ConnectionState().Version != version || !server.ConnectionState().HandshakeComplete {
						t.Errorf("state is %+v", client.ConnectionState())
					}
					text := strings.Repeat("a secret. ", min(30_000, 100*size))
					echo := spawn(func() error {
						defer server.Close()
						buf := make([]byte, 5000)
						for {
							n, err := await(server.Read(buf))
							if err == io.EOF {
								return nil
							}
							if err != nil {
								return err
							}
							if k, err := await(server.Write(buf[:n])); k != n || err != nil {
								return fmt.Errorf("wrote %d of %d: %w", k, n, err)
							}
						}
					})
					s := streams.New(client)
					s.WriteString(text)
					got, err := await(s.ReadExactly(len(text)))
					if string(got) != text || err != nil {
						t.Errorf("got %d bytes, %v; want %d", len(got), err, len(text))
					}
					s.WriteEOF()
					if err := wait(echo); err != nil {
						return err
					}
					if rest, err := await(s.ReadAll()); len(rest) != 0 || err != nil {
						t.Errorf("after the end: %q, %v", rest, err)
					}
					return s.Close()
				})
			})
		}
	}
}

// A write is over when all of its encrypted bytes were sent, and not before.
func TestWriteWaitsForThePeer(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 2000)
	run(t, func() error {
		client, server, err := pair(a, b, tls.VersionTLS13)
		if err != nil {
			return err
		}
		data := make([]byte, 5000)
		write := rt.Spawn(rt.Current(), client.Write(data))
		yields(20)
		if write.Done() {
			t.Error("the write is over although the pipe is full")
		}
		if err := wait(streams.NewReader(server).ReadExactly(len(data))); err != nil {
			return err
		}
		if n, err := await(write); n != len(data) || err != nil {
			t.Errorf("wrote %d, %v", n, err)
		}
		return errors.Join(client.Close(), server.Close())
	})
}

func TestHandshakeFails(t *testing.T) {
	serverConfig, clientConfig := configs()
	untrusting := &tls.Config{ServerName: "example.test"}
	other := clientConfig.Clone()
	other.ServerName = "other.test"
	for name, test := range map[string]struct {
		client, server *tls.Config
		check          func(err error) bool
	}{
		"unknown authority": {untrusting, serverConfig, func(err error) bool { return errors.As(err, new(x509.UnknownAuthorityError)) }},
		"other name":        {other, serverConfig, func(err error) bool { return errors.As(err, new(x509.HostnameError)) }},
		"no name":           {&tls.Config{}, serverConfig, func(err error) bool { return strings.Contains(err.Error(), "ServerName") }},
		"no certificate":    {clientConfig, &tls.Config{}, func(err error) bool { return err != nil }},
		"renegotiation": {&tls.Config{ServerName: "x", Renegotiation: tls.RenegotiateFreelyAsClient}, serverConfig,
			func(err error) bool { return strings.Contains(err.Error(), "renegotiation") }},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 10_000)
			run(t, func() error {
				server := rt.Spawn(rt.Current(), tlsconn.Server(b, test.server))
				_, err := await(tlsconn.Client(a, test.client))
				if err == nil || !test.check(err) {
					t.Errorf("client: %v", err)
				}
				if _, err := await(server); err == nil {
					t.Error("the server has not failed")
				}
				if !a.Closed() || !b.Closed() {
					t.Error("a connection is open")
				}
				return nil
			})
		})
	}
}

func TestNotTLS(t *testing.T) {
	_, clientConfig := configs()
	run(t, func() error {
		conn := rttest.NewConn(nil, rttest.Peer{Sends: []string{"HTTP/1.1 400 Bad Request\r\n\r\n"}})
		var header tls.RecordHeaderError
		if _, err := await(tlsconn.Client(conn, clientConfig)); !errors.As(err, &header) {
			t.Errorf("plain text for a handshake: %v", err)
		}
		if !conn.Closed() {
			t.Error("the connection is open")
		}
		conn = rttest.NewConn(nil, rttest.Peer{})
		if _, err := await(tlsconn.Client(conn, clientConfig)); err != io.EOF {
			t.Errorf("a peer that leaves: %v", err)
		}
		return nil
	})
}

// A peer that sends nothing holds up only one task, until that times out.
func TestSlowHandshake(t *testing.T) {
	serverConfig, _ := configs()
	run(t, func() error {
		conn := rttest.NewConn(nil, rttest.Peer{Idle: true})
		start := rt.Current().Loop().Time()
		_, err := await(rt.Timeout(10*time.Second, tlsconn.Server(conn, serverConfig)))
		if !errors.Is(err, context.DeadlineExceeded) || !conn.Closed() {
			t.Errorf("slow handshake: %v, closed: %v", err, conn.Closed())
		}
		if took := rt.Current().Loop().Time() - start; took != 10*time.Second {
			t.Errorf("it took %v", took)
		}
		conn = rttest.NewConn(nil, rttest.Peer{Idle: true})
		task := rt.Spawn(rt.Current(), tlsconn.Server(conn, serverConfig))
		task.Cancel(nil) // before the handshake begins
		if err := wait(task); !errors.Is(err, context.Canceled) || !conn.Closed() {
			t.Errorf("cancelled handshake: %v, closed: %v", err, conn.Closed())
		}
		return nil
	})
}

func TestStartTLS(t *testing.T) {
	serverConfig, clientConfig := configs()
	a, b := rttest.NewPipe(nil, "a", "b", 100)
	run(t, func() error {
		server := spawn(func() error {
			s := streams.New(b)
			if line, err := await(s.ReadLine()); string(line) != "STARTTLS\n" || err != nil {
				return fmt.Errorf("%q, %w", line, err)
			}
			s.WriteString("go ahead\n")
			if _, err := s.Release(); err == nil {
				t.Error("released with something to send")
			}
			if err := wait(s.Flush()); err != nil {
				return err
			}
			conn, err := s.Release()
			if err != nil {
				return err
			}
			secret, err := await(tlsconn.Server(conn, serverConfig))
			if err != nil {
				return err
			}
			s = streams.New(secret)
			line, err := await(s.ReadLine())
			if err != nil {
				return err
			}
			fmt.Fprintf(s, "you said %s", line)
			return s.Close()
		})
		s := streams.New(a)
		s.WriteString("STARTTLS\n")
		if line, err := await(s.ReadLine()); string(line) != "go ahead\n" || err != nil {
			return fmt.Errorf("%q, %w", line, err)
		}
		conn, err := s.Release()
		if err != nil {
			return err
		}
		if _, err := s.WriteString("x"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after Release: %v", err)
		}
		secret, err := await(tlsconn.Client(conn, clientConfig))
		if err != nil {
			return err
		}
		s = streams.New(secret)
		s.WriteString("password\n")
		if line, err := await(s.ReadLine()); string(line) != "you said password\n" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
		if rest, err := await(s.ReadAll()); len(rest) > 0 || err != nil {
			t.Errorf("then %q, %v", rest, err)
		}
		s.Close()
		return wait(server)
	})
}

// Plain text that was sent after the agreement to encrypt must not count as encrypted.
func TestStartTLSInjection(t *testing.T) {
	run(t, func() error {
		s := streams.New(rttest.NewConn(nil, rttest.Peer{Sends: []string{"STARTTLS\nevil\n"}}))
		if err := wait(s.ReadLine()); err != nil {
			return err
		}
		if _, err := s.Release(); err == nil || !strings.Contains(err.Error(), "5 bytes too early") {
			t.Errorf("released: %v", err)
		}
		return s.Close()
	})
}

func TestTLSOverTLS(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 500)
	run(t, func() error {
		client, server, err := pair(a, b, tls.VersionTLS13)
		if err != nil {
			return err
		}
		client, server, err = pair(client, server, tls.VersionTLS12)
		if err != nil {
			return err
		}
		text := strings.Repeat("twice wrapped ", 1000)
		write := rt.Spawn(rt.Current(), client.Write([]byte(text)))
		got, err := await(streams.NewReader(server).ReadExactly(len(text)))
		if string(got) != text || err != nil {
			t.Errorf("got %d bytes, %v", len(got), err)
		}
		if err := wait(write); err != nil {
			return err
		}
		return errors.Join(client.Close(), server.Close())
	})
}

// The goodbye comes together with the last bytes and does not cut them short.
func TestLastBytesAndGoodbye(t *testing.T) {
	for name, version := range versions {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 1<<20)
			run(t, func() error {
				client, server, err := pair(a, b, version)
				if err != nil {
					return err
				}
				w, r := streams.New(server), streams.New(client)
				w.WriteString("one\ntwo\nthree\n")
				if err := wait(w.Flush()); err != nil {
					return err
				}
				w.Close()
				yields(3) // both have arrived
				for _, want := range []string{"one\n", "two\n", "three\n"} {
					if line, err := await(r.ReadUntil("\n")); string(line) != want || err != nil {
						t.Errorf("read %q, %v; want %q", line, err, want)
					}
				}
				if line, err := await(r.ReadUntil("\n")); len(line) != 0 || err != io.EOF {
					t.Errorf("at the end: %q, %v", line, err)
				}
				return r.Close()
			})
		})
	}
}

// A peer that has said goodbye goes on reading.
func TestWriteAfterGoodbye(t *testing.T) {
	for name, version := range versions {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 1000)
			run(t, func() error {
				client, server, err := pair(a, b, version)
				if err != nil {
					return err
				}
				if err := client.CloseWrite(); err != nil {
					return err
				}
				if n, err := await(server.Read(make([]byte, 1))); n != 0 || err != io.EOF {
					t.Errorf("read %d, %v; want the end", n, err)
				}
				if _, err := await(client.Write([]byte("x"))); err == nil {
					t.Error("written after the goodbye")
				}
				text := strings.Repeat("trailing ", 10_000)
				w := streams.NewWriter(server)
				w.WriteString(text)
				w.Close()
				if got, err := await(streams.NewReader(client).ReadAll()); string(got) != text || err != nil {
					t.Errorf("read %d bytes, %v; want %d", len(got), err, len(text))
				}
				if err := wait(w.WaitClosed()); err != nil {
					return err
				}
				return client.Close()
			})
		})
	}
}

// A connection that ends without a goodbye in the middle of a record was cut. The carrier
// reports that if it can.
func TestTruncation(t *testing.T) {
	t.Run("reset", func(t *testing.T) {
		testTruncation(t, syscall.ECONNRESET, func(end netio.Endpoint) netio.Endpoint { return end })
	})
	t.Run("end", func(t *testing.T) {
		testTruncation(t, io.ErrUnexpectedEOF, func(end netio.Endpoint) netio.Endpoint { return struct{ netio.Endpoint }{end} })
	})
}

func testTruncation(t *testing.T, want error, carry func(netio.Endpoint) netio.Endpoint) {
	a, b := rttest.NewPipe(nil, "a", "b", 50)
	run(t, func() error {
		end, err := a.Detach()
		if err != nil {
			return err
		}
		a := netio.NewConn(carry(end))
		client, server, err := pair(a, b, tls.VersionTLS13)
		if err != nil {
			return err
		}
		write := rt.Spawn(rt.Current(), client.Write(make([]byte, 1000)))
		yields(3)
		if end, err := client.Detach(); err == nil {
			t.Errorf("detached %v in the middle of a write", end)
		}
		if err := client.Close(); err != nil {
			return err
		}
		if err := wait(write); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write: %v", err)
		}
		// The peer does not read until nobody waits for it any more.
		if err := wait(rt.Sleep(time.Minute)); err != nil {
			return err
		}
		if err := wait(server.Read(make([]byte, 10))); !errors.Is(err, want) {
			t.Errorf("read: %v", err)
		}
		return server.Close()
	})
}

func TestCancelledIO(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 300)
	run(t, func() error {
		client, server, err := pair(a, b, tls.VersionTLS13)
		if err != nil {
			return err
		}
		// A cancelled read takes nothing.
		buf := make([]byte, 100)
		read := rt.Spawn(rt.Current(), server.Read(buf))
		yields(3)
		read.Cancel(nil)
		if err := wait(read); !errors.Is(err, context.Canceled) {
			t.Errorf("read: %v", err)
		}
		// A cancelled write returns how much of the plain text is on its way. What follows is
		// in order.
		data := make([]byte, 200_000)
		for i := range data {
			data[i] = byte(i % 251)
		}
		write := rt.Spawn(rt.Current(), client.Write(data))
		yields(5)
		write.Cancel(nil)
		n, err := await(write)
		if n == 0 || n == len(data) || !errors.Is(err, context.Canceled) {
			t.Errorf("wrote %d, %v", n, err)
		}
		rest := rt.Spawn(rt.Current(), client.Write(data[n:]))
		got, err := await(streams.NewReader(server).ReadExactly(len(data)))
		if string(got) != string(data) || err != nil {
			t.Errorf("got %d bytes, %v; want %d in order", len(got), err, len(data))
		}
		if err := wait(rest); err != nil {
			return err
		}
		return errors.Join(client.Close(), server.Close())
	})
}

// The goodbye is sent after all data, although nobody awaits it and the pipe is full. A loop
// that is closed does not wait for it.
func TestCloseLingers(t *testing.T) {
	for _, wait := range []bool{true, false} {
		a, b := rttest.NewPipe(nil, "a", "b", 1100)
		l := testbed.NewLoop(t)
		_, err := rt.RunUntilComplete(l, do(func() error {
			client, server, err := pair(a, b, tls.VersionTLS13)
			if err != nil {
				return err
			}
			read := rt.Spawn(rt.Current(), streams.NewReader(server).ReadExactly(1))
			if _, err := await(client.Write(make([]byte, 1))); err != nil {
				return err
			}
			if _, err := await(read); err != nil {
				return err
			}
			if _, err := await(client.Write(make([]byte, 1060))); err != nil { // the data just fits
				return err
			}
			client.Close()
			yields(2)
			if !wait {
				return nil
			}
			if rest, err := await(streams.NewReader(server).ReadAll()); len(rest) != 1060 || err != nil {
				t.Errorf("read %d bytes, %v", len(rest), err)
			}
			return server.Close()
		}))
		if err != nil {
			t.Error(err)
		}
		if !wait {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
