package observe

// This file is log records that carry the task.

import (
	"context"
	"log/slog"

	"github.com/coroutinegen/coroutinegen/rt"
)

// TaskKey is the key of the attribute that [LogHandler] adds.
const TaskKey = "task"

// LogHandler returns a handler that adds to each record the name of the task
// that logs it, if any, and passes it on to next. To find that out takes about a
// microsecond.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ next slog.Handler }

func (h logHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if t := rt.TryCurrent(); t != nil {
		r = r.Clone()
		r.AddAttrs(slog.String(TaskKey, t.Name()))
	}
	return h.next.Handle(ctx, r)
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.next.WithAttrs(attrs)}
}

func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.next.WithGroup(name)} }
