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
doing something 0
doing something 1
doing something 2
doing something 3
doing something 4
doing something 5
doing something 6
doing something 7
doing something 8
doing something 9
 I'm finished
 SmallStep(s) Finished with result 123
 MainStep Finished with result 12300
TASK END
`

func TestOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		begun := time.Now()
		task := byTheCaller(&out)
		if !task.done || task.result != 12300 || task.err != nil || time.Since(begun) != 2*time.Second || out.String() != want {
			t.Errorf("%+v, after %v\n%s", task, time.Since(begun), &out)
		}
		task.run() // does nothing: it is done
		if out.String() != want {
			t.Errorf("once more\n%s", &out)
		}
	})
}

// A caller that comes back too early is told so.
func TestTooEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := newTask(new(strings.Builder))
		task.run()
		time.Sleep(time.Second)
		task.run()
		if !task.done || task.err == nil {
			t.Errorf("%+v", task)
		}
	})
}
