package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/locks"
	"github.com/coroutinegen/coroutinegen/rt/queues"
)

var site = map[string][]string{"/": {"/docs", "/blog"}, "/docs": {"/"}}

var limit = 3

type point struct {
	name string
	next *point
}

// call: f 0
// call: f 3
// call: f -1
//
//coroutine:async
func f(n int) (int, error) {
	if n < 0 {
		return 0, errors.New("negative \u00e9\"'\\\n")
	}
	if err := co.Wait(rt.Sleep(time.Millisecond)); err != nil {
		return 0, err
	}
	return n, nil
}

// call: passes 2
// call: passes -2
//
//coroutine:async
func passes(n int) (a int, b string, err error) {
	v, err := co.Await(fAsync(n))
	if err != nil {
		return a, b, err
	}
	w := co.Must(fAsync(v))
	_, err = co.Await(fAsync(w))
	if err != nil {
		return 0, "", err
	}
	return w, "x", nil
}

// call: pair 1
//
//coroutine:async
func pair(n int) (a int, b string, err error) { return co.Await2(passesAsync(n)) }

// call: shadows 1
// call: shadows 7
//
//coroutine:async
func shadows(x int) (int, error) {
	print_, list := x, "l"
	if x > limit {
		x := "inner"
		fmt.Println(x, list)
		for x := range 2 {
			fmt.Println(x, print_)
		}
		fmt.Println(x)
	}
	{
		x, list := 9, x
		fmt.Println(x, list)
	}
	f := x
	g, err := co.Await(fAsync(f))
	if err != nil {
		return 0, err
	}
	return g, nil
}

// call: loops 0
// call: loops 4
//
//coroutine:async
func loops(n int) error {
	for i := 0; i < n; i++ {
		if i == 2 {
			continue
		}
		fmt.Println("count", i)
		if err := co.Wait(rt.Yield()); err != nil {
			return err
		}
	}
	for i := 2; i < 5; i++ {
		fmt.Println("const", i)
		i := "x"
		fmt.Println(i)
	}
	for range n {
		fmt.Println("again")
	}
	for i := range n {
		i = 7
		fmt.Println(i)
	}
	k := 0
	for k < n {
		k++
		if k == 3 {
			break
		}
		fmt.Printf("%d%% of %v: %s\n", k, n, "s")
	}
	for m := 10; ; m-- {
		if m < 8 {
			break
		}
		fmt.Println("down", m)
	}
	for j, done := 0, false; !done; j += 2 {
		done = j > 3
		fmt.Println("both", j)
	}
	var none string
	fmt.Println(none + "empty" + "")
	return nil
}

// call: chooses 0
// call: chooses 1
// call: chooses 2
// call: chooses 3
// call: chooses 100
//
//coroutine:async
func chooses(n int) (string, error) {
	name := "none"
	switch n {
	default:
		name = "many"
	case 0:
	case 1, 2:
		name = "some"
		if n == 2 {
			name += "!"
		}
	case 3:
		return "three", nil
	}
	switch {
	case n > 50 && name == "many" || n == 0:
		fmt.Println("far", 1)
	case !(n < 2):
		fmt.Println("near")
	}
	switch {
	default:
		fmt.Println("always")
	}
	if n == 0 {
		fmt.Println("a")
	} else if n == 1 {
		fmt.Println("b")
	} else {
		fmt.Println("c")
	}
	return name + fmt.Sprintf("<%d|%v|%s>", n, name, "é\t\x01"), nil
}

// call: nothing
//
//coroutine:async
func nothing() error { return co.Wait(rt.Sleep(0)) }

// call: silent 1
//
//coroutine:async
func silent(n int) {
	v := co.Must(fAsync(n))
	fmt.Println(v)
}

// call: defers 1
// call: defers 2
// call: defers -1
//
//coroutine:async
func defers(n int) (int, error) {
	defer fmt.Println("first", n)
	if n == 1 {
		return 5, nil
	}
	defer fmt.Println("second")
	v, err := co.Await(fAsync(n))
	if err != nil {
		return 0, err
	}
	defer fmt.Println("third")
	return v, nil
}

// call: gathers 1
//
//coroutine:async
func gathers(n int) error {
	values, err := co.Await(rt.Gather(fAsync(n), fAsync(2), fAsync(3)))
	if err != nil {
		return err
	}
	for i, v := range values {
		fmt.Println(i, v)
	}
	a, _, err := co.Await2(rt.Gather2(fAsync(4), nothingAsync()))
	if err != nil {
		return err
	}
	fmt.Println(a)
	return nil
}

// call: gathered 1
// call: gathered -1
//
//coroutine:async
func gathered(n int) ([]int, error) { return co.Await(rt.Gather(fAsync(n), slowAsync())) }

//coroutine:async
func slow() (int, error) {
	defer fmt.Println("slow is over")
	if err := co.Wait(rt.Sleep(20 * time.Millisecond)); err != nil {
		return 0, err
	}
	fmt.Println("slow")
	return 1, nil
}

// call: times
//
//coroutine:async
func times() error {
	v, err := co.Await(rt.Timeout(time.Second, fAsync(3)))
	if err != nil {
		return err
	}
	fmt.Println("in time", v)
	_, err = co.Await(rt.Timeout(2*time.Millisecond, slowAsync()))
	if err != nil {
		return err
	}
	fmt.Println("never")
	return nil
}

// call: queued
//
//coroutine:async
func queued(q *queues.Queue[int]) error {
	t := co.Spawn(fillAsync(q, 3))
	for range 3 {
		v, err := co.Await(q.Get())
		if err != nil {
			return err
		}
		fmt.Println("got", v)
		q.TaskDone()
	}
	if err := co.Wait(q.Join()); err != nil {
		return err
	}
	if _, err := co.Await(t); err != nil {
		return err
	}
	_, err := co.Await(q.Get())
	if err != nil {
		return err
	}
	return nil
}

