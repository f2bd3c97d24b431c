//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package rt

// This file tests the poller of the platform against the contract in poll.go.

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A reports is a Readiness that records its calls.
type reports struct {
	name string
	log  *[]string
}

func (r reports) Ready(readable, writable bool) {
	*r.log = append(*r.log, fmt.Sprintf("%s %s%s", r.name, letter(readable, "r"), letter(writable, "w")))
}

func (r reports) HungUp() { *r.log = append(*r.log, r.name+" hangs up") }

func letter(on bool, s string) string {
	if on {
		return s
	}
	return "-"
}

// newTestPoller returns a poller, a function that waits without blocking and returns what was
// reported, and a function that adds a descriptor.
func newTestPoller(t *testing.T) (p Poller, poll func() []string, watch func(name string, fd int)) {
	t.Helper()
	p, err := newPoller()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	var log []string
	poll = func() []string {
		t.Helper()
		log = nil
		if err := p.Wait(0); err != nil {
			t.Fatal(err)
		}
		slices.Sort(log)
		return log
	}
	watch = func(name string, fd int) {
		t.Helper()
		if err := p.Add(fd, reports{name, &log}); err != nil {
			t.Fatal(err)
		}
	}
	return p, poll, watch
}

// socketPair returns two connected non-blocking stream sockets. They are closed at the end of
// the test. A test that closes one itself sets it to -1.
func socketPair(t *testing.T) *[2]int {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range pair {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, fd := range pair {
			if fd >= 0 {
				unix.Close(fd)
			}
		}
	})
	return &pair
}

func send(t *testing.T, fd int, data string) {
	t.Helper()
	if _, err := unix.Write(fd, []byte(data)); err != nil {
		t.Fatal(err)
	}
}

func TestPollerReportsEdges(t *testing.T) {
	Clean(t)
	_, poll, watch := newTestPoller(t)
	pair := socketPair(t)
	watch("a", pair[0])
	if got := poll(); !slices.Contains(got, "a -w") {
		t.Errorf("after Add, reported %q, want writable", got)
	}
	if got := poll(); len(got) > 0 {
		t.Errorf("reported %q though nothing happened: not edge-triggered", got)
	}
	for range 2 { // the second byte comes while the first is still unread
		send(t, pair[1], "x")
		if got := poll(); len(got) == 0 || got[0][2] != 'r' {
			t.Errorf("after data came, reported %q, want readable", got)
		}
		if got := poll(); len(got) > 0 {
			t.Errorf("reported %q though nothing happened: not edge-triggered", got)
		}
	}
}

func TestPollerReportsWhatWasThereBeforeAdd(t *testing.T) {
	Clean(t)
	_, poll, watch := newTestPoller(t)
	pair := socketPair(t)
	send(t, pair[1], "x")
	watch("a", pair[0])
	readable := false
	for _, report := range poll() {
		readable = readable || report[2] == 'r'
	}
	if !readable {
		t.Error("data that came before Add was not reported")
	}
}

