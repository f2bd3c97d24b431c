package asyncify_test

// This file tests the insertions.

import (
	"go/importer"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coroutinegen/coroutinegen/gen/internal/asyncify"
)

func parse(t *testing.T, source string, opts asyncify.Options) *asyncify.Program {
	t.Helper()
	opts.Importer = importer.Default()
	p, err := asyncify.Parse("x.go", []byte(source), opts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// copyOf returns the async copy of the function called name. Every await that is a
// statement is written as a dot.
func copyOf(t *testing.T, source []byte, name string) string {
	t.Helper()
	_, text, ok := strings.Cut(string(source), "//coroutine:async\nfunc "+name)
	if !ok {
		t.Fatalf("no async function %s in\n%s", name, source)
	}
	text, _, _ = strings.Cut(text, "\n}\n")
	return strings.NewReplacer("co.Must(pause.Here())", ".", "co.Must(pause.Twice())", ".", "co.Must(rt.Yield())", ".").Replace("func " + name + text + "\n}")
}

func TestStatementsAndCalls(t *testing.T) {
	const source = `package main

import "errors"

type T struct{}

func (t *T) Get(i int) (int, error) { return i, errors.New("x") }
func two() (int, int)               { return 1, 2 }
func sum(a, b int) int              { return a + b }
func check(err error) error         { return err }
func none()                         {}
func four() (a, b, c, d int)        { return }

func f(t *T, iface interface{ Get(int) (int, error) }) (n int) {
	none()
	n, err := t.Get(sum(two()))
	iface.Get(1)
	go none()
	defer none()
	defer func() { check(nil) }()
	go check(check(nil))
	g := func() { none() }
	g()
	four()
	if err = check(err); sum(1, 2) > 3 && check(nil) != nil {
	} else if n == 1 {
		return n // done
	}
loop:
	for i := range 3 {
		switch i {
		case sum(1, 2):
			continue loop
		case 2:
		default:
			none()
			fallthrough
		case 3: none()
		}
	}
	for {
		panic("x")
	}
}

func main() { f(nil, nil) }
`
	const want = `func f_co(t *T, iface interface{ Get(int) (int, error) }) (n int) {
	.; co.Must(none_coAsync())
	.; n, err := co.Await(t.getX_coAsync(co.Must(sum_coAsync(co.Must2(two_coAsync())))))
	.; iface.Get(1)
	.; go none()
	.; defer none()
	.; defer func() { .; co.Wait(check_coAsync(nil)); . }()
	.; go check(co.Wait(check_coAsync(nil)))
	.; g := func() { none() }
	.; g()
	.; four()
	.; if err = co.Wait(check_coAsync(err)); co.Must(sum_coAsync(1, 2)) > 3 && co.Wait(check_coAsync(nil)) != nil { .;
	} else if n == 1 {
		.; return n // done
	}
.; loop:
	for i := range 3 {
		.; switch i {
		case co.Must(sum_coAsync(1, 2)):
			.; continue loop
		case 2: .;
		default:
			.; co.Must(none_coAsync())
			.; fallthrough
		case 3: .; co.Must(none_coAsync()); .
		}
	}
	.; for {
		.; panic("x")
	}
}`
	p := parse(t, source, asyncify.Options{Seed: 1})
	if diff := cmp.Diff(want, copyOf(t, p.Source()[0].Text, "f_co")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	left := []asyncify.Left{{What: "func four", Reason: "more than three results besides the error"}}
	if diff := cmp.Diff(left, p.Left()); diff != "" {
		t.Errorf("left plain: -want +got\n%s", diff)
	}
	if p.Async() != 7 {
		t.Errorf("%d functions are async, want 7", p.Async())
	}
}

func TestLeftWhole(t *testing.T) {
	const source = `package main

func f(c chan int, seq func(func() bool)) {
	select {
	case <-c:
		f(nil, nil)
	}
	for range seq {
		f(nil, nil)
	}
	for {
		defer f(nil, nil)
		break
	}
}

func main() {}
`
	p := parse(t, source, asyncify.Options{Whole: map[asyncify.Kind]bool{asyncify.Select: true, asyncify.RangeFunc: true, asyncify.DeferInLoop: true}})
	const want = `func f_co(c chan int, seq func(func() bool)) {
	.; select {
	case <-c:
		f(nil, nil)
	}
	.; for range seq {
		f(nil, nil)
	}
	.; for {
		defer f(nil, nil)
		break
	}
}`
	if diff := cmp.Diff(want, copyOf(t, p.Source()[0].Text, "f_co")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	left := []asyncify.Left{{"line 4", "select"}, {"line 8", "range over a function"}, {"line 11", "defer in a loop"}}
	if diff := cmp.Diff(left, p.Left()); diff != "" {
		t.Errorf("left plain: -want +got\n%s", diff)
	}
	p = parse(t, source, asyncify.Options{Whole: map[asyncify.Kind]bool{}})
	if text := copyOf(t, p.Source()[0].Text, "f_co"); strings.Count(text, ".;") != 7 {
		t.Errorf("with nothing left whole there are not 7 awaits in\n%s", text)
	}
}

func TestDense(t *testing.T) {
	const source = `package main

func g(int, string) int { return 0 }

func f(a []int, i, j int, b bool) int {
	const c = 1
	if(b) { return i }
	a[i] = j + c
	a[g(i, "")] = j
	return a[i+1] + len(a)
}

func main() { f(nil, 0, 0, true) }
`
	const want = `func f_co(a []int, i, j int, b bool) int {
	.; const c = 1
	.; if bool((b)) { .; return int(i) }
	.; a[int(i)] = int(int(j) + c)
	.; a[co.Must(g_coAsync(int(i), ""))] = j
	.; return a[i+1] + len(a)
}`
	p := parse(t, source, asyncify.Options{Dense: true})
	got := copyOf(t, p.Source()[0].Text, "f_co")
	for _, typ := range []string{"int", "bool"} { // write identities short
		for from := "co.Must(id_" + typ + "_coAsync("; strings.Contains(got, from); {
			before, rest, _ := strings.Cut(got, from)
			depth, end := 0, 0
			for end = range rest {
				if rest[end] == '(' {
					depth++
				} else if rest[end] == ')' {
					depth--
				}
				if depth < 0 {
					break
				}
			}
			got = before + typ + "(" + rest[:end] + rest[end+1:]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestNamesAreFree(t *testing.T) {
	const source = `package main

func co()   { rt() }
func rt()   {}
func f_co() {}
func pause() {}

func main() { co(); f_co(); main() }
`
	text := string(parse(t, source, asyncify.Options{Seed: 1}).Source()[0].Text)
	for _, want := range []string{
		"import co2 ", "import rt2 ", "import pause2 ",
		"co2.Must(co_co2Async())", "co2.Must(f_co_co2Async())", "co2.Must(main_co2Async())",
		"func main_co2Plain() { co(); f_co(); main_co2Plain() }", "rt2.Run(main_co2Async())",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestGiveUp(t *testing.T) {
	const source = `package main

func g() int { return 1 }

func f() {
	x := g()
	if x > 0 {
		x += g()
	}
}

func main() { f() }
`
	p := parse(t, source, asyncify.Options{})
	text := string(p.Source()[0].Text)
	at := func(what string) int {
		i := strings.LastIndex(text, what)
		if i < 0 {
			t.Fatalf("no %q in\n%s", what, text)
		}
		return i
	}
	step := func(what, want string) {
		t.Helper()
		if !p.GiveUp("x.go", at(what), "because") {
			t.Fatalf("nothing to give up at %q", what)
		}
		text = string(p.Source()[0].Text)
		if got := copyOf(t, []byte(text), "f_co"); got != want {
			t.Errorf("after giving up %q:\n%s\nwant\n%s", what, got, want)
		}
	}
	step("co.Must(g_coAsync());", "func f_co() {\n\t.; x := co.Must(g_coAsync())\n\t.; if x > 0 {\n\t\t.; x += g(); .\n\t}\n}")
	step("if x > 0", "func f_co() {\n\t.; x := co.Must(g_coAsync())\n\t.; if x > 0 {\n\t\tx += g()\n\t}\n}")
	if !p.GiveUp("x.go", at("if x > 0"), "in vain") { // again: so it is not the statement
		t.Fatal("nothing to give up")
	}
	if text = string(p.Source()[0].Text); strings.Contains(text, "f_co") || !strings.Contains(text, "main_co") {
		t.Errorf("f is not plain, or main is\n%s", text)
	}
	if p.GiveUp("x.go", at("func main()"), "because") {
		t.Error("something was given up outside the async functions")
	}
}
