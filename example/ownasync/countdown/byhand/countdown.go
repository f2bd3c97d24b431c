// Package byhand is the countdown as one would write it against package rt without the
// generator.
package byhand

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Down is down.
func Down(w io.Writer, n int) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Downer{w: w, n: n})
}

// Where the countdown goes on.
const (
	start uint8 = iota
	sleeping
	done // or running
)

// A Downer is one call of down: its variables, what it waits for, and where it stands.
type Downer struct {
	w     io.Writer
	n     int
	sleep rt.SleepOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (d *Downer) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := d.at
	d.at = done // unless it suspends
	switch at {
	case sleeping:
		goto sleeping
	case done:
		panic(machine.Resumed("down"))
	}
count:
	if d.n <= 0 {
		return rt.Void{}, nil, true
	}
	fmt.Fprintln(d.w, "Down", d.n)
	d.sleep = rt.Sleep(time.Second)
sleeping:
	_, err, ready = d.sleep.Poll(t)
	if !ready {
		d.at = sleeping
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	d.n--
	goto count
}
