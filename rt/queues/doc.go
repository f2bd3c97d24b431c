// Package queues provides ways to pass values between tasks beside rt.NewQueue,
// which keeps values in the order of arrival.
//
//   - [NewLifo] and [NewPriority] return an rt.Queue with another order. It has all
//     methods of such a queue: Join and TaskDone, Close and Shutdown, Threadsafe.
//   - A [Broadcast] sends every value to all of its receivers.
//   - A [Watch] holds one value that changes. Its watchers see the newest value.
//
// The operations of all of them can be cases of rt.Select.
package queues
