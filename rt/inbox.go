package rt

// This file implements the inbox of a loop, which holds what other goroutines send to the loop.

// send puts a into the inbox of the loop. Any goroutine may call it.
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
		return l.poller.Wakeup() // still under the lock, so Close cannot have closed the poller
	}
	return nil
}

// takeInbox processes what other goroutines sent, until the inbox is empty or the time slice is
// over.
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
		l.taken++ // counted before the call: a handler may end the goroutine
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
