package machine_test

// This file runs random generators of which it is known what they do in Python: see
// testdata/generators.py.

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// A pythonCase is a generator, what its caller does, and what happens in Python.
type pythonCase struct {
	Program []pythonStatement
	Script  string
	Trace   []string
}

type pythonStatement struct {
	Op string            // yield, from, return or raise
	V  int               // what is yielded, returned or raised
	P  []pythonStatement // the generator to delegate to
	H  string            // what to do about an error: pass, swallow, replace, yield or return
}

// A pythonRun is one run of a case.
type pythonRun struct {
	said trace         // since the last step
	all  []*pythonPull // with the inner ones
}

type pythonPull = machine.SendPull[int, int, int]

func (r *pythonRun) pull(statements []pythonStatement) *pythonPull {
	g := machine.NewSendPull("run", func(y rt.Yielder[int, int]) (int, error) { return r.run(statements, y) })
	r.all = append(r.all, &g)
	return &g
}

// run is the generator.
func (r *pythonRun) run(statements []pythonStatement, y rt.Yielder[int, int]) (total int, err error) {
	defer r.said.add("finally")
	for _, s := range statements {
		var got int
		var err error
		switch s.Op {
		case "return":
			return s.V, nil
		case "raise":
			return 0, fmt.Errorf("raised %d", s.V)
		case "yield":
			got, err = y.Yield(s.V)
		case "from":
			got, err = co.YieldFrom(y, r.pull(s.P))
		}
		if err == nil {
			r.said.add("got %d", got)
			total += got
			continue
		}
		r.said.add("caught %s", pythonText(err))
		switch s.H {
		case "pass":
			return 0, err
		case "replace":
			return 0, errors.New("replaced")
		case "return":
			return 7, nil
		case "yield":
			if got, err = y.Yield(100); err != nil {
				return 0, err
			}
			r.said.add("then %d", got)
		}
	}
	return total, nil
}

func pythonText(err error) string {
	switch err {
	case nil:
		return "nil"
	case rt.ErrGeneratorExit:
		return "exit"
	case rt.ErrIgnoredExit:
		return "ignored"
	}
	return err.Error()
}

// drive returns the trace of a script.
func (r *pythonRun) drive(g *pythonPull, script string) (lines []string) {
	begun := false
	for i, op := range script {
		var v int
		var ok bool
		seen := ""
		switch op {
		case 'n':
			v, ok = g.Next()
		case 's':
			if panicOf(func() { v, ok = g.Send(10 * i) }) != nil && !begun {
				seen = "not begun"
			}
		case 't':
			v, ok = g.Throw(errThrown)
		case 'x':
			v, ok = g.Throw(rt.ErrGeneratorExit)
		case 'c':
			seen = pythonText(g.Close())
		}
		begun = begun || op != 's'
		if seen == "" {
			seen = fmt.Sprint(v, ok)
		}
		result := "none"
		if v, err := g.Result(); err == nil {
			result = fmt.Sprint(v)
		} else if err != rt.ErrNoResult {
			result = pythonText(err)
		}
		lines = append(lines, fmt.Sprintf("%c %s, %s, %s", op, seen, strings.Join(r.said, "; "), result))
		r.said = nil
	}
	return lines
}

// end ends all generators. Each may yield when it is closed, but not often.
func (r *pythonRun) end(t *testing.T) {
	for _, g := range slices.Backward(r.all) {
		for range 20 {
			g.Close()
		}
		if strings.HasSuffix(g.String(), "suspended") {
			t.Error("a generator does not end")
		}
	}
}

func TestGeneratorsOfPython(t *testing.T) {
	testbed.Clean(t)
	text, err := os.ReadFile("testdata/generators.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []pythonCase
	if err := json.Unmarshal(text, &cases); err != nil || len(cases) < 200 {
		t.Fatal(len(cases), err)
	}
	for i, c := range cases {
		r := new(pythonRun)
		if got := r.drive(r.pull(c.Program), c.Script); !slices.Equal(got, c.Trace) {
			t.Errorf("case %d: %+v: got\n\t%s\nin Python\n\t%s", i, c.Program, strings.Join(got, "\n\t"), strings.Join(c.Trace, "\n\t"))
		}
		r.end(t)
	}
}
