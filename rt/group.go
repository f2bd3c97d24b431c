package rt

// This file implements the group: tasks that are started in a scope of another task, which
// waits for them. Gather, TaskGroup, AsCompleted and Race have it in common. Select and Wait do
// not use it, as they start and end no tasks: see select.go and wait.go.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A group is the tasks that were started in a scope. The task of the scope waits until all of
// them have ended.
type group struct {
	scope   *Scope
	members []*Task // members that have not ended, and perhaps some that have
	live    int
	policy  groupPolicy
	failed  *Task       // the first member that failed
	errs    []error     // errors of the failed members, in the order of their failures
	lost    bool        // a cancellation ended a member or the owner early
	onEnd   func(*Task) // called at the end of every member

	starting []*group // groups of tasks that are to become members: see StartIn
}

// A groupPolicy says what the end of a member means for the others.
type groupPolicy uint8

const (
	// gathering: a member that ends with an error has failed, even if it was cancelled, and the
	// other members are cancelled.
	gathering groupPolicy = iota

	// failFast: a member that was cancelled has not failed. If a member fails, the others are
	// cancelled.
	failFast

	// supervising: a failure is kept for the end and does not affect the other members.
	supervising

	// collecting: the owner looks at the outcomes of the members itself.
	collecting
)

// openGroup opens a scope of t for the members of a group.
func openGroup(t *Task, policy groupPolicy) *group {
	g := &group{scope: t.OpenScope(), policy: policy}
	g.scope.group = g
	return g
}

// group returns the group that t was started in, or nil.
func (t *Task) group() *group {
	s := t.scope
	for s != nil && s.task == t {
		s = s.outer
	}
	if s == nil {
		return nil
	}
	return s.group
}

// startIn starts a coroutine as a member of g.
func startIn[T any](g *group, frame Awaitable[T]) *TaskOf[T] {
	owner := g.scope.task
	t := &TaskOf[T]{frame: frame}
	t.self = t
	t.scope = g.scope
	t.flags = taskJoined
	if effective(&t.Task, g.scope) != nil {
		t.flags |= taskCancelled
	}
	g.add(&t.Task)
	parent := owner.loop.current
	if parent == nil {
		parent = owner
	}
	owner.loop.adopt(&t.Task, parent)
	return t
}

// add adds t to the members. If many members have ended, add forgets those: a group may last as
// long as the program.
func (g *group) add(t *Task) {
	if len(g.members) > 2*g.live+16 {
		g.members = slices.DeleteFunc(g.members, (*Task).Done)
	}
	g.members = append(g.members, t)
	g.live++
}

// ended records the end of the member t.
func (g *group) ended(t *Task) {
	g.live--
	switch {
	case t.err == nil || g.policy == collecting:
	case g.policy != gathering && t.Panic() == nil && g.cut(t.err):
		g.lost = true
	case g.policy == gathering || t.failed():
		g.fail(t, t.err)
	}
	if g.onEnd != nil {
		g.onEnd(t)
	}
	if g.live == 0 {
		g.scope.task.Wake()
	}
}

// cut reports whether err is the cancellation of the scope of g, from inside or outside, and
// contains no failure.
func (g *group) cut(err error) bool {
	reason, _ := effective(g.scope.task, g.scope).(*CanceledError)
	own := false
	l := leavesOf(err, func(c *CanceledError) bool {
		own = own || c == reason
		return c == reason || !c.Timeout
	})
	if reason != nil && reason.Timeout {
		own = own || l.plainTimedOut
		l.timedOut = true
	} else if reason != nil {
		own = own || l.plainCanceled
		l.canceled = true
	}
	return own && l.cancelled()
}

// fail records a failure of the member t or, if t is nil, of the owner.
func (g *group) fail(t *Task, err error) {
	if g.failed == nil {
		g.failed = t
	}
	// Later cancellations are consequences of the first failure. A panic of a later member is
	// passed on elsewhere: see awaited.
	if len(g.errs) == 0 || isFailure(err) && !g.cut(err) && (t == nil || t.Panic() == nil) {
		g.errs = append(g.errs, err)
	}
	if g.policy != supervising {
		g.scope.Cancel(err)
	}
}

// finish reports whether all members have ended. If they have, it closes the scope and returns
// their errors. If the first member to fail panicked, finish panics with the same value.
func (g *group) finish(t *Task) (err error, ready bool) {
	g.scope.task.mustBe(t)
	if g.live > 0 {
		return nil, false
	}
	own := g.scope.err
	if t.inScope(g.scope) {
		g.scope.Close()
	} else { // the members were abandoned, but somebody asks for their errors after all
		for _, member := range g.members {
			member.retrieve()
		}
	}
	if g.failed != nil {
		g.failed.rethrow()
	}
	if g.lost && len(g.errs) == 0 {
		if isFailure(own) { // the scope of the group timed out
			return own, true
		}
		return t.Err(), true
	}
	return joined(g.errs), true
}

// waits returns a text with the members that have not ended, for [Locator].
func (g *group) waits() string {
	if g == nil || g.live == 0 {
		return ""
	}
	var names []string
	for _, t := range g.members {
		if t.Done() {
			continue
		}
		if len(names) == 10 {
			names = append(names, fmt.Sprintf("and %d more", g.live-10))
			break
		}
		names = append(names, t.Name())
	}
	return "waits for " + strings.Join(names, ", ")
}

// abandon cancels the members of a group whose scope is closed before they have ended, and the
// tasks that would have become members.
func (g *group) abandon() {
	for _, early := range g.starting {
		early.scope.Cancel(errTooLate)
	}
	g.starting = nil
	if g.live == 0 {
		return
	}
	if g.scope.err == nil {
		g.scope.err = &CanceledError{Cause: errAbandoned}
	}
	for _, member := range g.members {
		if !member.Done() {
			member.flags &^= taskJoined // errors and panics of the member are reported from now on
			member.updateCancelled()
		}
	}
}

var errAbandoned = errors.New("the scope that the task was started in was left without waiting for it")

// A GroupError holds the errors of several tasks that ran together, in the order in which the
// tasks failed. If only one task failed, its error is used instead.
type GroupError struct{ Errs []error }

func (e *GroupError) Error() string {
	text := fmt.Sprintf("%d tasks failed", len(e.Errs))
	for i, err := range e.Errs {
		text += fmt.Sprintf("; %d: %v", i+1, err)
	}
	return text
}

// Unwrap returns the errors, for errors.Is and errors.As.
func (e *GroupError) Unwrap() []error { return e.Errs }

// joined returns errs as one error.
func joined(errs []error) error {
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	return &GroupError{Errs: errs}
}
