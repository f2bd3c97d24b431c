// Package queues is more ways to pass values between tasks than in the order of
// arrival, which is what rt.NewQueue is for.
//
//   - [NewLifo] and [NewPriority] make an rt.Queue in another order, with all
//     that such a queue has: Join and TaskDone, Close and Shutdown, Threadsafe.
//   - A [Broadcast] sends every value to all of its receivers.
//   - A [Watch] is one value that changes; its watchers see the newest.
//
// The operations of all of them can be cases of rt.Select.
package queues
