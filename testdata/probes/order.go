package fz

// What Go evaluates before an await and what after it: && and ||, and operands that
// gc copies where they stand.

import (
	"fmt"

	co "github.com/coroutinegen/coroutinegen/annotations"
	"github.com/coroutinegen/coroutinegen/rt/rttest"
)

type pair struct{ a, b int }

func (p pair) sum() int { return p.a + p.b }

type yesno bool

// set awaits, and then gives *p another value.
//
//coroutine:async
func set[T any](s *rttest.Script, p *T, v T) (int, error) {
	co.Must(rttest.Step(s, "set", 0))
	*p = v
	s.Note("set")
	return 1, nil
}

func caught(s *rttest.Script) {
	if v := recover(); v != nil {
		s.Note("recovered %v", v)
	}
}

func both(a, b bool, n int) string { return fmt.Sprint(a, b, n) }

//coroutine:async
func SubjectLogicalInAssignment(s *rttest.Script) (string, error) {
	on, yes := true, true
	x, y := on && yes, co.Must(setAsync(s, &on, false))
	return fmt.Sprint(x, y), nil
}

//coroutine:async
func SubjectLogicalInArguments(s *rttest.Script) (string, error) {
	on, yes := true, true
	return both(on && yes, !yes || on, co.Must(setAsync(s, &on, false))), nil
}

//coroutine:async
func SubjectLogicalOfDefinedType(s *rttest.Script) (string, error) {
	n, yes := 1, yesno(true)
	var x yesno
	x, y := yes && n == 1, co.Must(setAsync(s, &n, 2))
	return fmt.Sprintf("%T %v %v", x, x, y), nil
}

//coroutine:async
func SubjectLogicalPanics(s *rttest.Script) (string, error) {
	defer caught(s)
	list, n := []bool{true}, 5
	return both(n > 1 && list[n], true, co.Must(setAsync(s, &n, 0))), nil
}

//coroutine:async
func SubjectLogicalInLiteral(s *rttest.Script) (string, error) {
	on, yes := true, true
	r := struct {
		a bool
		n int
	}{on && yes, co.Must(setAsync(s, &on, false))}
	return fmt.Sprint(r), nil
}

//coroutine:async
func SubjectLogicalAwaits(s *rttest.Script) (string, error) {
	on, yes := true, true
	x, y, z := co.Must(rttest.Step(s, "a", true)) && on, yes && co.Must(setAsync(s, &on, false)) == 1, co.Must(setAsync(s, &yes, false))
	return fmt.Sprint(x, y, z, on, yes), nil
}

//coroutine:async
func SubjectInterfaceOperands(s *rttest.Script) (string, error) {
	n := 1
	text := fmt.Sprint(n == 1, uint8(n), pair{n, n}, &pair{n, 2}, [2]int{n, n}, n, -n, float64(n), co.Must(setAsync(s, &n, 2)))
	return text, nil
}

//coroutine:async
func SubjectMethodValueOperand(s *rttest.Script) (string, error) {
	p := pair{1, 2}
	list := []any{p.sum, co.Must(setAsync(s, &p, pair{3, 4}))}
	return fmt.Sprint(list[0].(func() int)()), nil
}

