package observe

// This file shows tasks in execution traces (go tool trace).

import (
	"context"
	"runtime/trace"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Trace returns an observer that shows tasks in the execution trace, while a trace
// is being taken. Each task of the loop becomes a task of the tracer, and each step
// a region of that task: `go tool trace` shows them under "User-defined tasks". Each
// loop needs an observer of its own.
func Trace() rt.Observer {
	return &tracer{tasks: make(map[*rt.Task]traced)}
}

type tracer struct {
	tasks map[*rt.Task]traced
	steps []*trace.Region // regions of nested steps
}

type traced struct {
	ctx  context.Context
	task *trace.Task
}

func (o *tracer) Started(t *rt.Task) {
	if !trace.IsEnabled() {
		return
	}
	ctx, task := trace.NewTask(context.Background(), t.String())
	o.tasks[t] = traced{ctx, task}
}

func (o *tracer) Ended(t *rt.Task) {
	if known, ok := o.tasks[t]; ok {
		known.task.End()
		delete(o.tasks, t)
	}
}

func (o *tracer) StepBegan(t *rt.Task) {
	var region *trace.Region
	if trace.IsEnabled() {
		ctx, name := context.Background(), "callback"
		if t != nil {
			name = t.Name()
			if known, ok := o.tasks[t]; ok {
				ctx = known.ctx
			}
		}
		region = trace.StartRegion(ctx, name)
	}
	o.steps = append(o.steps, region)
}

func (o *tracer) StepEnded(*rt.Task) {
	last := len(o.steps) - 1
	region := o.steps[last]
	o.steps = o.steps[:last]
	if region != nil {
		region.End()
	}
}
