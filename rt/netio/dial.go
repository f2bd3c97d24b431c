package netio

// This file implements the operation that connects to an address.

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
)

// attemptDelay is how long an attempt to connect runs alone before an attempt with the next
// address starts beside it. RFC 8305 recommends this Connection Attempt Delay.
const attemptDelay = 250 * time.Millisecond

// Dial returns the operation that connects to a stream socket. If the network is "tcp", "tcp4"
// or "tcp6", addr is a host:port. If the network is "unix", addr is a path. A host that is
// neither an address nor localhost is looked up on another goroutine.
//
// If a name has several addresses, Dial alternates between IPv4 and IPv6. It tries the next
// address when the ones before have failed, or beside them when the last one has not answered
// for 250 ms. The first address that answers wins (RFC 8305, "happy eyeballs"). The error is
// that of the first address.
//
// The errors are those of [net.Dial]. The only time limit is that of the system, often two
// minutes: see [rt.Timeout].
func Dial(network, addr string) DialOp { return DialOp{network: network, addr: addr} }

// A DialOp is an attempt to connect, made by [Dial].
type DialOp struct {
	network, addr string
	local         string // argument of From
	stage         rt.Stage
	state         *dialing
}

// From makes o connect from a local TCP address "host:port". The host is an address of this
// system, localhost, or empty for any address. Port 0 means a free port. Remote addresses of
// another family than the local address are passed over.
func (o DialOp) From(local string) DialOp {
	o.local = local
	return o
}

// A target is an address to connect to. If path is not empty, it is a Unix socket.
type target struct {
	tcp  netip.AddrPort
	from netip.AddrPort // the local address, if valid
	path string
}

func (to target) addr() net.Addr {
	if to.path != "" {
		return &net.UnixAddr{Name: to.path, Net: "unix"}
	}
	return net.TCPAddrFromAddrPort(to.tcp)
}

// An attempt is a connection in progress to a target.
type attempt struct {
	conn *Conn
	to   target
}

type dialing struct {
	from     []netip.AddrPort // local addresses; the zero address means any
	lookup   rt.ThreadOp[[]netip.AddrPort]
	pending  bool       // lookup is running
	left     []target   // targets not tried yet
	attempts []attempt  // attempts in progress
	delay    retryDelay // before the next attempt: the last attempt is recent, or the queue is full
	first    net.Addr   // address of the first target
	err      error      // error of the first address, or else of the first attempt that failed
}

// Poll implements [rt.Awaitable].
func (o *DialOp) Poll(t *rt.Task) (conn *Conn, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "dial")
	if err != nil || !ready {
		return nil, err, ready
	}
	if first {
		o.state = new(dialing)
		if err := o.resolve(); err != nil {
			return nil, o.failed(nil, err), true
		}
	}
	conn, err, ready = o.dial(t)
	if !ready {
		o.stage.Suspend(t)
		return nil, nil, false
	}
	o.state.abandon(t)
	o.state = nil
	return conn, err, true
}

func (o *DialOp) dial(t *rt.Task) (conn *Conn, err error, ready bool) {
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
		if d.left, err = o.targets(addrs); err != nil {
			return nil, o.failed(nil, err), true
		}
	}
	for {
		if conn := o.advance(t); conn != nil {
			return conn, nil, true
		}
		if err := t.Err(); err != nil {
			return nil, err, true
		}
		if len(d.left) == 0 || d.delay.lasts(t) {
			break
		}
		o.begin(t)
	}
	if len(d.attempts) == 0 && !d.delay.on {
		return nil, d.err, true
	}
	for _, a := range d.attempts {
		a.conn.write.wait(t)
	}
	return nil, nil, false
}

// advance looks at the attempts in progress. It returns the connection of an attempt that has
// succeeded, or nil.
func (o *DialOp) advance(t *rt.Task) *Conn {
	d := o.state
	for i := 0; i < len(d.attempts); i++ {
		a := d.attempts[i]
		if !a.conn.write.ready {
			continue
		}
		a.conn.write.leave(t)
		switch err := connected(a.conn); err {
		case nil:
			d.attempts = slices.Delete(d.attempts, i, i+1)
			return a.conn
		case ErrWouldBlock:
			a.conn.write.ready = false
		default:
			a.conn.Close()
			d.attempts = slices.Delete(d.attempts, i, i+1)
			i--
			o.note(a.to, err)
			d.delay.end(t) // the next attempt need not wait any more
		}
	}
	return nil
}

// begin begins the next attempt.
func (o *DialOp) begin(t *rt.Task) {
	d := o.state
	to := d.left[0]
	if d.first == nil {
		d.first = to.addr()
	}
	conn, err := connectTo(to)
	if err == errQueueFull {
		// Nothing reports when the queue has room.
		d.delay.backOff(t)
		return
	}
	d.left = d.left[1:]
	if err == nil {
		if err = conn.bind(t.Loop()); err != nil {
			conn.Close()
		}
	}
	if err != nil {
		o.note(to, err)
		return
	}
	d.attempts = append(d.attempts, attempt{conn, to})
	if len(d.left) > 0 {
		d.delay.begin(t, attemptDelay)
	}
}

// note records the error of an attempt.
func (o *DialOp) note(to target, err error) {
	d := o.state
	addr := to.addr()
	if d.err == nil || addr.String() == d.first.String() {
		d.err = o.failed(addr, err)
		if to.from.IsValid() {
			d.err.(*net.OpError).Source = net.TCPAddrFromAddrPort(to.from)
		}
	}
}

