// Package asynciter contains adapters for asynchronous iterators: functions that change, combine
// and limit the values of generators and other Iterators of package asyncgen. They correspond to
// the adapters of Stream in tokio, and to aiostream in Python.
//
// This async function asks a server for the age of each person in a list that comes in pages. Up to
// four calls run at once, and no answer may take longer than a second:
//
//	//coroutine:async
//	func printAges() (err error) {
//		ages := asynciter.Map(namesAsync(), 4, fetchAgeAsync)
//		for age := range co.Each(asynciter.Timeout(ages, time.Second), &err) {
//			fmt.Println(age)
//		}
//		return err
//	}
//
// Here names is an async generator, and fetchAge an async function with one parameter. The example
// of the package is this program in full.
//
//   - [FromSlice], [FromSeq] and [FromQueue] make Iterators.
//   - [Map] calls a function for each value, several calls at once.
//   - [Merge] hands out the values of several Iterators as they come.
//   - [Buffered] runs its source ahead of the consumer.
//   - [Chunks] makes slices of the values.
//   - [Timeout] limits the time of each Next.
//   - [ToQueue] and [Collect] take all values.
//
// There is no Filter, Take and the like: in a range statement, if and break do the same.
//
// # Closing
//
// An adapter owns its sources. Whoever takes values from the adapter closes the adapter, by
// [asyncgen.Each] or a deferred Close, and only that. Close closes every source in between, and
// waits until all of them have cleaned up, even in a cancelled task. It ends calls of Map that run,
// and drops values that were not taken. It returns an error of a source that nobody has seen, such
// as that of its cleaning up.
//
// An adapter does nothing before its first Next, and a generator that never begins needs no task.
// Close before the first Next closes the sources nevertheless: they may have begun before.
//
// As with generators, the task that calls the first Next owns what this starts, and must not end
// before the Close (see package asyncgen). One Next at a time may wait: another one fails with
// [asyncgen.ErrRunning]. If another task closes the adapter meanwhile, the Next that waits fails
// with [rt.ErrGeneratorExit].
//
// # Errors, timeouts and cancellation
//
// An error of a source comes in its place, after the values before it, once. Then the adapter and
// its sources have ended and are closed. [Timeout] and [Chunks] also go on after an error, if their
// source does. To the other adapters, each error of a source is its end. So put Timeout outside of
// them if it is not to end them.
//
// A Next that is cancelled, or whose time is up, loses nothing, however many adapters there are: the
// next Next waits for the same value. A panic in a source or in the function of a Map is a panic of
// the Next or the Close of the consumer, even if it happens when nobody waits. If something else
// fails at the same time, the loop reports the panic instead, as it does in a group of tasks.
//
// # What it costs
//
// FromSlice, FromSeq, FromQueue, Chunks and Timeout need no task: they work in the task of the
// consumer. Merge and Buffered need a task and one more for each source. Map needs two, and one for
// each call.
//
// On a small virtual machine, a value of a generator takes some 0.06 µs, and one of FromSeq 0.2 µs.
// With FromSeq as its source, a value takes 0.2 µs through Chunks, 0.35 µs through Buffered, 0.55 µs
// through Merge, 0.65 µs and one allocation through Timeout, and 0.9 µs and three allocations through
// Map, whose function does nothing. A value takes 1.5 µs and four allocations through a generator and
// a chain of three adapters, Map, Buffered and Timeout.
//
// The functions and methods of this package, and Iterators, may be used only on the loop of the
// tasks that take the values. A queue that is Threadsafe connects Iterators of several loops.
package asynciter
