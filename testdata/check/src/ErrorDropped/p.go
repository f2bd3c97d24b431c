package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func f() (int, error) { return 1, co.Wait(rt.Yield()) }

//coroutine:async
func g() (a, b int, err error) { return 1, 2, co.Wait(rt.Yield()) }

//coroutine:async
func h() error {
	co.Await(fAsync())    // want "ErrorDropped: Await drops its error: a task that is cancelled here goes on .*; return the error; or assign it to _ to drop it on purpose: _, _ = co.Await"
	(co.Await2(gAsync())) // want "ErrorDropped: Await2 drops its error: .*: _, _, _ = co.Await2"
	co.Wait(rt.Yield())   // want "ErrorDropped: Wait drops its error: .*: _ = co.Wait"
	co.Must(fAsync())     // panics
	_, _ = co.Await(fAsync())
	_ = co.Wait(rt.Yield())
	defer co.Wait(rt.Yield()) // as defer file.Close()
	func() {
		co.Wait(rt.Yield()) // want "ErrorDropped"
	}()
	defer func() {
		co.Wait(rt.Yield()) // no cancellation reaches it
		func() {
			co.Wait(rt.Yield())
		}()
		func() {
			defer func() { co.Wait(rt.Yield()) }()
			co.Wait(rt.Yield())
		}()
		_ = co.Wait(co.AsyncVoid(func() error {
			co.Wait(rt.Yield()) // want "ErrorDropped"
			return nil
		}))
	}()
	co.Wait(rt.Shield(rt.Yield()))
	(co.Wait((rt.Shield[rt.Void](rt.Yield()))))
	co.Wait(rt.Timeout(1, rt.Shield(rt.Yield()))) // want "ErrorDropped"
	c := co.AsyncVoid(func() error {
		defer func() { co.Wait(rt.Yield()) }()
		co.Wait(rt.Yield()) // want "ErrorDropped"
		return nil
	})
	return co.Wait(c)
}

//coroutine:blocking
func blocks() { co.Wait(rt.Yield()) }
