package p

import (
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

func work() rt.Coroutine[int] {
	return co.Async(func() (int, error) { return 1, nil })
}

//coroutine:async
func waits(x rt.Expr[int]) {
	co.Must(rt.Timeout(time.Second, rt.Shield(work())))         // want "this timeout ends nothing: the shield inside it hides the timeout; put the timeout inside the shield"
	co.Must(rt.TimeoutAt[int](time.Now(), (rt.Shield(work())))) // want "this timeout ends nothing"
	shield := rt.Shield(work())
	co.Must(rt.Timeout(time.Second, shield)) // want "this timeout ends nothing"
	co.Must(rt.Shield(rt.Timeout(time.Second, work())))
	co.Must(rt.Timeout(time.Second, x))
	co.Must(rt.Timeout(time.Second, rt.Gather(rt.Expr[int](rt.Shield(work())), rt.Expr[int](work()))))
	var either rt.Expr[int] = work()
	if x == nil {
		either = rt.Shield(work())
	}
	co.Must(rt.Timeout(time.Second, either))
}
