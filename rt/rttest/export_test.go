package rttest

import "time"

// SetWatchdog sets how long a loop waits for a goroutine that still runs, and returns the
// function that restores the old value.
func SetWatchdog(d time.Duration) (restore func()) {
	before := watchdog
	watchdog = d
	return func() { watchdog = before }
}
