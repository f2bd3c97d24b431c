package rttest

// This file lets tests await when they clean up.

import (
	"slices"
	"sync"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
)

// Cleanup arranges that x runs on the loop of the test when the test has ended, however it has
// ended. An error of x is an error of the test.
//
// Cleanup is the tb.Cleanup of what awaits: it may be called by a coroutine or beside it, and
// all such calls take effect in reverse order, those of tb.Cleanup included. After the last
// of them, the loop must have no tasks and no timers left. The loop is the one that [NewLoop]
// or [Run] made last for tb, and there must be one: a subtest has a loop of its own. Cleanup
// may be called by any goroutine that may call tb.Cleanup.
func Cleanup[T any](tb testing.TB, x rt.Expr[T]) {
	tb.Helper()
	l := loopOf(tb)
	if l == nil {
		tb.Fatalf("rttest.Cleanup: %s has no loop yet: call rttest.NewLoop before, or call Cleanup in what rttest.Run runs", tb.Name())
	}
	tb.Cleanup(func() {
		tb.Helper()
		if _, err := rt.RunUntilComplete(l, x); err != nil {
			tb.Errorf("cleanup: %v", err)
		}
	})
}

// loops holds the loops of the tests that are running, by name.
var loops = struct {
	sync.Mutex
	of map[string][]*rt.Loop
}{of: map[string][]*rt.Loop{}}

// addLoop records that l is a loop of tb. It returns a function that forgets it.
func addLoop(tb testing.TB, l *rt.Loop) (forget func()) {
	loops.Lock()
	defer loops.Unlock()
	name := tb.Name()
	loops.of[name] = append(loops.of[name], l)
	return func() {
		loops.Lock()
		defer loops.Unlock()
		loops.of[name] = slices.DeleteFunc(loops.of[name], func(other *rt.Loop) bool { return other == l })
		if len(loops.of[name]) == 0 {
			delete(loops.of, name)
		}
	}
}

// loopOf returns the last loop of tb, or nil.
func loopOf(tb testing.TB) *rt.Loop {
	loops.Lock()
	defer loops.Unlock()
	list := loops.of[tb.Name()]
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}
