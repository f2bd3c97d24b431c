package load

// This file tests loading from memory, and through it the stubs.

import (
	"go/types"
	"strings"
	"testing"
)

func TestStubSignature(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"NoResults", "func f()", "func() rt.Coroutine[rt.Void]"},
		{"ErrorOnly", "func f() error", "func() rt.Coroutine[rt.Void]"},
		{"Value", "func f(a, b int) string", "func(a, b int) rt.Coroutine[string]"},
		{"ValueAndError", "func f() (n int, err error)", "func() rt.Coroutine[int]"},
		{"Two", "func f() (a, b int, err error)", "func() rt.Coroutine[rt.Two[int, int]]"},
		{"ThreeWithoutError", "func f() (int, string, T)", "func() rt.Coroutine[rt.Three[int, string, test.T]]"},
		{"Variadic", "func f(xs ...int) error", "func(xs ...int) rt.Coroutine[rt.Void]"},
		{"Method", "func (t *T) f(int) error", "func(int) rt.Coroutine[rt.Void]"},
		{"AliasOfError", "func f() (int, E)", "func() rt.Coroutine[int]"},
		{"Imported", "func f(d time.Duration) (time.Time, error)", "func(d time.Duration) rt.Coroutine[time.Time]"},
		{"ParameterHidesType", "func f(time, T int) error", "func(time int, T int) rt.Coroutine[rt.Void]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pkgs, diags := FromSource(map[string]string{"in.go": "package p\nimport \"time\"\ntype E = error\ntype T struct{}\nvar _ time.Time\n" +
				"//coroutine:async\n" + test.src + " { panic(0) }\n"})
			if err := diags.Err(); err != nil {
				t.Fatal(err)
			}
			f := pkgs[0].Async[0]
			if f.Stub == nil {
				t.Fatal("no stub")
			}
			got := types.TypeString(f.Stub.Signature(), (*types.Package).Name)
			got, want := strings.ReplaceAll(got, "p.T", "test.T"), strings.ReplaceAll(test.want, "a, b int", "a int, b int")
			if got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if pkgs[0].FuncOf(f.Stub) != f {
				t.Error("FuncOf(stub) is not the function")
			}
		})
	}
}

func TestErrorHidden(t *testing.T) {
	pkgs, diags := FromSource(map[string]string{"in.go": "package p\ntype error int\n//coroutine:async\nfunc f() error { return 0 }\n"})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	got := types.TypeString(pkgs[0].Async[0].Stub.Signature(), (*types.Package).Name)
	if want := "func() rt.Coroutine[p.error]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAcrossPackages(t *testing.T) {
	pkgs, diags := FromSource(map[string]string{
		"in.go":  "package main\nimport \"test/b\"\nfunc main() { _ = b.FooAsync(1) }\n",
		"b/b.go": "package b\n//coroutine:async\nfunc Foo(n int) (string, error) { return \"\", nil }\n",
	})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	if len(pkgs) != 2 || pkgs[0].Path != "test" || pkgs[1].Path != "test/b" {
		t.Fatalf("got %v", pkgs)
	}
	for id, obj := range pkgs[0].Info.Uses {
		if id.Name == "FooAsync" {
			if f := pkgs[0].FuncOf(obj.(*types.Func)); f != pkgs[1].Async[0] {
				t.Errorf("FuncOf = %v, want %v", f, pkgs[1].Async[0])
			}
			return
		}
	}
	t.Error("no use of FooAsync")
}

func TestNameTaken(t *testing.T) {
	pkgs, diags := FromSource(map[string]string{"in.go": `package p
type T struct{ gAsync int }
type A = T
//coroutine:async
func f() {}
func fAsync() {}
//coroutine:async
func (T) g() {}
//coroutine:async
func (A) h() {}
func (T) hAsync() {}
`})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	for _, f := range pkgs[0].Async {
		if f.Stub != nil {
			t.Errorf("%s has a stub although the name is taken", f.Name())
		}
	}
}

func TestRealErrorsOnly(t *testing.T) {
	_, diags := FromSource(map[string]string{"in.go": `package p
import "fmt"
import "nosuch/package"
//coroutine:async
func f(x Missing) int { return "no" }
func g() { f(); fAsync() }
`})
	diags.Sort()
	var got []string
	for _, d := range diags {
		got = append(got, d.Error())
	}
	want := []string{
		`in.go:2:8: "fmt" imported and not used [DoesNotCompile]`,
		`in.go:3:8: could not import nosuch/package (package nosuch/package is not in std (`,
		`in.go:5:10: undefined: Missing [DoesNotCompile]`,
		`in.go:5:32: cannot use "no" (untyped string constant) as int value in return statement [DoesNotCompile]`,
		`in.go:6:14: not enough arguments in call to f`,
		`in.go:6:24: not enough arguments in call to fAsync`,
	}
	if len(got) != len(want) {
		t.Fatalf("got\n%s", strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}
