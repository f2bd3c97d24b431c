package p

import (
	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	. "github.com/coroutinegen/coroutinegen/testdata/check/src/BlockingCall/store"
	db "github.com/coroutinegen/coroutinegen/testdata/check/src/BlockingCall/store"
)

// Async functions of another package.
//
//coroutine:async
func foreign(c *db.Client[int], e db.Embeds) error {
	_, _ = db.Fetch(1)              // want "BlockingCall: db.Fetch blocks its goroutine, which in an async function .*; db.Fetch is async: await db.FetchAsync"
	_, _ = Fetch(1)                 // want "BlockingCall: Fetch blocks .*; Fetch is async: await FetchAsync"
	_, _ = db.Get[string]("")       // want "BlockingCall: db.Get blocks .* await db.GetAsync"
	_, _ = (db.Fetch)(1)            // want "BlockingCall: db.Fetch blocks"
	_, _ = db.Mirrored(1)           // want "BlockingCall: db.Mirrored blocks .* await db.MirroredAsync"
	_ = c.Do(1)                     // want "BlockingCall: c.Do blocks .*; c.Do is async: await c.DoAsync"
	_ = e.Do(1)                     // want "BlockingCall: e.Do blocks .* await e.DoAsync"
	_ = (*db.Client[int]).Do(c, 1)  // want "BlockingCall: .*Do blocks .* await \\(\\*db.Client\\[int\\]\\).DoAsync"
	defer db.Fetch(1)               // want "BlockingCall: db.Fetch blocks"
	func() { _, _ = db.Fetch(1) }() // want "BlockingCall: db.Fetch blocks"
	_ = co.Must(machine.Lockstep(func() (int, error) { return db.Fetch(1) }))
	go db.Fetch(1)
	go func() { _, _ = db.Fetch(1) }()
	db.Send()
	_ = db.Read()
	_, _ = db.Peek(1)
	_ = new(db.Cached).Do(1)
	_ = (*db.Cached).Do(nil, 1)
	_, err := co.Await(db.FetchAsync(1))
	return err
}

// Values of async functions that a variable holds all the time.
//
//coroutine:async
func held(c *db.Client[int]) error {
	fetch, do := db.Fetch, c.Do // want "AsyncFuncValue: db.Fetch" "AsyncFuncValue: c.Do"
	_, _ = fetch(1)             // want "BlockingCall: db.Fetch blocks .*; db.Fetch is async: await db.FetchAsync"
	defer do(1)                 // want "BlockingCall: c.Do blocks"
	go do(1)
	var method = (*db.Client[int]).Do // want "AsyncFuncValue: "
	_ = method(c, 1)                  // want "BlockingCall: .*Do blocks"
	again := work                     // want "AsyncFuncValue: work"
	again = other
	_, err := again(1)
	return err
}

func other(n int) (int, error) { return n, nil }
