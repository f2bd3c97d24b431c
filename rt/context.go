package rt

// This file is the part of a scope that is a context.Context. Unlike the rest
// of the package, it is for any goroutine.

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// scopeContext is the state of a [Scope] as a context.
type scopeContext struct {
	mu       sync.Mutex
	deadline time.Time
	done     chan struct{} // made when first asked for
	err      error         // of package context; not nil: the context has ended
	after    []*func()     // to call at the end; a pointer has an identity
}

var _ context.Context = (*Scope)(nil)

// Deadline implements [context.Context].
func (s *Scope) Deadline() (deadline time.Time, ok bool) {
	for ; s != nil; s = s.outer {
		s.ctx.mu.Lock()
		d := s.ctx.deadline
		s.ctx.mu.Unlock()
		if !d.IsZero() && (!ok || d.Before(deadline)) {
			deadline, ok = d, true
		}
		if s.shield {
			break
		}
	}
	return deadline, ok
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
	return s.ctx.err
}

// Value implements [context.Context]. The keys are [Var]s: see [Var.From].
func (s *Scope) Value(key any) any {
	value, _ := s.vars.lookup(key)
	return value
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
	c.err = context.Canceled
	if errors.Is(err, context.DeadlineExceeded) {
		c.err = context.DeadlineExceeded
	}
	if c.done != nil {
		close(c.done)
	}
	for _, f := range c.after {
		go (*f)()
	}
	c.after = nil
}
