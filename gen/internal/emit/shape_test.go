package emit_test

// This file is the evidence for the shape of Poll: one function, with loops in
// loops, labels, a switch and a retry, as a machine in three shapes. All three
// must do the same; how long each takes is in "The shape of Poll" in gen/doc.go.
//
//	go test ./gen/internal/emit -bench Shape
//	go test ./gen/internal/emit -run ShapeTable -shape -v
//
// The second times all of them in slices, in turn, and prints the table.
//
// The source of the function:
//
//	func transfer(p *probe, files []int) (total int, err error) {
//	files:
//		for _, file := range files {
//			size, err := co.Await(p.open(file))
//			if err != nil {
//				return total, err
//			}
//			for off := 0; off < size; {
//				n, err := co.Await(p.read(off))
//				if err != nil {
//					return total, err
//				}
//				delay := 1
//			retry:
//				for attempt := 1; ; attempt++ {
//					status, err := co.Await(p.write(n))
//					if err != nil {
//						return total, err
//					}
//					switch {
//					case status == full:
//						break files
//					case status == busy && attempt == 3:
//						continue files
//					case status == busy:
//						if _, err := co.Await(p.sleep(delay)); err != nil {
//							return total, err
//						}
//						delay *= 2
//					default:
//						break retry
//					}
//				}
//				off += n
//				total += n
//			}
//			if _, err := co.Await(p.close(file)); err != nil {
//				return total, err
//			}
//		}
//		return total, nil
//	}

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/machine"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

const (
	accepted = iota
	busy
	full
)

// A probe is what transfer works on: files whose size is their number, and a
// destination that answers each write with the next status.
type probe struct {
	statuses []int // in turn, again and again
	writes   int

	// Either a script decides what the calls do, or they are ready at once but
	// for one in so many.
	script *rttest.Script
	step   rttest.StepOp[int]
	every  int
	calls  int
}

func (p *probe) open(file int) call   { return call{p: p, kind: 'o', v: file} }
func (p *probe) read(off int) call    { return call{p: p, kind: 'r', v: 1} }
func (p *probe) sleep(delay int) call { return call{p: p, kind: 's', v: delay} }
func (p *probe) close(file int) call  { return call{p: p, kind: 'c', v: file} }

func (p *probe) write(n int) call {
	status := p.statuses[p.writes]
	if p.writes++; p.writes == len(p.statuses) {
		p.writes = 0
	}
	return call{p: p, kind: 'w', v: status}
}

// A call is an operation of a probe.
type call struct {
	p     *probe
	v     int
	kind  byte
	begun bool
}

func (c *call) Poll(t *rt.Task) (int, error, bool) {
	if c.p.script != nil {
		return c.scripted(t)
	}
	if !c.begun {
		c.begun = true
		if c.p.calls++; c.p.calls == c.p.every {
			c.p.calls = 0
			return 0, nil, false
		}
	}
	return c.v, nil, true
}

func (c *call) scripted(t *rt.Task) (int, error, bool) {
	if !c.begun {
		c.begun = true
		c.p.step = rttest.Step(c.p.script, string(c.kind), c.v)
	}
	return c.p.step.Poll(t)
}

// shapes are the machines.
var shapes = []struct {
	name string
	make func(p *probe, files []int) rt.Awaitable[int]
}{
	{"goto", func(p *probe, files []int) rt.Awaitable[int] { return &gotoFrame{p: p, files: files} }},
	{"switch", func(p *probe, files []int) rt.Awaitable[int] { return &switchFrame{p: p, files: files} }},
	{"structured", func(p *probe, files []int) rt.Awaitable[int] { return &structuredFrame{p: p, files: files} }},
}

func TestShapes(t *testing.T) {
	tests := []struct {
		name     string
		awaits   int
		files    []int
		statuses []int
	}{
		{"nothing", 4, []int{0, 0}, []int{full}},
		{"a chunk", 4, []int{1}, []int{accepted}},
		{"two files", 6, []int{2, 1}, []int{accepted}},
		{"refused once", 6, []int{1}, []int{busy, accepted}},
		{"refused for good", 8, []int{1, 1}, []int{busy, busy, busy, accepted}},
		{"full", 5, []int{2, 1}, []int{accepted, full}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var versions []rttest.Version[int]
			for _, shape := range shapes {
				versions = append(versions, rttest.Version[int]{Name: shape.name, New: func(s *rttest.Script) rt.Expr[int] {
					return rt.NewCoroutine(shape.make(&probe{statuses: test.statuses, script: s}, test.files))
				}})
			}
			rttest.Compare(t, test.awaits, versions...)
		})
	}
}

