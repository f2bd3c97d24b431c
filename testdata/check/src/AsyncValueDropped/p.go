package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/netio"
)

//coroutine:async
func f() (int, error) { return 0, nil }

//coroutine:async
func g(conn *netio.Conn) error {
	fAsync()           // want "AsyncValueDropped: the rt.Coroutine.int. that this call returns is dropped: nothing has run"
	(fAsync())         // want "AsyncValueDropped"
	defer fAsync()     // want "AsyncValueDropped: .* dropped by the defer statement"
	go fAsync()        // want "AsyncValueDropped: .* dropped by the go statement: .*; a task runs on the loop and needs no goroutine: write co.Spawn"
	conn.Read(nil)     // want "AsyncValueDropped"
	two()              // want "AsyncValueDropped"
	mine()             // want "AsyncValueDropped: the Op that"
	co.Spawn(fAsync()) // runs without being awaited
	co.Await(fAsync()) // want "ErrorDropped: Await drops its error"
	embedded()         // a task underneath
	_ = fAsync()       // on purpose
	build := fAsync    // not called
	_, _ = build, g    // nothing dropped
	return nil
}

func outside() {
	fAsync()    // want "AsyncValueDropped: .*; run it with rt.Run on a loop of its own, or start it with rt.StartThreadsafe"
	go fAsync() // want "AsyncValueDropped: .*; run it with rt.Run"
}

func two() (rt.Coroutine[int], error) { return fAsync(), nil }

type Op struct{}

func (Op) Awaitable() rt.Awaitable[int] { return nil }

func mine() Op { return Op{} }

type Job struct {
	*rt.TaskOf[int]
	name string
}

func embedded() Job { return Job{} }
