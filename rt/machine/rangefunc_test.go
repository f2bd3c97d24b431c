package machine_test

// This file compares ranges over functions that can be paused with those of Go. The iterators
// are good and bad, and the bodies go on, leave, panic and exit.

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/machine"
)

// A rangeLog records what one run of a loop did.
type rangeLog struct {
	trace
	yield func(int) bool // kept by an iterator
}

var rangeIterators = map[string]func(l *rangeLog, yield func(int) bool){
	"good": func(l *rangeLog, yield func(int) bool) {
		defer l.add("iterator ends")
		for i := range 3 {
			if !yield(i) {
				l.add("told to stop")
				return
			}
		}
	},
	"empty": func(l *rangeLog, yield func(int) bool) {},
	"panics at once": func(l *rangeLog, yield func(int) bool) {
		panic("iterator")
	},
	"panics in between": func(l *rangeLog, yield func(int) bool) {
		yield(0)
		panic("iterator")
	},
	"panics when it ends": func(l *rangeLog, yield func(int) bool) {
		defer func() { panic("deferred by the iterator") }()
		for i := 0; i < 3 && yield(i); i++ {
		}
	},
	"exits": func(l *rangeLog, yield func(int) bool) {
		yield(0)
		runtime.Goexit()
	},
	"exits when it ends": func(l *rangeLog, yield func(int) bool) {
		defer runtime.Goexit()
		yield(0)
	},
	"goes on": func(l *rangeLog, yield func(int) bool) {
		for i := range 3 {
			l.add("yield %d: %v", i, yield(i))
		}
	},
	"goes on, recovering": func(l *rangeLog, yield func(int) bool) {
		for i := range 3 {
			func() {
				defer func() { l.add("iterator recovers %v", recover()) }()
				l.add("yield %d: %v", i, yield(i))
			}()
		}
	},
	"swallows": func(l *rangeLog, yield func(int) bool) {
		defer func() { l.add("iterator recovers %v", recover()) }()
		for i := 0; i < 3 && yield(i); i++ {
		}
	},
	"resumes": func(l *rangeLog, yield func(int) bool) {
		defer func() {
			if v := recover(); v != nil {
				l.add("iterator recovers %v", v)
				panic(v)
			}
		}()
		for i := 0; i < 3 && yield(i); i++ {
		}
	},
	"replaces": func(l *rangeLog, yield func(int) bool) {
		defer func() { panic(fmt.Sprint("instead of ", recover())) }()
		for i := 0; i < 3 && yield(i); i++ {
		}
	},
	"keeps yield": func(l *rangeLog, yield func(int) bool) {
		l.yield = yield
		yield(0)
	},
	"another goroutine": func(l *rangeLog, yield func(int) bool) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; i < 3; i++ {
				if !yield(i) {
					return
				}
			}
		}()
		<-done
	},
}

// rangeBodies are what a body may do in iteration i.
var rangeBodies = map[string]func(l *rangeLog, i int) (leave bool){
	"goes on":   func(l *rangeLog, i int) bool { return false },
	"leaves":    func(l *rangeLog, i int) bool { return i == 1 },
	"leaves 0":  func(l *rangeLog, i int) bool { return true },
	"panics":    func(l *rangeLog, i int) bool { panic("body") },
	"panics 1":  func(l *rangeLog, i int) bool { return i == 1 && 1/(i-1) == 0 },
	"exits":     func(l *rangeLog, i int) bool { runtime.Goexit(); return false },
	"reenters":  func(l *rangeLog, i int) bool { return l.yield != nil && l.yield(7) },
	"recovers":  func(l *rangeLog, i int) bool { l.add("%v", recover()); return false },
	"reenters,": func(l *rangeLog, i int) bool { l.add("%v", panicOf(func() { l.yield(7) })); return false },
}

// rangeRun calls f on a goroutine of its own and records how that ends.
func rangeRun(l *rangeLog, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		normal := false
		defer func() {
			v := recover()
			l.add("panic %v, returned %v", v, normal)
			if l.yield != nil {
				l.add("later %v", panicOf(func() { l.yield(9) }))
			}
		}()
		f()
		normal = true
	}()
	<-done
}

