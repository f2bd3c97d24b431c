package rt

// This file is how other goroutines leave something for the loop, and how the loop
// takes it in.

// send leaves a for the loop. Any goroutine may call it.
func (l *Loop) send(a arrival) error { return l.sendUnless(&l.closed, a) }

func (l *Loop) sendUnless(shut *bool, a arrival) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if *shut {
		return ErrLoopClosed
	}
	l.inbox = append(l.inbox, a)
	if l.signal.Swap(notified) == parked {
		if l.onWake != nil {
			l.onWake()
		}
		return l.poller.Wakeup() // under the lock: Close has not been here
	}
	return nil
}

// takeInbox takes in what other goroutines sent, or as much of it as a time slice is
// long enough for.
func (l *Loop) takeInbox() {
	if l.taken == len(l.arrived) {
		l.mu.Lock()
		l.signal.Store(awake)
		l.arrived, l.inbox, l.spare = l.inbox, l.spare, nil
		l.mu.Unlock()
		l.taken = 0
	}
	for l.taken < len(l.arrived) {
		a := l.arrived[l.taken]
		l.arrived[l.taken] = nil
		l.taken++ // now: a handler may end the goroutine
		a.arrive(l)
		l.slice.count(1)
		if l.mayBeOver() && l.look() {
			break
		}
	}
	if l.taken == len(l.arrived) {
		l.mu.Lock()
		l.spare = l.arrived[:0]
		l.mu.Unlock()
		l.arrived, l.taken = nil, 0
	}
}
