package asyncgen_test

// This file has the code of the package documentation.

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/asyncgen"
	"github.com/coroutinegen/coroutinegen/rt/internal/testbed"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
	"github.com/coroutinegen/coroutinegen/rt/streams"
)

//go:generate go tool coroutinegen

// lines hands out the lines of r.
//
//coroutine:async
//coroutine:generator
func lines(y co.AsyncYielder[string, rt.Void], r *streams.Reader) error {
	for {
		line, err := co.Await(r.ReadLine())
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := co.Wait(y.Yield(string(line))); err != nil {
			return err
		}
	}
}

//coroutine:async
func printLines(r *streams.Reader) (err error) {
	for line := range co.Each(linesAsync(r), &err) {
		fmt.Print(line)
	}
	return err
}

//coroutine:async
func printFirst(r *streams.Reader) (err error) {
	g := linesAsync(r)
	defer func() { err = errors.Join(err, co.Wait(g.Close())) }()
	line, ok, err := co.Await2(g.Next())
	if err != nil || !ok {
		return err
	}
	fmt.Print(line)
	return nil
}

// readLines is lines without the directive for generators.
//
//coroutine:async
func readLines(y asyncgen.Yielder[string, rt.Void], r *streams.Reader) error {
	for {
		line, err := co.Await(r.ReadLine())
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := co.Wait(y.Yield(string(line))); err != nil {
			return err
		}
	}
}

func byHand(r *streams.Reader) asyncgen.Iterator[string] {
	g := asyncgen.New("lines", func(y asyncgen.Yielder[string, rt.Void]) rt.Expr[rt.Void] {
		return readLinesAsync(y, r)
	})
	return g
}

// The code of the documentation is that of this file.
func TestDocumentation(t *testing.T) {
	testbed.Clean(t)
	doc, err := os.ReadFile("doc.go")
	noError(t, err)
	file, err := os.ReadFile("lines_test.go")
	noError(t, err)
	_, section, _ := strings.Cut(string(doc), "hands out the lines")
	section, _, _ = strings.Cut(section, "\n// # ")
	plain := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	lines := 0
	for line := range strings.Lines(section) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			lines++
			if !strings.Contains(plain(string(file)), plain(code)) {
				t.Errorf("not in lines_test.go: %s", code)
			}
		}
	}
	if lines < 20 {
		t.Errorf("found %d lines", lines)
	}
}

func Example_lines() {
	reader := func() *streams.Reader {
		return streams.NewReader(rttest.NewConn(nil, rttest.Peer{Sends: []string{"one\ntw", "o\n"}}))
	}
	rt.Run(printLinesAsync(reader()))
	rt.Run(printFirstAsync(reader()))
	list, err := rt.Run(allAsync(byHand(reader())))
	fmt.Println(list, err)
	// Output:
	// one
	// two
	// one
	// [one two] <nil>
}

//coroutine:async
func all(it asyncgen.Iterator[string]) (list []string, err error) {
	for line := range co.Each(it, &err) {
		list = append(list, strings.TrimSpace(line))
	}
	return list, err
}
