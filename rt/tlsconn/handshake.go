package tlsconn

// This file implements the handshake and the operations that begin with it.

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

// Lower is a connection that can be encrypted: a [*netio.Conn], or a type that embeds one, such
// as [*Conn] itself.
type Lower interface {
	Read(p []byte) netio.ReadOp
	Write(p []byte) netio.WriteOp
	Close() error
	Detach() (netio.Endpoint, error)
	Loop() *rt.Loop
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}

// Client returns the operation that does the handshake over conn as a client. As with
// [tls.Client], config must have a ServerName or InsecureSkipVerify.
//
// conn must be idle, and the caller must not use it any more. If the handshake fails or is
// cancelled, conn is closed. The handshake computes for about a millisecond on the goroutine of
// the loop. Renegotiation (TLS 1.2) is not supported.
func Client(conn Lower, config *tls.Config) HandshakeOp {
	return HandshakeOp{conn: conn, config: config, start: tls.Client}
}

// Server is like [Client], for a server. As with [tls.Server], config must have a certificate.
func Server(conn Lower, config *tls.Config) HandshakeOp {
	return HandshakeOp{conn: conn, config: config, start: tls.Server}
}

// A HandshakeOp is the operation that [Client] and [Server] return.
type HandshakeOp struct {
	conn   Lower
	config *tls.Config
	start  func(net.Conn, *tls.Config) *tls.Conn
	stage  rt.Stage
	run    rt.Coroutine[*Conn]
}

// Poll implements [rt.Awaitable].
func (o *HandshakeOp) Poll(t *rt.Task) (*Conn, error, bool) {
	first, err, ready := o.stage.Begin(t, "TLS handshake")
	if err != nil || !ready {
		if ready {
			o.conn.Close()
		}
		return nil, err, ready
	}
	if first {
		conn, config, start := o.conn, o.config, o.start
		o.run = machine.Lockstep(func() (*Conn, error) { return handshake(conn, config, start) })
	}
	c, err, ready := o.run.Poll(t)
	if !ready {
		o.stage.Suspend(t)
	}
	return c, err, ready
}

// Loop returns the loop that the connection belongs to, or nil.
func (o HandshakeOp) Loop() *rt.Loop { return o.conn.Loop() }

// Awaitable implements [rt.Expr].
func (o HandshakeOp) Awaitable() rt.Awaitable[*Conn] { return &o }

// handshake runs in lock-step with the loop. crypto/tls waits where its carrier waits.
func handshake(conn Lower, config *tls.Config, start func(net.Conn, *tls.Config) *tls.Conn) (_ *Conn, err error) {
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	if config != nil && config.Renegotiation != tls.RenegotiateNever {
		return nil, errors.New("renegotiation is not supported: it would have to wait in the middle of a read")
	}
	c := &carrier{conn: conn}
	session := start(c, config)
	if err := session.Handshake(); err != nil {
		return nil, err
	}
	below, err := conn.Detach()
	if err != nil {
		return nil, err
	}
	c.e = &endpoint{tls: session, below: below}
	encrypted := &Conn{netio.NewConn(c.e), session}
	// Close may have to wait, so the connection must belong to the loop before the first Read
	// or Write.
	if err := encrypted.Attach(rt.Current().Loop()); err != nil {
		below.Close()
		return nil, err
	}
	return encrypted, nil
}

// Dial returns the operation that connects, as [netio.Dial] does, and does the handshake as a
// client. config may be nil. If it has no ServerName, the host of addr is the ServerName.
func Dial(network, addr string, config *tls.Config) DialOp {
	return DialOp{addr: addr, config: config, dial: netio.Dial(network, addr)}
}

// A DialOp is the operation that [Dial] returns.
type DialOp struct {
	addr      string
	config    *tls.Config
	dial      netio.DialOp
	connected bool
	handshake HandshakeOp
}

// Poll implements [rt.Awaitable].
func (o *DialOp) Poll(t *rt.Task) (*Conn, error, bool) {
	if !o.connected {
		conn, err, ready := o.dial.Poll(t)
		if !ready || err != nil {
			return nil, err, ready
		}
		o.connected = true
		o.handshake = Client(conn, o.configFor())
	}
	return o.handshake.Poll(t)
}

func (o *DialOp) configFor() *tls.Config {
	config := o.config
	if config == nil {
		config = new(tls.Config)
	}
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = o.addr
		if host, _, err := net.SplitHostPort(o.addr); err == nil {
			config.ServerName = host
		}
	}
	return config
}

// Awaitable implements [rt.Expr].
func (o DialOp) Awaitable() rt.Awaitable[*Conn] { return &o }