//coroutine:async
func fill(q *queues.Queue[int], n int) error {
	defer q.Close()
	for i := range n {
		fmt.Println("put", i)
		if err := co.Wait(q.Put(i)); err != nil {
			return err
		}
	}
	return nil
}

// call: locked
//
//coroutine:async
func locked(l *locks.Lock, e *locks.Event, s *locks.Semaphore) error {
	if err := co.Wait(l.Acquire()); err != nil {
		return err
	}
	defer l.Release()
	t := co.Spawn(setterAsync(e, s))
	fmt.Println("waits")
	if err := co.Wait(e.Wait()); err != nil {
		return err
	}
	e.Clear()
	if err := co.Wait(s.Acquire()); err != nil {
		return err
	}
	fmt.Println("was set")
	return co.Wait(t)
}

//coroutine:async
func setter(e *locks.Event, s *locks.Semaphore) error {
	fmt.Println("sets")
	e.Set()
	s.Release()
	return nil
}

// call: fetch "/"
// call: fetch "/none"
//
//coroutine:async
func fetch(page string) ([]string, error) {
	if err := co.Wait(rt.Sleep(time.Millisecond)); err != nil {
		return nil, err
	}
	return site[page], nil
}

// call: collects 3
// call: collects 0
//
//coroutine:async
func collects(n int) ([]string, error) {
	var found []string
	for i := range n {
		links, err := co.Await(fetchAsync("/"))
		if err != nil {
			return nil, err
		}
		for _, link := range links {
			fmt.Println(i, link)
		}
		found = append(found, fmt.Sprintf("%d of %d", i, len(links)))
	}
	fmt.Println(len(found))
	return found, nil
}

// call: points
//
//coroutine:async
func (p *point) points() (string, error) {
	if p.next == nil {
		return p.name, nil
	}
	if p.name != "" && p != nil {
		fmt.Println(p.name)
	}
	return co.Await(p.next.pointsAsync())
}

// call: writes
//
//coroutine:async
func writes(w io.Writer) error {
	defer fmt.Fprintln(w, "end")
	fmt.Fprintln(w, "begin", 1, "é")
	fmt.Fprintf(w, "%s-%d\n", "a", 1<<40)
	return nil
}

// call: fails "a" 1
// call: fails "é" -5
//
//coroutine:async
func fails(text string, n int) error {
	if text < "b" {
		return fmt.Errorf("%s is not %d%%", text, n)
	}
	return fmt.Errorf("no verb")
}

// call: counts "a" "b"
// call: counts "a" "a"
//
//coroutine:async
func counts(a, b string) (string, int, error) {
	const one, suffix = 1, "!"
	var x, y = a, b
	x, y = y, x+suffix
	seenBy := visits
	seenBy[a] = one
	seenBy[b] = 2
	if a == b || x != y && a >= b {
		fmt.Println("same", x, y)
	}
	return x + y, seenBy[a], nil
}

var visits = map[string]int{}

// call: tuples 4
//
//coroutine:async
func tuples(n int) (a, b int, err error) {
	if n > 3 && limit == 3 {
		co.Spawn(spawnedAsync("beside"))
	}
	return co.Await2(rt.Gather2(fAsync(n), fAsync(5)))
}

//coroutine:async
func spawned(text string) error {
	fmt.Println("spawned", text)
	return nil
}

// call: lists 2
//
//coroutine:async
func lists(n int) ([]int, error) {
	list := []int{n, 2, -3}
	for i := range list {
		fmt.Println("index", i)
	}
	var other []int
	for range []string{"x", "y"} {
		other = append(other, n)
	}
	var wide int64 = 1 << 31
	wide -= 3
	wide += 1 << 30
	fmt.Println(len(list), len(other), wide, uint8(255), 'x', 1)
	return other, nil
}

// call: beside 3
// call: beside -3
//
//coroutine:async
func beside(n int) (string, int, error) {
	return "x", n, co.Wait(rt.Timeout(time.Second, voidAsync(n)))
}

//coroutine:async
func void(n int) error {
	v, err := co.Await(fAsync(n))
	if err != nil {
		return err
	}
	fmt.Println(v)
	return nil
}

// call: print_ 1
//
//coroutine:async
func print_(str int) (int, error) {
	len, range_, x, x_2, None := "len", 2, 3, 4, 5
	{
		x, x_2 := x_2, x
		fmt.Println(len, range_, x, x_2, None)
	}
	tasks, group := fmt.Sprintf("%d %d", str, x), "g"
	fmt.Println(tasks, group)
	values, err := co.Await(rt.Gather(exceptAsync(str), exceptAsync(2)))
	if err != nil {
		return 0, err
	}
	for task, v := range values {
		fmt.Println(task, v, tasks, group)
	}
	return x, nil
}

//coroutine:async
func except(print int) (int, error) {
	fmt.Println(print)
	return print, nil
}

// call: leaves
//
//coroutine:async
func leaves() error {
	t := co.Spawn(slowAsync())
	u := co.Spawn(timedAsync(t))
	if err := co.Wait(rt.Sleep(60 * time.Millisecond)); err != nil {
		return err
	}
	_ = u
	v, err := co.Await(t)
	if err != nil {
		return err
	}
	fmt.Println("it ended with", v)
	return nil
}

//coroutine:async
func timed(t *rt.TaskOf[int]) (int, error) {
	defer fmt.Println("no longer waited for")
	return co.Await(rt.Timeout(2*time.Millisecond, waitsAsync(t)))
}

//coroutine:async
func waits(t *rt.TaskOf[int]) (int, error) { return co.Await(t) }
