package rttest

import (
	"reflect"
	"time"
)

// SetWatchdog sets how long a loop waits for a goroutine that still runs, and returns the
// function that restores the old value.
func SetWatchdog(d time.Duration) (restore func()) {
	before := watchdog
	watchdog = d
	return func() { watchdog = before }
}

// RecordTo makes loops record to the file at path, until restore is called.
func RecordTo(path string) (restore func()) {
	before := plays
	plays = openSink(path)
	return func() { plays = before }
}

// CompareTo makes comparisons go to the file at path, until restore is called.
func CompareTo(path string) (restore func()) {
	before := comparisons
	comparisons = openSink(path)
	return func() { comparisons = before }
}

// Brief returns what a recording says of the field of a frame with the value v.
func Brief(v any) string { return brief(reflect.ValueOf(v).Elem().Field(0), false) }
