package rt

// This file implements AsCompleted, which returns results in the order in which they come.

import "fmt"

// Completions are several awaitables that run at once and whose results are taken as they come.
type Completions[T any] struct {
	group   *group
	tasks   []*TaskOf[T]
	index   map[*Task]int // place in tasks
	done    []*TaskOf[T]  // tasks that have ended, in that order; the first taken of them have been handed out
	taken   int
	last    int
	waiting bool
}

// AsCompleted starts xs as tasks in a scope of t, and returns their results one by one, the
// earliest first. It corresponds to asyncio.as_completed.
//
//	c := rt.AsCompleted(co.Self(), fetchAsync(a), fetchAsync(b))
//	defer c.Close()
//	for c.Left() > 0 {
//		page, err := co.Await(c.Next())
//		...
//	}
func AsCompleted[T any](t *Task, xs ...Expr[T]) *Completions[T] {
	c := &Completions[T]{group: openGroup(t, collecting), index: make(map[*Task]int), last: -1}
	c.group.onEnd = func(ended *Task) {
		c.done = append(c.done, c.tasks[c.index[ended]])
		if c.waiting {
			t.Wake()
		}
	}
	for i, x := range xs {
		task := startIn(c.group, x.Awaitable())
		c.tasks = append(c.tasks, task)
		c.index[&task.Task] = i
	}
	return c
}

// Left returns the number of results that have not been returned.
func (c *Completions[T]) Left() int { return len(c.tasks) - c.taken }

// Index returns the index of the awaitable whose result was returned last, or -1 before the
// first result.
func (c *Completions[T]) Index() int { return c.last }

// Close cancels the tasks that have not ended, without waiting for their ends, and closes the
// scope. Errors that were not returned are reported, as those of any task.
func (c *Completions[T]) Close() {
	c.group.scope.Close()
	for _, task := range c.done[c.taken:] {
		task.noteFailure()
	}
}

// Next returns the operation that waits for the next result. If the task of that result has
// panicked, the await panics. A cancelled await takes no result. It lies in the scope of the
// tasks, so what cancelled it has cancelled the tasks, too.
func (c *Completions[T]) Next() NextOp[T] { return NextOp[T]{of: c} }

// A NextOp is the operation that [Completions.Next] returns.
type NextOp[T any] struct {
	of    *Completions[T]
	stage Stage
}

// Poll implements [Awaitable].
func (o *NextOp[T]) Poll(t *Task) (v T, err error, ready bool) {
	c := o.of
	c.group.scope.task.mustBe(t)
	first, err, ready := o.stage.Begin(t, "Completions.Next")
	if err != nil || !ready {
		return v, err, ready
	}
	if first && c.Left() == 0 {
		panic(fmt.Errorf("%s asks for more results than there are: look at Completions.Left", caller()))
	}
	if c.taken < len(c.done) {
		task := c.done[c.taken]
		c.taken++
		c.waiting = false
		c.last = c.index[&task.Task]
		v, err, _ = task.Result()
		return v, err, true
	}
	if err := t.Err(); err != nil {
		c.waiting = false
		return v, err, true
	}
	c.waiting = true
	o.stage.Suspend(t)
	return v, nil, false
}

// Where implements [Locator].
func (o *NextOp[T]) Where() (line string, on any) { return o.of.group.waits(), nil }

// Awaitable implements [Expr].
func (o NextOp[T]) Awaitable() Awaitable[T] { return &o }
