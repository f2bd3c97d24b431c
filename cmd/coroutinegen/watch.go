package main

// This file generates as files are saved. Package gen finds out what has changed; this file
// decides when to look, and says what has become of it.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/coroutinegen/coroutinegen/gen"
)

const (
	// interval is the time between two looks at the files.
	interval = 200 * time.Millisecond
	// share is the part of the time that looking may take. With very many files, the tool looks
	// less often.
	share = 20
	// quiet is how long nothing must change before the tool generates. Editors write several
	// files in a row, and some write a file in several steps.
	quiet = 50 * time.Millisecond
)

// A watchClock tells the time. Tests have one of their own.
type watchClock interface {
	now() time.Time
	wait(ctx context.Context, d time.Duration) // until d is over or ctx ends
}

type realClock struct{}

func (realClock) now() time.Time { return time.Now() }

func (realClock) wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// A watcher generates until it is interrupted.
type watcher struct {
	session *gen.Session
	clock   watchClock
	stderr  *output
	status  *statusLine
	verbose bool

	said string // what was wrong the last time
}

// watch runs the tool with -watch.
func (cmd *command) watch(ctx context.Context, stderr *output, clock watchClock) error {
	debug.SetGCPercent(100) // the tool runs for long
	w := &watcher{clock: clock, stderr: stderr, verbose: cmd.verbose}
	if !cmd.verbose {
		cmd.Progress = func(format string, args ...any) { w.status.show(format, args...) }
	}
	session, err := gen.NewSession(cmd.Options)
	if err != nil {
		return err
	}
	w.session = session
	return w.run(ctx)
}

// run looks and generates until ctx ends, or a folder is gone.
func (w *watcher) run(ctx context.Context) error {
	fmt.Fprintln(w.stderr, "coroutinegen: watching; Ctrl-C ends it")
	for first := true; ctx.Err() == nil; first = false {
		began := w.clock.now()
		changed, err := w.session.Changed()
		took := w.clock.now().Sub(began)
		if err != nil && !first {
			w.clock.wait(ctx, interval) // perhaps it is being replaced
			if _, err = w.session.Changed(); err == nil {
				continue
			}
		}
		if err != nil && ctx.Err() == nil {
			return err
		}
		if changed && (first || w.calm(ctx)) && ctx.Err() == nil {
			if err := w.update(ctx); errors.Is(err, gen.ErrChanged) {
				continue
			}
		}
		w.clock.wait(ctx, max(interval, share*took))
	}
	fmt.Fprintln(w.stderr, "coroutinegen: no longer watching")
	return nil
}

// calm waits until nothing more changes. It returns false if the folders are gone.
func (w *watcher) calm(ctx context.Context) bool {
	for ctx.Err() == nil {
		before := w.session.Touched()
		w.clock.wait(ctx, quiet)
		if _, err := w.session.Changed(); err != nil {
			return false
		}
		if w.session.Touched() == before {
			return true
		}
	}
	return false
}

// update generates, and says what has changed by that. What is wrong is said anew, all of it,
// if any of it is new or gone, so that an editor can replace what it shows.
func (w *watcher) update(ctx context.Context) error {
	w.status = newStatusLine(w.stderr, after)
	update, err := w.session.Update(ctx)
	w.status.close()
	var stale []gen.File
	if err == nil {
		stale = update.Result.Stale()
		if err = update.Write(ctx); err != nil {
			stale = nil
		}
	}
	if ctx.Err() != nil || errors.Is(err, gen.ErrChanged) {
		return err
	}
	wrong := &bytes.Buffer{}
	out := &output{capabilities: w.stderr.capabilities, w: wrong}
	n := 0
	if update != nil && len(update.Diagnostics) > 0 {
		n = len(update.Diagnostics)
		complain(out, update.Diagnostics)
	}
	if err != nil {
		n++
		complain(out, err)
	}
	said := wrong.String() + "."
	if said == w.said && len(stale) == 0 {
		return err
	}
	w.said = said
	var b strings.Builder
	b.WriteString("coroutinegen: generating\n")
	b.Write(wrong.Bytes())
	for _, f := range stale {
		verb := "wrote"
		if f.Content == nil {
			verb = "removed"
		}
		fmt.Fprintf(&b, "coroutinegen: %s %s\n", verb, relative(f.Path))
	}
	fmt.Fprintf(&b, "coroutinegen: %s\n", errorCount(n))
	fmt.Fprint(w.stderr, b.String())
	return err
}

func errorCount(n int) string {
	switch n {
	case 0:
		return "no errors"
	case 1:
		return "1 error"
	}
	return fmt.Sprintf("%d errors", n)
}
