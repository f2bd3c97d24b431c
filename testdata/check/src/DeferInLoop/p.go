package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f(conns []*rt.Conn) error {
	defer println()
	for _, c := range conns {
		defer c.Close() // want "DeferInLoop"
		func() { defer c.Close() }()
	}
	for {
		if len(conns) > 0 {
			defer println() // want "DeferInLoop"
		}
		co.Wait(rt.Yield())
	}
}

//coroutine:async
func g(n int) {
again:
	defer println() // want "DeferInLoop"
	n--
	if n > 0 {
		goto again
	}
	if n < 0 {
		goto out
	}
	defer println()
out:
	defer println()
}

func notAsync() {
	for {
		defer println()
	}
}
