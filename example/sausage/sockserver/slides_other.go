//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package main

import (
	"errors"
	"net"
)

func onSlides(net.Listener, func(int, func())) error { return errors.ErrUnsupported }
