package machine_test

// This file checks what callers see of a generator that takes values and errors, when its
// function runs as it is.

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

type (
	yielder   = rt.Yielder[int, string]
	sendPull  = machine.SendPull[int, string, string]
	generator = rt.SendGenerator[int, string, string]
)

var errThrown = errors.New("thrown")

// pullOf returns the generator of body. The test closes it at its end.
func pullOf(t *testing.T, body func(y yielder) (string, error)) *sendPull {
	testbed.Clean(t)
	g := machine.NewSendPull("body", body)
	t.Cleanup(func() {
		for range 5 {
			if strings.HasSuffix(g.String(), "suspended") {
				g.Close()
			}
		}
	})
	return &g
}

// echo yields 1, 2, 3 and so on, and returns what it was sent.
func echo(y yielder) (string, error) {
	said := "said"
	for i := 1; ; i++ {
		in, err := y.Yield(i)
		if err != nil {
			return said, err
		}
		if in == "end" {
			return said, nil
		}
		said += fmt.Sprintf(" %q", in)
	}
}

// stubborn yields when it is closed n times, and then returns err.
func stubborn(n int, err error) func(yielder) (string, error) {
	return func(y yielder) (string, error) {
		for i := 0; ; i++ {
			if _, e := y.Yield(i); e != nil {
				if n == 0 {
					return "at last", err
				}
				n--
			}
		}
	}
}

// steps calls the methods of g that the words of script name, and returns what each returns.
func steps(g generator, script string) string {
	var got trace
	for op := range strings.FieldsSeq(script) {
		word, arg, _ := strings.Cut(op, ":")
		switch word {
		case "next":
			v, ok := g.Next()
			got.add("%d %v", v, ok)
		case "send":
			v, ok := g.Send(arg)
			got.add("%d %v", v, ok)
		case "throw":
			v, ok := g.Throw(errThrown)
			got.add("%d %v", v, ok)
		case "close":
			got.add("%v", g.Close())
		case "result":
			v, err := g.Result()
			got.add("%q %v", v, err)
		case "string":
			got.add("%v", g)
		}
	}
	return strings.Join(got, "; ")
}

