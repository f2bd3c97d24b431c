package load

// This file tests that stubs have the types of their source, whatever its layout.

import (
	"go/types"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/gen/internal/marker"
)

// layouts are declarations whose text cannot simply be copied to another place.
var layouts = []struct{ name, src string }{
	{"Instance", "func F[T Cmp[T]](a, b T) T"},
	{"InstanceOfTwo", "func F[K comparable, V Pair[K, V]](k K, v V) (K, V, error)"},
	{"Comment", "func F[\n\tT any, // what it is of\n](x T) error"},
	{"CommentWithoutComma", "func F[T any /* ] */](x T) error"},
	{"Pointer", "func F[T *int,](x T) T"},
	{"PointerToParameter", "func F[E any, P *E](x P) E"},
	{"TypeSet", "func F[\n\tT interface {\n\t\t~[]int | ~[]string // slices\n\t},\n](x T) T"},
	{"Blank", "func F[_ any, T any](x T) T"},
	{"Parameters", "func F(\n\ta /* , */ int, // first\n\tb ...string, // and the others\n) (\n\tn int, // how many\n\terr error, // or why not\n)"},
	{"Struct", "func F(s struct {\n\tA int `json:\"a\"` // of A\n\tB func(\n\t\tint, // x\n\t)\n}) struct{ C int }"},
	{"Interface", "func F(i interface {\n\tM() // does M\n\tinterface{ N(\n\t) }\n}) error"},
	{"Length", "func F(a [len(\"](//\")]int, b [unsafe.Sizeof(func(x int) int {\n\treturn x // a local\n})]int) error"},
	{"Parentheses", "func F[T any](x (T)) ((T))"},
	{"Semicolons", "func F(f func(/* x\n*/), c chan<- (<-chan int), m map[string /* k */]int) (func(), error)"},
	{"Raw", "func F(s struct{ A int `\n//` }) error"},
	{"Method", "func (h *Heap[T]) F(x T, less func(a, b T) bool) (T, error)"},
	{"MethodByOtherName", "func (h Heap[E]) F(x E) E"},
	{"MethodOfComment", "func (l *List[K, V]) F(k K) (V, error)"},
	{"MethodOfBlank", "func (l *List[_, V]) F() V"},
	{"MethodWithParentheses", "func (l *(List[K, V])) F(k K) (V, error)"},
}

const layoutTypes = `package p

import "unsafe"

var _ unsafe.Pointer

type Cmp[T any] interface{ Compare(T) int }

type Pair[K comparable, V any] interface {
	Key() K
	Value() V
}

type Heap[T Cmp[T]] struct{ s []T }

type List[
	K comparable, // the keys
	V any, // the values
] map[K]V
`

func TestStubLayouts(t *testing.T) {
	for _, test := range layouts {
		t.Run(test.name, func(t *testing.T) {
			stubLayout(t, layoutTypes+"\n//coroutine:async\n"+test.src+" { panic(0) }\n")
		})
	}
}

// stubLayout tests the stub of the async function in src.
func stubLayout(t *testing.T, src string) {
	t.Helper()
	pkgs, diags := FromSource(map[string]string{"in.go": src})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	for _, err := range pkgs[0].StubErrors {
		t.Error(err)
	}
	f := pkgs[0].Async[0]
	if f.Stub == nil {
		t.Fatal("no stub")
	}
	if got, want := inputsOf(f.Stub), inputsOf(f.Obj); got != want {
		t.Errorf("the stub takes    %s\nits function does %s", got, want)
	}
	frame := marker.Frame(f.Stub)
	if (frame == nil) != (f.Frame == "") {
		t.Fatalf("the frame is %v, it should be %q", frame, f.Frame)
	}
	if frame == nil {
		return
	}
	generic, ok := frame.Type().(*types.Named)
	if !ok {
		t.Fatalf("the frame is %v", frame)
	}
	var got []string
	for p := range generic.TypeParams().TypeParams() {
		got = append(got, p.String()+" "+p.Constraint().String())
	}
	var want []string
	sig := f.Obj.Signature()
	for _, list := range []*types.TypeParamList{sig.RecvTypeParams(), sig.TypeParams()} {
		for p := range list.TypeParams() {
			want = append(want, p.String()+" "+p.Constraint().String())
		}
	}
	if got, want := strings.Join(got, ", "), strings.Join(want, ", "); got != want {
		t.Errorf("the frame is of %s\nits function is %s", got, want)
	}
}

// inputsOf returns the signature of fn without its results.
func inputsOf(fn *types.Func) string {
	sig := fn.Signature()
	var params []string
	for p := range sig.TypeParams().TypeParams() {
		params = append(params, p.String()+" "+p.Constraint().String())
	}
	text := "[" + strings.Join(params, ", ") + "]" + types.NewSignatureType(nil, nil, nil, sig.Params(), nil, sig.Variadic()).String()
	if recv := sig.Recv(); recv != nil {
		text = recv.Type().String() + " " + text
	}
	return text
}
