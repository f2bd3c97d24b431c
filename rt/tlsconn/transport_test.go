package tlsconn_test

// This file tests transports over encrypted connections.

import (
	"bytes"
	"crypto/tls"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
	"github.com/coroutinegen/coroutinegen/rt/transports"
)

// A shouter answers everything in capital letters until its peer has ended.
type shouter struct {
	transports.Base
	t    *transports.Transport
	lost []error
}

func (s *shouter) ConnectionMade(t *transports.Transport) { s.t = t }
func (s *shouter) DataReceived(p []byte)                  { s.t.Write(bytes.ToUpper(p)) }
func (s *shouter) ConnectionLost(err error)               { s.lost = append(s.lost, err) }

// The sizes of the pipe vary. The encryption buffers more than the pipe takes.
func TestTransportOverTLS(t *testing.T) {
	for _, size := range []int{7, 1000, 1 << 20} {
		a, b := rttest.NewPipe(nil, "a", "b", size)
		run(t, func() error {
			client, server, err := pair(a, b, tls.VersionTLS13)
			if err != nil {
				return err
			}
			p := new(shouter)
			if _, err := transports.New(rt.Current().Loop(), server, p); err != nil {
				return err
			}
			text := strings.Repeat("hello, ", 20_000)
			s := streams.New(client)
			s.WriteString(text)
			s.WriteEOF()
			got, err := await(s.ReadAll())
			if string(got) != strings.ToUpper(text) || err != nil {
				t.Errorf("size %d: got %d bytes, %v", size, len(got), err)
			}
			if err := wait(p.t.Lost()); err != nil {
				return err
			}
			if len(p.lost) != 1 || p.lost[0] != nil {
				t.Errorf("lost with %v", p.lost)
			}
			return s.Close()
		})
	}
}
