package rt

// This file is the part of a scope that is a context.Context. Unlike the rest
// of the package, it is for any goroutine.

import (
	"context"
	"slices"
	"sync"
	"time"
)

// scopeContext is the state of a [Scope] as a context.
type scopeContext struct {
	mu       sync.Mutex
	deadline time.Time
	done     chan struct{} // made when first asked for
	err      error         // why the context has ended; nil: it has not
	after    []*func()     // to call at the end; a pointer has an identity
	cause    *causeContext // made when first asked for
}

// A causeContext is what context.Cause finds out the cause by: it looks for a
// context of its own package among the values.
type causeContext struct {
	context.Context
	end context.CancelCauseFunc
}

var _ context.Context = (*Scope)(nil)

// Deadline implements [context.Context].
func (s *Scope) Deadline() (deadline time.Time, ok bool) {
	sooner := func(d time.Time, set bool) {
		if set && (!ok || d.Before(deadline)) {
			deadline, ok = d, true
		}
	}
	for s != nil {
		own, outer := s.enclosing()
		sooner(own, !own.IsZero())
		if s.bound != nil {
			sooner(s.bound.ctx.Deadline())
		}
		if s.shield {
			break
		}
		s = outer
	}
	return deadline, ok
}

// enclosing returns the deadline of s itself, and the scope around it.
func (s *Scope) enclosing() (deadline time.Time, outer *Scope) {
	s.ctx.mu.Lock()
	defer s.ctx.mu.Unlock()
	return s.ctx.deadline, s.outer
}

func (s *Scope) setOuter(outer *Scope) {
	s.ctx.mu.Lock()
	s.outer = outer
	s.ctx.mu.Unlock()
}

// Done implements [context.Context].
func (s *Scope) Done() <-chan struct{} {
	c := &s.ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

// Err implements [context.Context]. See [Task.Err] for awaits.
func (s *Scope) Err() error {
	s.ctx.mu.Lock()
	defer s.ctx.mu.Unlock()
	if cancelled, ok := s.ctx.err.(*CanceledError); ok {
		return cancelled.standard() // not that of the cause
	}
	return s.ctx.err
}

// Value implements [context.Context]. The keys are [Var]s (see [Var.From]), and
// those of the context that the scope, or one outside of it, was opened for by
// [Task.OpenContext].
func (s *Scope) Value(key any) any {
	if value, ok := s.vars.lookup(key); ok {
		return value
	}
	if value := s.ctx.causeContext().Value(key); value != nil {
		return value
	}
	for s != nil {
		if s.bound != nil {
			if value := s.bound.ctx.Value(key); value != nil {
				return value
			}
		}
		_, s = s.enclosing()
	}
	return nil
}

// causeContext returns c.cause.
func (c *scopeContext) causeContext() *causeContext {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		ctx, end := context.WithCancelCause(context.Background())
		c.cause = &causeContext{ctx, end}
		if c.err != nil {
			end(causeOf(c.err))
		}
	}
	return c.cause
}

// causeOf returns what context.Cause is to tell of err.
func causeOf(err error) error {
	if cancelled, ok := err.(*CanceledError); ok {
		if cancelled.Cause != nil {
			return cancelled.Cause
		}
		return cancelled.standard()
	}
	return err
}

// AfterFunc is what package context calls to learn of the end of s without a
// goroutine that waits for it. Use [context.AfterFunc].
func (s *Scope) AfterFunc(f func()) (stop func() bool) {
	c := &s.ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go f()
		return func() bool { return false }
	}
	c.after = append(c.after, &f)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		i := slices.Index(c.after, &f)
		if i >= 0 {
			c.after = slices.Delete(c.after, i, i+1)
		}
		return i >= 0
	}
}

func (s *Scope) setDeadline(t time.Time) {
	s.ctx.mu.Lock()
	s.ctx.deadline = t
	s.ctx.mu.Unlock()
}

// endContext ends the context for the reason err, unless it has ended.
func (s *Scope) endContext(err error) {
	c := &s.ctx
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	if c.cause != nil {
		c.cause.end(causeOf(err))
	}
	if c.done != nil {
		close(c.done)
	}
	for _, f := range c.after {
		go (*f)()
	}
	c.after = nil
}
