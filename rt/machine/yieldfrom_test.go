package machine_test

// This file checks YieldFrom of package annotations.

import (
	"errors"
	"fmt"
	"testing"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
)

// from returns the function that hands on the values of g between 10 and 20, with the result of g
// in its own.
func from(g generator) func(yielder) (string, error) {
	return func(y yielder) (string, error) {
		if _, err := y.Yield(10); err != nil {
			return "", err
		}
		s, err := co.YieldFrom(y, g)
		if err != nil {
			return fmt.Sprintf("inner %q", s), err
		}
		in, err := y.Yield(20)
		return fmt.Sprintf("inner %q outer %q", s, in), err
	}
}

func TestYieldFrom(t *testing.T) {
	noResult, exit, ignored := rt.ErrNoResult.Error(), rt.ErrGeneratorExit.Error(), rt.ErrIgnoredExit.Error()
	for _, test := range []struct {
		name   string
		body   func(yielder) (string, error)
		before string // for the inner generator
		script string
		want   string
		inner  string // result and string of the inner generator
	}{
		{"values and result", echo, "", "next next send:a send:end send:b result",
			`10 true; 1 true; 2 true; 20 true; 0 false; "inner \"said \\\"a\\\"\" outer \"b\"" <nil>`, `"said \"a\"" <nil>; body: closed`},
		{"throw", echo, "", "next next throw result", `10 true; 1 true; 0 false; "inner \"said\"" thrown`, `"said" thrown; body: closed`},
		{"throw handled", stubborn(1, nil), "", "next next throw next throw next result",
			`10 true; 0 true; 1 true; 2 true; 20 true; 0 false; "inner \"at last\" outer \"\"" <nil>`, `"at last" <nil>; body: closed`},
		{"close", echo, "", "next next close result", `10 true; 1 true; <nil>; "inner \"\"" ` + exit, `"said" ` + exit + `; body: closed`},
		{"close, the inner one returns", stubborn(0, nil), "", "next next close result",
			`10 true; 0 true; <nil>; "inner \"\"" ` + exit, `"at last" <nil>; body: closed`},
		{"close, the inner one fails", stubborn(0, errThrown), "", "next next close result",
			`10 true; 0 true; thrown; "inner \"\"" thrown`, `"at last" thrown; body: closed`},
		{"close ignored", stubborn(1, nil), "", "next next close result",
			`10 true; 0 true; ` + ignored + `; "inner \"\"" ` + ignored, `"" ` + noResult + `; body: suspended`},
		{"begun before", echo, "next send:a", "next next send:b send:end",
			`10 true; 3 true; 4 true; 20 true`, `"said \"a\" \"\" \"b\"" <nil>; body: closed`},
		{"ended before", echo, "next send:end", "next next next result",
			`10 true; 20 true; 0 false; "inner \"said\" outer \"\"" <nil>`, `"said" <nil>; body: closed`},
		{"closed before it began", echo, "close", "next next result",
			`10 true; 0 false; "inner \"\"" ` + exit, `"" ` + exit + `; body: closed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			inner := pullOf(t, test.body)
			steps(inner, test.before)
			outer := pullOf(t, from(inner))
			if got := steps(outer, test.script); got != test.want {
				t.Errorf("got\n%s, want\n%s", got, test.want)
			}
			if got := steps(inner, "result string"); got != test.inner {
				t.Errorf("inner: got\n%s, want\n%s", got, test.inner)
			}
		})
	}
}

func TestYieldFromPanics(t *testing.T) {
	inner := pullOf(t, func(y yielder) (string, error) {
		y.Yield(1)
		panic("bad")
	})
	outer := pullOf(t, from(inner))
	outer.Next()
	outer.Next()
	if v := panicOf(func() { outer.Next() }); v != "bad" {
		t.Errorf("panic %v", v)
	}
	again := pullOf(t, from(inner))
	again.Next()
	again.Next()
	if _, err := again.Result(); !errors.Is(err, rt.ErrNoResult) {
		t.Error(err)
	}
}

// A generator that hands on its own values panics.
func TestYieldFromItself(t *testing.T) {
	var g *sendPull
	h := pullOf(t, func(y yielder) (string, error) { return co.YieldFrom(y, generator(g)) })
	g = pullOf(t, func(y yielder) (string, error) { return co.YieldFrom(y, generator(h)) })
	wantPanic(t, func() { g.Next() }, "body is running", "its own generator")
}
