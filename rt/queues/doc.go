// Package queues provides ways to pass values between tasks.
//
//   - A [Queue] gives each value to one of the tasks that ask for it. A queue made by [New] is
//     first in, first out. [NewLifo] and [NewPriority] make queues of another order. A queue
//     that is [Queue.Threadsafe] is for tasks of all loops and for ordinary goroutines.
//   - A [Broadcast] sends every value to all of its receivers.
//   - A [Watch] holds one value that changes. Its watchers see the newest value.
//
// The operations of all of them can be cases of rt.Select.
package queues
