package main

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/pyrandom"
	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// counted returns a program whose items are 1, 2, 3...
func counted(out *strings.Builder) *program {
	n := uint64(0)
	return &program{w: out, random: pyrandom.Seed(444), urandom: func(b []byte) {
		n++
		copy(b, binary.BigEndian.AppendUint64(nil, n)[8-len(b):])
	}}
}

// The output of python async_queue.py -p 2 -c 4 in Python 3.11.7, on a clock that begins at 0, with
// os.urandom that counts.
func TestOutput(t *testing.T) {
	const want = "\033[31mProducer 0 sleeping for 4 seconds.\033[0m\n" +
		"\033[31mConsumer 0 sleeping for 4 seconds.\033[0m\n" +
		"\033[31mConsumer 1 sleeping for 7 seconds.\033[0m\n" +
		"\033[31mConsumer 2 sleeping for 4 seconds.\033[0m\n" +
		"\033[31mConsumer 3 sleeping for 4 seconds.\033[0m\n" +
		"\033[32mProducer 0 added <0000000001> to queue.\033[0m\n" +
		"\033[31mProducer 0 sleeping for 8 seconds.\033[0m\n" +
		"\033[36mConsumer 0 got element <0000000001> in 0.00000 seconds.\033[0m\n" +
		"\033[31mConsumer 0 sleeping for 10 seconds.\033[0m\n" +
		"\033[32mProducer 0 added <0000000002> to queue.\033[0m\n" +
		"\033[31mProducer 0 sleeping for 7 seconds.\033[0m\n" +
		"\033[36mConsumer 2 got element <0000000002> in 0.00000 seconds.\033[0m\n" +
		"\033[31mConsumer 2 sleeping for 8 seconds.\033[0m\n" +
		"\033[32mProducer 0 added <0000000003> to queue.\033[0m\n" +
		"\033[31mProducer 0 sleeping for 4 seconds.\033[0m\n" +
		"\033[36mConsumer 3 got element <0000000003> in 0.00000 seconds.\033[0m\n" +
		"\033[31mConsumer 3 sleeping for 7 seconds.\033[0m\n" +
		"\033[32mProducer 0 added <0000000004> to queue.\033[0m\n" +
		"\033[36mConsumer 1 got element <0000000004> in 0.00000 seconds.\033[0m\n" +
		"\033[31mConsumer 1 sleeping for 1 seconds.\033[0m\n" +
		"\033[34mProgram Start Time: 0.0\n" +
		"Program End Time: 23.0\n" +
		"Program Execution Time: 23.00 seconds.\033[0m\n"
	loop, _ := inorder.Loop(t)
	defer loop.Close() // ends the consumers that are cancelled, as asyncio.run does
	var out strings.Builder
	if _, err := rt.RunUntilComplete(loop, counted(&out).runAsync(2, 4)); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, &out)
	}
}

// Ten producers and fifteen consumers: each element comes out once, after as long as it says.
func TestTenAndFifteen(t *testing.T) {
	loop, _ := inorder.Loop(t)
	defer loop.Close() // ends the consumers that are cancelled, as asyncio.run does
	var out strings.Builder
	if _, err := rt.RunUntilComplete(loop, counted(&out).runAsync(10, 15)); err != nil {
		t.Fatal(err)
	}
	added, got := map[string]bool{}, map[string]bool{}
	for _, m := range regexp.MustCompile(`added <(\w+)>|got element <(\w+)> in ([0-9.]+) sec`).FindAllStringSubmatch(out.String(), -1) {
		if m[1] != "" {
			added[m[1]] = true
			continue
		}
		if got[m[2]] {
			t.Errorf("%s has come out twice", m[2])
		}
		got[m[2]] = true
		if s, err := strconv.ParseFloat(m[3], 64); err != nil || time.Duration(s*float64(time.Second)) > loop.Time() {
			t.Error(m[0])
		}
	}
	for item := range added {
		if !got[item] {
			t.Errorf("%s has not come out", item)
		}
	}
	if len(added) != len(got) || len(added) == 0 {
		t.Errorf("%d added, %d taken", len(added), len(got))
	}
}
