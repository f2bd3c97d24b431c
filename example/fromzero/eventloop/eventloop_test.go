package main

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coroutinegen/coroutinegen/rt/rttest"
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
		task := onOwnLoop(&out)
		if took := time.Since(begun); !task.done || task.result != 12300 || took != 2100*time.Millisecond || out.String() != want {
			t.Errorf("%+v, after %v\n%s", task, took, &out)
		}
	})
}

func TestOnRt(t *testing.T) {
	loop := rttest.NewLoop(t)
	var out strings.Builder
	task := onRt(loop, &out)
	if !task.done || task.result != 12300 || loop.Time() != 2100*time.Millisecond || out.String() != want {
		t.Errorf("%+v, after %v\n%s", task, loop.Time(), &out)
	}
}
