package tlsconn_test

// This file tests what the peer reads after a write that was cut short.

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// The peer gets no goodbye, which would mean that the stream is complete.
func TestCloseAfterWriteThatWasCutShort(t *testing.T) {
	for name, version := range versions {
		t.Run(name, func(t *testing.T) {
			a, b := rttest.NewPipe(nil, "a", "b", 2000)
			run(t, func() error {
				client, server, err := pair(a, b, version)
				if err != nil {
					return err
				}
				const size = 100_000
				if _, err := await(rt.WaitFor(time.Millisecond, rt.Spawn(rt.Current(), client.Write(make([]byte, size))))); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("the write ended with %v", err)
				}
				if err := client.Close(); err != nil {
					return err
				}
				total, buf := 0, make([]byte, 1000)
				for err == nil {
					var n int
					n, err = await(server.Read(buf))
					total += n
				}
				if err == io.EOF {
					t.Errorf("the peer has read %d bytes of %d, and the end of the stream", total, size)
				}
				return server.Close()
			})
		})
	}
}
