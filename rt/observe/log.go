package observe

// This file adds the task to log records.

import (
	"context"
	"log/slog"
	"slices"

	"github.com/coroutinegen/coroutinegen/rt"
)

// TaskKey is the key of the attribute that [LogHandler] adds.
const TaskKey = "task"

// LogHandler returns a handler that adds the name of the running task, if there is
// one, to each record, and passes the record on to next. The attribute is outside
// all groups, so it has the same name in every record. Finding the running task
// takes about a microsecond.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next: next} }

type logHandler struct {
	next    slog.Handler
	outside slog.Handler // next before its first group was opened; nil: no group is open
	since   []change     // changes that made next from outside
}

// A change is a call of WithGroup or WithAttrs.
type change func(slog.Handler) slog.Handler

func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	t := rt.TryCurrent()
	if t == nil {
		return h.next.Handle(ctx, r)
	}
	name := slog.String(TaskKey, t.Name())
	if h.outside == nil {
		r = r.Clone()
		r.AddAttrs(name)
		return h.next.Handle(ctx, r)
	}
	next := h.outside.WithAttrs([]slog.Attr{name})
	for _, change := range h.since {
		next = change(next)
	}
	return next.Handle(ctx, r)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.with(func(next slog.Handler) slog.Handler { return next.WithAttrs(attrs) })
}

func (h logHandler) WithGroup(name string) slog.Handler {
	if name == "" { // the rules of slog.Handler say that an empty name changes nothing
		return h
	}
	if h.outside == nil {
		h.outside = h.next
	}
	return h.with(func(next slog.Handler) slog.Handler { return next.WithGroup(name) })
}

func (h logHandler) with(c change) slog.Handler {
	h.next = c(h.next)
	if h.outside != nil {
		h.since = append(slices.Clip(h.since), c)
	}
	return h
}
