// Package locks is what tasks of one loop agree with each other by: locks,
// events, conditions, semaphores, barriers.
//
// Tasks of one loop never run at the same time; what these keep apart is
// sections with awaits in them. A sync.Mutex that is held across an await stops
// the loop as soon as a second task wants it: debug mode reports that. Between loops, and between a loop and other
// goroutines, use an rt.Future, a queue that is Threadsafe, or call methods
// through CallSoonThreadsafe of the loop that the lock belongs to: that of the
// first task that uses it.
//
// They are fair: whoever waits longest comes first, and nobody overtakes. What
// is released goes at once to whoever is next, so a task that is cancelled at
// that very moment either has it, and its await says so, or never will: nothing
// is lost and nothing given twice. One that was cancelled before is passed over
// as long as others wait, even if it has not run since.
//
// Every operation is a plain value whose pointer has Poll: kept in the field of
// a frame, it allocates nothing. Those with the methods of rt.Contender can be
// cases of rt.Select.
//
// Misuse is a bug and panics, as in package sync: to release what one does not
// hold, to acquire a lock that one holds.
package locks
