package observe

// This file shows tasks in profiles (go tool pprof).

import (
	"context"
	"runtime/pprof"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Profile returns an observer that labels the samples of the CPU profile. A sample
// that falls into a step of a task has the label "task" with the task's name, as in
// `go tool pprof -tagfocus task=name`. Each loop needs an observer of its own. A
// lock-step coroutine (see Lockstep of package machine) has its own goroutine, and
// its samples have no label.
func Profile() rt.Observer {
	return &profiler{tasks: make(map[*rt.Task]context.Context)}
}

type profiler struct {
	tasks map[*rt.Task]context.Context // contexts with the labels
	steps []context.Context            // contexts of nested steps
}

func (o *profiler) Started(*rt.Task) {}
func (o *profiler) Ended(t *rt.Task) { delete(o.tasks, t) }

func (o *profiler) StepBegan(t *rt.Task) {
	ctx := context.Background()
	if t != nil {
		known, ok := o.tasks[t]
		if name := t.Name(); !ok || label(known) != name {
			known = pprof.WithLabels(ctx, pprof.Labels(TaskKey, name))
			o.tasks[t] = known
		}
		ctx = known
	}
	o.steps = append(o.steps, ctx)
	pprof.SetGoroutineLabels(ctx)
}

func (o *profiler) StepEnded(*rt.Task) {
	last := len(o.steps) - 1
	o.steps = o.steps[:last]
	outer := context.Background()
	if last > 0 {
		outer = o.steps[last-1]
	}
	pprof.SetGoroutineLabels(outer)
}

func label(ctx context.Context) string {
	name, _ := pprof.Label(ctx, TaskKey)
	return name
}
