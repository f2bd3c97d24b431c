package load

// This file tests which platform is found for a file.

import (
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"strings"
	"testing"
)

func TestPlatformFor(t *testing.T) {
	tests := []struct{ name, constraint, want string }{
		{"x.go", "", ""},
		{"x_windows.go", "", "windows/amd64"},
		{"x_test.go", "", ""},
		{"x_windows_test.go", "", "windows/amd64"},
		{"x_arm64.go", "", "linux/arm64"},
		{"x_windows_arm64.go", "", "windows/arm64"},
		{"x_js.go", "", "js/wasm"},
		{"x_wasm.go", "", "js/wasm"},
		{"x_wasip1.go", "", "wasip1/wasm"},
		{"x_ios.go", "", "ios/arm64"},
		{"x_android.go", "", "android/arm64"},
		{"x_aix.go", "", "aix/ppc64"},
		{"x_linux_s390x.go", "", "linux/s390x"},
		{"x_windows.go", "!windows", ""},
		{"x.go", "windows", "windows/amd64"},
		{"x.go", "!linux", "darwin/amd64"},
		{"x.go", "!unix", "windows/amd64"},
		{"x.go", "unix && !linux && !darwin", "freebsd/amd64"},
		{"x.go", "!linux && !darwin && !windows", "freebsd/amd64"},
		{"x.go", "plan9 || js", "plan9/amd64"},
		{"x.go", "!amd64 && linux", "linux/arm64"},
		{"x.go", "debug", "linux/amd64 with -tags=debug"},
		{"x.go", "a && b && !c", "linux/amd64 with -tags=a,b"},
		{"x.go", "a || b", "linux/amd64 with -tags=a"},
		{"x.go", "!cgo", "linux/amd64 with CGO_ENABLED=0"},
		{"x.go", "cgo && windows", "windows/amd64 with CGO_ENABLED=1"},
		{"x.go", "ignore", ""},
		{"x.go", "ignore || windows", "windows/amd64"},
		{"x.go", "go1.999", ""},
		{"x.go", "!go1.1", ""},
		{"x.go", "a && !a", ""},
		{"x.go", "gccgo", ""},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.constraint, func(t *testing.T) {
			text := "package x\n"
			if test.constraint != "" {
				text = "//go:build " + test.constraint + "\n\n" + text
			}
			file, err := parser.ParseFile(token.NewFileSet(), test.name, text, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			p, ok := platformFor("dir/"+test.name, file)
			if got := p.String(); ok != (test.want != "") || ok && got != test.want {
				t.Fatalf("got %q, %v, want %q", got, ok, test.want)
			}
			if !ok {
				return
			}
			// Package go/build must agree.
			ctx := build.Default
			ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = p.GOOS, p.GOARCH, p.Cgo == "1"
			ctx.BuildTags = strings.Split(p.Tags, ",")
			ctx.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
			if match, err := ctx.MatchFile("dir", test.name); !match || err != nil {
				t.Errorf("under %s it is not part of the build: %v", p, err)
			}
		})
	}
}
