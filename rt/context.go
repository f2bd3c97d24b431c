package rt

// This file makes a scope a context.Context. Unlike the rest of the package, its methods may be
// called on any goroutine.

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
	done     chan struct{} // nil until Done is called first
	err      error         // why the context has ended; nil: it has not ended
	after    []*func()     // functions to call at the end; a pointer has an identity
	cause    *causeContext // nil until it is needed first
}

// A causeContext lets context.Cause find the cause: that looks for a context of its own package
// among the values.
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

// enclosing returns the deadline of s itself and the scope around s.
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

// Err implements [context.Context]. The error for awaits is [Task.Err].
func (s *Scope) Err() error {
	s.ctx.mu.Lock()
	defer s.ctx.mu.Unlock()
	if cancelled, ok := s.ctx.err.(*CanceledError); ok {
		return cancelled.standard() // Err returns the error of package context, and not the cause
	}
	return s.ctx.err
}

// Value implements [context.Context]. The keys are [Var]s (see [Var.From]), and the keys of the
// context for which [Task.OpenContext] opened the scope or a scope around it.
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

// causeOf returns the cause that context.Cause is to return for err.
func causeOf(err error) error {
	if cancelled, ok := err.(*CanceledError); ok {
		if cancelled.Cause != nil {
			return cancelled.Cause
		}
		return cancelled.standard()
	}
	return err
}

// AfterFunc lets package context learn of the end of s without a goroutine that waits for it.
// Use [context.AfterFunc].
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

// endContext ends the context with the reason err, unless the context has ended.
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
