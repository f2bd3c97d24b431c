package fz

// Programs whose generators are tasks, consumers and parts of pipelines: the examples of PEP 342
// and PEP 380, a trampoline, schedulers, a simulation, broadcasts and retries.

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

// A script is what a caller does with a generator: n for Next, s for Send, t for Throw, x for
// Throw(ErrGeneratorExit), c for Close, a for a range over All.
var scripts = makeScripts()

func makeScripts() (list []string) {
	const ops = "nstxca"
	list = []string{""}
	for _, a := range ops {
		list = append(list, string(a))
		for _, b := range ops {
			list = append(list, string(a)+string(b), "n"+string(a)+string(b))
		}
	}
	seed := uint32(1)
	for i := range 40 {
		script := "n"
		for range 3 + i/5 {
			seed = seed*1664525 + 1013904223
			script += string("nnnsssssttxca"[seed>>16%13])
		}
		list = append(list, script)
	}
	return list
}

var errThrown = errors.New("thrown")

// drives compares the generator that pull makes with the reference, which runs body, under all
// scripts. in makes the values to send.
func drives[Out, In, R any](s *rttest.Script, name string, in func(i int) In, body func(y co.Yielder[Out, In]) (R, error), pull func() rt.SendGenerator[Out, In, R]) {
	for _, script := range scripts {
		a := driven(script, in, pull)
		b := driven(script, in, func() rt.SendGenerator[Out, In, R] {
			g := machine.NewSendPull(name, body)
			return &g
		})
		if a != b {
			fmt.Printf("%s %q: the generator does\n%s\nand the reference\n%s\n", name, script, a, b)
			os.Exit(1) // even if all versions are wrong alike
		}
	}
	s.Note("%s", name)
}

// said is what the functions say since the last step.
var said []string

func tell(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }

// driven returns what the calls in script return, panic with or end by Goexit, and what the
// function says meanwhile.
func driven[Out, In, R any](script string, in func(i int) In, pull func() rt.SendGenerator[Out, In, R]) string {
	var b strings.Builder
	said = nil
	g := pull()
	fmt.Fprintf(&b, "%s", state(g))
	for i, op := range script {
		fmt.Fprintf(&b, "\n%c %v %v", op, called(func() string { return do(g, op, in(i)) }), said)
		said = nil
		v, err := g.Result()
		fmt.Fprintf(&b, " (%v, %v) %s", v, err, state(g))
	}
	for range 20 { // it may yield once more, or panic
		called(func() string { return do(g, 'c', in(0)) })
	}
	return b.String()
}

// state returns the state of g. The line of a generator that is suspended depends on the version.
func state[Out, In, R any](g rt.SendGenerator[Out, In, R]) string {
	_, state, _ := strings.Cut(g.String(), ": ")
	if state != "created" && state != "closed" {
		return ""
	}
	return state
}

// do does one operation.
func do[Out, In, R any](g rt.SendGenerator[Out, In, R], op rune, in In) string {
	switch op {
	case 'n':
		v, ok := g.Next()
		return fmt.Sprint(v, ok)
	case 's':
		v, ok := g.Send(in)
		return fmt.Sprint(v, ok)
	case 't':
		v, ok := g.Throw(errThrown)
		return fmt.Sprint(v, ok)
	case 'x':
		v, ok := g.Throw(rt.ErrGeneratorExit)
		return fmt.Sprint(v, ok)
	case 'c':
		return fmt.Sprint(g.Close())
	}
	n := 0
	var values []string
	for v := range g.All() {
		values = append(values, fmt.Sprint(v))
		if n++; n == 3 {
			break
		}
	}
	return fmt.Sprint(values)
}

// called returns the result of f, its panic, or that it has ended its goroutine.
func called(f func() string) string {
	done := make(chan string)
	go func() {
		result := "exit"
		defer func() {
			if v := recover(); v != nil {
				result = fmt.Sprint("panic ", v)
			}
			done <- result
		}()
		result = f()
	}()
	return <-done
}

func tens(i int) int { return 10 * i }

