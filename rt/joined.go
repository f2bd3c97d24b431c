package rt

// This file implements tasks whose outcome waits for somebody who does not await them all the time.

// SetJoined says whether somebody is going to take the outcome of t, although nobody may be waiting
// for it when t ends. The error, or the panic, of such a task is kept for whoever asks next. If
// nobody does, the error is lost, and the panic is part of the error of [Loop.Close]. SetJoined is
// for tasks that belong to an object, such as a generator: whoever uses the object next gets the
// panic. Call it right after [Spawn]. It makes no difference to a member of a group.
//
// SetJoined(false) takes that back: nobody is going to ask any more. If t has ended with a panic that
// nobody has got, the handler of the loop gets it (see [WithHandler]). Without a handler, SetJoined
// panics with it. An error is reported as that of any task (see [UnretrievedError]).
func (t *Task) SetJoined(joined bool) {
	if joined {
		t.flags |= taskJoined
		return
	}
	t.flags &^= taskJoined
	if !t.Done() {
		return
	}
	switch p := t.Panic(); {
	case p == nil:
		if t.err != nil {
			t.noteUnawaited()
		}
	case p.taken.Load() || t.awaited():
	case t.loop.handler == nil:
		p.rethrow(t.loop)
	default:
		p.taken.Store(true)
		t.loop.Report(p)
	}
}
