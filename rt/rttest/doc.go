// Package rttest tests code that runs on [rt]. Tests do not wait in real time, and
// failures can be repeated.
//
// [NewLoop] returns a loop with a fake clock. The clock stands still while a task can
// run and jumps to the next timer when none can, so that an hour of sleep takes no
// time. A loop that nothing can wake any more fails, and says which tasks wait for
// what. The order of the tasks is shuffled under the [Seed] of the test. The seed is
// printed however the test fails, and RTTEST_SEED=seed repeats the order. At the end
// of the test, the loop must have no tasks and no timers left. [Run] makes such a loop
// and runs a coroutine on it. [Cleanup] runs another one when the test has ended.
//
// Such a loop does not ask the system which sockets and files are ready. [NewConn],
// [NewPipe] and [NewListener] make connections and listeners without sockets. A test
// that needs real ones runs its code with [rt.Run], in real time.
//
// [Compare] runs several versions of one coroutine: its source on the reference
// backend, the machine, a twin written by hand. It runs them through every way in
// which their awaits can be ready, suspend, fail, be cancelled or panic, and demands
// the same trace of all versions. The command "coroutinegen compare TestName" runs a
// test that calls Compare, and prints where the versions differ and what they cost.
//
// If the tool coroutinegen asks for it by an environment variable, the loops of this
// package record what their tasks do: see package recording. A test that makes its
// loop in another way calls [Record].
package rttest
