//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package rt

import "time"

// waitReadable reports that it cannot wait for fd.
func waitReadable(fd int, pause time.Duration) bool { return false }
