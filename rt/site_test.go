package rt_test

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// A module whose path has no dot is not taken for the standard library. That would hide the
// place where the module wrote. With -trimpath nothing distinguishes the two.
func TestIsStandard(t *testing.T) {
	testbed.Clean(t)
	pc := reflect.ValueOf(fmt.Fprintf).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	trimmed := file == "fmt/print.go"
	_, here, _, _ := runtime.Caller(0)
	for _, test := range []struct {
		function, file string
		want           bool
	}{
		{"fmt.Fprintf", file, true},
		{"app/server.serve", here, trimmed},
		{"app.(*Server).Serve", here, trimmed},
		{"main.main", here, false},
		{"example.com/app.serve", here, false},
	} {
		if got := rt.IsStandard(runtime.Frame{Function: test.function, File: test.file}); got != test.want {
			t.Errorf("IsStandard(%s) is %v", test.function, got)
		}
	}
}
