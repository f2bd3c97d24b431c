package rt

// This file is the operation that connects to a TCP address.

import (
	"context"
	"net"
	"net/netip"
	"strconv"
)

// Dial returns the operation that connects to the TCP address host:port. The
// network is "tcp", "tcp4" or "tcp6". A host that is neither an address nor
// localhost is looked up on another goroutine. If a name has several
// addresses, they are tried one after the other; the error is that of the
// first.
//
// The errors are those of [net.Dial]. There is no time limit but the system's,
// often two minutes: see [Timeout].
func Dial(network, addr string) DialOp { return DialOp{network: network, addr: addr} }

// A DialOp is an attempt to connect, made by [Dial].
type DialOp struct {
	network, addr string
	stage         opStage
	state         *dialing
}

type dialing struct {
	lookup  ThreadOp[[]netip.AddrPort]
	pending bool // lookup is
	addrs   []netip.AddrPort
	conn    *Conn // to addrs[0], on its way
	err     error // of the first address that failed
}

// Poll implements [Awaitable].
func (o *DialOp) Poll(t *Task) (conn *Conn, err error, ready bool) {
	if o.stage != opBegun {
		if err, ready := o.stage.begin(t, "dial"); err != nil || !ready {
			return nil, err, ready
		}
		o.stage = opBegun
		o.state = new(dialing)
		if err := o.resolve(); err != nil {
			o.stage = opOver
			return nil, o.failed(nil, err), true
		}
	}
	conn, err, ready = o.dial(t)
	if ready {
		o.stage = opOver
		o.state = nil
	}
	return conn, err, ready
}

func (o *DialOp) dial(t *Task) (conn *Conn, err error, ready bool) {
	d := o.state
	if d.pending {
		addrs, err, ready := d.lookup.Poll(t)
		if !ready {
			return nil, nil, false
		}
		d.pending = false
		if cancelled := t.Err(); cancelled != nil {
			return nil, cancelled, true
		}
		if err != nil {
			return nil, o.failed(nil, err), true
		}
		d.addrs = addrs
	}
	for len(d.addrs) > 0 {
		err := d.connect(t)
		if err == nil {
			return d.conn, nil, true
		}
		if err == ErrWouldBlock {
			if err := t.Err(); err != nil {
				d.conn.Close()
				return nil, err, true
			}
			d.conn.write.task = t
			return nil, nil, false
		}
		if d.err == nil {
			d.err = o.failed(net.TCPAddrFromAddrPort(d.addrs[0]), err)
		}
		d.addrs = d.addrs[1:]
	}
	return nil, d.err, true
}

// connect goes on with the first address: nil, ErrWouldBlock, or why it failed.
func (d *dialing) connect(t *Task) error {
	if d.conn == nil {
		conn, err := connectTCP(d.addrs[0])
		if err != nil {
			return err
		}
		if err := conn.bind(t.Loop()); err != nil {
			conn.Close()
			return err
		}
		d.conn = conn
	}
	if !d.conn.write.ready {
		return ErrWouldBlock
	}
	d.conn.write.leave(t)
	err := connected(d.conn)
	switch err {
	case nil:
	case ErrWouldBlock:
		d.conn.write.ready = false
	default:
		d.conn.Close()
		d.conn = nil
	}
	return err
}

// resolve finds the addresses, or begins to.
func (o *DialOp) resolve() error {
	d := o.state
	network := o.network
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(o.addr)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	named := err != nil
	if !named {
		if addrs := literal(host); addrs != nil {
			d.addrs, err = choose(network, host, addrs, uint16(port))
			return err
		}
	}
	d.pending = true
	d.lookup = ToThreadContext(func(ctx context.Context) ([]netip.AddrPort, error) {
		if named {
			n, err := net.DefaultResolver.LookupPort(ctx, network, service)
			if err != nil {
				return nil, err
			}
			port = uint64(n)
		}
		addrs := literal(host)
		if addrs == nil {
			addrs, err = net.DefaultResolver.LookupNetIP(ctx, "ip"+network[len("tcp"):], host)
			if err != nil {
				return nil, err
			}
		}
		return choose(network, host, addrs, uint16(port))
	})
	return nil
}

// literal returns the addresses of a host that need no looking up, else nil.
func literal(host string) []netip.Addr {
	switch host {
	case "", "localhost": // package net dials the local system for an empty host
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return nil
	}
	return []netip.Addr{addr}
}

// choose keeps the addresses that the network allows.
func choose(network, host string, addrs []netip.Addr, port uint16) ([]netip.AddrPort, error) {
	var chosen []netip.AddrPort
	for _, addr := range addrs {
		addr = addr.Unmap()
		if network == "tcp4" && !addr.Is4() || network == "tcp6" && addr.Is4() {
			continue
		}
		chosen = append(chosen, netip.AddrPortFrom(addr, port))
	}
	if len(chosen) == 0 {
		return nil, &net.AddrError{Err: "no suitable address found", Addr: host}
	}
	return chosen, nil
}

func (o *DialOp) failed(addr net.Addr, err error) error {
	return &net.OpError{Op: "dial", Net: o.network, Addr: addr, Err: err}
}

// Awaitable implements [Expr].
func (o DialOp) Awaitable() Awaitable[*Conn] { return &o }
