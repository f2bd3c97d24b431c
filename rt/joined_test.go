package rt_test

// This file tests SetJoined.

import (
	"errors"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// joined starts fn as a task that is joined, and waits until it has ended.
func joined(fn func() error) *rt.TaskOf[rt.Void] {
	task := spawn(fn)
	task.SetJoined(true)
	noError(wait(rt.Sleep(ms)))
	return task
}

func noError(err error) {
	if err != nil {
		panic(err)
	}
}

var errBad = errors.New("bad")

func bad() error { return bug(errBad) }

func failing() error { return errMine }

func TestPanicOfAJoinedTaskWaits(t *testing.T) {
	run(t, func() error { // there is no handler
		task := joined(bad)
		wantPanic(t, func() { wait(task) }, "bad")
		task.SetJoined(false) // somebody has got it
		return nil
	})
}

func TestErrorOfAJoinedTask(t *testing.T) {
	for name, test := range map[string]struct {
		body func(task *rt.TaskOf[rt.Void])
		want int // reports
	}{
		"somebody asks":               {func(task *rt.TaskOf[rt.Void]) { wait(task) }, 0},
		"somebody has asked":          {func(task *rt.TaskOf[rt.Void]) { wait(task); task.SetJoined(false) }, 0},
		"nobody is going to ask":      {func(task *rt.TaskOf[rt.Void]) { task.SetJoined(false) }, 1},
		"somebody asks nevertheless":  {func(task *rt.TaskOf[rt.Void]) { task.SetJoined(false); wait(task) }, 0},
		"it is taken back repeatedly": {func(task *rt.TaskOf[rt.Void]) { task.SetJoined(false); task.SetJoined(false) }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := unretrievedOf(t, func() error { test.body(joined(failing)); return nil })
			if len(got) != test.want {
				t.Errorf("reports: %v", got)
			}
		})
	}
}

func TestPanicOfAJoinedTaskThatNobodyTakes(t *testing.T) {
	var r reports
	run(t, func() error {
		task := joined(bad)
		task.SetJoined(false)
		task.SetJoined(false)
		return nil
	}, r.option())
	var p *rt.Panic
	if len(r.errs) != 1 || !errors.As(r.errs[0], &p) || p.Value != errBad || !strings.Contains(string(p.Stack), "rt_test.bug") {
		t.Errorf("reports: %v", r.errs)
	}
	run(t, func() error { // without a handler
		task := joined(bad)
		wantPanic(t, func() { task.SetJoined(false) }, "bad")
		return nil
	})
	l := testbed.NewLoop(t) // it is not taken back
	if _, err := rt.RunUntilComplete(l, do(func() error { joined(bad); return nil })); err != nil {
		t.Error(err)
	}
	if err := l.Close(); !errors.As(err, &p) || p.Value != errBad {
		t.Errorf("close: %v", err)
	}
}

// A task that runs is as any other from now on.
func TestTaskThatIsJoinedNoLonger(t *testing.T) {
	got := unretrievedOf(t, func() error {
		for _, fn := range []func() error{bad, failing, func() error { return nil }} {
			task := spawn(fn)
			task.SetJoined(true)
			task.SetJoined(false)
		}
		return wait(rt.Sleep(ms))
	})
	if len(got) != 2 || !errors.Is(got[0], errBad) || !errors.Is(got[1], errMine) {
		t.Errorf("reports: %v", got)
	}
}
