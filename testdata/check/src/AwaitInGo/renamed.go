package p

import (
	task "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// The remedies use the name of the import.
//
//coroutine:async
func renamed() (err error) {
	go task.Wait(rt.Yield()) // want "AwaitInGo: .*; start a task with task.Spawn\\(...\\)$"
	go func() {
		err = task.Wait(rt.Yield()) // want "AwaitInGo: .*; start a task with task.Spawn\\(...\\); or call a declared function"
	}()
	return err
}
