package ordermatrix

// This file is the code that the cells use.

const prelude = `package cells

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type (
	myInt    int
	myBool   bool
	myString string
	pair     struct{ a, b int }
	pair2    pair
	flag     struct{ on bool }
	one      struct{ n int }
	key4     struct{ n int32 }
	key8     struct{ a, b int32 }
	outer    struct {
		p *pair
		v pair
	}
	namer interface {
		name() string
		with(n int) string
	}
	holdAny struct {
		v any
		n int
	}
)

func (n myInt) name() string          { return fmt.Sprint("n", int(n)) }
func (n myInt) with(m int) string     { return fmt.Sprint("n", int(n), m) }
func (p pair) name() string           { return fmt.Sprint("p", p.a, p.b) }
func (p pair) with(n int) string      { return fmt.Sprint("p", p.a, p.b, n) }
func (p pair) sum() int               { return p.a + p.b }
func (p pair) add(n int) int          { return p.a + p.b + n }
func (p *pair) grow() int             { return p.a * 100 }
func (p *pair) move(n int)            { p.a += n }
func apply(f func()) int             { f(); return 1 }
func (p pair) with2(v any, n int) any { return [3]any{p, v, n} }

var (
	yes       = true
	yes2      myBool = true
	idx       = 1
	two       = pair{2, 2}
	tab       = []int{0, 11, 22, 33, 44, 55, 66, 77, 88, 99}
	text      = "abcdefgh"
	strs      = map[string]string{"k": "uvwxyz"}
	flags     = []bool{true, true, false}
	flagarr   = [3]bool{true, true, false}
	strmap    = map[int]string{1: "one", 2: "two"}
	boolmap   = map[int]bool{1: true}
	pairmap   = map[int]pair{1: {1, 1}, 2: {3, 4}}
	anymap    = map[any]string{1: "one", 2: "two"}
	key4map   = map[key4]string{{1}: "one", {2}: "two"}
	pairnames = map[pair]string{{1, 0}: "one", {2, 0}: "two", {1, 2}: "x", {3, 4}: "y"}
	names     = map[string]int{"ab": 1, "cde": 2, "cd": 3}
	ptrs      = []*pair{{0, 1}, {1, 2}, {2, 3}}
	ints      = []int{1, 2, 3}
	array     = [2]int{1, 2}
	bytes     = []byte("ab")
	structs   = []pair{{1, 2}, {3, 4}}
)

// reset makes ready for a cell.
func reset() {
	flagarr = [3]bool{true, true, false}
	ptrs = []*pair{{0, 1}, {1, 2}, {2, 3}}
	tab = []int{0, 11, 22, 33, 44, 55, 66, 77, 88, 99}
	ints, array, bytes, structs = []int{1, 2, 3}, [2]int{1, 2}, []byte("ab"), []pair{{1, 2}, {3, 4}}
}

func full(list ...int) chan int {
	c := make(chan int, 5)
	for _, n := range list {
		c <- n
	}
	return c
}

func ident(n int) int                     { return n }
func anyOf(v any) any                     { return v }
func second(v any, n int) int             { return n }
func argAny(s *rttest.Script, v any, n int) { note(s, v, n) }

func test(s *rttest.Script, v any, n int) bool {
	note(s, v, n)
	return n > 0
}

func generic[T any](s *rttest.Script, v T, n int) { note(s, v, n) }

// note writes down what the values are.
func note(s *rttest.Script, list ...any) {
	var all []string
	for _, v := range list {
		all = append(all, show(v))
	}
	s.Note("%v", all)
}

func show(v any) string {
	switch f := v.(type) {
	case nil:
		return "nil"
	case func() int:
		return fmt.Sprint("func ", f())
	case func() string:
		return fmt.Sprint("func ", f())
	case func(int) int:
		if f == nil {
			return "nil func"
		}
		return fmt.Sprint("func ", f(0))
	}
	x := reflect.ValueOf(v)
	switch x.Kind() {
	case reflect.Pointer:
		if x.IsNil() {
			return "nil pointer"
		}
		return "&" + showValue(x.Elem())
	case reflect.Chan:
		if x.IsNil() {
			return "nil channel"
		}
		return fmt.Sprint("channel ", x.Len())
	}
	name := fmt.Sprintf("%T ", v)
	if strings.Contains(name, "/") {
		name = "" // it names the version
	}
	return name + showValue(x)
}

// showValue shows no addresses.
func showValue(x reflect.Value) string {
	switch x.Kind() {
	case reflect.Func, reflect.Chan, reflect.Pointer, reflect.Map, reflect.Interface:
		if x.IsNil() {
			return "nil"
		}
	}
	switch x.Kind() {
	case reflect.Interface:
		return x.Elem().Type().String() + " " + showValue(x.Elem())
	case reflect.Pointer:
		return "&" + showValue(x.Elem())
	case reflect.Chan:
		return fmt.Sprint("channel ", x.Len())
	case reflect.Func:
		if x.CanInterface() {
			return show(x.Interface())
		}
		return "func"
	case reflect.Struct:
		text := "{"
		for i := range x.NumField() {
			text += showValue(x.Field(i)) + " "
		}
		return text + "}"
	case reflect.Slice, reflect.Array:
		text := "["
		for i := range x.Len() {
			text += showValue(x.Index(i)) + " "
		}
		return text + "]"
	case reflect.Map:
		var entries []string
		for _, k := range x.MapKeys() {
			entries = append(entries, showValue(k)+":"+showValue(x.MapIndex(k))+" ")
		}
		slices.Sort(entries)
		return fmt.Sprint("map", entries)
	}
	return fmt.Sprint(x)
}

//coroutine:async
func change[T any](s *rttest.Script, set func(), v T) (T, error) {
	co.Must(rttest.Step(s, "step", 0))
	set()
	s.Note("changed")
	return v, nil
}

//coroutine:async
func waitAny(s *rttest.Script, v any, n int) (int, error) {
	co.Must(rttest.Step(s, "wait", 0))
	note(s, v, n)
	return n, nil
}

//coroutine:async
func element[T any](s *rttest.Script, m map[string]T, set func()) error {
	note(s, m["k"], co.Must(changeAsync(s, set, 1)))
	return nil
}

// runCell makes what a cell returns, or panics with, part of the trace.
//
//coroutine:async
func runCell[T any](s *rttest.Script, c rt.Coroutine[T]) (int, error) {
	defer func() {
		if v := recover(); v != nil {
			s.Note("panics: %v", v)
		}
	}()
	v := co.Must(c)
	s.Note("returns %v", show(v))
	return 0, nil
}

`

const perKind = `
type hold$K struct {
	v $T
	n int
}

func arg$K(s *rttest.Script, v $T, n int) { note(s, v, n) }
func same$K(v $T) $T                       { return v }
func first$K(v $T, n int) $T               { return v }
func zero$K(n int) (v $T)                  { return }

func vari$K(s *rttest.Script, list ...$T) {
	for _, v := range list {
		note(s, v)
	}
}

//coroutine:async
func wait$K(s *rttest.Script, v $T, n int) (int, error) {
	co.Must(rttest.Step(s, "wait", 0))
	note(s, v, n)
	return n, nil
}

`

const perKey = `
var table$K = map[$T]int{$M}

`
