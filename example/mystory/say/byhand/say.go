// Package byhand is say as one would write it against package rt without the generator.
package byhand

import (
	"fmt"
	"io"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// Say is say.
func Say(w io.Writer, what string, when time.Duration) rt.Coroutine[rt.Void] {
	return rt.NewCoroutine[rt.Void](&Sayer{w: w, what: what, when: when})
}

// Where a coroutine goes on.
const (
	start uint8 = iota
	sleeping
	done // or running
)

// A Sayer is one call of say.
type Sayer struct {
	w     io.Writer
	what  string
	when  time.Duration
	sleep rt.SleepOp
	at    uint8
}

// Poll implements rt.Awaitable.
func (s *Sayer) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	at := s.at
	s.at = done // unless it suspends
	switch at {
	case start:
		s.sleep = rt.Sleep(s.when)
	case done:
		panic(machine.Resumed("say"))
	}
	if _, err, ready = s.sleep.Poll(t); !ready {
		s.at = sleeping
		return rt.Void{}, nil, false
	}
	if err != nil {
		return rt.Void{}, err, true
	}
	fmt.Fprintln(s.w, s.what)
	return rt.Void{}, nil, true
}
