package observe_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime/pprof"
	"runtime/trace"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/observe"
)

func TestMain(m *testing.M) { testbed.Main(m) }

var async = testbed.Do

func TestLogHandler(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(observe.LogHandler(slog.NewTextHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	l := testbed.NewLoop(t)
	log.Info("outside")
	l.CallSoon(func() { log.Info("in a callback") })
	task := rt.Start(l, async(func() error {
		log.With("key", "value").WithGroup("group").With("a", 1, "b", 2).WithGroup("inner").Info("inside", "c", 3)
		if log.Enabled(context.Background(), slog.LevelDebug) {
			return errors.New("debug records are enabled")
		}
		return nil
	}))
	task.SetName("worker")
	if _, err := rt.RunUntilComplete(l, task); err != nil {
		t.Error(err)
	}
	want := `level=INFO msg=outside
level=INFO msg="in a callback"
level=INFO msg=inside key=value task=worker group.a=1 group.b=2 group.inner.c=3
`
	if out.String() != want {
		t.Errorf("got:\n%swant:\n%s", &out, want)
	}
}

// A machine is a coroutine that runs its steps on the goroutine of the loop.
type machine struct{ steps []func() }

func (m *machine) Poll(t *rt.Task) (_ rt.Void, err error, ready bool) {
	step := m.steps[0]
	m.steps = m.steps[1:]
	step()
	if len(m.steps) > 0 {
		t.Wake()
		return rt.Void{}, nil, false
	}
	return rt.Void{}, nil, true
}

func (m *machine) Awaitable() rt.Awaitable[rt.Void] { return m }

// current returns the label of the calling goroutine. It takes a profile to find it.
func current(t *testing.T) string {
	var out bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&out, 1); err != nil {
		t.Error(err)
	}
	for record := range strings.SplitSeq(out.String(), "\n\n") {
		if strings.Contains(record, "observe_test.current") {
			_, labels, _ := strings.Cut(record, "# labels: ")
			line, _, _ := strings.Cut(labels, "\n")
			return line
		}
	}
	return "not found"
}

func TestProfile(t *testing.T) {
	l := testbed.NewLoop(t, rt.WithObserver(observe.Profile()))
	var got []string
	note := func() { got = append(got, current(t)) }
	inner := &machine{steps: []func(){note}}
	outer := &machine{}
	task := rt.Start(l, outer)
	task.SetName("outer")
	outer.steps = []func(){
		note,
		func() { task.SetName("renamed") },
		func() {
			note()
			rt.SpawnEager(&task.Task, inner)
			note()
		},
	}
	if _, err := rt.RunUntilComplete(l, task); err != nil {
		t.Error(err)
	}
	l.CallSoon(note)
	l.CallSoon(l.Stop)
	if err := l.RunForever(); err != nil {
		t.Error(err)
	}
	got = append(got, current(t))
	want := []string{`{"task":"outer"}`, `{"task":"renamed"}`, `{"task":"task-3"}`, `{"task":"renamed"}`, "", ""}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("labels are %q, want %q", got, want)
	}
}

func TestTrace(t *testing.T) {
	l := testbed.NewLoop(t, rt.WithObserver(observe.Trace()))
	run := func() {
		task := rt.Start(l, rt.Yield())
		task.SetName("a task to look for")
		l.CallSoon(func() {})
		if _, err := rt.RunUntilComplete(l, task); err != nil {
			t.Error(err)
		}
	}
	run() // without a trace
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err)
	}
	run()
	trace.Stop()
	run()
	if !bytes.Contains(out.Bytes(), []byte("a task to look for")) {
		t.Error("the trace does not have the name of the task")
	}
}
