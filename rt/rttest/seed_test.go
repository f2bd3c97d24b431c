package rttest_test

// This file tests that the seed of a test is printed in whatever way the test fails, and that
// the seed brings back the same order. The tests that fail run in processes of their own.

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// failures are the ways to fail. Each is the last thing that a test does on its loop.
var failures = map[string]func(t *testing.T) error{
	"error": func(t *testing.T) error { t.Error("wrong"); return nil },
	"fatal": func(t *testing.T) error { t.Fatal("wrong"); return nil },
	"panic": func(*testing.T) error { panic("wrong") },
	"panic of a callback": func(*testing.T) error {
		rt.Current().Loop().CallSoon(func() { panic("wrong") })
		return sleep(time.Hour)
	},
	"deadlock": func(*testing.T) error { return testbed.Wait(new(rt.Future[int])) },
	"leak":     func(*testing.T) error { rt.Spawn(rt.Current(), rt.Sleep(time.Hour)); return nil },
	"hang":     func(*testing.T) error { select {} },
}

const failureVariable = "RTTEST_FAILURE"

// TestFails fails in the way that the environment names, if it names one.
func TestFails(t *testing.T) {
	testbed.Clean(t)
	fail, ok := failures[os.Getenv(failureVariable)]
	if !ok {
		return
	}
	t.Run("sub test", func(t *testing.T) {
		for range 2 {
			if _, err := testbed.Run(t, async(func() error { return testbed.Wait(shuffled()) })); err != nil {
				t.Error(err)
			}
		}
		if _, err := testbed.Run(t, async(func() error { return fail(t) })); err != nil {
			t.Error(err)
		}
	})
}

// shuffled prints the order in which twenty tasks run.
func shuffled() rt.Expr[[]rt.Void] {
	var tasks []rt.Expr[rt.Void]
	for i := range 20 {
		tasks = append(tasks, async(func() error { fmt.Printf("order %d\n", i); return nil }))
	}
	return rt.Gather(tasks...)
}

var (
	repeatLine = regexp.MustCompile(`to repeat: RTTEST_SEED=(\d+) go test -run '(.*)'`)
	orderLine  = regexp.MustCompile(`(?m)^order \d+$`)
)

func TestSeedIsPrintedAndRepeats(t *testing.T) {
	testbed.Clean(t)
	for failure := range failures {
		t.Run(failure, func(t *testing.T) {
			timeout := time.Minute
			if failure == "hang" {
				timeout = 2 * time.Second
			}
			run := func(pattern, seed string) (output string) {
				cmd := exec.Command(os.Args[0], "-test.run="+pattern, "-test.timeout="+timeout.String())
				cmd.Env = append(os.Environ(), failureVariable+"="+failure, rttest.SeedVariable+"="+seed)
				out, err := cmd.CombinedOutput()
				if err == nil {
					t.Fatalf("the test passes:\n%s", out)
				}
				return string(out)
			}
			first := run("^TestFails$", "")
			found := repeatLine.FindStringSubmatch(first)
			if found == nil {
				t.Fatalf("no seed in:\n%s", first)
			}
			order := func(output string) string { return strings.Join(orderLine.FindAllString(output, -1), " ") }
			if again := run(found[2], found[1]); order(again) != order(first) || strings.Count(order(first), "order") != 40 {
				t.Errorf("the order was\n%s\nand with the same seed it is\n%s", order(first), order(again))
			}
		})
	}
}

func TestSeedsOfATest(t *testing.T) {
	testbed.Clean(t)
	t.Setenv(rttest.SeedVariable, "")
	var one, two uint64
	t.Run("one", func(t *testing.T) {
		one = rttest.Seed(t)
		t.Run("part", func(t *testing.T) { testbed.Want(t, "the seed of a part", rttest.Seed(t), one) })
		testbed.Want(t, "the seed asked for again", rttest.Seed(t), one)
	})
	t.Run("two", func(t *testing.T) { two = rttest.Seed(t) })
	if one == two {
		t.Errorf("two tests have the same seed %d", one)
	}
}
