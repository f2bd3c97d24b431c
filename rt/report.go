package rt

// This file prints reports on standard error. A goroutine of its own prints them: nobody may be
// reading standard error, and no loop waits for that. The number of reports of one kind from
// one loop is limited.

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"weak"
)

const (
	// reportBurst is the number of reports of one kind that are printed in one reportWindow.
	reportBurst  = 10
	reportWindow = 10 * time.Second

	// reportQueue is the number of reports that may wait to be printed.
	reportQueue = 100

	// reportKinds is the number of kinds that are told apart.
	reportKinds = 1000

	// reportPatience is how long the end of a loop waits for reports that are not printed yet.
	reportPatience = time.Second
)

// A reporter prints reports.
type reporter struct {
	mu      sync.Mutex // guards the following fields
	kinds   map[reportKey]*reportKind
	made    int // number of kinds that were ever in the map
	queue   []pendingReport
	lost    int           // number of reports lost because the queue was full
	stuck   bool          // flush timed out, and nothing was printed since
	drained chan struct{} // closed when queue is printed; nil: no goroutine is printing
}

type pendingReport struct {
	text string
	to   *os.File
}

// A reportKey identifies a kind of reports of one loop. The weak pointer does not keep the loop
// in memory, and differs from that of another loop at the same address.
type reportKey struct {
	loop weak.Pointer[Loop] // nil: the report belongs to no loop
	kind string             // the result of kindOf
}

// A reportKind is what the reporter knows of the reports of one kind.
type reportKind struct {
	number  int       // kinds are numbered in the order in which they came
	until   time.Time // end of the window
	printed int       // number of reports printed in this window
	left    int       // number of reports left out in this window
	last    string    // text of the first report that was left out
	timer   *time.Timer
}

// standardError prints the reports of all loops.
var standardError = reporter{kinds: make(map[reportKey]*reportKind)}

// report prints err, or counts it if there were too many reports of its kind from l. If l is
// nil, err belongs to no loop.
func (r *reporter) report(l *Loop, err error) {
	key := reportKey{weak.Make(l), kindOf(err)}
	now := time.Now()
	r.mu.Lock()
	k := r.kind(key, now)
	if k.printed >= reportBurst {
		k.left++
		first := k.left == 1
		if first {
			k.timer = time.AfterFunc(k.until.Sub(now), func() { r.sumUp(k) })
		}
		r.mu.Unlock()
		if first {
			text, _, _ := strings.Cut(err.Error(), "\n") // err may have methods of the user that call the reporter
			r.mu.Lock()
			k.last = text
			r.mu.Unlock()
		}
		return
	}
	k.printed++
	r.mu.Unlock()
	r.print(fmt.Sprintf("rt: %v\n", err))
}

// forget drops the kinds of l, which has been closed, to make room for others.
func (r *reporter) forget(l *Loop) {
	loop := weak.Make(l)
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, k := range r.kinds {
		if key.loop == loop && k.left == 0 {
			delete(r.kinds, key)
		}
	}
}

// kind returns the reportKind of key, with a window that is not over. The caller holds r.mu.
func (r *reporter) kind(key reportKey, now time.Time) *reportKind {
	k := r.kinds[key]
	if k == nil {
		if len(r.kinds) >= reportKinds {
			for key, k := range r.kinds {
				if now.After(k.until) && k.left == 0 {
					delete(r.kinds, key)
				}
			}
		}
		if len(r.kinds) >= reportKinds {
			key = reportKey{} // all further kinds count as one
			k = r.kinds[key]
		}
		if k == nil {
			r.made++
			k = &reportKind{number: r.made}
			r.kinds[key] = k
		}
	}
	if k.left == 0 && now.After(k.until) {
		k.until, k.printed = now.Add(reportWindow), 0
	}
	return k
}