func TestPollerReportsSpaceAfterFull(t *testing.T) {
	Clean(t)
	_, poll, watch := newTestPoller(t)
	pair := socketPair(t)
	watch("a", pair[0])
	poll()
	block := make([]byte, 1<<16)
	for {
		if _, err := unix.Write(pair[0], block); err == unix.EAGAIN {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := poll(); len(got) > 0 {
		t.Errorf("full, reported %q", got)
	}
	for {
		if _, err := unix.Read(pair[1], block); err == unix.EAGAIN {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := poll(); !slices.Equal(got, []string{"a -w"}) {
		t.Errorf("after the peer has read, reported %q, want writable", got)
	}
}

func TestPollerReportsHangup(t *testing.T) {
	Clean(t)
	_, poll, watch := newTestPoller(t)
	pair := socketPair(t)
	watch("a", pair[0])
	poll()
	send(t, pair[1], "last words")
	unix.Close(pair[1])
	pair[1] = -1
	got := poll()
	if !slices.Contains(got, "a hangs up") {
		t.Errorf("reported %q, want a hangup: a short read would wait for an edge that does not come", got)
	}
	readable, writable := false, false
	for _, report := range got {
		readable = readable || report == "a r-" || report == "a rw"
		writable = writable || report == "a -w" || report == "a rw"
	}
	if !readable || !writable {
		t.Errorf("reported %q, want readable and writable", got)
	}
}

func TestPollerRemove(t *testing.T) {
	Clean(t)
	p, poll, watch := newTestPoller(t)
	pair := socketPair(t)
	watch("a", pair[0])
	if err := p.Add(pair[0], reports{}); err == nil {
		t.Error("the same descriptor could be added twice")
	}
	if err := p.Remove(pair[0]); err != nil {
		t.Fatal(err)
	}
	send(t, pair[1], "x")
	if got := poll(); len(got) > 0 {
		t.Errorf("reported %q after Remove", got)
	}
	if err := p.Remove(pair[0]); err == nil {
		t.Error("a descriptor could be removed twice")
	}
	watch("b", pair[0])
	if got := poll(); len(got) == 0 {
		t.Error("nothing reported after the descriptor was added again")
	}
	for _, fd := range []int{-1, 1 << 20} {
		if err := p.Add(fd, reports{}); err == nil {
			t.Errorf("descriptor %d, which is not open, could be added", fd)
		}
		if err := p.Remove(fd); err == nil {
			t.Errorf("descriptor %d, which is not watched, could be removed", fd)
		}
	}
}

// closing is called for one of several descriptors that are ready together. It closes the
// others, and their numbers go to new descriptors.
type closing struct{ fn func() }

func (c closing) Ready(bool, bool) { c.fn() }

// An event that comes in the same Wait as the one in which its descriptor was removed and
// closed is not reported for that descriptor. A new descriptor with the same number may be
// reported too early, but its events are not lost.
func TestPollerNumberIsReused(t *testing.T) {
	Clean(t)
	p, poll, watch := newTestPoller(t)
	var pairs []*[2]int
	var removed []int
	first := true
	for range 5 {
		pair := socketPair(t)
		pairs = append(pairs, pair)
		at := len(pairs) - 1
		if err := p.Add(pair[0], closing{func() {
			if slices.Contains(removed, at) {
				t.Errorf("descriptor %d was reported after Remove", at)
			}
			if !first {
				return
			}
			first = false
			for i, other := range pairs {
				if i == at {
					continue
				}
				fd := other[0]
				if err := p.Remove(fd); err != nil {
					t.Error(err)
				}
				unix.Close(fd)
				removed = append(removed, i)
				other[0] = -1
				again := socketPair(t)
				if again[0] != fd && again[1] != fd {
					continue
				}
				if again[1] == fd {
					again[0], again[1] = again[1], again[0]
				}
				watch(fmt.Sprint("new ", i), fd)
				send(t, again[1], "x")
			}
		}}); err != nil {
			t.Fatal(err)
		}
		send(t, pair[1], "x")
	}
	poll()
	if first || len(removed) != 4 {
		t.Fatalf("nothing was reported, or %v was removed", removed)
	}
	told := map[string]bool{}
	for range 2 {
		for _, report := range poll() {
			told[report] = true
		}
	}
	for _, i := range removed {
		if !told[fmt.Sprintf("new %d r-", i)] && !told[fmt.Sprintf("new %d rw", i)] {
			t.Errorf("the new descriptor with the number of %d was not reported readable: %v", i, told)
		}
	}
}

func TestPollerWakeup(t *testing.T) {
	Clean(t)
	p, poll, _ := newTestPoller(t)
	// A Wakeup before Wait: Wait returns at once, and only once.
	for range 3 {
		if err := p.Wakeup(); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Wait(-1); err != nil {
		t.Fatal(err)
	}
	// A Wakeup during Wait, again and again.
	const times = 1000
	turns := make(chan bool)
	go func() {
		defer close(turns)
		for range times {
			if p.Wait(-1) != nil {
				t.Error("Wait failed")
				return
			}
			turns <- true
		}
	}()
	for range times {
		if err := p.Wakeup(); err != nil {
			t.Fatal(err)
		}
		<-turns
	}
	<-turns
	if got := poll(); len(got) > 0 {
		t.Errorf("wake-ups were reported as %q", got)
	}
}

func TestPollerWaitIsNeverTooShort(t *testing.T) {
	Clean(t)
	p, _, _ := newTestPoller(t)
	for _, d := range []time.Duration{1, time.Microsecond, time.Millisecond + 1} {
		start := time.Now()
		if err := p.Wait(d); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < d {
			t.Errorf("waited %v with a timeout of %v: the loop would spin", took, d)
		}
	}
}

// counted counts the waits.
type counted struct {
	Poller
	waits int
}

func (c *counted) Wait(timeout time.Duration) error {
	c.waits++
	return c.Poller.Wait(timeout)
}

// However short a sleep is, the loop waits once for it and does not spin.
func TestOneWaitForEachTimer(t *testing.T) {
	Clean(t)
	p, _, _ := newTestPoller(t)
	c := &counted{Poller: p}
	l, err := NewLoop(WithPoller(c))
	if err != nil {
		t.Fatal(err)
	}
	sleeps := []time.Duration{2 * time.Millisecond, 100 * time.Microsecond, time.Microsecond, 10, 1}
	for _, d := range sleeps {
		if _, err := RunUntilComplete(l, Sleep(d)); err != nil {
			t.Fatal(err)
		}
	}
	if c.waits > len(sleeps) {
		t.Errorf("%d waits for %d timers", c.waits, len(sleeps))
	}
}

func TestPollerManyAtOnce(t *testing.T) {
	Clean(t)
	_, poll, watch := newTestPoller(t)
	const n = 300 // more than one system call returns
	for i := range n {
		watch(fmt.Sprint(i), socketPair(t)[0])
	}
	seen := map[string]bool{}
	for range 2 + n/100 {
		for _, report := range poll() {
			seen[report] = true
		}
	}
	if len(seen) != n {
		t.Errorf("%d descriptors were reported writable, want %d", len(seen), n)
	}
}

func TestPollerWaitAllocatesNothing(t *testing.T) {
	Clean(t)
	p, err := newPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	pair := socketPair(t)
	if err := p.Add(pair[0], silent{}); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	if n := testing.AllocsPerRun(100, func() {
		unix.Write(pair[1], buf)
		p.Wakeup()
		if err := p.Wait(-1); err != nil {
			t.Fatal(err)
		}
		unix.Read(pair[0], buf)
	}); n > 0 {
		t.Errorf("%v allocations per wait, want 0", n)
	}
}

type silent struct{}

func (silent) Ready(bool, bool) {}

// A wake-up is not lost whether or not the poller has a descriptor at that moment or when Wait
// is called.
func TestPollerWakeupAcrossAddAndRemove(t *testing.T) {
	Clean(t)
	p, err := newPoller()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	pair := socketPair(t)
	watched := false
	toggle := func() {
		if watched = !watched; watched {
			err = p.Add(pair[0], silent{})
		} else {
			err = p.Remove(pair[0])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 4 {
		toggle()
		if err := p.Wait(0); err != nil { // reports what Add has found
			t.Fatal(err)
		}
		if err := p.Wakeup(); err != nil {
			t.Fatal(err)
		}
		toggle()
		if err := p.Wait(-1); err != nil { // hangs if the wake-up is lost
			t.Fatal(err)
		}
		woken := make(chan bool)
		go func() {
			defer close(woken)
			if err := p.Wakeup(); err != nil {
				t.Error(err)
			}
		}()
		if err := p.Wait(-1); err != nil {
			t.Fatal(err)
		}
		<-woken
		toggle()
	}
}