// drive runs each machine over the same files until it has made n awaits, and
// returns what it has copied.
func drive(tb testing.TB, shape, every, n int) (total int) {
	p := &probe{statuses: []int{accepted, accepted, busy, accepted, busy, busy, accepted}, every: every}
	files := []int{4, 4, 4, 4, 4, 4, 4, 4}
	const awaits = 8 * (1 + 4 + 7 + 3 + 1) // open, read, write, sleep, close
	for ; n > 0; n -= awaits {
		x := shapes[shape].make(p, files)
		for {
			v, err, ready := x.Poll(nil)
			if err != nil {
				tb.Fatal(err)
			}
			if ready {
				total += v
				break
			}
		}
	}
	return total
}

func BenchmarkShape(b *testing.B) {
	for _, every := range []int{0, 10, 1} {
		for i, shape := range shapes {
			b.Run(fmt.Sprintf("every%d/%s", every, shape.name), func(b *testing.B) { drive(b, i, every, b.N) })
		}
	}
}

var shapeTable = flag.Bool("shape", false, "time the shapes of Poll")

func TestShapeTable(t *testing.T) {
	if !*shapeTable {
		t.Skip("run with -shape")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const awaits, rounds = 200_000, 150
	t.Logf("%-12s %10s %10s %10s", "ns per await", "all ready", "1 in 10", "each")
	rows := make([][]float64, len(shapes))
	for _, every := range []int{0, 10, 1} {
		times := make([][]float64, len(shapes))
		for n := range rounds {
			for k := range shapes {
				i := (n + k) % len(shapes)
				runtime.GC()
				start := time.Now()
				drive(t, i, every, awaits)
				times[i] = append(times[i], float64(time.Since(start))/awaits)
			}
		}
		for i := range shapes {
			slices.Sort(times[i])
			rows[i] = append(rows[i], times[i][rounds/10])
		}
	}
	for i, shape := range shapes {
		t.Logf("%-12s %10.1f %10.1f %10.1f", shape.name, rows[i][0], rows[i][1], rows[i][2])
	}
}

// gotoFrame is the shape that package emit writes: labels, and one jump to the
// one where Poll goes on.
type gotoFrame struct {
	p       *probe
	files   []int
	total   int
	file    int
	i       int
	size    int
	off     int
	n       int
	delay   int
	attempt int
	open    call
	read    call
	write   call
	sleep   call
	close   call
	state   gotoState
}

type gotoState uint8

const (
	gotoStart gotoState = iota
	gotoAwaitOpen
	gotoAwaitRead
	gotoAwaitWrite
	gotoAwaitSleep
	gotoAwaitClose
	gotoDone
)

func (f *gotoFrame) Poll(t *rt.Task) (int, error, bool) {
	state := f.state
	f.state = gotoDone // unless it suspends
	switch state {
	case gotoAwaitOpen:
		goto awaitOpen
	case gotoAwaitRead:
		goto awaitRead
	case gotoAwaitWrite:
		goto awaitWrite
	case gotoAwaitSleep:
		goto awaitSleep
	case gotoAwaitClose:
		goto awaitClose
	case gotoDone:
		panic(machine.Resumed("transfer"))
	}

	f.i = 0

files: // for _, file := range files
	if f.i >= len(f.files) {
		goto endFiles
	}
	f.file = f.files[f.i]
	f.open = f.p.open(f.file)

awaitOpen:
	{
		size, err, ready := f.open.Poll(t)
		if !ready {
			f.state = gotoAwaitOpen
			return 0, nil, false
		}
		f.size = size
		if err != nil {
			return f.total, err, true
		}
		f.off = 0
	}

loop: // for off := 0; off < size;
	if f.off >= f.size {
		goto endLoop
	}
	f.read = f.p.read(f.off)

awaitRead:
	{
		n, err, ready := f.read.Poll(t)
		if !ready {
			f.state = gotoAwaitRead
			return 0, nil, false
		}
		f.n = n
		if err != nil {
			return f.total, err, true
		}
		f.delay = 1
		f.attempt = 1
	}

retry: // for attempt := 1; ; attempt++
	f.write = f.p.write(f.n)

awaitWrite:
	{
		status, err, ready := f.write.Poll(t)
		if !ready {
			f.state = gotoAwaitWrite
			return 0, nil, false
		}
		if err != nil {
			return f.total, err, true
		}
		switch {
		case status == full:
			goto endFiles
		case status == busy && f.attempt == 3:
			goto next
		case status == busy:
			goto case3
		default:
			goto endRetry
		}
	}

case3: // case status == busy
	f.sleep = f.p.sleep(f.delay)

awaitSleep:
	{
		_, err, ready := f.sleep.Poll(t)
		if !ready {
			f.state = gotoAwaitSleep
			return 0, nil, false
		}
		if err != nil {
			return f.total, err, true
		}
		f.delay *= 2
		f.attempt++
		goto retry
	}

endRetry:
	f.off += f.n
	f.total += f.n
	goto loop

endLoop:
	f.close = f.p.close(f.file)

awaitClose:
	{
		_, err, ready := f.close.Poll(t)
		if !ready {
			f.state = gotoAwaitClose
			return 0, nil, false
		}
		if err != nil {
			return f.total, err, true
		}
	}

next:
	f.i++
	goto files

endFiles:
	return f.total, nil, true
}

// switchFrame is the state machine of the text books: a loop around a switch,
// each stretch between two labels a case.
type switchFrame struct {
	p       *probe
	files   []int
	total   int
	file    int
	i       int
	size    int
	off     int
	n       int
	delay   int
	attempt int
	open    call
	read    call
	write   call
	sleep   call
	close   call
	state   switchState
}

type switchState uint8

const (
	switchStart switchState = iota
	switchFiles
	switchAwaitOpen
	switchLoop
	switchAwaitRead
	switchRetry
	switchAwaitWrite
	switchAwaitSleep
	switchEndRetry
	switchEndLoop
	switchAwaitClose
	switchNext
	switchDone
)

func (f *switchFrame) Poll(t *rt.Task) (int, error, bool) {
	for {
		switch f.state {
		case switchStart:
			f.i = 0
			f.state = switchFiles
			fallthrough

		case switchFiles: // for _, file := range files
			if f.i >= len(f.files) {
				f.state = switchDone
				return f.total, nil, true
			}
			f.file = f.files[f.i]
			f.open = f.p.open(f.file)
			f.state = switchAwaitOpen
			fallthrough

		case switchAwaitOpen:
			size, err, ready := f.open.Poll(t)
			if !ready {
				return 0, nil, false
			}
			if err != nil {
				f.state = switchDone
				return f.total, err, true
			}
			f.size = size
			f.off = 0
			f.state = switchLoop
			fallthrough

		case switchLoop: // for off := 0; off < size;
			if f.off >= f.size {
				f.state = switchEndLoop
				continue
			}
			f.read = f.p.read(f.off)
			f.state = switchAwaitRead
			fallthrough

		case switchAwaitRead:
			n, err, ready := f.read.Poll(t)
			if !ready {
				return 0, nil, false
			}
			if err != nil {
				f.state = switchDone
				return f.total, err, true
			}
			f.n = n
			f.delay = 1
			f.attempt = 1
			f.state = switchRetry
			fallthrough

		case switchRetry: // for attempt := 1; ; attempt++
			f.write = f.p.write(f.n)
			f.state = switchAwaitWrite
			fallthrough

		case switchAwaitWrite:
			status, err, ready := f.write.Poll(t)
			if !ready {
				return 0, nil, false
			}
			if err != nil {
				f.state = switchDone
				return f.total, err, true
			}
			switch {
			case status == full:
				f.state = switchDone
				return f.total, nil, true
			case status == busy && f.attempt == 3:
				f.state = switchNext
				continue
			case status == busy:
				f.sleep = f.p.sleep(f.delay)
				f.state = switchAwaitSleep
			default:
				f.state = switchEndRetry
				continue
			}
			fallthrough

		case switchAwaitSleep:
			_, err, ready := f.sleep.Poll(t)
			if !ready {
				return 0, nil, false
			}
			if err != nil {
				f.state = switchDone
				return f.total, err, true
			}
			f.delay *= 2
			f.attempt++
			f.state = switchRetry

		case switchEndRetry:
			f.off += f.n
			f.total += f.n
			f.state = switchLoop

		case switchEndLoop:
			f.close = f.p.close(f.file)
			f.state = switchAwaitClose
			fallthrough

		case switchAwaitClose:
			_, err, ready := f.close.Poll(t)
			if !ready {
				return 0, nil, false
			}
			if err != nil {
				f.state = switchDone
				return f.total, err, true
			}
			f.state = switchNext
			fallthrough

		case switchNext:
			f.i++
			f.state = switchFiles

		case switchDone:
			panic(machine.Resumed("transfer"))
		}
	}
}

// structuredFrame keeps the loops and the switch of the source. To resume, Poll
// enters each of them again, down to the await: state is where to, and 0 once
// it is there. Variables are locals, saved when it suspends.
type structuredFrame struct {
	p       *probe
	files   []int
	total   int
	file    int
	i       int
	size    int
	off     int
	n       int
	delay   int
	attempt int
	open    call
	read    call
	write   call
	sleep   call
	close   call
	state   structuredState
}

type structuredState uint8

const (
	structuredStart structuredState = iota
	structuredAwaitOpen
	structuredAwaitRead
	structuredAwaitWrite
	structuredAwaitSleep
	structuredAwaitClose
	structuredDone
)

func (f *structuredFrame) Poll(t *rt.Task) (int, error, bool) {
	p, files := f.p, f.files
	total, file, i, size, off, n, delay, attempt := f.total, f.file, f.i, f.size, f.off, f.n, f.delay, f.attempt
	state := f.state
	f.state = structuredDone // unless it suspends
	if state == structuredDone {
		panic(machine.Resumed("transfer"))
	}

files:
	for ; state != 0 || i < len(files); i++ {
		switch state {
		case structuredAwaitOpen:
			goto awaitOpen
		case structuredAwaitRead, structuredAwaitWrite, structuredAwaitSleep:
			goto chunks
		case structuredAwaitClose:
			goto awaitClose
		}
		file = files[i]
		f.open = p.open(file)
	awaitOpen:
		{
			v, err, ready := f.open.Poll(t)
			if !ready {
				f.total, f.file, f.i = total, file, i
				f.state = structuredAwaitOpen
				return 0, nil, false
			}
			state = 0
			if err != nil {
				return total, err, true
			}
			size = v
		}
		off = 0
	chunks:
		for state != 0 || off < size {
			switch state {
			case structuredAwaitRead:
				goto awaitRead
			case structuredAwaitWrite, structuredAwaitSleep:
				goto retry
			}
			f.read = p.read(off)
		awaitRead:
			{
				v, err, ready := f.read.Poll(t)
				if !ready {
					f.total, f.file, f.i, f.size, f.off = total, file, i, size, off
					f.state = structuredAwaitRead
					return 0, nil, false
				}
				state = 0
				if err != nil {
					return total, err, true
				}
				n = v
			}
			delay = 1
			attempt = 1
		retry:
			for ; ; attempt++ {
				var status int
				switch state {
				case structuredAwaitWrite:
					goto awaitWrite
				case structuredAwaitSleep:
					goto decide
				}
				f.write = p.write(n)
			awaitWrite:
				{
					v, err, ready := f.write.Poll(t)
					if !ready {
						f.total, f.file, f.i, f.size, f.off, f.n, f.delay, f.attempt = total, file, i, size, off, n, delay, attempt
						f.state = structuredAwaitWrite
						return 0, nil, false
					}
					state = 0
					if err != nil {
						return total, err, true
					}
					status = v
				}
			decide:
				switch {
				case state == 0 && status == full:
					break files
				case state == 0 && status == busy && attempt == 3:
					continue files
				case state == structuredAwaitSleep || status == busy:
					if state == 0 {
						f.sleep = p.sleep(delay)
					}
					_, err, ready := f.sleep.Poll(t)
					if !ready {
						f.total, f.file, f.i, f.size, f.off, f.n, f.delay, f.attempt = total, file, i, size, off, n, delay, attempt
						f.state = structuredAwaitSleep
						return 0, nil, false
					}
					state = 0
					if err != nil {
						return total, err, true
					}
					delay *= 2
				default:
					break retry
				}
			}
			off += n
			total += n
		}
		f.close = p.close(file)
	awaitClose:
		{
			_, err, ready := f.close.Poll(t)
			if !ready {
				f.total, f.file, f.i = total, file, i
				f.state = structuredAwaitClose
				return 0, nil, false
			}
			state = 0
			if err != nil {
				return total, err, true
			}
		}
	}
	return total, nil, true
}
