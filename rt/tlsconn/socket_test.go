//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package tlsconn_test

// This file tests encrypted connections over sockets, with crypto/tls and
// net/http as the peers.

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
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
	l, err := rt.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, err = testbed.RunReal(t, do(func() error {
		server := streams.NewServer(l, func(conn *rt.Conn) rt.Coroutine[rt.Void] {
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

// A file over an encrypted connection, between other data; the peer leaves when
// it has everything, or in the middle.
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
	// More than the buffers of the system take in before the peer has left.
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
			l, err := rt.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			accept := rt.Spawn(rt.Current(), l.Accept())
			a, err := await(rt.Dial("tcp", l.Addr().String()))
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

// Over a Unix socket, which has no name to verify: the config has it.
func TestTLSOverUnixSocket(t *testing.T) {
	testbed.Clean(t)
	serverConfig, clientConfig := configs()
	other := clientConfig.Clone()
	other.ServerName = "other.test"
	path := filepath.Join(t.TempDir(), "s")
	l, err := rt.Listen("unix", path)
	if err != nil {
		t.Skip("the path of the temporary directory is too long:", err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		defer l.Close()
		for _, test := range []struct {
			config *tls.Config
			fails  any // the type of error
		}{
			{clientConfig, nil},
			{&tls.Config{ServerName: "example.test"}, new(x509.UnknownAuthorityError)},
			{other, new(x509.HostnameError)},
		} {
			accept := rt.Spawn(rt.Current(), l.Accept())
			a, err := await(rt.Dial("unix", path))
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
