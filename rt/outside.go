package rt

// This file counts the tasks that wait for something which other goroutines may bring.

// Outside returns two numbers of tasks of the loop. calls tasks wait for the result of a call
// on another goroutine ([Go], [Callback]). others tasks wait for something that a goroutine may
// bring as well as a task: a [Future], or what operations wait for in a line of
// [Line.JoinThreadsafe], as in a Threadsafe queue.
func (l *Loop) Outside() (calls, others int) { return l.outside.calls, l.outside.others }

// outside counts the tasks that wait.
type outside struct{ calls, others int }

func (o *outside) note(call bool, n int) {
	if call {
		o.calls += n
	} else {
		o.others += n
	}
}
