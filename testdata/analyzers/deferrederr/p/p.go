package p

import (
	"errors"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

//coroutine:async
func loses() (err error) {
	defer func() {
		err = co.Wait(rt.Yield()) // want "this deferred await replaces err, the error that the function returns, also by nil; write err = errors.Join\\(err, ...\\), or assign only if err is nil"
	}()
	return co.Wait(rt.Sleep(time.Second))
}

//coroutine:async
func losesAssigned() (n int, err error) {
	defer func() {
		_, err = co.Await(rt.Yield()) // want "this deferred await replaces err"
	}()
	_, err = co.Await(rt.Yield())
	return
}

//coroutine:async
func keeps(g *rt.TaskGroup) (n int, err error) {
	defer func() {
		g.Fail(err)
		err = co.Wait(g.Join())
	}()
	defer func() { err = errors.Join(err, co.Wait(rt.Yield())) }()
	defer func() {
		if e := co.Wait(rt.Yield()); e != nil && err == nil {
			err = e
		}
	}()
	defer func() {
		if v := recover(); v != nil {
			err = co.Wait(rt.Yield())
		}
	}()
	return 1, co.Wait(rt.Yield())
}

//coroutine:async
func hasNoOther() (err error) {
	defer func() { err = co.Wait(rt.Yield()) }()
	return nil
}

//coroutine:async
func misses() error {
	var err error
	defer func() {
		if err != nil { // want "this deferred literal reads the err of line 56, and the return in line 63 returns another err, which shadows it; make err a result of the function"
			co.Must(rt.Yield())
		}
	}()
	if err := co.Wait(rt.Sleep(1)); err != nil {
		return err
	}
	return err
}

//coroutine:async
func sees() (err error) {
	defer func() {
		if err != nil {
			co.Must(rt.Yield())
		}
	}()
	if err := co.Wait(rt.Sleep(1)); err != nil {
		return err
	}
	return nil
}

//coroutine:async
func seesTheSame() error {
	err := co.Wait(rt.Yield())
	defer func() {
		if err != nil {
			co.Must(rt.Yield())
		}
	}()
	each := func() error {
		err := errors.New("its own")
		return err
	}
	each()
	return err
}

func literal() rt.Coroutine[rt.Void] {
	return co.AsyncVoid(func() (err error) {
		defer func() { err = co.Wait(rt.Yield()) }() // want "this deferred await replaces err"
		return co.Wait(rt.Sleep(1))
	})
}

func wrap(err error) error { return err }

func both(err error) (int, error) { return 0, err }

//coroutine:async
func missesWrapped() (int, error) {
	var err error
	defer func() {
		if err != nil { // want "this deferred literal reads the err of line 110, and the return in line 117 returns another err"
			co.Must(rt.Yield())
		}
	}()
	if err := co.Wait(rt.Sleep(1)); err != nil {
		return 0, wrap(err)
	}
	return 0, wrap(err)
}

//coroutine:async
func missesBoth() (int, error) {
	var err error
	defer func() {
		if err != nil { // want "this deferred literal reads the err of line 124, and the return in line 131 returns another err"
			co.Must(rt.Yield())
		}
	}()
	if err := co.Wait(rt.Sleep(1)); err != nil {
		return both(err)
	}
	return both(err)
}
