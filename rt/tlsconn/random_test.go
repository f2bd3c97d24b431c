package tlsconn_test

// This file tests encrypted connections at random, with pieces of any size, and with reads and
// writes that are cancelled at any moment.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/tlsconn"
)

// Operations in both directions are cancelled at any moment. All data arrives in order and
// once.
func TestRandomCancellations(t *testing.T) {
	seed := rttest.Seed(t)
	for i := range 10 {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		version := versions["1.2"]
		if random.IntN(2) == 0 {
			version = versions["1.3"]
		}
		a, b := rttest.NewPipe(nil, "a", "b", 1+random.IntN(1<<random.IntN(16)))
		run(t, func() error {
			client, server, err := pair(a, b, version)
			if err != nil {
				return err
			}
			ends := []*rt.TaskOf[rt.Void]{
				spawn(func() error { return sendAtRandom(client, random) }),
				spawn(func() error { return sendAtRandom(server, random) }),
				spawn(func() error { return receiveAtRandom(client, random) }),
				spawn(func() error { return receiveAtRandom(server, random) }),
			}
			for _, end := range ends {
				if err := wait(end); err != nil {
					t.Errorf("run %d: %v", i, err)
				}
			}
			return errors.Join(client.Close(), server.Close())
		})
		if t.Failed() {
			return
		}
	}
}

// pattern returns the n bytes of the data from position at.
func pattern(at, n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte((at + i) % 253)
	}
	return p
}

// cancelSoon opens a scope that is sometimes cancelled after a few turns.
func cancelSoon(random *rand.Rand) *rt.Scope {
	scope := rt.Current().OpenScope()
	if random.IntN(2) == 0 {
		l := rt.Current().Loop()
		turns := random.IntN(6)
		var step func()
		step = func() {
			if turns == 0 {
				scope.Cancel(nil)
				return
			}
			turns--
			l.CallSoon(step)
		}
		l.CallSoon(step)
	}
	return scope
}

const randomTotal = 80_000

func sendAtRandom(c *tlsconn.Conn, random *rand.Rand) error {
	for at := 0; at < randomTotal; {
		p := pattern(at, min(randomTotal-at, 1+random.IntN(1<<random.IntN(18))))
		scope := cancelSoon(random)
		n, err := await(c.Write(p))
		scope.Close()
		if err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("write after %d bytes: %w", at, err)
		}
		at += n
	}
	return c.CloseWrite()
}

func receiveAtRandom(c *tlsconn.Conn, random *rand.Rand) error {
	r := streams.NewReader(c)
	for at := 0; ; {
		n := 1 + random.IntN(1<<random.IntN(18))
		scope := cancelSoon(random)
		var p []byte
		var err error
		if random.IntN(2) == 0 {
			p, err = await(r.ReadExactly(n))
		} else {
			p = make([]byte, n)
			n, err = await(r.Read(p))
			p = p[:n]
		}
		scope.Close()
		if want := pattern(at, len(p)); !bytes.Equal(p, want) {
			return fmt.Errorf("what was read after %d bytes is something else", at)
		}
		at += len(p)
		switch {
		case err == nil || errors.Is(err, context.Canceled):
		case (err == io.EOF || err == io.ErrUnexpectedEOF) && at == randomTotal:
			return nil
		default:
			return fmt.Errorf("read after %d bytes: %w", at, err)
		}
	}
}
