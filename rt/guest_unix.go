//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

import (
	"time"

	"golang.org/x/sys/unix"
)

// waitReadable waits until fd is readable or pause has passed. If pause is negative, it has no
// limit. waitReadable reports false if it cannot wait for fd.
func waitReadable(fd int, pause time.Duration) bool {
	ms := -1
	if pause >= 0 {
		ms = int((min(pause, 24*time.Hour) + time.Millisecond - 1) / time.Millisecond)
	}
	fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	_, err := unix.Poll(fds, ms)
	return err == nil || err == unix.EINTR
}
