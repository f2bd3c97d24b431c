package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The output of the page's program in Python 3.11.7.
const want = `TASK BEGIN...
 MainStep...
 SmallStep(s)...
 I'm finished
 SmallStep(s) Finished with result 123
 MainStep Finished with result 12300
TASK END
`

func TestOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		begun := time.Now()
		result, err := newTask(&out).run()
		if result != 12300 || err != nil || time.Since(begun) != 2*time.Second || out.String() != want {
			t.Errorf("%d, %v, after %v\n%s", result, err, time.Since(begun), &out)
		}
	})
}
