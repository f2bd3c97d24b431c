//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package streams_test

// This file tests the readers, writers and connections for libraries that block: with several
// goroutines at once, and with net/http and gzip over the streams of a loop.

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

// onThread runs fn on a goroutine of its own while the loop goes on.
func onThread(fn func() error) error {
	return wait(rt.ToThread(func() (rt.Void, error) { return rt.Void{}, fn() }))
}

// Any goroutine may call a net.Conn. The data of each write stays in one piece.
func TestNetConnOfManyGoroutines(t *testing.T) {
	testbed.Clean(t)
	const writers, size = 8, 300_000
	ours, theirs := pair(t)
	defer theirs.Close()
	_, err := testbed.RunReal(t, do(func() error {
		if err := ours.Attach(rt.Current().Loop()); err != nil {
			return err
		}
		return onThread(func() error {
			conn := streams.NetConn(ours)
			var wg sync.WaitGroup
			for i := range writers {
				wg.Go(func() {
					if n, err := conn.Write(bytes.Repeat([]byte{byte('a' + i)}, size)); n != size || err != nil {
						t.Errorf("wrote %d, %v", n, err)
					}
				})
			}
			got := make([]byte, writers*size)
			if n, err := io.ReadFull(theirs, got); err != nil {
				t.Errorf("read %d, %v", n, err)
			}
			wg.Wait()
			for i := 0; i < len(got); i += size {
				if !bytes.Equal(got[i:i+size], bytes.Repeat(got[i:i+1], size)) {
					t.Errorf("message %d is in pieces", i/size)
				}
			}
			// A deadline ends all operations that wait, and so does the end of the stream.
			for _, test := range []struct {
				end  func() error
				want error
			}{
				{func() error { return conn.SetReadDeadline(time.Now().Add(-time.Hour)) }, os.ErrDeadlineExceeded},
				{conn.Close, net.ErrClosed},
			} {
				conn.SetReadDeadline(time.Time{})
				var ends sync.WaitGroup
				for range 3 {
					ends.Go(func() {
						if n, err := conn.Read(make([]byte, 1)); n != 0 || !errors.Is(err, test.want) {
							t.Errorf("read %d, %v; want %v", n, err, test.want)
						}
					})
				}
				if err := test.end(); err != nil {
					t.Error(err)
				}
				ends.Wait()
			}
			return nil
		})
	}))
	if err != nil {
		t.Error(err)
	}
}

// An operation that waits for its turn can be cancelled. The others are not affected.
func TestNetConnCancelledInLine(t *testing.T) {
	a, b := rttest.NewPipe(nil, "a", "b", 10)
	run(t, func() error {
		conn := streams.NetConn(a)
		read := func() *rt.TaskOf[int] {
			return rt.Spawn(rt.Current(), machine.Lockstep(func() (int, error) { return conn.Read(make([]byte, 1)) }))
		}
		for range 20 { // the order is shuffled
			tasks := []*rt.TaskOf[int]{read(), read(), read()}
			yields(3)
			tasks[1].Cancel(nil)
			if _, err := await(tasks[1]); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			if err := wait(b.Write([]byte("xy"))); err != nil {
				return err
			}
			for _, task := range []*rt.TaskOf[int]{tasks[0], tasks[2]} {
				if n, err := await(task); n != 1 || err != nil {
					t.Errorf("read %d, %v", n, err)
				}
			}
		}
		return errors.Join(a.Close(), b.Close())
	})
}

// The server of net/http and its client run on goroutines of their own, over a listener and
// connections of one loop.
func TestHTTPServerOverLoop(t *testing.T) {
	testbed.Clean(t)
	const clients, requests = 5, 20
	l, err := netio.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, err = testbed.RunReal(t, do(func() error {
		loop := rt.Current().Loop()
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			w.Write(body)
		})}
		serve := spawn(func() error {
			return onThread(func() error { return server.Serve(streams.NetListener(loop, l)) })
		})
		transport := &http.Transport{DialContext: func(_ context.Context, network, addr string) (net.Conn, error) {
			conn, err := rt.Block(rt.StartThreadsafe(loop, netio.Dial(network, addr)))
			if err != nil {
				return nil, err
			}
			return streams.NetConn(conn), nil
		}}
		client := &http.Client{Transport: transport}
		var calls []*rt.TaskOf[rt.Void]
		for i := range clients {
			calls = append(calls, spawn(func() error {
				return onThread(func() error {
					for j := range requests {
						text := strings.Repeat(fmt.Sprint(i, j), 1+j*1000)
						response, err := client.Post("http://"+l.Addr().String(), "text/plain", strings.NewReader(text))
						if err != nil {
							return err
						}
						got, err := io.ReadAll(response.Body)
						response.Body.Close()
						if err != nil || string(got) != text {
							return fmt.Errorf("got %d bytes, %w; want %d", len(got), err, len(text))
						}
					}
					return nil
				})
			}))
		}
		for _, call := range calls {
			if err := wait(call); err != nil {
				t.Error(err)
			}
		}
		if err := onThread(func() error {
			transport.CloseIdleConnections()
			return server.Shutdown(context.Background())
		}); err != nil {
			t.Error(err)
		}
		if err := wait(serve); err != http.ErrServerClosed {
			t.Errorf("Serve: %v", err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
}

// A decoder reads the data after a header, in a task of the loop and on a goroutine. The water
// marks hold up the encoder.
func TestGzipOverStreams(t *testing.T) {
	const high = 1000
	text := strings.Repeat("compress this, and that. ", 20_000)
	plain := make([]byte, 500_000) // random data, which does not compress
	for i := range plain {
		plain[i] = byte(i*i>>7 ^ i*7919>>3)
	}
	for name, body := range map[string]string{"small": text, "large": string(plain)} {
		for _, thread := range []bool{true, false} {
			where := func(fn func() error) error { return fn() }
			if thread {
				where = onThread
			}
			t.Run(fmt.Sprintf("%s/%v", name, thread), func(t *testing.T) {
				a, b := rttest.NewPipe(nil, "a", "b", 700)
				run(t, func() error {
					most := 0
					send := spawn(func() error {
						s := streams.New(a)
						defer s.Close()
						s.SetLimits(high/4, high)
						s.WriteString("header\n")
						if err := where(func() error {
							w := streams.ToWriter(s.Writer)
							if !thread { // only the task may look at the loop
								w = watched{w, func() { most = max(most, s.Writer.Buffered()) }}
							}
							z := gzip.NewWriter(w)
							for p := []byte(body); len(p) > 0; p = p[min(len(p), 5000):] {
								if _, err := z.Write(p[:min(len(p), 5000)]); err != nil {
									return err
								}
							}
							return z.Close()
						}); err != nil {
							return err
						}
						return wait(s.Flush())
					})
					s := streams.New(b)
					defer s.Close()
					got(await(s.ReadLine())).want(t, "header\n", nil)
					if err := where(func() error {
						z, err := gzip.NewReader(streams.ToReader(s.Reader))
						if err != nil {
							return err
						}
						got, err := io.ReadAll(z)
						if string(got) != body {
							t.Errorf("got %d bytes, or they differ; want %d", len(got), len(body))
						}
						return err
					}); err != nil {
						return err
					}
					if most > high {
						t.Errorf("%d bytes were buffered after a write", most)
					}
					return wait(send)
				})
			})
		}
	}
}

// watched calls fn after each write.
type watched struct {
	io.Writer
	fn func()
}

func (w watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.fn()
	return n, err
}
