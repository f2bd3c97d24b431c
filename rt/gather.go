package rt

// This file implements gather: one operation that runs several awaitables, each in a task of
// its own.

// Gather runs each of xs concurrently in a task of its own and returns the results in the order
// of xs. It corresponds to asyncio.TaskGroup rather than to asyncio.gather: the first task that
// fails cancels the others. Gather waits until all tasks have ended. It then returns the first
// error, or a [*GroupError] if other tasks failed nevertheless. A panic counts as a failure,
// and the await panics, too. The tasks lie in the scope of the await: a cancellation of that
// scope cancels them.
func Gather[T any](xs ...Expr[T]) GatherOp[T] { return GatherOp[T]{xs: xs} }

// A GatherOp is the operation that [Gather] returns.
type GatherOp[T any] struct {
	xs    []Expr[T]
	tasks []*TaskOf[T]
	stage Stage
	group *group // nil before the first poll
}

// Poll implements [Awaitable].
func (o *GatherOp[T]) Poll(t *Task) (vs []T, err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Gather")
	if err != nil || !ready {
		return nil, err, ready
	}
	if first {
		o.group = openGroup(t, gathering)
		o.group.members = make([]*Task, 0, len(o.xs))
		o.tasks = make([]*TaskOf[T], len(o.xs))
		for i, x := range o.xs {
			o.tasks[i] = startIn(o.group, x.Awaitable())
		}
	}
	if err, ready = o.group.finish(t); !ready {
		o.stage.Suspend(t)
		return nil, nil, false
	} else if err != nil {
		return nil, err, true
	}
	vs = make([]T, len(o.tasks))
	for i, task := range o.tasks {
		vs[i] = task.value
	}
	return vs, nil, true
}

// Where implements [Locator].
func (o *GatherOp[T]) Where() (line string, on any) { return o.group.waits(), nil }

// Awaitable implements [Expr].
func (o GatherOp[T]) Awaitable() Awaitable[[]T] { return &o }

// Loop returns the loop that one of xs belongs to, or nil.
func (o GatherOp[T]) Loop() *Loop { return loopOfAny(o.Parts()) }

// Parts implements [Composite].
func (o GatherOp[T]) Parts() []any { return anys(o.xs) }

func anys[T any](xs []T) []any {
	all := make([]any, len(xs))
	for i, x := range xs {
		all[i] = x
	}
	return all
}

// Gather2 is like [Gather], for two awaitables of different types.
func Gather2[A, B any](a Expr[A], b Expr[B]) Gather2Op[A, B] {
	return Gather2Op[A, B]{a: a, b: b}
}

// A Gather2Op is the operation that [Gather2] returns.
type Gather2Op[A, B any] struct {
	a     Expr[A]
	b     Expr[B]
	ta    *TaskOf[A]
	tb    *TaskOf[B]
	stage Stage
	group *group // nil before the first poll
}

// Poll implements [Awaitable].
func (o *Gather2Op[A, B]) Poll(t *Task) (v Two[A, B], err error, ready bool) {
	first, err, ready := o.stage.Begin(t, "Gather2")
	if err != nil || !ready {
		return v, err, ready
	}
	if first {
		o.group = openGroup(t, gathering)
		o.ta = startIn(o.group, o.a.Awaitable())
		o.tb = startIn(o.group, o.b.Awaitable())
	}
	if err, ready = o.group.finish(t); !ready {
		o.stage.Suspend(t)
		return v, nil, false
	} else if err != nil {
		return v, err, true
	}
	return Two[A, B]{o.ta.value, o.tb.value}, nil, true
}

// Where implements [Locator].
func (o *Gather2Op[A, B]) Where() (line string, on any) { return o.group.waits(), nil }

// Awaitable implements [Expr].
func (o Gather2Op[A, B]) Awaitable() Awaitable[Two[A, B]] { return &o }

// Loop returns the loop that one of the two awaitables belongs to, or nil.
func (o Gather2Op[A, B]) Loop() *Loop { return loopOfAny(o.Parts()) }

// Parts implements [Composite].
func (o Gather2Op[A, B]) Parts() []any { return []any{o.a, o.b} }
