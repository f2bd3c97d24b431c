package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The output is that of Python 3.11.7 for each number that randint may return. With 2 or 3 the
// page's loop stops before the task has ended.
func TestOutput(t *testing.T) {
	const begin = `TASK BEGIN...
 MainStep...
 SmallStep(s)...
`
	const end = ` SmallStep(s) Finished with result 1
 MainStep Finished with result 100
TASK END
`
	for delay, want := range map[time.Duration]string{time.Second: begin + end, 2 * time.Second: begin, 3 * time.Second: begin} {
		synctest.Test(t, func(t *testing.T) {
			var out strings.Builder
			begun := time.Now()
			task := run(&out, delay, 1100*time.Millisecond)
			if took := time.Since(begun); task.done != (delay == time.Second) || task.err != nil || took != 1100*time.Millisecond || out.String() != want {
				t.Errorf("%+v, after %v\n%s", task, took, &out)
			}
		})
	}
}
