package rt

// This file counts what tasks wait for and other goroutines may bring.

// Outside returns how many of the loop's tasks wait for the result of a call on
// another goroutine ([Go], [Callback]), and how many for what such a goroutine may
// bring as well as a task: a [Future], or what they wait for in a line of
// [Line.JoinThreadsafe], as a queue that is Threadsafe has them.
func (l *Loop) Outside() (calls, others int) { return l.outside.calls, l.outside.others }

// outside counts what tasks wait for.
type outside struct{ calls, others int }

func (o *outside) note(call bool, n int) {
	if call {
		o.calls += n
	} else {
		o.others += n
	}
}
