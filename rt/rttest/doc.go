// Package rttest tests code that runs on [rt] without waiting, and so that a
// failure can be repeated.
//
// [NewLoop] returns a loop whose time is a fake: it stands still while a task
// can run and jumps to the next timer when none can, so that an hour of sleep
// takes no time. A loop that nothing can wake any more fails, and says which tasks
// wait for what. Its tasks run in an order that is shuffled under the [Seed] of the
// test, which is printed however the test fails, and RTTEST_SEED=seed brings back.
// At the end of the test the loop must have no tasks and no timers left. [Run] is
// that in one call.
//
// Such a loop does not ask the system which sockets and files are ready. [NewConn],
// [NewPipe] and [NewListener] make connections and listeners without sockets. A test
// that needs real ones runs its code with [rt.Run], in real time.
//
// [Compare] drives several versions of one coroutine - its source on the
// reference backend, the machine, a twin written by hand - through every way
// in which their awaits can be ready, suspend, fail, be cancelled or panic, and
// demands the same trace of them all.
package rttest
