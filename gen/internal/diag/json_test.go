package diag

// This file tests the form of diagnostics for programs, which must stay as it is.

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestPrintJSON(t *testing.T) {
	if filepath.Separator == '\\' {
		t.Skip("names like /w/b.go are not absolute here")
	}
	var l List
	l.Add(
		Diagnostic{Pos: at("/w/b.go", 3, 1), End: at("/w/b.go", 3, 9), Code: AwaitInGo, Message: `a "second" <one>`, Remedy: "do\nthis",
			Related: []Related{{at("/elsewhere/x.go", 1, 1), "other"}}},
		Diagnostic{Pos: at("a.go", 10, 0), Code: DoesNotCompile, Message: "first"},
		Diagnostic{Message: "nowhere"},
	)
	var b strings.Builder
	if err := l.PrintJSON(&b, "/w"); err != nil {
		t.Fatal(err)
	}
	want := `{"code":"","severity":"error","location":{"file":"","line":0,"column":0},"end":{"file":"","line":0,"column":0},"message":"nowhere"}
{"code":"AwaitInGo","severity":"error","location":{"file":"/w/b.go","line":3,"column":1},"end":{"file":"/w/b.go","line":3,"column":9},"message":"a \"second\" <one>","remedy":"do\nthis","related":[{"location":{"file":"/elsewhere/x.go","line":1,"column":1},"end":{"file":"","line":0,"column":0},"message":"other"}]}
{"code":"DoesNotCompile","severity":"error","location":{"file":"/w/a.go","line":10,"column":0},"end":{"file":"","line":0,"column":0},"message":"first"}
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A writer that fails, as a pipe that nobody reads any more, ends the printing.
func TestPrintFails(t *testing.T) {
	l := List{{Message: "a"}, {Message: "b"}}
	for name, print := range map[string]func(w *failing) error{
		"Print":        func(w *failing) error { return l.Print(w, "") },
		"PrintColours": func(w *failing) error { return l.PrintColours(w, "") },
		"PrintJSON":    func(w *failing) error { return l.PrintJSON(w, "") },
	} {
		w := new(failing)
		if err := print(w); !errors.Is(err, errFull) || w.calls != 1 {
			t.Errorf("%s: %v after %d calls", name, err, w.calls)
		}
	}
}

func TestPrintColours(t *testing.T) {
	l := List{{Pos: at("b.go", 3, 1), Code: AwaitInGo, Message: "message", Remedy: "remedy", Related: []Related{{at("x.go", 1, 1), "other"}}}}
	var b strings.Builder
	if err := l.PrintColours(&b, ""); err != nil {
		t.Fatal(err)
	}
	want := "\x1b[1mb.go:3:1:\x1b[0m message \x1b[36m[AwaitInGo]\x1b[0m\n\t\x1b[1mx.go:1:1:\x1b[0m other\n\tremedy\n"
	if got := b.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

var errFull = errors.New("full")

type failing struct{ calls int }

func (f *failing) Write([]byte) (int, error) {
	f.calls++
	return 0, errFull
}
