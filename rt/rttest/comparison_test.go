package rttest_test

// This file tests what the tool is told of a comparison.

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/rttest/recording"
)

func TestComparison(t *testing.T) {
	testbed.Clean(t)
	path := filepath.Join(t.TempDir(), "comparison")
	defer rttest.CompareTo(path)()
	version := func(name string, end func() error) rttest.Version[int] {
		return rttest.Version[int]{Name: name, New: func(s *rttest.Script) rt.Expr[int] { return pair(s, end) }}
	}
	ouch := func() error { return errors.New("ouch") }
	tb := &fakeTB{TB: t}
	rttest.Compare(tb, 2, version("a", nothing), version("b", nothing))
	rttest.ComparePatterns(tb, 2, version("a", nothing), version("b", nothing), version("c", ouch))
	panics := func() error { panic("ouch") }
	rttest.ComparePatterns(tb, 2, version("a", panics), version("b", panics))
	if tb.failed {
		t.Errorf("the test fails: %v", tb.log)
	}
	rttest.ComparePatterns(tb, 1, version("a", nothing))
	if !tb.failed {
		t.Error("a test that is wrong passes")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	entries, broken, err := recording.Read(file)
	if err != nil || broken > 0 || len(entries) != 4 {
		t.Fatal(entries, broken, err)
	}
	same, other, panicked, wrong := entries[0].Comparison, entries[1].Comparison, entries[2].Comparison, entries[3].Comparison
	if same.Test != "TestFake" || same.Scripts != 28 || same.Difference != nil || len(same.Costs) != 2 || len(panicked.Costs) != 2 || wrong.Costs != nil {
		t.Errorf("%+v, %+v, %+v", same, panicked, wrong)
	}
	for _, c := range same.Costs {
		for i := range same.Versions {
			if r, p := c.Runs[i], c.Pairs[i]; r.Objects < 1 || r.Nanoseconds <= 0 || p.Low > p.Ratio || p.Ratio > p.High {
				t.Errorf("%s: %+v, %+v", c.What, r, p)
			}
		}
	}
	var frames []string
	for _, f := range same.Versions[1].Frames {
		frames = append(frames, fmt.Sprintf("%s %v", f.Type, f.Inside))
		if f.Bytes == 0 || !strings.HasSuffix(f.Package, "/rt/rttest_test") {
			t.Errorf("%+v", f)
		}
	}
	if fmt.Sprint(frames) != "[oneFrame true pairFrame false]" {
		t.Errorf("frames %q", frames)
	}
	if d := other.Difference; d == nil || d.Version != 2 || d.Line != 3 || d.Script != "pending 0" || other.Costs != nil ||
		d.Traces[0] != "step 1\nfirst(0) is ready: 1\nsecond(1) is ready: 2\nvalue: 2" || !strings.HasSuffix(d.Traces[1], "\nerror: ouch") {
		t.Errorf("%+v", other)
	}
}

// Lines that are broken or of the future are not read.
func TestReadRecording(t *testing.T) {
	testbed.Clean(t)
	var b strings.Builder
	if err := recording.Write(&b, recording.Entry{Play: &recording.Play{Test: "TestX"}}); err != nil {
		t.Fatal(err)
	}
	text := b.String() + "{\n" + `{"format":99,"play":{}}` + "\n" + b.String() + strings.TrimSuffix(b.String(), "}}\n")
	entries, broken, err := recording.Read(strings.NewReader(text))
	if len(entries) != 2 || entries[1].Play.Test != "TestX" || broken != 2 || err != nil {
		t.Errorf("%+v, %d, %v", entries, broken, err)
	}
}
