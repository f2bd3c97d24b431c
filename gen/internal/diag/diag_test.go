package diag

// This file tests how diagnostics are sorted, merged and printed.

import (
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

func at(file string, line, col int) token.Position {
	return token.Position{Filename: filepath.FromSlash(file), Line: line, Column: col}
}

func TestPrint(t *testing.T) {
	var l List
	l.Add(
		Diagnostic{Pos: at("/w/b.go", 3, 1), Code: AwaitInGo, Message: "second", Remedy: "do\nthis"},
		Diagnostic{Pos: at("/w/sub/a.go", 10, 2), Code: MissingBody, Message: "last"},
		Diagnostic{Pos: at("/w/b.go", 2, 9), Code: DoesNotCompile, Message: "first", Related: []Related{{at("/elsewhere/x.go", 1, 1), "other"}}},
		Diagnostic{Pos: at("/w/b.go", 3, 1), Code: AwaitInGo, Message: "second, said again"},
		Diagnostic{Code: DoesNotCompile, Message: "nowhere"},
		Diagnostic{Code: DoesNotCompile, Message: "nowhere either"},
	)
	var b strings.Builder
	if err := l.Print(&b, "/w"); err != nil {
		t.Fatal(err)
	}
	want := `nowhere [DoesNotCompile]
nowhere either [DoesNotCompile]
./b.go:2:9: first [DoesNotCompile]
	/elsewhere/x.go:1:1: other
./b.go:3:1: second [AwaitInGo]
	do
	this
./sub/a.go:10:2: last [MissingBody]
`
	if got := filepath.ToSlash(b.String()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestErr(t *testing.T) {
	if err := (List)(nil).Err(); err != nil {
		t.Errorf("an empty list is the error %v", err)
	}
	if err := (List{{Message: "x"}}).Err(); err == nil || err.Error() != "x" {
		t.Errorf("got %v", err)
	}
}

func TestParsePosition(t *testing.T) {
	tests := []struct {
		text string
		want token.Position
	}{
		{"a.go:3:4", at("a.go", 3, 4)},
		{"a.go:3", at("a.go", 3, 0)},
		{"a.go", at("a.go", 0, 0)},
		{`C:\x\a.go:3:4`, token.Position{Filename: `C:\x\a.go`, Line: 3, Column: 4}},
		{"-", token.Position{}},
		{"", token.Position{}},
	}
	for _, test := range tests {
		if got := ParsePosition(test.text); got != test.want {
			t.Errorf("ParsePosition(%q) = %+v, want %+v", test.text, got, test.want)
		}
	}
}