//coroutine:async
func SubjectInterfaceResults(s *rttest.Script) (string, error) {
	n := 1
	a, b := co.Must2(resultsAsync(s, &n))
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func results(s *rttest.Script, p *int) (any, any, error) {
	return *p == 1, co.Must(setAsync(s, p, 2)), nil
}

//coroutine:async
func SubjectInterfaceKey(s *rttest.Script) (string, error) {
	m, n := map[any]string{1: "one", 2: "two"}, 1
	x, _ := m[n], co.Must(setAsync(s, &n, 2))
	m[n], n = fmt.Sprint(co.Must(setAsync(s, &n, 1))), 7
	return fmt.Sprint(x, m), nil
}

//coroutine:async
func SubjectSliceToArrayPanics(s *rttest.Script) (string, error) {
	defer caught(s)
	n := 1
	return fmt.Sprint([3]int([]int{n}[:]), co.Must(setAsync(s, &n, 2))), nil
}

//coroutine:async
func SubjectMapLiteralBefore(s *rttest.Script) (string, error) {
	n := 1
	m, _ := map[string]int{"n": n}, co.Must(setAsync(s, &n, 2))
	return fmt.Sprint(m), nil
}

//coroutine:async
func SubjectMapLiteralEntries(s *rttest.Script) (string, error) {
	n := 1
	m := map[int]int{n: co.Must(setAsync(s, &n, 2)), 1 + co.Must(setAsync(s, &n, 3)): n, n: n}
	return fmt.Sprint(m), nil
}

//coroutine:async
func SubjectUnhashableEntry(s *rttest.Script) (string, error) {
	defer caught(s)
	var k any = []int{1}
	m := map[any]pair{"a": {1, 2}, k: {3, 4}, "b": {5, co.Must(setAsync(s, &k, 2))}, "c": {7, 8}}
	return fmt.Sprint(m), nil
}

//coroutine:async
func SubjectHashableEntries(s *rttest.Script) (string, error) {
	var k any = 1
	m := map[any]*pair{"a": {1, 2}, k: {3, 4}, "b": {5, co.Must(setAsync(s, &k, any(2)))}, k: {7, co.Must(setAsync(s, &k, any(3)))}, 9: {9, 9}}
	return fmt.Sprint(len(m), *m["a"], *m[1], *m["b"], *m[2], *m[9]), nil
}

//coroutine:async
func SubjectBytesAsKey(s *rttest.Script) (string, error) {
	b, m := []byte("a"), map[string]int{}
	m[string(b)] = co.Must(setAsync(s, &b, []byte("b")))
	x, _ := m[string(b)], co.Must(setAsync(s, &b, []byte("c")))
	return fmt.Sprint(m, x), nil
}

//coroutine:async
func SubjectBounds(s *rttest.Script) (string, error) {
	list, n := []int{0, 1, 2, 3, 4, 5}, 1
	a := list[n : 3+co.Must(setAsync(s, &n, 2))]
	b := list[n+1 : 4+co.Must(setAsync(s, &n, 1))]
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func SubjectMapAppend(s *rttest.Script) (string, error) {
	m, k := map[int][]int{}, 1
	m[k] = append(m[k], co.Must(setAsync(s, &k, 2)))
	m[k+1] = append(m[k+1], co.Must(setAsync(s, &k, 3)))
	p := &pair{1, 2}
	list := map[pair][]int{}
	list[*p] = append(list[*p], co.Must(setAsync(s, p, pair{3, 4})))
	return fmt.Sprint(m, k, list), nil
}

//coroutine:async
func SubjectUntypedOperands(s *rttest.Script) (string, error) {
	n := 1
	var a yesno
	var b uint8
	a, c := n == 1 || n > 5, co.Must(setAsync(s, &n, 3))
	list := []any{uint8(1 << n), 1 << n, co.Must(setAsync(s, &n, 4))}
	b, c = 1<<n, co.Must(setAsync(s, &n, 5))
	return fmt.Sprint(a, b, c, list), nil
}

type arrayOrSlice interface{ [2]int | []int }

//coroutine:async
func eitherElement[T arrayOrSlice](s *rttest.Script, x T, p *int, no bool) (string, error) {
	defer caught(s)
	return both(x[0] == 7 || no, no, co.Must(setAsync(s, p, 8))), nil
}

//coroutine:async
func eitherAddress[T arrayOrSlice](s *rttest.Script, x T, p *int) (string, error) {
	defer caught(s)
	return both(&x[0] == nil || false, true, co.Must(setAsync(s, p, 8))), nil
}

//coroutine:async
func eitherPointer[T [2]int | *[2]int](s *rttest.Script, x T, p *int, no bool) (string, error) {
	defer caught(s)
	return both(x[1] == 7 || no, no, co.Must(setAsync(s, p, 8))), nil
}

//coroutine:async
func eitherPointerAddress[T [2]int | *[2]int](s *rttest.Script, x T, p *int, no bool) (string, error) {
	defer caught(s)
	return both(&x[1] == nil || no, no, co.Must(setAsync(s, p, 8))), nil
}

//coroutine:async
func SubjectArrayOrSliceElement(s *rttest.Script) (string, error) {
	list, n := []int{7, 2}, 0
	a := co.Must(eitherElementAsync(s, list, &list[0], false))
	b := co.Must(eitherElementAsync(s, [2]int{7, 2}, &n, false))
	c := co.Must(eitherElementAsync(s, []int{}, &n, false))
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func SubjectArrayOrSliceAddress(s *rttest.Script) (string, error) {
	list, n := []int{7, 2}, 0
	a := co.Must(eitherAddressAsync(s, list, &list[0]))
	b := co.Must(eitherAddressAsync(s, [2]int{7, 2}, &n))
	c := co.Must(eitherAddressAsync(s, []int{}, &n))
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func SubjectArrayOrPointerElement(s *rttest.Script) (string, error) {
	list, n := [2]int{2, 7}, 0
	a := co.Must(eitherPointerAsync(s, &list, &list[1], false))
	b := co.Must(eitherPointerAsync(s, list, &n, false))
	c := co.Must(eitherPointerAsync(s, (*[2]int)(nil), &n, false))
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func SubjectArrayOrPointerAddress(s *rttest.Script) (string, error) {
	list, n := [2]int{2, 7}, 0
	a := co.Must(eitherPointerAddressAsync(s, &list, &list[1], false))
	b := co.Must(eitherPointerAddressAsync(s, list, &n, false))
	c := co.Must(eitherPointerAddressAsync(s, (*[2]int)(nil), &n, false))
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func eitherToInterface[T []byte | string](s *rttest.Script, x T, p *byte) (string, error) {
	defer caught(s)
	return fmt.Sprint(x[0], co.Must(setAsync(s, p, 'z'))), nil
}

//coroutine:async
func structToInterface[T [2]pair | []pair](s *rttest.Script, x T, p *pair) (string, error) {
	defer caught(s)
	return fmt.Sprint(x[0], co.Must(setAsync(s, p, pair{8, 9}))), nil
}

//coroutine:async
func SubjectElementToInterface(s *rttest.Script) (string, error) {
	list, b := []byte("ab"), byte('c')
	a := co.Must(eitherToInterfaceAsync(s, list, &list[0]))
	c := co.Must(eitherToInterfaceAsync(s, "ab", &b))
	d := co.Must(eitherToInterfaceAsync(s, []byte{}, &b))
	pairs := []pair{{1, 2}}
	e := co.Must(structToInterfaceAsync(s, pairs, &pairs[0]))
	f := co.Must(structToInterfaceAsync(s, [2]pair{{1, 2}}, &pairs[0]))
	g := co.Must(structToInterfaceAsync(s, []pair{}, &pairs[0]))
	return fmt.Sprint(a, c, d, e, f, g), nil
}

//coroutine:async
func toEither[S ~[]int, A arrayOrSlice](s *rttest.Script, list S, zero A, p *int) (A, error) {
	defer caught(s)
	m, _ := map[string]A{"a": A(list)}, co.Must(setAsync(s, p, 9))
	return m["a"], nil
}

//coroutine:async
func toArray[A [2]int | [3]int](s *rttest.Script, list []int, zero A, p *int) (A, error) {
	defer caught(s)
	m, _ := map[string]A{"a": A(list)}, co.Must(setAsync(s, p, 9))
	return m["a"], nil
}

//coroutine:async
func toText[B []byte | string](s *rttest.Script, list []byte, zero B) (B, error) {
	m, _ := map[string]B{"a": B(list)}, co.Must(setAsync(s, &list[0], 'z'))
	return m["a"], nil
}

//coroutine:async
func SubjectSliceToArrayOrSlice(s *rttest.Script) (string, error) {
	list, n := []int{1, 2}, 0
	a := co.Must(toEitherAsync(s, list, [2]int{}, &list[0]))
	b := co.Must(toEitherAsync(s, list, []int{}, &list[1]))
	c := co.Must(toEitherAsync(s, list[:1], [2]int{}, &n))
	return fmt.Sprint(a, b, c), nil
}

//coroutine:async
func SubjectSliceToArrays(s *rttest.Script) (string, error) {
	list, n := []int{1, 2}, 0
	a := co.Must(toArrayAsync(s, list, [2]int{}, &list[0]))
	b := co.Must(toArrayAsync(s, list, [3]int{}, &n))
	return fmt.Sprint(a, b), nil
}

//coroutine:async
func SubjectBytesToBytesOrText(s *rttest.Script) (string, error) {
	a := co.Must(toTextAsync(s, []byte("ab"), ""))
	b := co.Must(toTextAsync(s, []byte("ab"), []byte{}))
	return fmt.Sprint(a, string(b)), nil
}
