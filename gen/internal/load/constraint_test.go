package load

// This file tests which constraint a generated file inherits.

import (
	"go/parser"
	"go/token"
	"testing"
)

func TestBuildLine(t *testing.T) {
	tests := []struct{ path, line, want string }{
		{"a.go", "", ""},
		{"a_b.go", "", ""},
		{"linux.go", "", ""},
		{"a_linux.go", "", "//go:build linux"},
		{"a_amd64.go", "", "//go:build amd64"},
		{"a_linux_arm64.go", "", "//go:build linux && arm64"},
		{"a_windows_linux.go", "", "//go:build linux"},
		{"a_amd64_linux.go", "", "//go:build linux"},
		{"a_unix.go", "", ""},
		{"a_test.go", "", ""},
		{"linux_test.go", "", ""},
		{"a_linux_test.go", "", "//go:build linux"},
		{"a_linux_arm64_test.go", "", "//go:build linux && arm64"},
		{"a_test_linux.go", "", "//go:build linux"},
		{"a.go", "//go:build go1.21", "//go:build go1.21"},
		{"a_linux.go", "//go:build cgo || go1.21", "//go:build linux && (cgo || go1.21)"},
	}
	for _, test := range tests {
		syntax, err := parser.ParseFile(token.NewFileSet(), test.path, test.line+"\n\npackage a\n\n//go:build never\n", parseMode)
		if err != nil {
			t.Fatal(err)
		}
		f := &File{Path: test.path, Syntax: syntax}
		if got := f.BuildLine(); got != test.want {
			t.Errorf("%s with %q: got %q, want %q", test.path, test.line, got, test.want)
		}
	}
}