func words(i int) string { return strings.Repeat("x", i) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A sink is a generator that is sent values.
type sink[T any] interface {
	Send(T) (rt.Void, bool)
	Close() error
}

// consumer runs g to its first Yield, so that values can be sent. PEP 342 has a decorator for this.
func consumer[T, R any](g rt.SendGenerator[rt.Void, T, R]) sink[T] {
	g.Next()
	return g
}

// thumbnails is sent images. It passes on pages of several, and the last page when it is closed.
//
//coroutine:generator
func thumbnails(perPage int, next sink[string], y co.Yielder[rt.Void, string]) (pages int, err error) {
	defer func() { err = errors.Join(err, next.Close()) }()
	var page []string
	for {
		image, err := y.Yield(rt.Void{})
		if err != nil {
			if err == rt.ErrGeneratorExit && len(page) > 0 {
				next.Send(strings.Join(page, "+"))
				pages++
			}
			return pages, err
		}
		if page = append(page, image); len(page) == perPage {
			next.Send(strings.Join(page, "+"))
			pages++
			page = nil
		}
	}
}

// writes is sent pages and writes them.
//
//coroutine:generator
func writes(s *rttest.Script, y co.Yielder[rt.Void, string]) error {
	for n := 1; ; n++ {
		page, err := y.Yield(rt.Void{})
		if err != nil {
			s.Note("%d pages", n-1)
			return err
		}
		s.Note("page%04d %s", n, page)
	}
}

// matches passes on what contains the pattern.
//
//coroutine:generator
func matches(pattern string, next sink[string], y co.Yielder[rt.Void, string]) error {
	defer next.Close()
	for {
		line, err := y.Yield(rt.Void{})
		if err != nil {
			return err
		}
		if strings.Contains(line, pattern) {
			if _, ok := next.Send(line); !ok {
				return errors.New("nobody reads")
			}
		}
	}
}

// broadcasts passes everything on to all targets.
//
//coroutine:generator
func broadcasts(y co.Yielder[rt.Void, string], targets ...sink[string]) (err error) {
	defer func() {
		for _, t := range targets {
			err = errors.Join(err, t.Close())
		}
	}()
	for {
		line, err := y.Yield(rt.Void{})
		if err != nil {
			return err
		}
		for _, t := range targets {
			t.Send(line)
		}
	}
}

// firstLines takes n lines.
//
//coroutine:generator
func firstLines(s *rttest.Script, n int, y co.Yielder[rt.Void, string]) (lines []string, err error) {
	defer s.Note("first lines end")
	for range n {
		line, err := y.Yield(rt.Void{})
		if err != nil {
			return lines, err
		}
		lines = append(lines, line)
		s.Note("first: %s", line)
	}
	return lines, nil
}

//coroutine:async
func SubjectConsumers(s *rttest.Script) (string, error) {
	for perPage := range 4 {
		g := thumbnailsPull(perPage+1, consumer(writesPull(s)))
		in := consumer(g)
		for i := range 5 {
			in.Send(fmt.Sprint("image", i))
		}
		err := in.Close()
		pages, result := g.Result()
		s.Note("%d pages, %v %v", pages, err, errors.Is(result, rt.ErrGeneratorExit))
	}
	all := consumer(broadcastsPull(
		consumer(matchesPull("a", consumer(writesPull(s)))),
		consumer(matchesPull("b", consumer(firstLinesPull(s, 2)))),
		consumer(writesPull(s)),
	))
	for _, line := range strings.Fields("ab abc b bb c") {
		_, ok := all.Send(line)
		s.Note("%s %v", line, ok)
	}
	err := all.Close()
	s.Note("%v %v", err, errors.Is(err, rt.ErrGeneratorExit))
	return "", nil
}

// A call asks the trampoline to run another function in place of its caller.
type call = rt.SendGenerator[any, any, any]

// trampoline runs a stack of generators: each yields what the trampoline is to call, and is sent
// the result. It is the example of PEP 342.
func trampoline(s *rttest.Script, g call) (any, error) {
	stack := []call{g}
	var v any
	var err error
	begun := false
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		var out any
		var ok bool
		switch {
		case err != nil:
			out, ok = top.Throw(err)
		case !begun:
			out, ok = top.Next()
		default:
			out, ok = top.Send(v)
		}
		v, err, begun = nil, nil, true
		if !ok {
			stack = stack[:len(stack)-1]
			if v, err = top.Result(); err != nil {
				s.Note("fails with %v", err)
			}
			continue
		}
		switch out := out.(type) {
		case call:
			stack = append(stack, out)
			begun = false
		case func() (any, error):
			v, err = out()
		default:
			v = out
		}
	}
	return v, err
}

//coroutine:generator
func factorial(n int, y co.Yielder[any, any]) (any, error) {
	if n == 0 {
		return 1, nil
	}
	v, err := y.Yield(call(factorialPull(n - 1)))
	if err != nil {
		return nil, err
	}
	return n * v.(int), nil
}

