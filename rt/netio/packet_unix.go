//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package netio

// This file makes endpoints of PacketConn from datagram sockets.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A packetSocket is the PacketEndpoint of a datagram socket.
type packetSocket struct {
	owner
	local  net.Addr // *net.UDPAddr or *net.UnixAddr
	remote net.Addr // nil: not connected
	peer   PacketAddr
	file   socketFile

	// The destination is stored here because an interface value must point somewhere.
	to4    unix.SockaddrInet4
	to6    unix.SockaddrInet6
	toUnix unix.SockaddrUnix
}

// listenPacket lets package net make the socket, as listen does.
func listenPacket(network, address string, options listenOptions) (PacketEndpoint, error) {
	config := options.config()
	c, err := config.ListenPacket(context.Background(), network, address)
	if err != nil {
		return nil, err
	}
	defer c.Close() // leaves the file of a Unix socket
	s, err := duplicatePacket(c.(syscall.Conn))
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Addr: c.LocalAddr(), Err: err}
	}
	if !options.keepFile {
		s.file = newSocketFile(s.local)
	}
	return s, nil
}

// duplicatePacket returns a packetSocket over a duplicate of the descriptor of from.
func duplicatePacket(from syscall.Conn) (*packetSocket, error) {
	fd, err := duplicate(from)
	if err != nil {
		return nil, err
	}
	s := new(packetSocket)
	if err := s.init(fd); err != nil {
		unix.Close(fd)
		return nil, err
	}
	s.own(fd, "socket for datagrams")
	return s, nil
}

func (s *packetSocket) init(fd int) error {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err != nil {
		return os.NewSyscallError("getsockopt", err)
	}
	if kind != unix.SOCK_DGRAM {
		return fmt.Errorf("not a socket for datagrams: %w", errors.ErrUnsupported)
	}
	local, err := unix.Getsockname(fd)
	if err != nil {
		return os.NewSyscallError("getsockname", err)
	}
	s.local, _ = packetAddr(local)
	if remote, err := unix.Getpeername(fd); err == nil {
		s.remote, s.peer = packetAddr(remote)
	}
	return os.NewSyscallError("setnonblock", unix.SetNonblock(fd, true))
}

func packetAddr(a unix.Sockaddr) (net.Addr, PacketAddr) {
	if _, ok := a.(*unix.SockaddrUnix); ok {
		name := unixName(a)
		name.Net = "unixgram"
		return name, PacketAddr{Path: name.Name}
	}
	at := addrPort(a)
	return net.UDPAddrFromAddrPort(at), PacketAddr{UDP: at}
}

func (s *packetSocket) ReadFrom(p []byte) (int, PacketAddr, error) {
	for {
		n, _, flags, from, err := unix.Recvmsg(s.fd, p, nil, 0)
		switch err {
		case nil:
		case unix.EAGAIN:
			return 0, PacketAddr{}, ErrWouldBlock
		case unix.EINTR:
			continue
		default:
			return 0, PacketAddr{}, os.NewSyscallError("recvmsg", err)
		}
		var sender PacketAddr
		switch from := from.(type) {
		case nil:
			sender = s.peer
		case *unix.SockaddrUnix:
			sender.Path = from.Name
		default:
			sender.UDP = addrPort(from)
		}
		if flags&unix.MSG_TRUNC != 0 {
			return n, sender, io.ErrShortBuffer
		}
		return n, sender, nil
	}
}

func (s *packetSocket) WriteTo(p []byte, to PacketAddr) error {
	address, err := s.sockaddr(to)
	if err != nil {
		return err
	}
	for {
		switch err := unix.Sendto(s.fd, p, 0, address); err {
		case nil:
			return nil
		case unix.EAGAIN, unix.ENOBUFS:
			if _, ok := s.local.(*net.UnixAddr); ok || err == unix.ENOBUFS {
				return errQueueFull
			}
			return ErrWouldBlock
		case unix.EINTR:
		default:
			return os.NewSyscallError("sendto", err)
		}
	}
}

// sockaddr returns the address to for a system call. It returns nil for the peer of a connected
// socket.
func (s *packetSocket) sockaddr(to PacketAddr) (unix.Sockaddr, error) {
	if to == (PacketAddr{}) {
		if s.remote == nil {
			return nil, os.NewSyscallError("sendto", unix.EDESTADDRREQ)
		}
		return nil, nil
	}
	if s.remote != nil {
		return nil, net.ErrWriteToConnected
	}
	if to.Path != "" {
		s.toUnix.Name = to.Path
		return &s.toUnix, nil
	}
	_, is6 := s.local.(*net.UDPAddr)
	is6 = is6 && s.local.(*net.UDPAddr).IP.To4() == nil
	address := to.UDP.Addr()
	switch {
	case !is6 && !address.Unmap().Is4():
		return nil, &net.AddrError{Err: "not an IPv4 address", Addr: to.String()}
	case !is6:
		s.to4 = unix.SockaddrInet4{Port: int(to.UDP.Port()), Addr: address.Unmap().As4()}
		return &s.to4, nil
	case address.Zone() != "":
		return sockaddr(to.UDP)
	}
	s.to6 = unix.SockaddrInet6{Port: int(to.UDP.Port()), Addr: address.As16()}
	return &s.to6, nil
}

func (s *packetSocket) Close() error {
	return errors.Join(s.owner.Close(), s.file.remove())
}

func (s *packetSocket) LocalAddr() net.Addr  { return s.local }
func (s *packetSocket) RemoteAddr() net.Addr { return s.remote }
