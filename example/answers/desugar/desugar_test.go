package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/coroutinegen/coroutinegen/example/answers/selects"
	"github.com/coroutinegen/coroutinegen/example/mystory/inorder"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// Under js a goroutine of the runtime itself starts when the first one waits.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}

// The output of the coroutine in Python 3.11.7, if the second gets its data first.
const want = "before first\nbefore second\nafter second two\nafter first one\n"

// As asked, the parts run in any order, each coroutine's own in theirs.
func TestAsked(t *testing.T) {
	for _, test := range []struct {
		choose []int
		want   string
	}{
		{[]int{0, 0, 0, 0}, "before first\nafter first\nbefore second\nafter second\n"},
		{[]int{0, 1, 1, 0}, "before first\nbefore second\nafter second\nafter first\n"},
		{[]int{1, 0, 0, 0}, "before second\nbefore first\nafter first\nafter second\n"},
	} {
		var out strings.Builder
		choose := func(int) (i int) {
			i, test.choose = test.choose[0], test.choose[1:]
			return i
		}
		if gather(choose, newAsked(&out, "first"), newAsked(&out, "second")); out.String() != test.want {
			t.Errorf("got\n%swant\n%s", &out, test.want)
		}
	}
}

func TestAnswered(t *testing.T) {
	system := &selects.Fake{}
	loop := newLoop(system)
	var out strings.Builder
	var ends [2]int
	for i, name := range []string{"first", "second"} {
		a, b, err := selects.Pair()
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer selects.Close(a)
		defer selects.Close(b)
		loop.start(newAnswered(&out, loop, name, a))
		ends[i] = b
	}
	system.At(1*time.Second, func() { selects.Send(ends[1], []byte("two")) })
	system.At(2*time.Second, func() { selects.Send(ends[0], []byte("one")) })
	if err := loop.run(); err != nil || system.Now() != 2*time.Second || out.String() != want {
		t.Errorf("%v, at %v\n%s", err, system.Now(), &out)
	}
}

// If the data is there, the coroutine does not suspend.
func TestAnsweredAtOnce(t *testing.T) {
	a, b, err := selects.Pair()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer selects.Close(a)
	defer selects.Close(b)
	if err := selects.Send(b, []byte("data")); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if s := newAnswered(&out, newLoop(nil), "first", a).call(); s != ended || out.String() != "before first\nafter first data\n" {
		t.Errorf("suspended: %v\n%s", s, &out)
	}
}

func TestWritten(t *testing.T) {
	loop, _ := inorder.Loop(t)
	first, one := rttest.NewPipe(nil, "first", "one", 100)
	second, two := rttest.NewPipe(nil, "second", "two", 100)
	loop.CallLater(1*time.Second, func() { rt.Start(loop, two.Write([]byte("two"))) })
	loop.CallLater(2*time.Second, func() { rt.Start(loop, one.Write([]byte("one"))) })
	var out strings.Builder
	_, err := rt.RunUntilComplete(loop, bothAsync(&out, first, second))
	if err != nil || loop.Time() != 2*time.Second || out.String() != want {
		t.Errorf("%v, at %v\n%s", err, loop.Time(), &out)
	}
}

// README.md shows what is in the files.
func TestPage(t *testing.T) {
	const dir = "../../../example/answers/desugar"
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, m := range regexp.MustCompile("<!-- from (\\S+) -->\n```go\n((?s).*?)```\n").FindAllStringSubmatch(string(page), -1) {
		file, err := os.ReadFile(filepath.Join(dir, m[1]))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Base(m[1]))
		rest := string(file)
		for part := range strings.SplitSeq(m[2], "...\n") {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("%s does not have, in this order:\n%s", m[1], part)
			}
			rest = after
		}
	}
	if wanted := []string{"written.go", "asked.go", "answered.go", "answered.go", "answered.go", "written.go"}; !slices.Equal(files, wanted) {
		t.Errorf("the page shows %q", files)
	}
}
