// Package byhand is generate_random_int as one would write it against package rt without the
// generator: what lives longer than one turn of its loop is in a struct.
package byhand

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// GenerateRandomInt is generate_random_int. It prints in the given color and ends with end.
func GenerateRandomInt(w io.Writer, r *pyrandom.Random, color, end string, indx, threshold int) rt.Coroutine[int] {
	return rt.NewCoroutine[int](&Drawer{w: w, r: r, color: color, end: end, indx: indx, threshold: threshold})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	sleeping
	done // or running
)

// A Drawer is one call of generate_random_int.
type Drawer struct {
	w               io.Writer
	r               *pyrandom.Random
	color, end      string
	indx, threshold int
	sleep           rt.SleepOp
	at              uint8
}

// Poll implements rt.Awaitable.
func (d *Drawer) Poll(t *rt.Task) (int, error, bool) {
	at := d.at
	d.at = done // unless it suspends
	switch at {
	case start:
		fmt.Fprintf(d.w, "%sInitiated generate_random_int(%d).\n", d.color, d.indx)
	case sleeping:
		if _, err, ready := d.sleep.Poll(t); !ready {
			d.at = sleeping
			return 0, nil, false
		} else if err != nil {
			return 0, err, true
		}
	case done:
		panic(machine.Resumed("generate_random_int"))
	}
	for {
		i := d.r.Upto10()
		if i > d.threshold {
			fmt.Fprintf(d.w, "%s---> Finished: generate_random_int(%d) == %d%s\n", d.color, d.indx, i, d.end)
			return i, nil, true
		}
		fmt.Fprintf(d.w, "%sgenerate_random_int(%d) == %d too low; retrying.\n", d.color, d.indx, i)
		d.sleep = rt.Sleep(time.Duration(d.indx+1) * time.Second)
		if _, err, ready := d.sleep.Poll(t); !ready {
			d.at = sleeping
			return 0, nil, false
		} else if err != nil {
			return 0, err, true
		}
	}
}
