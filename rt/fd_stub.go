//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package rt

// This file stands in for sockets on systems without a poller.

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
)

func unsupported() error {
	return fmt.Errorf("rt has no sockets on %s yet, only timers and tasks: %w", runtime.GOOS, errors.ErrUnsupported)
}

func listenTCP(network, address string) (Acceptor, error) {
	return nil, &net.OpError{Op: "listen", Net: network, Err: unsupported()}
}

func connectTCP(netip.AddrPort) (*Conn, error) { return nil, unsupported() }
func connected(*Conn) error                    { return unsupported() }
func gaveUp(error) bool                        { return false }
func passing(error) bool                       { return false }
