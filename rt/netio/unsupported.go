//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package netio

// This file replaces sockets on systems without a poller.

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"syscall"
)

func unsupported() error {
	return fmt.Errorf("netio has no sockets on %s yet: %w", runtime.GOOS, errors.ErrUnsupported)
}

func listen(network, _ string, _ listenOptions) (Acceptor, error) {
	return nil, &net.OpError{Op: "listen", Net: network, Err: unsupported()}
}

func duplicateListener(syscall.Conn) (Acceptor, error) { return nil, unsupported() }
func listenPacket(network, _ string, _ listenOptions) (PacketEndpoint, error) {
	return nil, &net.OpError{Op: "listen", Net: network, Err: unsupported()}
}

func duplicatePacket(syscall.Conn) (PacketEndpoint, error) { return nil, unsupported() }
func duplicateStream(syscall.Conn) (*Conn, error)          { return nil, unsupported() }
func connectTo(target) (*Conn, error)                      { return nil, unsupported() }
func connected(*Conn) error                                { return unsupported() }
func gaveUp(error) bool                                    { return false }
func passing(error) bool                                   { return false }