func TestRangeSeqIsRange(t *testing.T) {
	for name, seq := range rangeIterators {
		for what, body := range rangeBodies {
			if name == "another goroutine" && (what == "panics" || what == "panics 1" || what == "exits") {
				continue // these end the program
			}
			if name == "panics in between" && what == "recovers" {
				continue
			}
			var want, got rangeLog
			rangeRun(&want, func() {
				for i := range func(yield func(int) bool) { seq(&want, yield) } {
					want.add("body %d", i)
					if body(&want, i) {
						want.add("break")
						break
					}
				}
				want.add("after")
			})
			rangePulled(t, func(task *rt.Task) {
				rangeRun(&got, func() {
					it := machine.RangeSeq(task, func(yield func(int) bool) { seq(&got, yield) })
					defer func() { machine.Unwind(recover(), it, (*machine.SeqIter[int])(nil)) }()
					for it.Next() {
						got.add("body %d", it.Value())
						if body(&got, it.Value()) {
							got.add("break")
							it.Stop()
							break
						}
					}
					got.add("after")
				})
			})
			if !slices.Equal(got.trace, want.trace) {
				t.Errorf("an iterator that %s, with a body that %s:\n%q\nwant\n%q", name, what, got.trace, want.trace)
			}
		}
	}
}

func TestRangeSeqNested(t *testing.T) {
	for outer, seq1 := range rangeIterators {
		for inner, seq2 := range rangeIterators {
			for what, body := range rangeBodies {
				if outer == "another goroutine" || inner == "another goroutine" || what == "reenters" || what == "reenters," || what == "recovers" {
					continue
				}
				if outer == "keeps yield" || inner == "keeps yield" {
					continue
				}
				var want, got rangeLog
				rangeRun(&want, func() {
				outer:
					for i := range func(yield func(int) bool) { seq1(&want, yield) } {
						for j, k := range func(yield func(int, int) bool) {
							seq2(&want, func(j int) bool { return yield(j, -j) })
						} {
							want.add("body %d %d %d", i, j, k)
							if body(&want, j) {
								want.add("break")
								if i == 1 {
									break outer
								}
								continue outer
							}
						}
						want.add("between")
					}
					want.add("after")
				})
				rangePulled(t, func(task *rt.Task) {
					rangeRun(&got, func() {
						it := machine.RangeSeq(task, func(yield func(int) bool) { seq1(&got, yield) })
						var in *machine.Seq2Iter[int, int]
						defer func() { machine.Unwind(recover(), in, it) }()
					outer:
						for it.Next() {
							in = machine.RangeSeq2(task, func(yield func(int, int) bool) {
								seq2(&got, func(j int) bool { return yield(j, -j) })
							})
							for in.Next() {
								got.add("body %d %d %d", it.Value(), in.Key(), in.Value())
								if body(&got, in.Key()) {
									got.add("break")
									in.Stop()
									if it.Value() == 1 {
										it.Stop()
										break outer
									}
									continue outer
								}
							}
							got.add("between")
						}
						got.add("after")
					})
				})
				if !slices.Equal(got.trace, want.trace) {
					t.Errorf("an iterator that %s around one that %s, with a body that %s:\n%q\nwant\n%q", outer, inner, what, got.trace, want.trace)
				}
			}
		}
	}
}

// rangePulled calls f in a task.
func rangePulled(t *testing.T, f func(task *rt.Task)) {
	if _, err := rt.RunUntilComplete(testbed.NewLoop(t), pollFunc[rt.Void](func(task *rt.Task) (rt.Void, error, bool) {
		f(task)
		return rt.Void{}, nil, true
	})); err != nil {
		t.Error(err)
	}
}

// In an iterator, as in any function that a machine calls, there is a current task, and awaits
// are refused.
func TestRangeSeqKnowsItsTask(t *testing.T) {
	rangePulled(t, func(task *rt.Task) {
		n := 0
		for it := machine.RangeFunc(task, func(yield func() bool) {
			if rt.Current() != task {
				t.Error("another task is current in the iterator")
			}
			wantPanic(t, func() { rt.Block(rt.Yield()) }, "awaits on the goroutine that runs the event loop")
			yield()
		}); it.Next(); {
			n++
		}
		if n != 1 {
			t.Errorf("%d iterations, want 1", n)
		}
	})
}
