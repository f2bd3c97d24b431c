package event

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Callbacks run in the order in which they are ready, and the loop sleeps in between.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Loop
		var got []string
		begun := time.Now()
		note := func(s string) func() {
			return func() { got = append(got, fmt.Sprint(s, " ", time.Since(begun))) }
		}
		l.CallLater(2*time.Second, note("c"))
		l.CallLater(time.Second, note("a"))
		l.CallLater(2*time.Second, note("d"))
		l.CallLater(time.Second, note("b"))
		l.CallLater(3*time.Second, l.Stop)
		l.CallSoon(func() {
			note("soon")()
			l.CallSoon(note("next turn"))
		})
		l.CallSoon(note("soon, too"))
		go func() {
			time.Sleep(1500 * time.Millisecond)
			l.CallSoonThreadsafe(note("thread"))
		}()
		l.RunForever()
		want := []string{"soon 0s", "soon, too 0s", "next turn 0s", "a 1s", "b 1s", "thread 1.5s", "c 2s", "d 2s"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A loop that was stopped can run again.
func TestAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Loop
		for range 2 {
			l.CallSoon(l.Stop)
			l.RunForever()
		}
	})
}
