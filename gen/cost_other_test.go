//go:build !unix

package gen

import "time"

// cpuTime returns 0: the CPU time of the process is known only on unix.
func cpuTime() time.Duration { return 0 }
