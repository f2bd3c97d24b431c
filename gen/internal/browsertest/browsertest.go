// Package browsertest opens HTML pages in Chromium for tests.
//
// The package is a module of its own, so that a module that requires coroutinegen does not get
// chromedp. Tests of pages stand in this module. They may import packages of the core.
package browsertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// programs are the names of Chromium in the distributions.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// errNoBrowser says how to get the browser.
var errNoBrowser = fmt.Errorf("these tests need Chromium, and PATH has none of %s: "+
	"install it, on Debian with apt-get install chromium; .ci/prepare does that", strings.Join(programs, ", "))

// find returns the path of the browser.
func find() (string, error) {
	for _, name := range programs {
		path, err := exec.LookPath(name)
		if err == nil || errors.Is(err, exec.ErrDot) {
			return path, err
		}
	}
	return "", errNoBrowser
}

// Main is the TestMain of a package whose tests need the browser. Without a browser Main runs no
// test. Then go test says "[no tests to run]" beside the package, says with -v why, and looks
// for the browser again the next time. In CI, where the variable CI is true, Main fails.
func Main(m *testing.M) {
	_, err := find()
	switch {
	case err == nil:
		os.Exit(m.Run())
	case os.Getenv("CI") == "true":
		fmt.Println("FAIL:", err)
		os.Exit(1)
	}
	fmt.Printf("SKIP: %v\ntesting: warning: no tests to run\n", err)
}

// Open starts a browser with an empty profile and returns the context of its tab, for
// [chromedp.Run] and [chromedp.Do]. Each test has a browser of its own, which ends with the test.
//
// The test fails if a script in a page throws an exception that nobody catches, or logs an
// error, and if a page loads something over the network.
//
// Without a browser Open skips the test, or fails it if the variable CI is true.
func Open(t *testing.T) context.Context {
	t.Helper()
	ctx := start(t)
	wrong, err := watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, what := range wrong() {
			t.Error(what)
		}
	})
	return ctx
}

// start starts a browser.
func start(t *testing.T) context.Context {
	t.Helper()
	path, err := find()
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Fatal(err)
	case err != nil:
		t.Skip(err)
	}
	ctx := context.Background()
	if end, ok := t.Deadline(); ok {
		// A browser that hangs fails the test, before go test ends all tests.
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-10*time.Second))
		t.Cleanup(cancel)
	}
	dir, err := os.MkdirTemp("", "browser") // t.TempDir is too long for the names of sockets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	var output strings.Builder
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.Headless,
		chromedp.NoSandbox, // root in a container has no sandbox
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.WindowSize(1280, 800),
		chromedp.UserDataDir(dir),
		chromedp.Env("HOME="+dir, "TMPDIR="+dir, "XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir),
		chromedp.CombinedOutput(&output),
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync",
		"disable-default-apps", "disable-extensions", "disable-dev-shm-usage",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, _ = chromedp.NewContext(ctx)
	t.Cleanup(func() { chromedp.Cancel(ctx) }) // waits for the end of the browser
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v\n%s", path, err, output.String())
	}
	return ctx
}

// watch returns a function that says what has gone wrong in the pages of a tab.
func watch(ctx context.Context) (wrong func() []string, err error) {
	var mu sync.Mutex
	var list []string
	err = chromedp.Listen(ctx, func(event any) {
		if what := complaint(event); what != "" {
			mu.Lock()
			defer mu.Unlock()
			list = append(list, what)
		}
	})
	return func() []string {
		// The answer to a command comes after the events before it.
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[int]("0")); err != nil {
			return []string{err.Error()}
		}
		mu.Lock()
		defer mu.Unlock()
		return list
	}, err
}

// complaint says what is wrong about an event, or returns "".
func complaint(event any) string {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		what := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			what += " " + x.Description
		}
		return "a script threw an exception: " + what
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			what := "a script logged an error:"
			for _, arg := range e.Args {
				what += " " + cmp.Or(string(arg.Value), arg.Description)
			}
			return what
		}
	case *network.EventRequestWillBeSent:
		scheme, _, _ := strings.Cut(e.Request.URL, ":")
		if !slices.Contains([]string{"file", "data", "blob", "about"}, scheme) {
			return "a page loads " + e.Request.URL
		}
	}
	return ""
}

// File returns the URL of the file at path.
func File(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}).String()
}
