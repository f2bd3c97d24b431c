package rt_test

// This file tests reports on standard error: nobody has to read them, and reports of one kind
// are not repeated for ever.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
)

// captured makes standard error a pipe until the test ends.
func captured(t *testing.T) (r, w *os.File) {
	t.Helper()
	testbed.NeedsProcesses(t)
	testbed.Clean(t)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = w
	t.Cleanup(func() {
		os.Stderr = before
		r.Close()
		w.Close()
	})
	return r, w
}

// A pipe that nobody reads takes some 64 KB. The loop goes on nevertheless, and a later reader
// learns what is missing.
func TestNobodyReadsStandardError(t *testing.T) {
	r, w := captured(t)
	rt.ForgetReports()
	const reports = 300
	long := strings.Repeat("x", 4096)
	l, err := rt.NewLoop(testbed.Fake(t)...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.RunUntilComplete(l, do(func() error {
		for i := range reports {
			l.Report(fmt.Errorf("trouble %c%c %s", 'a'+rune(i/26), 'a'+rune(i%26), long)) // each of a different kind
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		return nil
	}))
	if err := errors.Join(err, l.Close()); err != nil {
		t.Error(err)
	}
	text := make(chan string)
	go func() {
		all, _ := io.ReadAll(r)
		text <- string(all)
	}()
	rt.AwaitReports()
	w.Close()
	got := <-text
	if !strings.Contains(got, "trouble aa "+long) {
		t.Error("the first report is missing")
	}
	if n := strings.Count(got, "rt: trouble"); n < 100 || n >= reports {
		t.Errorf("%d reports were printed", n)
	}
	if !regexp.MustCompile(`(?m)^rt: \d+ reports were left out, as standard error was not read$`).MatchString(got) {
		t.Error("nothing says that reports were left out")
	}
}

// Many peers reset their connections, and each causes a report. After the tenth, no more are
// printed.
func TestRepeatedReports(t *testing.T) {
	r, w := captured(t)
	rt.ForgetReports()
	l, err := rt.NewLoop(testbed.Fake(t)...)
	if err != nil {
		t.Fatal(err)
	}
	const peers = 100
	reset := func(i int) error {
		return &net.OpError{Op: "read", Net: "tcp", Addr: &net.TCPAddr{Port: 1000 + i}, Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	_, err = rt.RunUntilComplete(l, do(func() error {
		for i := range peers {
			spawn(func() error { return reset(i) })
			if err := wait(rt.Yield()); err != nil {
				return err
			}
		}
		l.Report(&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.EPIPE)}) // of another kind
		for i := range 3 {
			l.Report(fmt.Errorf("client %d: %w", i, errCause))
		}
		return nil
	}))
	testbed.NoError(t, err, l.Close())
	w.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for want, n := range map[string]int{
		"connection reset by peer\n": 10 + 1, // and once in the summary
		"broken pipe":                1,
		"rt: client ":                3,
		"rt: 90 more reports of one kind were left out; the first of them: task-": 1,
	} {
		if found := strings.Count(got, want); found != n {
			t.Errorf("%q was printed %d times, want %d:\n%s", want, found, n, got)
		}
	}
}

// Repeated reports of one loop do not keep the first report of another loop from being printed.
func TestRepeatedReportsOfTwoLoops(t *testing.T) {
	r, w := captured(t)
	rt.ForgetReports()
	for loop := range 2 {
		_, err := testbed.RunFake(t, do(func() error {
			for range 20 {
				rt.Current().Loop().Report(fmt.Errorf("loop %d: %w", loop, errCause))
			}
			return nil
		}))
		testbed.NoError(t, err)
	}
	w.Close()
	text, err := io.ReadAll(r)
	testbed.NoError(t, err)
	for loop := range 2 {
		if n := strings.Count(string(text), fmt.Sprintf("rt: loop %d: ", loop)); n != 10 {
			t.Errorf("%d reports of loop %d were printed, want 10:\n%s", n, loop, text)
		}
	}
}

// The summary lists the kinds of reports that several loops repeat in the order in which they
// began.
func TestOrderOfWhatWasLeftOut(t *testing.T) {
	r, w := captured(t)
	rt.ForgetReports()
	var loops []*rt.Loop
	want := ""
	for i := range 8 {
		l, err := rt.NewLoop(testbed.Fake(t)...)
		testbed.NoError(t, err)
		loops = append(loops, l)
		for range 11 {
			l.Report(fmt.Errorf("loop %d: %w", i, errCause))
		}
		want += fmt.Sprintf("rt: 1 more reports of one kind were left out; the first of them: loop %d: %v\n", i, errCause)
	}
	for _, l := range loops {
		testbed.NoError(t, l.Close())
	}
	w.Close()
	text, err := io.ReadAll(r)
	testbed.NoError(t, err)
	if !strings.HasSuffix(string(text), want) {
		t.Errorf("printed:\n%s\nwant at the end:\n%s", text, want)
	}
}

// Reports that wait to be printed are printed before a panic ends the program.
func TestReportBeforeAPanic(t *testing.T) {
	r, w := captured(t)
	rt.ForgetReports()
	l, err := rt.NewLoop(testbed.Fake(t)...)
	if err != nil {
		t.Fatal(err)
	}
	printed := make(chan string, 1)
	go func() {
		buf := make([]byte, 1<<16)
		n, _ := r.Read(buf)
		printed <- string(buf[:n])
	}()
	if v := panicOf(func() {
		rt.RunUntilComplete(l, do(func() error {
			l.Report(errors.New("trouble before"))
			return bug("boom")
		}))
	}); v != "boom" {
		t.Errorf("panic with %v", v)
	}
	if text := <-printed; !strings.Contains(text, "trouble before") {
		t.Errorf("printed: %q", text)
	}
	testbed.NoError(t, l.Close())
	w.Close()
}
