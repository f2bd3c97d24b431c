// Package locks lets tasks of one loop wait for each other. It provides locks, events,
// conditions, semaphores, limiters, barriers and values that are computed once.
//
// Tasks of one loop never run at the same time. A lock of this package protects a section of
// code that has awaits in it. Do not hold a sync.Mutex across an await: it stops the loop as
// soon as a second task wants it, and debug mode reports that.
//
// A lock belongs to the loop of the first task that uses it. Only that loop's tasks and
// callbacks may use the lock; other goroutines reach it through CallSoonThreadsafe. Between
// loops, and between a loop and other goroutines, use an rt.Future or a queue that is
// Threadsafe.
//
// All locks are fair: the task that has waited longest comes first, and no task overtakes it.
// What a task releases belongs to the next task at once. If the next task is cancelled at that
// moment, either it has the lock and its await says so, or it never gets the lock: nothing is
// lost, and nothing is given twice. A task that was cancelled before is passed over while other
// tasks wait, even if it has not run since.
//
// Every operation is a plain value whose pointer has a Poll method. An operation that is kept
// in a field of a frame allocates nothing. An operation with the methods of rt.Contender can be
// a case of rt.Select.
//
// Misuse is a bug and panics, as in package sync: releasing a lock that the task does not hold,
// or acquiring a lock that the task holds.
package locks