// reader reads by calls that may fail, and tries each one twice.
//
//coroutine:generator
func reader(s *rttest.Script, read func() (any, error), y co.Yielder[any, any]) (any, error) {
	var got []any
	for range 3 {
		v, err := y.Yield(read)
		if err != nil {
			s.Note("again after %v", err)
			if v, err = y.Yield(read); err != nil {
				return got, fmt.Errorf("twice: %w", err)
			}
		}
		got = append(got, v)
	}
	return got, nil
}

//coroutine:generator
func session(s *rttest.Script, read func() (any, error), y co.Yielder[any, any]) (result any, err error) {
	defer func() { s.Note("session ends with %v", err) }()
	a, err := y.Yield(call(readerPull(s, read)))
	if err != nil {
		return a, err
	}
	b, err := y.Yield(call(readerPull(s, read)))
	if err != nil {
		b = "nothing"
	}
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func SubjectTrampoline(s *rttest.Script) (string, error) {
	v, err := trampoline(s, factorialPull(10))
	s.Note("%v %v", v, err)
	for every := 2; every < 6; every++ {
		n := 0
		v, err := trampoline(s, sessionPull(s, func() (any, error) {
			if n++; n%every == 0 || n > 6 {
				return nil, fmt.Errorf("read %d fails", n)
			}
			return n, nil
		}))
		s.Note("%v %v", v, err)
	}
	return "", nil
}

// A wish is what a task asks its scheduler for.
type wish struct {
	op  string // spawn, sleep, get, put, or "" to let others run
	gen rt.SendGenerator[wish, int, rt.Void]
	n   int
}

// A kernel runs tasks in turns. It counts time in steps.
type kernel struct {
	s       *rttest.Script
	now     int
	ready   []*job
	asleep  []*job
	queue   []int
	waiting []*job // for the queue
	jobs    int
}

type job struct {
	id    int
	gen   rt.SendGenerator[wish, int, rt.Void]
	begun bool
	in    int
	until int
}

func (k *kernel) spawn(g rt.SendGenerator[wish, int, rt.Void]) int {
	k.jobs++
	k.ready = append(k.ready, &job{id: k.jobs, gen: g})
	return k.jobs
}

func (k *kernel) wake(j *job, in int) {
	j.in = in
	k.ready = append(k.ready, j)
}

func (k *kernel) step(j *job) {
	resume := j.gen.Next
	if j.begun {
		resume = func() (wish, bool) { return j.gen.Send(j.in) }
	}
	j.begun = true
	w, ok := resume()
	if !ok {
		_, err := j.gen.Result()
		k.s.Note("%d: task %d ends: %v", k.now, j.id, err)
		return
	}
	switch w.op {
	case "spawn":
		k.wake(j, k.spawn(w.gen))
	case "sleep":
		j.until = k.now + w.n
		k.asleep = append(k.asleep, j)
	case "put":
		if len(k.waiting) > 0 {
			k.wake(k.waiting[0], w.n)
			k.waiting = k.waiting[1:]
		} else {
			k.queue = append(k.queue, w.n)
		}
		k.wake(j, len(k.queue))
	case "get":
		if len(k.queue) > 0 {
			k.wake(j, k.queue[0])
			k.queue = k.queue[1:]
		} else {
			k.waiting = append(k.waiting, j)
		}
	default:
		k.wake(j, k.now)
	}
}

func (k *kernel) run() {
	for len(k.ready) > 0 || len(k.asleep) > 0 {
		if len(k.ready) == 0 {
			slices.SortStableFunc(k.asleep, func(a, b *job) int { return cmp.Compare(a.until, b.until) })
			k.now = k.asleep[0].until
			k.wake(k.asleep[0], k.now)
			k.asleep = k.asleep[1:]
		}
		j := k.ready[0]
		k.ready = k.ready[1:]
		k.step(j)
	}
	for _, j := range k.waiting {
		k.s.Note("task %d waits for ever: %v", j.id, j.gen.Close())
	}
}

//coroutine:generator
func pause(n int, y co.Yielder[wish, int]) (now int, err error) {
	return y.Yield(wish{op: "sleep", n: n})
}

//coroutine:generator
func produces(k *kernel, id, n int, y co.Yielder[wish, int]) error {
	defer k.s.Note("producer %d is done", id)
	for i := range n {
		now, err := pause(id+i, y)
		if err != nil {
			return err
		}
		left, err := y.Yield(wish{op: "put", n: 100*id + i})
		if err != nil {
			return err
		}
		k.s.Note("%d: producer %d put %d, %d left", now, id, i, left)
	}
	return nil
}

//coroutine:generator
func consumes(k *kernel, y co.Yielder[wish, int]) (err error) {
	total := 0
	defer func() { k.s.Note("consumer has %d", total) }()
	for {
		n, err := y.Yield(wish{op: "get"})
		if err != nil {
			return err
		}
		total += n
		if _, err := pause(1, y); err != nil {
			return err
		}
		if n%100 == 3 {
			return fmt.Errorf("no more after %d", n)
		}
	}
}

//coroutine:generator
func boots(k *kernel, y co.Yielder[wish, int]) error {
	for id := 1; id <= 3; id++ {
		n, err := y.Yield(wish{op: "spawn", gen: producesPull(k, id, 4)})
		if err != nil {
			return err
		}
		k.s.Note("spawned %d", n)
	}
	for range 2 {
		if _, err := y.Yield(wish{op: "spawn", gen: consumesPull(k)}); err != nil {
			return err
		}
	}
	now, err := y.Yield(wish{})
	k.s.Note("%d: booted", now)
	return err
}

//coroutine:async
func SubjectKernel(s *rttest.Script) (string, error) {
	k := &kernel{s: s}
	k.spawn(bootsPull(k))
	k.run()
	return fmt.Sprint(k.now, k.jobs), nil
}

// An event is a delay, or the wish for a place in a shop.
type event struct {
	delay  int
	enters bool
	leaves bool
}

// customer is a process of a simulation: it comes, waits for a place, is served, and may give up.
//
//coroutine:generator
func customer(s *rttest.Script, id int, y co.Yielder[event, int]) (waited int, err error) {
	came, err := y.Yield(event{delay: id})
	if err != nil {
		return 0, err
	}
	now, err := y.Yield(event{enters: true})
	if errors.Is(err, errThrown) {
		s.Note("customer %d gives up", id)
		return -1, nil
	}
	if err != nil {
		return 0, err
	}
	waited = now - came
	if _, err = served(s, id, y); err != nil {
		return waited, err
	}
	_, err = y.Yield(event{leaves: true})
	return waited, err
}

//coroutine:generator
func served(s *rttest.Script, id int, y co.Yielder[event, int]) (now int, err error) {
	for part := range 2 {
		if now, err = y.Yield(event{delay: 4 + id%2}); err != nil {
			return now, err
		}
		s.Note("%d: customer %d part %d", now, id, part)
	}
	return now, nil
}

//coroutine:async
func SubjectSimulation(s *rttest.Script) (string, error) {
	type process struct {
		gen  rt.SendGenerator[event, int, int]
		at   int
		id   int
		last event
	}
	var agenda, waiting []*process
	for id := range 6 {
		p := &process{gen: customerPull(s, id), id: id}
		p.last, _ = p.gen.Next()
		p.at = p.last.delay
		agenda = append(agenda, p)
	}
	places := 2
	for len(agenda) > 0 {
		slices.SortStableFunc(agenda, func(a, b *process) int { return cmp.Compare(a.at, b.at) })
		p := agenda[0]
		agenda = agenda[1:]
		now := p.at
		e, ok := p.gen.Send(now)
		if !ok {
			waited, err := p.gen.Result()
			s.Note("%d: customer %d waited %d: %v", now, p.id, waited, err)
			continue
		}
		p.last = e
		p.at = now + e.delay
		switch {
		case e.enters && places > 0:
			places--
			agenda = append(agenda, p)
		case e.enters && len(waiting) > 1:
			p.gen.Throw(errThrown)
			waited, err := p.gen.Result()
			s.Note("%d: customer %d waited %d: %v", now, p.id, waited, err)
		case e.enters:
			waiting = append(waiting, p)
		case e.leaves && len(waiting) > 0:
			next := waiting[0]
			waiting = waiting[1:]
			next.at = now
			agenda = append(agenda, p, next)
		case e.leaves:
			places++
			agenda = append(agenda, p)
		default:
			agenda = append(agenda, p)
		}
	}
	return "", nil
}

// attempts yields how long to wait before each attempt, and is sent the result or thrown the error.
//
//coroutine:generator
func attempts(most int, y co.Yielder[int, string]) (result string, err error) {
	var errs []error
	for i, delay := 0, 0; i < most; i++ {
		result, err = y.Yield(delay)
		if err == nil {
			return result, nil
		}
		if err == rt.ErrGeneratorExit {
			return "", err
		}
		errs = append(errs, fmt.Errorf("attempt %d: %w", i+1, err))
		delay = max(1, 2*delay)
	}
	return "", errors.Join(errs...)
}

// transaction is sent statements. It commits at the end, and rolls back after an error or a panic.
//
//coroutine:generator
func transaction(y co.Yielder[int, string]) (done []string, err error) {
	tell("begin")
	defer func() {
		v := recover()
		switch {
		case v != nil:
			tell("roll back after a panic")
			panic(v)
		case err != nil:
			tell("roll back")
			done = nil
		default:
			tell("commit")
		}
	}()
	for {
		statement, err := y.Yield(len(done))
		if err != nil {
			return done, err
		}
		switch {
		case statement == "":
			return done, nil
		case len(statement) > 6:
			panic(statement)
		case len(statement)%2 > 0:
			point := len(done)
			if err := savepoint(&done, y); err != nil {
				tell("back to %d", point)
				done = done[:point]
			}
		}
		done = append(done, statement)
	}
}

//coroutine:generator
func savepoint(done *[]string, y co.Yielder[int, string]) error {
	defer func(n int) { tell("savepoint with %d", len(*done)-n) }(len(*done))
	for range 2 {
		statement, err := y.Yield(-1)
		if err != nil {
			return err
		}
		*done = append(*done, statement)
	}
	return nil
}

//coroutine:async
func SubjectAttempts(s *rttest.Script) (string, error) {
	drives(s, "attempts", words, func(y co.Yielder[int, string]) (string, error) { return attempts(3, y) }, func() rt.SendGenerator[int, string, string] { return attemptsPull(3) })
	drives(s, "transaction", func(i int) string { return strings.Repeat("x", (i+4)%9) }, func(y co.Yielder[int, string]) ([]string, error) { return transaction(y) }, func() rt.SendGenerator[int, string, []string] { return transactionPull() })
	return "", nil
}

// merges yields the values of sorted generators in order.
//
//coroutine:generator
func merges(a, b rt.SendGenerator[int, int, int], y co.Yielder[int, int]) (n int, err error) {
	defer func() { err = errors.Join(err, a.Close(), b.Close()) }()
	v, more := a.Next()
	w, moreW := b.Next()
	for ; more && moreW; n++ {
		if _, err := y.Yield(min(v, w)); err != nil {
			return n, err
		}
		if v <= w {
			v, more = a.Next()
		} else {
			w, moreW = b.Next()
		}
	}
	rest := a
	if moreW {
		rest, v = b, w
	} else if !more {
		return n, nil
	}
	if _, err := y.Yield(v); err != nil {
		return n, err
	}
	m, err := co.YieldFrom(y, rest)
	return n + 1 + m, err
}

// every yields numbers from first, with step in between. Sending a number changes the step.
//
//coroutine:generator
func every(first, step, n int, y co.Yielder[int, int]) (left int, err error) {
	for left = n; left > 0; left-- {
		in, err := y.Yield(first)
		if err != nil {
			return left, err
		}
		if in != 0 {
			step = in
		}
		first += step
	}
	return left, nil
}

// flatten yields the leaves of nested lists. PEP 380 shows such refactorings.
//
//coroutine:generator
func flatten(list []any, y co.Yielder[string, bool]) (skipped int, err error) {
	for _, x := range list {
		switch x := x.(type) {
		case []any:
			skip, err := y.Yield(fmt.Sprint("list of ", len(x)))
			if err != nil {
				return skipped, err
			}
			if skip {
				skipped++
				continue
			}
			n, err := flatten(x, y)
			skipped += n
			if err != nil {
				return skipped, err
			}
		default:
			if skip, err := y.Yield(fmt.Sprint(x)); err != nil {
				return skipped, err
			} else if skip {
				return skipped + 1, nil // of the whole list
			}
		}
	}
	return skipped, nil
}

//coroutine:async
func SubjectPipelines(s *rttest.Script) (string, error) {
	make3 := func() rt.SendGenerator[int, int, int] {
		return mergesPull(mergesPull(everyPull(0, 3, 4), everyPull(1, 5, 3)), everyPull(2, 2, 2))
	}
	for v := range make3().All() {
		s.Note("%d", v)
	}
	drives(s, "merges", tens, func(y co.Yielder[int, int]) (int, error) {
		return merges(mergesPull(everyPull(0, 3, 4), everyPull(1, 5, 3)), everyPull(2, 2, 2), y)
	}, make3)
	list := []any{1, []any{2, []any{}, []any{3, 4}, 5}, 6}
	drives(s, "flatten", func(i int) bool { return i%3 == 0 }, func(y co.Yielder[string, bool]) (int, error) { return flatten(list, y) }, func() rt.SendGenerator[string, bool, int] { return flattenPull(list) })
	return "", nil
}