// sumUp prints the number of reports of a kind that were left out.
func (r *reporter) sumUp(k *reportKind) {
	r.mu.Lock()
	left, last := k.left, k.last
	k.left, k.last = 0, ""
	r.mu.Unlock()
	if left > 0 {
		r.print(fmt.Sprintf("rt: %d more reports of one kind were left out; the first of them: %s\n", left, last))
	}
}

// print queues text to be printed.
func (r *reporter) print(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) >= reportQueue {
		r.lost++
		return
	}
	r.queue = append(r.queue, pendingReport{text, os.Stderr})
	if r.drained == nil {
		r.drained = make(chan struct{})
		go r.drain()
	}
}

// drain prints what is in the queue.
func (r *reporter) drain() {
	for {
		r.mu.Lock()
		if len(r.queue) == 0 {
			close(r.drained)
			r.drained = nil
			r.mu.Unlock()
			return
		}
		next := r.queue[0]
		r.queue = r.queue[1:]
		if r.lost > 0 {
			next.text = fmt.Sprintf("rt: %d reports were left out, as standard error was not read\n%s", r.lost, next.text)
			r.lost = 0
		}
		r.mu.Unlock()
		next.to.WriteString(next.text)
		r.mu.Lock()
		r.stuck = false
		r.mu.Unlock()
	}
}

// flush prints the numbers of reports left out and waits until the queue is printed. The caller
// may be about to end the program.
func (r *reporter) flush() {
	r.mu.Lock()
	var left []*reportKind
	for _, k := range r.kinds {
		if k.left > 0 {
			left = append(left, k)
		}
	}
	slices.SortFunc(left, func(a, b *reportKind) int { return cmp.Compare(a.number, b.number) })
	for _, k := range left {
		k.timer.Stop()
	}
	r.mu.Unlock()
	for _, k := range left {
		r.sumUp(k)
	}
	r.wait()
}

// wait waits until the queue is printed, but not for long.
func (r *reporter) wait() {
	r.mu.Lock()
	drained, stuck := r.drained, r.stuck
	r.mu.Unlock()
	if drained == nil || stuck {
		return
	}
	late := time.NewTimer(reportPatience)
	defer late.Stop()
	select {
	case <-drained:
	case <-late.C:
		r.mu.Lock()
		r.stuck = true
		r.mu.Unlock()
	}
}

// kindOf returns what reports of the same kind have in common: the types of the errors in the
// tree of err, and the texts of its leaves without numbers.
func kindOf(err error) string {
	var b strings.Builder
	writeKind(&b, err)
	return b.String()
}

func writeKind(b *strings.Builder, err error) {
	if err == nil {
		return
	}
	fmt.Fprintf(b, "%v", reflect.TypeOf(err))
	if v := reflect.ValueOf(err); v.CanUint() { // such as syscall.Errno
		fmt.Fprintf(b, "(%d)", v.Uint())
		return
	}
	if e, ok := err.(interface{ kind() string }); ok {
		b.WriteByte('(')
		writeNumberless(b, e.kind())
		b.WriteByte(')')
	}
	b.WriteByte('[')
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			writeKind(b, inner)
		}
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			writeKind(b, inner)
		} else if _, ok := err.(interface{ kind() string }); !ok {
			writeNumberless(b, err.Error())
		}
	case interface{ kind() string }:
	default:
		writeNumberless(b, err.Error())
	}
	b.WriteByte(']')
}

// writeNumberless writes the first 200 bytes of text, with # in place of each number.
func writeNumberless(b *strings.Builder, text string) {
	number := false
	for i := range min(len(text), 200) {
		c := text[i]
		digit := '0' <= c && c <= '9'
		switch {
		case !digit:
			b.WriteByte(c)
		case !number:
			b.WriteByte('#')
		}
		number = digit
	}
}

// kind returns the text of p for kindOf.
func (p *Panic) kind() string            { return p.summary() }
func (e *UnretrievedError) kind() string { return e.Task }
func (e *SlowStepError) kind() string    { return e.Task }
