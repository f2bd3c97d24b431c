package rttest

import "time"

// SetWatchdog sets how long a loop waits for a goroutine that does not cease to run,
// and returns the function that takes that back.
func SetWatchdog(d time.Duration) (restore func()) {
	before := watchdog
	watchdog = d
	return func() { watchdog = before }
}