// abandon ends the attempts in progress.
func (d *dialing) abandon(t *rt.Task) {
	d.delay.end(t)
	for _, a := range d.attempts {
		a.conn.write.task = nil
		a.conn.Close()
	}
}

// resolve finds the addresses, or begins to look them up.
func (o *DialOp) resolve() error {
	d := o.state
	network := o.network
	switch network {
	case "tcp", "tcp4", "tcp6":
	case "unix":
		if o.addr == "" {
			return &net.AddrError{Err: "missing address"}
		}
		if o.local != "" {
			return &net.AddrError{Err: "a Unix socket connects from no local address", Addr: o.local}
		}
		d.left = []target{{path: o.addr}}
		return nil
	default:
		return net.UnknownNetworkError(network)
	}
	host, service, err := net.SplitHostPort(o.addr)
	if err != nil {
		return err
	}
	if d.from, err = locals(o.local); err != nil {
		return err
	}
	if port, err := strconv.ParseUint(service, 10, 16); err == nil {
		if addrs := literal(host); addrs != nil {
			addrs, err := choose(network[len("tcp"):], host, addrs, uint16(port))
			if err == nil {
				d.left, err = o.targets(addrs)
			}
			return err
		}
	}
	d.pending = true
	d.lookup = rt.ToThreadContext(func(ctx context.Context) ([]netip.AddrPort, error) {
		return resolve(ctx, network, host, service)
	})
	return nil
}

// targets returns targets for addrs, each with a local address of its family.
func (o *DialOp) targets(addrs []netip.AddrPort) (targets []target, err error) {
	for _, addr := range addrs {
		for _, local := range o.state.from {
			if !local.IsValid() || local.Addr().Is4() == addr.Addr().Is4() {
				targets = append(targets, target{tcp: addr, from: local})
				break
			}
		}
	}
	if len(targets) == 0 {
		return nil, &net.AddrError{Err: "no suitable address found", Addr: o.addr}
	}
	return targets, nil
}

// locals returns the addresses that local means, at most one of each family. If local is empty,
// it returns the zero address, which fits both families.
func locals(local string) (addrs []netip.AddrPort, err error) {
	if local == "" {
		return []netip.AddrPort{{}}, nil
	}
	host, service, err := net.SplitHostPort(local)
	if err != nil {
		return nil, err
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		return nil, &net.AddrError{Err: "the local port must be a number", Addr: local}
	}
	ips := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
	if host != "" {
		ips = literal(host)
	}
	for _, ip := range ips {
		addrs = append(addrs, netip.AddrPortFrom(ip.Unmap(), uint16(port)))
	}
	if len(addrs) == 0 {
		return nil, &net.AddrError{Err: "the local host must be an IP address", Addr: local}
	}
	return addrs, nil
}

// Resolve returns the operation that looks up host:port on another goroutine, as [Dial] does.
// The network is "tcp", "udp", or one of these followed by 4 or 6.
func Resolve(network, addr string) rt.ThreadOp[[]netip.AddrPort] {
	return rt.ToThreadContext(func(ctx context.Context) ([]netip.AddrPort, error) {
		host, service, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		return resolve(ctx, network, host, service)
	})
}

// resolve looks up the host and the service.
func resolve(ctx context.Context, network, host, service string) ([]netip.AddrPort, error) {
	family := network[min(len("tcp"), len(network)):]
	switch network {
	case "tcp", "tcp4", "tcp6", "udp", "udp4", "udp6":
	default:
		return nil, net.UnknownNetworkError(network)
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil {
		n, err := net.DefaultResolver.LookupPort(ctx, network, service)
		if err != nil {
			return nil, err
		}
		port = uint64(n)
	}
	addrs := literal(host)
	if addrs == nil {
		addrs, err = net.DefaultResolver.LookupNetIP(ctx, "ip"+family, host)
		if err != nil {
			return nil, err
		}
	}
	return choose(family, host, addrs, uint16(port))
}

// literal returns the addresses of a host that needs no lookup, and nil for any other host.
func literal(host string) []netip.Addr {
	switch host {
	case "", "localhost": // for an empty host, package net dials the local system
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return nil
	}
	return []netip.Addr{addr}
}

// choose returns the addresses of a family, "4" or "6", or of both if family is "". Addresses
// of the family of the first one alternate with the others. Each family keeps its order.
func choose(family, host string, addrs []netip.Addr, port uint16) (chosen []netip.AddrPort, err error) {
	var like, unlike []netip.AddrPort // like the first one
	for _, addr := range addrs {
		addr = addr.Unmap()
		at := netip.AddrPortFrom(addr, port)
		switch {
		case family == "4" && !addr.Is4() || family == "6" && addr.Is4():
		case len(like) == 0 || like[0].Addr().Is4() == addr.Is4():
			like = append(like, at)
		default:
			unlike = append(unlike, at)
		}
	}
	if len(like) == 0 {
		return nil, &net.AddrError{Err: "no suitable address found", Addr: host}
	}
	for i := range max(len(like), len(unlike)) {
		if i < len(like) {
			chosen = append(chosen, like[i])
		}
		if i < len(unlike) {
			chosen = append(chosen, unlike[i])
		}
	}
	return chosen, nil
}

func (o *DialOp) failed(addr net.Addr, err error) error {
	return &net.OpError{Op: "dial", Net: o.network, Addr: addr, Err: err}
}

// Awaitable implements [rt.Expr].
func (o DialOp) Awaitable() rt.Awaitable[*Conn] { return &o }