func TestSendPull(t *testing.T) {
	errFailed := errors.New("failed")
	wrapped := fmt.Errorf("wrapped: %w", rt.ErrGeneratorExit)
	for _, test := range []struct {
		name   string
		body   func(yielder) (string, error)
		script string
		want   string
	}{
		{"next, send, result", echo, "string result next string send:a next send:end result string next send:b throw close result",
			`body: created; "" ` + rt.ErrNoResult.Error() + `; 1 true; body: suspended; 2 true; 3 true; 0 false; "said \"a\" \"\"" <nil>; body: closed; 0 false; 0 false; 0 false; <nil>; "said \"a\" \"\"" <nil>`},
		{"throw", echo, "next send:a throw result", `1 true; 2 true; 0 false; "said \"a\"" thrown`},
		{"throw handled", stubborn(1, nil), "next throw next close result", `0 true; 1 true; 2 true; <nil>; "at last" <nil>`},
		{"throw before it begins", echo, "throw result next close", `0 false; "" thrown; 0 false; <nil>`},
		{"close", echo, "next close result string", `1 true; <nil>; "said" ` + rt.ErrGeneratorExit.Error() + `; body: closed`},
		{"close before it begins", echo, "close result next send:a close", `<nil>; "" ` + rt.ErrGeneratorExit.Error() + `; 0 false; 0 false; <nil>`},
		{"close fails", stubborn(0, errFailed), "next close result close", `0 true; failed; "at last" failed; <nil>`},
		{"close with a wrapped error", stubborn(0, wrapped), "next close result", `0 true; <nil>; "at last" ` + wrapped.Error()},
		{"close ignored", stubborn(2, nil), "next close string result next close close result",
			`0 true; ` + rt.ErrIgnoredExit.Error() + `; body: suspended; "" ` + rt.ErrNoResult.Error() + `; 2 true; ` + rt.ErrIgnoredExit.Error() + `; <nil>; "at last" <nil>`},
		{"close with a joined error", stubborn(0, errors.Join(rt.ErrGeneratorExit, errFailed)), "next close", "0 true; " + errors.Join(rt.ErrGeneratorExit, errFailed).Error()},
		{"close with the exit joined twice", stubborn(0, errors.Join(rt.ErrGeneratorExit, wrapped)), "next close", "0 true; <nil>"},
		{"no yield", func(yielder) (string, error) { return "result", errFailed }, "next result", `0 false; "result" failed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := steps(pullOf(t, test.body), test.script); got != test.want {
				t.Errorf("got\n%s, want\n%s", got, test.want)
			}
		})
	}
}

func TestSendPullAll(t *testing.T) {
	g := pullOf(t, echo)
	for range 2 {
		for v := range g.All() {
			if v%3 == 0 {
				break
			}
		}
	}
	if got, want := steps(g, "next close"), "7 true; <nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for v := range g.All() {
		t.Errorf("got %d after the end", v)
	}
	if line, on := g.Where(); line != "" || on != nil {
		t.Errorf("got %q, %v", line, on)
	}
}

func TestSendPullMisused(t *testing.T) {
	g := pullOf(t, echo)
	wantPanic(t, func() { g.Send("a") }, "body has not begun", "call Next first")
	wantPanic(t, func() { g.Throw(nil) }, "Throw(nil)")
	if got, want := steps(g, "next close"), "1 true; <nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantPanic(t, func() { g.Throw(nil) }, "Throw(nil)")
}

func TestSendPullReentered(t *testing.T) {
	var g *sendPull
	ops := map[string]func(){
		"Next":  func() { g.Next() },
		"Send":  func() { g.Send("") },
		"Throw": func() { g.Throw(errThrown) },
		"Close": func() { g.Close() },
	}
	g = pullOf(t, func(y yielder) (string, error) {
		defer func() {
			for name, op := range ops {
				wantPanic(t, op, "body is running, and calls a method of its own generator")
				if got, want := steps(g, "string result"), `body: running; "" `+rt.ErrNoResult.Error(); got != want {
					t.Errorf("after %s: got %s, want %s", name, got, want)
				}
			}
		}()
		return "", errors.Join(second(y.Yield(1)), second(y.Yield(2)))
	})
	if got, want := steps(g, "next next next"), "1 true; 2 true; 0 false"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func second[T any](_ T, err error) error { return err }

// A panic and a Goexit of the function reach the caller, whichever method it calls.
func TestSendPullPanics(t *testing.T) {
	ops := map[string]func(g *sendPull){
		"next":  func(g *sendPull) { g.Next() },
		"send":  func(g *sendPull) { g.Send("a") },
		"throw": func(g *sendPull) { g.Throw(errThrown) },
		"close": func(g *sendPull) { g.Close() },
	}
	ends := map[string]func(){
		"panic":                 func() { panic("bad") },
		"exit":                  runtime.Goexit,
		"panic after exit":      func() { defer func() { panic("bad") }(); runtime.Goexit() },
		"exit after panic":      func() { defer runtime.Goexit(); panic("bad") },
		"recovered while exits": func() { defer func() { defer func() { recover() }(); panic("bad") }(); runtime.Goexit() },
	}
	for op, call := range ops {
		for end, do := range ends {
			t.Run(op+" "+end, func(t *testing.T) {
				g := pullOf(t, func(y yielder) (string, error) {
					y.Yield(1)
					do()
					return "never", nil
				})
				g.Next()
				var got any
				returned := onGoroutine(func() {
					func() {
						defer func() { got = recover() }()
						call(g)
					}()
				})
				want := any(nil)
				if strings.HasPrefix(end, "panic") {
					want = "bad"
				}
				if exits := end != "panic"; returned == exits || got != want {
					t.Errorf("returned: %v, panic %v", returned, got)
				}
				if got, want := steps(g, "string next result close"), `body: closed; 0 false; "" `+rt.ErrNoResult.Error()+`; <nil>`; got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// A Yielder is good for its own run of the function only.
func TestYielderMisused(t *testing.T) {
	var y, other yielder
	g := pullOf(t, func(own yielder) (string, error) {
		y = own
		own.Yield(1)
		if returned := onGoroutine(func() { wantPanic(t, func() { own.Yield(2) }, "another goroutine", "of body") }); !returned {
			t.Error("a panic was not recovered")
		}
		inner := pullOf(t, func(own yielder) (string, error) {
			wantPanic(t, func() { y.Yield(2) }, "another generator", "of body")
			own.Yield(3)
			return "", nil
		})
		inner.Next()
		inner.Close()
		return "", second(own.Yield(4))
	})
	g.Next()
	h := pullOf(t, func(own yielder) (string, error) {
		other = own
		wantPanic(t, func() { y.Yield(2) }, "body is suspended")
		panic("bad")
	})
	if v := panicOf(func() { h.Next() }); v != "bad" {
		t.Error(v)
	}
	wantPanic(t, func() { other.Yield(2) }, "body has ended")
	wantPanic(t, func() { y.Yield(2) }, "body is suspended")
	if got, want := steps(g, "next close"), "4 true; <nil>"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wantPanic(t, func() { y.Yield(2) }, "body has ended")
}

// RunSendSource runs the function in a build from source, and does nothing in others.
func TestSendSource(t *testing.T) {
	testbed.Clean(t)
	g := machine.RunSendSource("body", echo)
	v, ok := g.Next()
	if ok != machine.FromSource || ok != (v == 1) {
		t.Error(v, ok)
	}
	if !machine.FromSource {
		v, ok := g.Send("a")
		if w, thrown := g.Throw(errThrown); v+w != 0 || ok || thrown {
			t.Error(v, w, ok, thrown)
		}
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	result, err := g.Result()
	if (result == "said") != machine.FromSource || (g.String() == "") == machine.FromSource {
		t.Errorf("%q %v %q", result, err, g)
	}
}
