package tlsconn_test

// This file tests a peer that asks for new keys all the time and does not read the answers. The
// test encrypts the records of the peer itself, because crypto/tls cannot ask for new keys.

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/tlsconn"
)

// A sealer encrypts records of TLS 1.3 (RFC 8446, 5.2 and 7.2).
type sealer struct {
	hash   func() hash.Hash
	size   int // size of a key
	secret []byte
	aead   cipher.AEAD
	iv     []byte
	seq    uint64
}

// newSealer returns the sealer of a client that has logged its keys and written nothing.
func newSealer(suite uint16, log string) (*sealer, error) {
	s := &sealer{}
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
		s.hash, s.size = sha256.New, 16
	case tls.TLS_AES_256_GCM_SHA384:
		s.hash, s.size = sha512.New384, 32
	default:
		return nil, fmt.Errorf("no way to encrypt for %s", tls.CipherSuiteName(suite))
	}
	for line := range strings.Lines(log) {
		if fields := strings.Fields(line); fields[0] == "CLIENT_TRAFFIC_SECRET_0" {
			secret, err := hex.DecodeString(fields[2])
			if err != nil {
				return nil, err
			}
			return s, s.use(secret)
		}
	}
	return nil, errors.New("no secret was logged")
}

func (s *sealer) expand(label string, size int) ([]byte, error) {
	label = "tls13 " + label
	info := binary.BigEndian.AppendUint16(nil, uint16(size))
	info = append(info, byte(len(label)))
	info = append(info, label...)
	info = append(info, 0) // no context
	return hkdf.Expand(s.hash, s.secret, string(info), size)
}

func (s *sealer) use(secret []byte) error {
	s.secret, s.seq = secret, 0
	key, err := s.expand("key", s.size)
	if err != nil {
		return err
	}
	if s.iv, err = s.expand("iv", 12); err != nil {
		return err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	s.aead, err = cipher.NewGCM(block)
	return err
}

// seal returns a record of the given kind.
func (s *sealer) seal(kind byte, data ...byte) []byte {
	nonce := bytes.Clone(s.iv)
	for i := range 8 {
		nonce[4+i] ^= byte(s.seq >> (56 - 8*i))
	}
	s.seq++
	data = append(data, kind)
	header := []byte{23, 3, 3, 0, 0}
	binary.BigEndian.PutUint16(header[3:], uint16(len(data)+s.aead.Overhead()))
	return s.aead.Seal(header, nonce, data, header)
}

// keyUpdate returns the record that asks for new keys. The sealer goes on with new keys.
func (s *sealer) keyUpdate() ([]byte, error) {
	record := s.seal(22, 24, 0, 0, 1, 1) // handshake: key_update, update_requested
	secret, err := s.expand("traffic upd", s.hash().Size())
	if err != nil {
		return nil, err
	}
	return record, s.use(secret)
}

func TestKeyUpdatesThatNobodyReads(t *testing.T) {
	const pipe, updates = 2000, 5000
	a, b := rttest.NewPipe(nil, "a", "b", pipe)
	run(t, func() error {
		end, err := a.Detach()
		if err != nil {
			return err
		}
		// crypto/tls makes the handshake. What follows does not go through crypto/tls.
		serverConfig, clientConfig := configs()
		var log bytes.Buffer
		clientConfig = clientConfig.Clone()
		clientConfig.KeyLogWriter = &log
		both, err := await(rt.Gather2(tlsconn.Client(netio.NewConn(end), clientConfig), tlsconn.Server(b, serverConfig)))
		if err != nil {
			return err
		}
		client, server := netio.NewConn(end), both.V2
		s, err := newSealer(both.V1.ConnectionState().CipherSuite, log.String())
		if err != nil {
			return err
		}
		received := 0
		reading := spawn(func() error {
			p := make([]byte, 1)
			for received < updates {
				n, err := await(server.Read(p))
				if err != nil {
					return err
				}
				received += n
			}
			return nil
		})
		asked := 0
		asking := spawn(func() error {
			for range updates {
				record, err := s.keyUpdate()
				if err != nil {
					return err
				}
				if err := wait(client.Write(append(record, s.seal(23, 'x')...))); err != nil {
					return err
				}
				asked++
			}
			return nil
		})
		if err := wait(rt.Sleep(time.Minute)); err != nil {
			return err
		}
		// Each answer takes more than 20 bytes, and each request more than 40.
		if most := (pipe+4096)/20 + pipe/40 + 500; asked > most || asking.Done() {
			t.Errorf("a peer that does not read has asked %d times, want at most %d", asked, most)
		}
		held := asked
		// Now the peer reads, and everything goes on.
		answers := spawn(func() error {
			for p := make([]byte, 1000); ; {
				if err := wait(client.Read(p)); err != nil {
					return nil
				}
			}
		})
		if err := wait(reading); err != nil {
			return err
		}
		if held == 0 || received != updates {
			t.Errorf("held after %d, received %d", held, received)
		}
		return errors.Join(wait(asking), server.Close(), wait(answers), client.Close())
	})
}

// A stubborn is an Endpoint that refuses the first write after each reset and takes the others.
type stubborn struct {
	netio.Endpoint
	refuses bool
	writes  int // number of writes since the reset
	taken   int // number of writes taken after a refusal
}

func (s *stubborn) Write(p []byte) (int, error) {
	if !s.refuses {
		return s.Endpoint.Write(p)
	}
	if s.writes++; s.writes == 1 {
		return 0, netio.ErrWouldBlock
	}
	s.taken++
	return s.Endpoint.Write(p)
}

// The peer reads in the middle of a Read that answers hold up. The Read goes on, because
// nothing would wake the reader later.
func TestKeyUpdatesReadInTheMiddleOfARead(t *testing.T) {
	const updates = 1000
	a, b := rttest.NewPipe(nil, "a", "b", 1<<20)
	run(t, func() error {
		end, err := a.Detach()
		if err != nil {
			return err
		}
		below, err := b.Detach()
		if err != nil {
			return err
		}
		lower := &stubborn{Endpoint: below}
		serverConfig, clientConfig := configs()
		var log bytes.Buffer
		clientConfig = clientConfig.Clone()
		clientConfig.KeyLogWriter = &log
		both, err := await(rt.Gather2(tlsconn.Client(netio.NewConn(end), clientConfig), tlsconn.Server(netio.NewConn(lower), serverConfig)))
		if err != nil {
			return err
		}
		client, server := netio.NewConn(end), both.V2
		s, err := newSealer(both.V1.ConnectionState().CipherSuite, log.String())
		if err != nil {
			return err
		}
		// Everything that can be read is there before the first Read.
		for range updates {
			record, err := s.keyUpdate()
			if err != nil {
				return err
			}
			if err := wait(client.Write(append(record, s.seal(23, 'x')...))); err != nil {
				return err
			}
		}
		lower.refuses = true
		received := 0
		reading := spawn(func() error {
			for p := make([]byte, 1); received < updates; {
				lower.writes = 0
				n, err := await(server.Read(p))
				if err != nil {
					return err
				}
				received += n
			}
			return nil
		})
		if err := wait(rt.Sleep(time.Minute)); err != nil {
			return err
		}
		if lower.taken == 0 {
			t.Error("no write was taken after a refusal")
		}
		if received != updates {
			t.Errorf("the reader hangs after %d bytes of %d", received, updates)
		}
		lower.refuses = false
		err = errors.Join(server.Close(), client.Close())
		if received == updates {
			err = errors.Join(err, wait(reading))
		}
		return err
	})
}
