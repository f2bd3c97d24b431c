//go:build !unix

package gen

import "time"

// cpuTime returns 0: only unix tells what the process has used.
func cpuTime() time.Duration { return 0 }
